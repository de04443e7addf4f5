"""Patterns: what a flight does that does not get it anywhere: orbits, racetracks, search lines, drops."""
