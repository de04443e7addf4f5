"""Which finding shows which truth: pairs by overlap, each finding and each truth at most once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    """A finding that could show a truth. `overlap` is larger for the better pair; `error_m` where there is a place."""

    finding: bytes
    truth: str
    overlap: float
    error_m: float | None = None


def paired(candidates: Iterable[Pair]) -> list[Pair]:
    """Greedy by overlap, ties by smallest finding id, then smallest truth."""
    findings: set[bytes] = set()
    truths: set[str] = set()
    chosen = []
    for pair in sorted(candidates, key=lambda p: (-p.overlap, p.finding, p.truth)):
        if pair.finding not in findings and pair.truth not in truths:
            findings.add(pair.finding)
            truths.add(pair.truth)
            chosen.append(pair)
    return chosen
