"""Money: payments from entries, and the laundering patterns with the payments that make them. See detectors.py."""
