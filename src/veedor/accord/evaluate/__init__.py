"""The evaluator: from versions of an accord, a timeline and an instant to a verdict; a pure function.

`engine.py` first: the order in which time passes. Then `obligations.py` and `measures.py`, the two machines, with
`conditions.py` and `metrics.py` for what they ask, `versions.py` for which text counts.
"""

from veedor.accord.evaluate.engine import DAYS_AHEAD, evaluate

__all__ = ["DAYS_AHEAD", "evaluate"]
