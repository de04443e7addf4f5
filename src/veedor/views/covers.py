"""What a deposit is stated to cover, as words."""

from __future__ import annotations

from veedor.mission.state.restated import Stated
from veedor.words import say


def cover_words(stated: Stated, language: str) -> str:
    """Period, completeness and outages, as a part of a sentence."""
    values = {"start_us": stated.start_us, "end_us": stated.end_us, "outages_us": stated.outages_us}
    word = say(f"word.{stated.completeness}", language)
    return say(
        "cover.with_outages" if stated.outages_us else "cover.stated", language, {**values, "completeness": word}
    )
