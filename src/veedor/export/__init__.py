"""Exports: the same views and findings in formats that other tools read, with the rules of each audience."""
