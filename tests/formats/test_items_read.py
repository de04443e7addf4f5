"""No item is dropped silently: what the reader of a category leaves out stands on the page with its reason."""

from __future__ import annotations

import re
from pathlib import Path

from veedor.formats.asterix.categories import of_number
from veedor.formats.radar.meaning import READ, items_of

PAGE = Path(__file__).resolve().parents[2] / "docs/formats/asterix.md"


def test_the_page_names_every_item_that_is_not_read_and_no_other() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## What becomes of the items")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if re.match(r"\| \d{3}/", line)]
    named = [
        (int(category), item)
        for cell in cells
        for category, items in re.findall(r"(\d{3})/((?:\d{3} ?)+)", cell)
        for item in items.split()
    ]
    skipped = {
        (number, item.name)
        for number in {each.category for each in READ}
        for layout in of_number(number)
        for item in layout.items
        if item.name not in ("RE", "SP") and not any(path.split(".")[0] == item.name for path in items_of(number))
    }
    assert sorted(named) == sorted(skipped)
