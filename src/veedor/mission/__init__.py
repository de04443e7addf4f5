"""A mission: its folder, keys, statements and log, and the state that everybody computes alike from the log.

In the order in which they build on each other: `statements` what can be said; `state` what it adds up to; `copy` one
party's folder, keys and publishing; `founding` and `acts` what members say; `deposits` and `runs` the work; `exchange`
what copies and witnesses give each other; then what looks at the whole: `verification` whether to believe it, `page`
the same verdict a second time, in a browser, `rows` the state as lines, `show` one record.
"""
