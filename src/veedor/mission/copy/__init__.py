"""One copy of a mission: its folder, settings and keys, its outbox, its founding, and publishing to the log."""
