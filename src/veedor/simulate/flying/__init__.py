"""Who flies, why, along which path, and what was announced of it."""
