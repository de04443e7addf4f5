"""Routes: flights that nobody has explained, and the corridors in which they come back."""
