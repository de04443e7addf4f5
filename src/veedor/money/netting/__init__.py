"""Netting between exchange houses: paid in at one, paid out at another, and nothing sent between them."""
