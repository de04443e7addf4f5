"""The commands of `veedor accord`."""
