"""The witness: one party's own process that cosigns only heads that continue what it cosigned before.

`decision` is all there is to judge; `store` remembers, `http` and `files` bring requests, `evidence` convicts a log
that showed two histories (c2sp.org/tlog-witness; docs/formats/witness.md).
"""
