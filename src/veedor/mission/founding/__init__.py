"""Founding a mission and joining it later: drafts that go round among the members until all have signed."""
