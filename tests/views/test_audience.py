"""The public sees cells and weeks of the past; no way round: everything it gets is searched for what must stay in."""

from __future__ import annotations

from dataclasses import replace

import h3
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.views.findings_made import AS_OF_US, DAY_US, SECRETS, finding, table
from veedor.cli.text.finding import blocks_of, table_of
from veedor.engine.findings import Evidence, Finding, Place, Reason
from veedor.errors import UsageError
from veedor.export.geojson import findings_geojson
from veedor.export.overview_html import overview_html
from veedor.views.audience import PUBLIC_RESOLUTION, audience_of, seen_by
from veedor.views.finding import finding_views
from veedor.views.finding_json import finding_lines
from veedor.views.overview import overview
from veedor.views.rows import plain_rows


def everything_public(*findings: Finding) -> str:
    rows = seen_by("public", table(*findings), AS_OF_US)
    page = overview("apure", "en", "public", AS_OF_US, table(*findings))
    lines = [msgspec.json.encode(line).decode() for line in finding_lines(rows)]
    views = finding_views(rows, "en")
    texts = [*table_of(views, 0, "en", "public"), *blocks_of(views, 0, "en", "public")]
    parts = [*lines, *texts, findings_geojson(page), overview_html([page], lambda box: [])]
    return "\n".join([*parts, msgspec.json.encode(page).decode()])


def test_nothing_confidential_reaches_the_public_by_any_renderer() -> None:
    shown = everything_public(finding(), finding(kind="fan_in", subject="account:CO9900112233"))
    for secret in SECRETS:
        assert secret not in shown
    assert "09" * 32 not in shown, "the record's deposit"
    assert "7.123" not in shown and "67.654" not in shown, "the place in degrees"


def test_the_owner_sees_all_of_it() -> None:
    rows = table(finding())
    assert seen_by("owner", rows, AS_OF_US).equals(rows)
    (line,) = finding_lines(seen_by("secretariat", rows, AS_OF_US))
    assert b"CO9900112233" in msgspec.json.encode(line)


@pytest.mark.parametrize(("age_days", "shown"), [(0, 0), (29, 0), (30, 1), (400, 1)])
def test_nothing_younger_than_thirty_days_is_public(age_days: int, shown: int) -> None:
    assert seen_by("public", table(finding(age_days)), AS_OF_US).num_rows == shown


@given(st.integers(-850_000_000, 850_000_000), st.integers(-1_799_999_999, 1_799_999_999))
def test_public_places_are_centres_of_cells_wider_than_five_kilometres(lat_e7: int, lon_e7: int) -> None:
    row = plain_rows(seen_by("public", table(replace(finding(), place=Place(lat_e7, lon_e7, 1))), AS_OF_US))[0]
    cell = h3.latlng_to_cell(lat_e7 / 1e7, lon_e7 / 1e7, PUBLIC_RESOLUTION)
    centre = h3.cell_to_latlng(cell)
    assert abs(row["lat_e7"] / 1e7 - centre[0]) < 1e-6
    assert min(h3.edge_length(edge, unit="km") for edge in h3.origin_to_directed_edges(cell)) * 3**0.5 > 5


@given(st.integers(0, 6), st.integers(0, DAY_US - 1))
def test_public_times_are_whole_weeks_that_hold_the_true_ones(days: int, within: int) -> None:
    made = finding(100)
    moved = replace(made, start_us=made.start_us - days * DAY_US - within)
    row = plain_rows(seen_by("public", table(moved), AS_OF_US))[0]
    assert row["start"] <= moved.start_us and moved.end_us <= row["end"]
    assert (row["start"] - 4 * DAY_US) % (7 * DAY_US) == 0 == (row["end"] - 4 * DAY_US) % (7 * DAY_US)


def test_public_rows_carry_no_order_of_their_true_times() -> None:
    early, late = finding(101), finding(100)
    assert plain_rows(seen_by("public", table(early, late), AS_OF_US)) == plain_rows(
        seen_by("public", table(late, early), AS_OF_US)
    )


def test_an_unknown_audience_is_refused() -> None:
    with pytest.raises(UsageError, match="everybody"):
        audience_of("everybody")


def strip(age_days: int, first_days: int, state: str, heading: int, uses: int) -> Finding:
    made = finding(age_days, "strip", "strip:777000777")
    values = {"heading_e7": heading, "flights": uses}
    return replace(
        made,
        start_us=AS_OF_US - first_days * DAY_US,
        reasons=[Reason(f"air.site.state.{state}"), Reason("air.site.reason.heading", values)],
        evidence=[Evidence(bytes([9] * 32), row, row, "air.role.last_of_leg") for row in range(uses)],
    )


def test_the_public_cannot_tell_whether_a_strip_is_still_used_nor_how_it_lies() -> None:
    """Two strips first used in the same week, one used until lately, one given up long ago, look the same."""
    lately = everything_public(strip(31, 400, "active", 712_345_678, 40))
    given_up = everything_public(strip(390, 400, "inactive", 1_234_567, 3))
    assert lately == given_up
    for word in ("active", "inactive", "71.23", "712345678", "777000777"):
        assert word not in lately.replace("interactive", "")


@pytest.mark.parametrize("age_days", [0, 29])
def test_a_strip_used_within_thirty_days_is_not_public_at_all(age_days: int) -> None:
    assert seen_by("public", table(strip(age_days, 400, "active", 0, 9)), AS_OF_US).num_rows == 0
