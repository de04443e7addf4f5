"""The files that each party would hand in."""
