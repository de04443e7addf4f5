"""All checks in their order; later ones only where earlier ones found nothing that would mislead them."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfoNotFoundError

from veedor.accord.check.conditions import wrong_conditions
from veedor.accord.check.names import Wrong, wrong_names
from veedor.accord.check.times import tables_of, wrong_times
from veedor.accord.check.walk import unreachable
from veedor.accord.load import Loaded
from veedor.accord.sharing import shared
from veedor.accord.strict_yaml import refuse
from veedor.accord.zones import differences
from veedor.errors import InputError

MOST_NAMED = 12
MOST_PROBLEMS = 100


def problems(loaded: Loaded) -> tuple[InputError, ...]:
    """What is wrong, each with line and column, at most MOST_PROBLEMS; empty: it can be signed."""
    accord = loaded.accord
    found: list[Wrong] = [*wrong_names(accord), *wrong_times(accord)]
    if not found:
        found = [*wrong_conditions(accord), *unreachable(accord)]
    return tuple(_error(loaded, each) for each in found[:MOST_PROBLEMS])


def zone_differences(loaded: Loaded, years: tuple[int, int]) -> tuple[InputError, ...]:
    """Where the accord's zones differ from the tz database of this machine within these years: for people to judge, as
    the accord's own tables count. A zone that the database does not know is told too."""
    (zones, _), _ = tables_of(loaded.accord)
    found = []
    for name, zone in zones.items():
        try:
            differ = differences(zone, years)
        except (ZoneInfoNotFoundError, ValueError):
            found.append(Wrong(("zones", name), "the tz database of this machine does not know this zone", found=name))
            continue
        if differ:
            shown = ", ".join(differ[:3])
            found.append(Wrong(("zones", name), "the tz database has other offsets for this zone", found=shown))
    return tuple(_error(loaded, each) for each in found)


def counts_twice(loaded: Loaded) -> tuple[InputError, ...]:
    """Where one document or event meets two obligations, or two periods of one: no error, but for people to know before
    they sign."""
    found = []
    for each in shared(loaded.accord):
        place = ("obligations", each.obligation, "met_when")
        if each.others:
            problem = "the document or event that meets this also meets other obligations, and counts for each"
            found.append(Wrong(place, problem, found=_some(each.others)))
        if each.overlaps:
            found.append(
                Wrong(place, "what comes between the end of a period and its deadline counts for the next too")
            )
    return tuple(_error(loaded, each) for each in found)


def _some(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are."""
    shown = ", ".join(names[:MOST_NAMED])
    return shown if len(names) <= MOST_NAMED else f"{shown} and {len(names) - MOST_NAMED} more"


def _error(loaded: Loaded, wrong: Wrong) -> InputError:
    fields = {"expected": wrong.expected, "found": wrong.found}
    named = ".".join(str(step) for step in wrong.path)
    given = {key: value for key, value in fields.items() if value is not None}
    return refuse(f"{named}: {wrong.problem}", loaded.file, loaded.mark(*wrong.path), **given)
