"""Measurements: how fast watui is, as ratios against a baseline that runs in the same minutes."""
