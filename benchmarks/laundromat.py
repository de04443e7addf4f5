"""`make bench-laundromat`: 16,940 real payments of four core companies through all money detectors, as a case study.

Data lie beside the checkout (../shared/data/money/az_laundromat); no name leaves this script. Nobody confirmed who is
innocent there, so counts say what is told, not how well (docs/case-studies/money.md).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

import veedor as vd
from benchmarks.record import ROOT, Measure

DATA = ROOT.parent / "shared" / "data" / "money" / "az_laundromat"
FILES = ("azerbaijani_laundromat-edges.csv", "ikwattro_bank-account-holders.csv")


def measure() -> Sequence[Measure]:
    """What each detector tells, and which names and accounts are joined."""
    begun = time.process_time()
    found = vd.money(*(DATA / name for name in FILES))
    took = time.process_time() - begun
    kinds = Counter(found.findings["kind"].to_pylist())
    accounts: dict[str, set[str]] = {kind: set() for kind in kinds}
    for kind, subject in zip(found.findings["kind"].to_pylist(), found.findings["subject"].to_pylist(), strict=True):
        accounts[kind].add(subject)
    rows = found.holders.to_pylist()
    joined = [row for row in rows if row["members"] > 1]
    return [
        Measure("rows accepted", found.accepted, "", note=f"{found.rejected} rejected"),
        *(
            Measure(f"findings: {kind}", count, "", note=f"about {len(accounts[kind])} accounts or names")
            for kind, count in sorted(kinds.items())
        ),
        Measure("names at accounts", len(rows), "", note=f"{len({row['name'] for row in rows})} names as written"),
        Measure("names at accounts joined to another", len(joined), "",
                note=f"to {len({row['holder'] for row in joined})} holders"),
        Measure("files to findings", took, "s", note="processor time, reading included"),
    ]  # fmt: skip
