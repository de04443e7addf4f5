"""Terrain: what the ground hides from sensors, and how high a flight was above it. Optional: without tiles no rows."""
