"""Tests of the archive: what was filed comes out again, in order and once, whatever happened to it."""
