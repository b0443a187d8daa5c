"""Tests of the pictures: what is asked for comes out, and no file harms the program that asked."""
