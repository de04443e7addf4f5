"""Air: plots to tracks, legs, coverage, gaps, patterns, strips and corridors. See detectors.py."""
