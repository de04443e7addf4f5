"""What is counted when two names are compared; weights.py says what each is worth."""

from __future__ import annotations

FEATURES = (
    "equal", "typo", "sound", "loose", "script", "consonants", "joined", "initial", "left_out", "may_go",
    "contradicted", "order", "number", "form", "one_word", "single", "whole", "all_met", "contained",
)  # fmt: skip
"""Mass of aligned words by how they agree (script: one is a spelling of the other, which is written without vowels;
consonants: nearly so); mass left over on one side (that may go, or not), mass left over against
mass of the other side; words in another order; numbers that differ; legal forms that differ; only one word agrees
though there are more; both names are a single word; every word is equal and none is left; every word met
with equality or a slip and none is left; every word of one name stands in the other, which has more that may go, and
the words say enough."""
COUNT = len(FEATURES)
EQUAL, TYPO, SOUND, LOOSE, SCRIPT, CONSONANTS, JOINED, INITIAL = range(8)
LEFT_OUT, MAY_BE_LEFT_OUT, CONTRADICTED, ORDER, NUMBERS, FORM, ONE_WORD, SINGLE, WHOLE, ALL_MET, CONTAINED = range(
    8, 19
)
NO_PAIR = -1
