"""One copy of a mission: its folder, settings and keys, its outbox, and publishing to the log."""
