"""A deposit that was restated shows what was stated before, until when, and what is stated now; others show no more."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from tests.accord.test_three_folders import opened, says, seal_at
from tests.mission.copies import three_copies
from tests.mission.stage import DAY_US, HOUR_US, NOON_US, a_deposit
from veedor.export.overview_html import overview_html
from veedor.mission.rows.state import DepositRow, RestateRow, rows_of
from veedor.mission.state.fold import State
from veedor.mission.statements.bodies import Outage, Period, Restate
from veedor.mission.statements.types import DEPOSIT, RESTATE
from veedor.views.mission_overview import mission_overview

WHOLE = Period(NOON_US - DAY_US, NOON_US, "complete")
DARK = (Outage(NOON_US - 5 * HOUR_US, NOON_US - 3 * HOUR_US),)


def restated(folder: Path) -> State:
    """A partial deposit and another; the first is restated, and once more after the last seal."""
    three = three_copies(folder / "stage")
    digests = []
    for number, word in enumerate(("partial", "unknown"), 1):
        with opened(three, "ve", seed=word) as mission:
            private = mission.confidential.collect(share=False)
            body = a_deposit(private, bytes([number]) * 32, period=Period(NOON_US - DAY_US, NOON_US, word))
            digests.append(mission.publish(DEPOSIT, body, NOON_US, private).digest)
    says(three, "ve", RESTATE, Restate(digests[0], WHOLE, ()))
    seal_at(three, 3)
    says(three, "ve", RESTATE, Restate(digests[0], WHOLE, DARK))
    with opened(three, "ve") as mission:
        return mission.state


def test_every_restatement_is_a_row_after_its_deposit(tmp_path: Path) -> None:
    rows = [each for each in rows_of(restated(tmp_path)) if isinstance(each, DepositRow | RestateRow)]
    first, once, again, other = rows
    assert isinstance(first, DepositRow) and first.completeness == "partial", "what was stated first stays"
    assert isinstance(once, RestateRow) and isinstance(again, RestateRow) and isinstance(other, DepositRow)
    assert (once.of_entry, again.of_entry, once.deposit) == (first.entry, first.entry, first.digest)
    assert (once.was.completeness, once.now.completeness) == ("partial", "complete")
    assert again.was == once.now and (again.was.outages_us, again.now.outages_us) == (0, 2 * HOUR_US)
    assert (once.time_s, again.time_s) == ((NOON_US + 3 * DAY_US) // 1_000_000, None)


def test_the_overview_shows_what_was_stated_before_and_until_when(tmp_path: Path) -> None:
    state = restated(tmp_path)
    pages = [mission_overview(state, None, None, "owner", language, "de_facto") for language in ("en", "es")]
    line, other = pages[0].deposits
    assert (line.stated.completeness, line.stated.outages_us) == ("complete", 2 * HOUR_US)
    assert [each.stated.completeness for each in line.earlier] == ["partial", "complete"]
    assert [each.until_us for each in line.earlier] == [NOON_US + 3 * DAY_US, None]
    assert (other.stated.completeness, other.earlier) == ("unknown", ())
    html = overview_html(pages, lambda box: [])
    told = (
        *("Stated until", "claimed partial, without outages", "Stated until a seal covers what replaces it"),
        *(
            "Restated",
            "claimed complete, 2.0 h of outages",
            "Declarado hasta",
            "Rectificado",
            "2,0 h de interrupciones",
        ),
    )
    places = [html.index(each) for each in told]
    assert all(before <= after for before, after in pairwise(places))
    assert "of unknown completeness" not in html, "of a deposit that nobody restated the page says what it said before"
