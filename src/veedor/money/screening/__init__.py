"""Screening of holders, counterparties and given names against sanctions lists, with reasons and innocent tests."""

from __future__ import annotations

from veedor.money.screening.craft import Craft, craft_of, screen_craft
from veedor.money.screening.parties import Party, Seen, parties_of
from veedor.money.screening.screen import Screening, ScreeningParameters, screen

__all__ = [
    "Craft",
    "Party",
    "Screening",
    "ScreeningParameters",
    "Seen",
    "craft_of",
    "parties_of",
    "screen",
    "screen_craft",
]
