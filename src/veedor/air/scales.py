"""Times and graded weights, as the rules of every room here write them."""

from __future__ import annotations

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

# (upper limit, thousandths of log10): the first limit that is not exceeded counts; beyond the last, the value after it.
Grades = tuple[tuple[int, int], ...]
