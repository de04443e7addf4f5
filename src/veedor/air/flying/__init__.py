"""Tracks to legs, what sensors could have seen of them, and silences that this does not explain."""
