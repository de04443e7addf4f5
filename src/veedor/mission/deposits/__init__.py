"""Handing files in: every source row becomes an accepted row or a reject, a committed leaf, a stored record."""
