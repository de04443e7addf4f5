"""Ends of legs to landing and take-off hypotheses away from, or beside, listed aerodromes."""
