"""Which editions can be read: what is asked for is found or refused, and the page names them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from veedor.errors import UsageError
from veedor.formats.asterix.categories import CATEGORIES, find, of_number
from veedor.formats.asterix.walk import REASONS


def test_an_edition_that_is_not_declared_is_refused_with_those_that_are() -> None:
    assert find(48, "1.28") is find(48, "1.30")
    with pytest.raises(UsageError, match=r"CAT021.*2\.7.*1\.4"):
        find(21, "1.4")


def test_the_page_names_every_edition_that_is_read() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/formats/asterix-wire.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| (\d{3}) \|.*\| ([\d. ;]+) \|$", page, re.MULTILINE))
    numbers = sorted({category.number for category in CATEGORIES})
    assert named == {f"{each:03}": "; ".join(" ".join(one.editions) for one in of_number(each)) for each in numbers}


def test_the_page_names_every_reason_of_damage() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/formats/asterix-wire.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(\w+)`", page)) >= set(REASONS)
