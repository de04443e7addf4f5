"""What each way of agreeing or differing is worth, in thousandths of log10, and where a name starts to be reported.

Fitted by logistic regression on half of 426 labelled pairs, half of 683 list names with slips, half of 468 list names
in other orders, without their last word, with an initial, and half of 2,000 invented people against the lists
(benchmarks/names.py says how they were cut and judges on the other halves), averaged with a fit without the changed
names, for which slips weigh little, and rounded; those with few examples (sounds, scripts, joined words, numbers,
forms) are expert settings; that for names contained in others was tried on the same halves, those for other scripts on
half of the UN's originals in other scripts. A slip never says more than equality.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from veedor.registers.names.features import FEATURES

FITTED = "fitted on labelled name pairs"
EXPERT = "expert setting"

# For 100 units of mass; ten letters of a rare word have 100.
_BY_MASS = {
    "equal": (790, FITTED), "typo": (480, FITTED), "sound": (350, EXPERT), "loose": (-650, FITTED),
    "script": (430, EXPERT), "consonants": (300, EXPERT), "joined": (450, EXPERT), "initial": (260, FITTED),
    "left_out": (-900, FITTED), "may_go": (-560, FITTED), "contradicted": (-2830, FITTED),
}  # fmt: skip
# For one of them.
_EACH = {
    "order": (-760, FITTED), "number": (-220, EXPERT), "form": (-500, EXPERT), "one_word": (-1070, FITTED),
    "single": (450, FITTED), "whole": (1090, FITTED), "all_met": (490, EXPERT), "contained": (300, EXPERT),
}  # fmt: skip
WEIGHTS: Mapping[str, tuple[int, int, str]] = MappingProxyType(
    {name: (_BY_MASS[name][0], 100, _BY_MASS[name][1]) if name in _BY_MASS else (_EACH[name][0], 1, _EACH[name][1])
     for name in FEATURES}
)  # fmt: skip
"""By feature: weight, how many units it is for, source."""

REPORT_MILLI_LOG10 = 370
"""From this score a name is shown: one of 2,000 invented people reaches it (none of the 1,000 not fitted on)."""
