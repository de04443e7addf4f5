"""Registers: what does not come from a deposit: aerodromes, borders, reporting thresholds, each dated and hashed."""
