"""The accord: what was promised, what is shown, what follows."""
