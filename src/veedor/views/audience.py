"""Who looks: what the owner, the joint secretariat and the public may see of a finding (DESIGN section 1).

The public sees cells of at least 5 km that are at least 30 days old, whole weeks, and neither subject, heading, values,
records nor any hint of next use; of a strip only the week from which it was used. Rows are reduced here, before any
sentence is made: a renderer cannot leak what it never gets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import h3
import pyarrow as pa
import pyarrow.compute as pc

from veedor.errors import UsageError
from veedor.kernel.decode import decode_row
from veedor.mission.deposits.revealed import RevealedRow
from veedor.tables import FINDING_PARTS, FINDINGS
from veedor.views.rows import plain_rows

Audience = Literal["owner", "secretariat", "public"]
AUDIENCES: tuple[Audience, ...] = ("owner", "secretariat", "public")

DAY_US = 86_400_000_000
PUBLIC_DELAY_US = 30 * DAY_US
# H3 resolution 5: hexagons about 17 km across, nowhere on Earth under 5 km.
PUBLIC_RESOLUTION = 5
PUBLIC_RADIUS_MM = 10_000_000
PUBLIC_PARTS = ("what", "area")
"""Field groups of FINDING_PARTS that may be revealed to the public."""
# The Unix epoch was a Thursday; weeks begin on Monday.
_MONDAY_US = 4 * DAY_US
_WEEK_US = 7 * DAY_US


def audience_of(name: str) -> Audience:
    for known in AUDIENCES:
        if name == known:
            return known
    raise UsageError("there is no such audience", expected=" | ".join(AUDIENCES), found=name)


def seen_by(audience: Audience, findings: pa.Table, as_of_us: int) -> pa.Table:
    """The rows of FINDINGS that `audience` may see, reduced to what it may see of them.

    `as_of_us`: the day on which it looks; for the public nothing younger than 30 days before it.
    """
    if audience != "public":
        return findings
    old = pc.less_equal(findings["end"].cast(pa.int64()), pa.scalar(as_of_us - PUBLIC_DELAY_US))
    return pa.Table.from_pylist(
        [_reduced(row) for row in plain_rows(findings.filter(old))], schema=FINDINGS.schema
    ).sort_by([("start", "ascending"), ("kind", "ascending"), ("lat_e7", "ascending"), ("lon_e7", "ascending")])


def need_public(file: str, rows: Iterable[RevealedRow], now_us: int) -> None:
    """UsageError where the revealed rows of this file show more of a finding than the public may see, or one that ended
    less than 30 days before `now_us`. Rows of deposits are for their owner to show."""
    for row in rows:
        shown = {part.name: bytes.fromhex(part.data) for part in row.parts if part.salt}
        if row.tree != "findings" or not shown:
            continue
        closed = ", ".join(name for name in shown if name not in PUBLIC_PARTS)
        if closed:
            raise _not_public(
                "a finding is shown with more than the public may see", file, " and ".join(PUBLIC_PARTS), closed
            )
        if "what" not in shown:
            raise _not_public("an area is shown without its time: nobody can see how old it is", file, "what", "area")
        what = _what(shown["what"])
        end_us = int(what["end"].timestamp()) * 1_000_000 if what else now_us
        if end_us > now_us - PUBLIC_DELAY_US:
            raise _not_public("a finding is too young for the public", file, "30 days by log time", f"row {row.row}")
        if what["kind"] == "strip" and "area" in shown:
            raise _not_public("the last use of a strip is shown with its area", file, "what or area", "what, area")


def _what(data: bytes) -> dict[str, Any]:
    """What a finding is and when; nothing where it cannot be read."""
    try:
        return decode_row(data, [FINDING_PARTS.schema.field(name) for name in FINDING_PARTS.groups["what"]])
    except ValueError:
        return {}


def _not_public(problem: str, file: str, expected: str, found: str) -> UsageError:
    next_step = "reveal less of it (`veedor log prove … --part what`), or say who is to have it: --audience secretariat"
    return UsageError(problem, file=file, expected=expected, found=found, next_step=next_step)


def _reduced(row: dict[str, object]) -> dict[str, object]:
    place = _cell(row["lat_e7"], row["lon_e7"])
    if row["kind"] == "strip":
        # The week of the last use would say whether a strip is active; so would a growing number of flights.
        row = {**row, "end": row["start"], "evidence_count": 0}
    return {
        **row,
        **place,
        "id": bytes(32),
        "anchor": bytes(32),
        "subject": "",
        "start": _week(row["start"]),
        "end": _week(row["end"]) + _WEEK_US,
        "terms": [{**term, "values": []} for term in _list(row["terms"])],
        "reasons": [],
        "evidence": [],
        "evidence_digest": bytes(32),
        "innocent": [{**test, "values": []} for test in _list(row["innocent"])],
        "searched": [],
        "supersedes": None,
    }


def _list(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value


def _week(time_us: object) -> int:
    assert isinstance(time_us, int)
    return (time_us - _MONDAY_US) // _WEEK_US * _WEEK_US + _MONDAY_US


def _cell(lat_e7: object, lon_e7: object) -> dict[str, int | None]:
    if not isinstance(lat_e7, int) or not isinstance(lon_e7, int):
        return {"lat_e7": None, "lon_e7": None, "radius_mm": None}
    lat, lon = h3.cell_to_latlng(h3.latlng_to_cell(lat_e7 / 1e7, lon_e7 / 1e7, PUBLIC_RESOLUTION))
    return {"lat_e7": round(lat * 1e7), "lon_e7": round(lon * 1e7), "radius_mm": PUBLIC_RADIUS_MM}
