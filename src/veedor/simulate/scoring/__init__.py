"""Findings against what really happened."""
