"""What an accord can say: one frozen struct per thing, every word from a closed list, no expressions, no defaults that
decide anything. `accord/1` is the canonical JSON of `accord.Accord`; its SHA-256 is what the parties sign.

Everything with a name stands in a table under its id, so order in the file means nothing. Numbers that are compared are
fractions written as text ("95/100"). Every deadline names what it is counted from (`anchor`): `parts.GLOBAL_ANCHORS`.
`accord.py` first: the whole. Then `obligations.py` with `conditions.py` and `metrics.py`; `measures.py`;
`named.py` for whom and what rules name; `around.py` for quotas, periods, meetings, disputes and leaving.
"""
