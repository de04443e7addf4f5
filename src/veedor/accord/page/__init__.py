"""The second evaluator of accords, in plain JavaScript; `accord.js` joins it to the verifier of a log.

`evaluate.js` and what it imports from this folder need nothing else: versions and a timeline in, a verdict out.
"""

from __future__ import annotations

MODULES: tuple[str, ...] = (
    *("instants", "fractions", "clock", "evidence", "versions", "occurrence", "obligations", "measures", "evaluate"),
    *("shown", "incidents", "accord"),
)
"""Each imports only from those before it, and from the modules of log and mission; the last exports `ROOM`."""
