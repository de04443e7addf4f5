"""The state as lines: one struct for each thing that `veedor state` says, in text or as JSON."""
