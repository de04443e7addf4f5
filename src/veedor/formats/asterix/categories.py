"""The one list of categories and editions that can be read."""

from __future__ import annotations

from veedor.errors import UsageError
from veedor.formats.asterix import cat001, cat002, cat010, cat020, cat021, cat034, cat048, cat062, cat063, cat065
from veedor.formats.asterix.layout import Category

CATEGORIES: tuple[Category, ...] = (
    *cat001.CATEGORIES,
    *cat002.CATEGORIES,
    *cat010.CATEGORIES,
    *cat020.CATEGORIES,
    *cat021.CATEGORIES,
    *cat034.CATEGORIES,
    *cat048.CATEGORIES,
    *cat062.CATEGORIES,
    *cat063.CATEGORIES,
    *cat065.CATEGORIES,
)


def of_number(number: int) -> tuple[Category, ...]:
    """All layouts of a category, oldest edition first; empty where it is unknown."""
    return tuple(category for category in CATEGORIES if category.number == number)


def find(number: int, edition: str) -> Category:
    """The layout of one edition; UsageError names those that exist."""
    for category in of_number(number):
        if edition in category.editions:
            return category
    known = ", ".join(edition for category in of_number(number) for edition in category.editions)
    raise UsageError(
        "this edition of the category cannot be read",
        place=f"CAT{number:03}",
        expected=known or "a category that can be read",
        found=edition,
        next_step="declare one of these editions in the site table",
    )
