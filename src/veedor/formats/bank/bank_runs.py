"""Records of a run in their order: most as columns, the others one by one in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from veedor.formats.arrow import Array, Mask, Whole
from veedor.formats.bank.bank_rows import Kept
from veedor.formats.bank.bank_totals import Totals
from veedor.formats.bank.xml_run import Run
from veedor.formats.bank.xml_scan import Part
from veedor.tables import Table


@dataclass(frozen=True)
class Records:
    """Records `which` of a run as columns of the table, a row each."""

    which: Whole
    columns: dict[str, Array]

    @classmethod
    def of(cls, which: Whole, columns: dict[str, Array], good: Mask) -> Records:
        """Those that are `good`."""
        if good.all():
            return cls(which, columns)
        return cls(which[good], filtered(columns, good))


def filtered(columns: dict[str, Array], mask: Mask) -> dict[str, Array]:
    """Some of the rows."""
    return {name: column.filter(mask) for name, column in columns.items()}


def put_run(
    kept: Kept, table: Table, run: Run, together: Sequence[Records], simulated: bool, totals: Sequence[Totals],
    passed: Callable[[int], None], alone: Callable[[Part], None],
) -> None:  # fmt: skip
    """Puts `together` into what is kept; `alone` is given each other record, `passed` how many came before it."""
    if not together:
        for part in run.parts():
            alone(part)
        return
    left = np.ones(len(run), np.bool_)
    for each in together:
        left[each.which] = False
    places, at = np.zeros(len(run), np.int64), 0
    for number in (*np.flatnonzero(left).tolist(), len(run)):
        places[at:number] = kept.places(number - at)
        passed(number - at)
        for total in totals:
            for before in range(at, number):
                total.see(run.bytes_of(before))
        if number < len(run):
            alone(run.part(number))
        at = number + 1
    for each in together:
        for total in totals:
            total.take_all(each.columns)
        which = each.which
        kept.put(table, each.columns, places[which], run.offsets[which], run.lengths[which], simulated)
