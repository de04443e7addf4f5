"""A cover note is written by people: hours with their zone, and what is wrong is told with its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from veedor.errors import UsageError
from veedor.mission.deposits.cover import load_cover
from veedor.words import phrase_or_quote, told

HOUR_US = 3_600_000_000
MAY_US = 20_578 * 24 * HOUR_US  # 5 May 2026, midnight UTC


def written(folder: Path, text: str) -> Path:
    file = folder / "cover.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_hours_are_those_of_the_zone_that_is_written(tmp_path: Path) -> None:
    cover = load_cover(
        written(
            tmp_path,
            'completeness = "complete"\nstart = 2026-05-04T19:00:00-05:00\nend = 2026-05-06T00:00:00Z\n'
            "outages = [{ start = 2026-05-05T02:00:00Z, end = 2026-05-05T03:00:00Z }]\n",
        )
    )
    assert (cover.start_us, cover.end_us) == (MAY_US, MAY_US + 24 * HOUR_US)
    (away,) = (each.stated() for each in cover.outages)
    assert (away.start_us, away.end_us) == (MAY_US + 2 * HOUR_US, MAY_US + 3 * HOUR_US)


def test_without_a_period_none_is_stated(tmp_path: Path) -> None:
    cover = load_cover(written(tmp_path, 'recorder = "bank"\n'))
    assert (cover.start_us, cover.end_us, cover.outages) == (None, None, ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("start = 2026-05-05T00:30:00Z", "Expected whole hours from 1970 on"),
        ("start = 2026-05-05T00:00:00+05:30", "Expected whole hours from 1970 on"),
        ("start = 1969-12-31T23:00:00Z", "Expected whole hours from 1970 on"),
        ("start = 2026-05-05T00:00:00", "Expected `datetime` with a timezone component - at `$.start`"),
        ("start = 1777939200000000", "Expected `datetime | null`, got `int` - at `$.start`"),
        ("start_us = 0", "Object contains unknown field `start_us`"),
        ("start = 2026-05-05T01:00:00Z\nend = 2026-05-05T01:00:00Z", "Expected an end after the start"),
        (
            "outages = [{ start = 2026-05-05T01:00:00Z, end = 2026-05-05T00:00:00Z }]",
            "Expected an end after the start - at `$.outages[0]`",
        ),
        ('completeness = "yes"', "Invalid enum value 'yes' - at `$.completeness`"),
    ],
)
def test_a_note_that_cannot_be_used_says_why(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        load_cover(written(tmp_path, text + "\n"))
    assert refused.value.found == said
    assert refused.value.file == str(tmp_path / "cover.toml") and refused.value.next_step
    spanish = told(phrase_or_quote(said), "es")
    assert spanish != said and "Expected" not in spanish
