"""Innocent reasons for which accounts have a detail in common and pay each other, each tested on the records."""

from __future__ import annotations

from collections import Counter, defaultdict

from veedor.engine.findings import Innocent, Verdict
from veedor.money.amounts import permille
from veedor.money.innocence import RHYTHMS_DAYS
from veedor.money.ledger import DAY_US
from veedor.money.shells.circles import Circle, Moved
from veedor.registers.names import PreparedName, prepare

# So few people live under one roof.
_HOUSEHOLD = 4


def family(circle: Circle) -> Innocent:
    """People, none of them a firm, of one name, or so few under one address that they may share a household."""
    names = _names(circle)
    firms = sum(bool(name.forms) for name in names)
    values = {"accounts": len(circle.members), "firms": firms, "share_permille": _one_word(names)}
    if len(names) < len(circle.members):
        return Innocent("innocent.shells.family", "cannot_tell", values, 0)
    if firms:
        return Innocent("innocent.shells.family", "contradicts", values, 0)
    if values["share_permille"] >= 700:
        return Innocent("innocent.shells.family", "supports", values, -1200)
    at_home = any(row["kind"] == "address" for rows in circle.ties.values() for row in rows)
    if at_home and len(circle.members) <= _HOUSEHOLD:
        return Innocent("innocent.shells.family", "supports", values, -800)
    return Innocent("innocent.shells.family", "cannot_tell", values, 0)


def group_of_firms(circle: Circle) -> Innocent:
    """Firms that bear one name show that they belong together."""
    names = [name for name in _names(circle) if name.forms]
    share = _one_word(names)
    values = {"firms": len(names), "share_permille": share}
    verdict: Verdict = "cannot_tell" if len(names) < 2 else "supports" if share >= 700 else "contradicts"
    return Innocent("innocent.shells.group_of_firms", verdict, values, -1000 if verdict == "supports" else 0)


def adviser(circle: Circle) -> Innocent:
    """An accountant, lawyer or office that serves many: most of those that have the detail have no part in this."""
    served = max((row["accounts"] for rows in circle.ties.values() for row in rows), default=0)
    values = {"accounts": served, "members": len(circle.members)}
    verdict: Verdict = (
        "supports"
        if served >= 3 * len(circle.members)
        else "contradicts"
        if 10 * len(circle.members) >= 7 * served
        else "cannot_tell"
    )
    effect = {"supports": -1000, "contradicts": 150, "cannot_tell": 0}[verdict]
    return Innocent("innocent.shells.adviser", verdict, values, effect)


def rent_and_wages(circle: Circle) -> Innocent:
    """The same from one to the other again after a week, a fortnight or a month."""
    times: dict[tuple[str, str], list[Moved]] = defaultdict(list)
    for one in circle.inside:
        times[one.payer, one.payee].append(one)
    again = sum(_recurs(one, some) for some in times.values() for one in some)
    share = permille(again, len(circle.inside))
    values = {"share_permille": share, "payments": len(circle.inside)}
    if not circle.inside:
        return Innocent("innocent.shells.rhythm", "cannot_tell", values, 0)
    verdict: Verdict = "supports" if share >= 600 else "contradicts" if share <= 100 else "cannot_tell"
    return Innocent("innocent.shells.rhythm", verdict, values, -1000 if verdict == "supports" else 0)


def _recurs(one: Moved, some: list[Moved]) -> bool:
    return any(
        low * DAY_US <= abs(other.time - one.time) <= high * DAY_US
        and 3 * one.size <= 4 * other.size
        and 3 * other.size <= 4 * one.size
        for other in some
        for low, high in RHYTHMS_DAYS
    )


def _names(circle: Circle) -> list[PreparedName]:
    """Names of those that have one, by account."""
    return [prepare(name) for name in circle.names.values() if name is not None]


def _one_word(names: list[PreparedName]) -> int:
    """How many of these names have the word that most of them have, per mille."""
    words = Counter(word for name in names for word in {each.text for each in name.words if len(each.text) > 3})
    most = max(words.values(), default=0)
    return permille(most, len(names)) if most > 1 else 0
