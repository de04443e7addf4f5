"""Patterns of one account: fans, pass-through, split cash, and the chains that accounts make. See profiles.py."""
