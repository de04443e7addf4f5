"""What was found on the ground stands beside a finding with its source; it moves no score, the public never sees it."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from tests.views.findings_made import AS_OF_US, finding, table
from veedor.export.overview_html import overview_html
from veedor.house import AIR
from veedor.tables import GROUND_FACTS
from veedor.tables.announced import FACT_KINDS, FACT_SOURCES
from veedor.views.audience import Audience
from veedor.views.finding import finding_views
from veedor.views.ground import MOST_SHOWN, ground_lines
from veedor.views.overview import overview
from veedor.words import LANGUAGES, known

KM_E7 = 90_000  # of latitude, a little under 1 km
LAT, LON = 71_234_567, -676_543_210  # of the finding, known to 2 km


def facts(*rows: dict[str, Any]) -> pa.Table:
    base = {
        "kind": "strip_destroyed", "time": AS_OF_US, "lat_e7": LAT, "lon_e7": LON, "error_mm": 500_000,
        "source_kind": "police", "source": "Brigade 7", "simulated": True, "deposit": b"g" * 32,
    }  # fmt: skip
    full = [
        {field.name: None if field.nullable else 0 for field in GROUND_FACTS.schema} | base | {"row": n} | row
        for n, row in enumerate(rows)
    ]
    types = {c.name: pa.int64() if pa.types.is_timestamp(c.type) else c.type for c in GROUND_FACTS.columns}
    return GROUND_FACTS.cast(pa.table({n: pa.array([row[n] for row in full], t) for n, t in types.items()}))


def told(*rows: dict[str, Any], kind: str = "landing_away") -> list[str]:
    """What is told beside the reasons of one finding."""
    (with_facts,), (without,) = (
        finding_views(table(finding(kind=kind)), "en", some) for some in (facts(*rows), facts())
    )
    assert with_facts.score_milli_log10 == without.score_milli_log10 and with_facts.terms == without.terms
    assert with_facts.reasons[: len(without.reasons)] == without.reasons
    return list(with_facts.reasons[len(without.reasons) :])


def test_a_strip_destroyed_where_somebody_landed_is_told_with_its_source_and_is_no_part_of_the_score() -> None:
    (said,) = told({})
    assert "no part of the score" in said and "a strip destroyed" in said and "Brigade 7 (police)" in said


@pytest.mark.parametrize(("north_km", "error_mm", "count"), [(2, 500_000, 1), (4, 500_000, 0), (4, 3_000_000, 1)])
def test_near_is_what_both_errors_of_place_allow(north_km: int, error_mm: int, count: int) -> None:
    assert len(told({"lat_e7": LAT + north_km * KM_E7, "error_mm": error_mm})) == count


def test_a_fact_without_a_stated_error_says_so_and_one_without_a_place_is_left_out() -> None:
    (said,) = told({"error_mm": None})
    assert "not said" in said
    assert told({"lat_e7": None}) == []


def test_the_nearest_come_first_and_the_rest_are_counted() -> None:
    rows = [{"lat_e7": LAT + n * 1_000, "source": f"report {n}"} for n in range(MOST_SHOWN + 2)]
    said = told(*rows[::-1])
    assert [f"report {n} " in line for n, line in enumerate(said[:MOST_SHOWN])] == [True] * MOST_SHOWN
    assert said[MOST_SHOWN:] == ["2 more such facts on the ground here"]


def test_lines_for_machines_name_the_finding_and_the_record_of_every_fact_near_it() -> None:
    one = table(finding(kind="strip"))
    rows = [{"lat_e7": LAT + n * 1_000, "source": f"report {n}"} for n in range(MOST_SHOWN + 2)]
    lines = list(ground_lines(one, facts(*rows)))
    assert [line.row for line in lines] == list(range(MOST_SHOWN + 2))
    assert {line.finding for line in lines} == {one["id"][0].as_py().hex()}
    assert lines[1].away_mm == pytest.approx(11_100, rel=0.02) and lines[1].error_mm == 500_000
    assert list(ground_lines(one, None)) == [] == list(ground_lines(table(finding(kind="gap")), facts(*rows)))


def test_a_silence_has_no_spot_on_the_ground() -> None:
    assert told({}, kind="gap") == []


@pytest.mark.parametrize(("audience", "shown"), [("owner", True), ("secretariat", True), ("public", False)])
def test_the_public_never_sees_it(audience: Audience, shown: bool) -> None:
    pages = [
        overview("m", each, audience, AS_OF_US, table(finding(age_days=60)), facts=facts({})) for each in LANGUAGES
    ]
    assert ("Brigade 7" in overview_html(pages, lambda *_: [])) is shown


def test_no_detector_reads_what_was_found_on_the_ground() -> None:
    assert not [each.name for each in AIR for read in each.reads if read.table is GROUND_FACTS]


def test_every_kind_and_source_has_words() -> None:
    assert all(known(f"ground.kind.{kind}") for kind in FACT_KINDS)
    assert all(known(f"ground.source.{kind}") for kind in FACT_SOURCES)
