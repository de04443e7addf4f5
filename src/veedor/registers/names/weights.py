"""What each way of agreeing or differing is worth, in thousandths of log10, and where a name starts to be reported.

Fitted by logistic regression on half of 426 labelled pairs, half of 683 list names with slips, and half of 2,000
invented people against the lists (benchmarks/names.py says how they were cut and judges on the other halves), then
rounded; those with few examples (sounds, scripts, joined words, initials, numbers, forms) are expert settings. A slip
never says more than equality.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from veedor.registers.names.compare import FEATURES

FITTED = "fitted on labelled name pairs"
EXPERT = "expert setting"

# For 100 units of mass; ten letters of a rare word have 100.
_BY_MASS = {
    "equal": (610, FITTED), "typo": (600, FITTED), "sound": (350, EXPERT), "loose": (-350, FITTED),
    "script": (200, EXPERT), "joined": (450, EXPERT), "initial": (130, EXPERT), "left_out": (-650, FITTED),
    "may_go": (-500, FITTED),
    "contradicted": (-2650, FITTED),
}  # fmt: skip
# For one of them.
_EACH = {
    "order": (-900, FITTED), "number": (-220, EXPERT), "form": (-600, EXPERT), "one_word": (-900, FITTED),
    "single": (500, FITTED), "whole": (1200, FITTED), "all_met": (400, EXPERT),
}  # fmt: skip
WEIGHTS: Mapping[str, tuple[int, int, str]] = MappingProxyType(
    {name: (_BY_MASS[name][0], 100, _BY_MASS[name][1]) if name in _BY_MASS else (_EACH[name][0], 1, _EACH[name][1])
     for name in FEATURES}
)  # fmt: skip
"""By feature: weight, how many units it is for, source."""

REPORT_MILLI_LOG10 = 250
"""From this score a name is shown: on the judging halves less than one invented person in a thousand reaches it."""
