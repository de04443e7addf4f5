"""Whether to believe what lies here: a mission, a log, a bundle, one file; and what is handed out to be believed."""
