"""Plots to tracks: association inside a chunk, joining across chunks."""
