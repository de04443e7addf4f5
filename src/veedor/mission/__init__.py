"""A mission: its folder, keys, statements and log, and the state that everybody computes alike from the log.

In the order in which they build on each other: `statements` what can be said; `state` what it adds up to; `copy` one
party's folder, keys and publishing; `deposits` and `runs` the work; then what looks at the whole: `verify` whether to
believe it, `rederive` a run made again, `rows` the state as lines, `show` one record.
"""
