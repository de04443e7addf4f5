"""A mission: its folder, keys, statements and log, and the state that everybody computes alike from the log.

Where to find what: `founding` init and join; `append` an open mission and publishing; `bodies` and `types` what can be
said; `fold` and `kinds` what it adds up to; `verify` whether to believe it; `state` how to show it.
"""
