"""Which categories are read, and as what: the one list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from veedor.formats.asterix.decode import Decoded
from veedor.formats.radar import cat001 as asterix_001
from veedor.formats.radar import cat021 as asterix_021
from veedor.formats.radar import cat034 as asterix_034
from veedor.formats.radar import cat048 as asterix_048
from veedor.formats.radar import cat062 as asterix_062
from veedor.formats.radar import surface, systems
from veedor.formats.radar.columns import Bools, Meaning
from veedor.tables import PLOTS, SENSOR_MESSAGES, Table


@dataclass(frozen=True)
class Read:
    """Records of a category (those that `belongs` says, all without it) as rows of a table; `time_at` names the item
    that says when."""

    category: int
    table: Table
    items: tuple[str, ...]
    meaning: Meaning
    time_at: str
    belongs: Callable[[Decoded], Bools] | None = None


READ: tuple[Read, ...] = (
    Read(1, PLOTS, asterix_001.ITEMS, asterix_001.meaning, "I001/141"),
    Read(2, SENSOR_MESSAGES, asterix_034.ITEMS_002, asterix_034.meaning_002, "I002/030"),
    Read(10, PLOTS, surface.ITEMS_010, surface.meaning_010, "I010/140", surface.is_target),
    Read(10, SENSOR_MESSAGES, systems.ITEMS_010, systems.meaning_010, "I010/140", systems.is_message),
    Read(20, PLOTS, surface.ITEMS_020, surface.meaning_020, "I020/140"),
    Read(21, PLOTS, asterix_021.ITEMS, asterix_021.meaning, "I021/071"),
    Read(34, SENSOR_MESSAGES, asterix_034.ITEMS_034, asterix_034.meaning_034, "I034/030"),
    Read(48, PLOTS, asterix_048.ITEMS, asterix_048.meaning, "I048/140"),
    Read(62, PLOTS, asterix_062.ITEMS, asterix_062.meaning, "I062/070"),
    Read(63, SENSOR_MESSAGES, systems.ITEMS_063, systems.meaning_063, "I063/030"),
    Read(65, SENSOR_MESSAGES, systems.ITEMS_065, systems.meaning_065, "I065/030"),
)


def reads_of(category: int) -> tuple[Read, ...]:
    """How a category is read; empty where it is not."""
    return tuple(each for each in READ if each.category == category)


def items_of(category: int) -> frozenset[str]:
    """The items that reading a category needs."""
    return frozenset(item for each in reads_of(category) for item in each.items)
