"""The second evaluator of accords, in plain JavaScript; `accord.js` joins it to the verifier of a log.

What decides stands in `decide/` and imports nothing else: versions and a timeline in, the state of everything out, both
columns of every measure included. What explains reads that state and tells it: `evaluate.js` makes the verdict.
"""

from __future__ import annotations

DECIDES: tuple[str, ...] = tuple(
    f"decide/{name}"
    for name in (
        *("instants", "fractions", "clock", "evidence", "versions", "occurrence", "obligations", "measures", "engine"),
    )
)
"""Which state everything is in, since when and why, by what evidence, who withheld, what is in force and ignored."""
EXPLAINS: tuple[str, ...] = ("evaluate",)
"""The shape of the verdict, and the use of relief."""
MODULES = (*DECIDES, *EXPLAINS, "shown", "determined", "incidents", "accord")
"""Each imports only from those before it, and from the modules of log and mission; the last exports `ROOM`."""
