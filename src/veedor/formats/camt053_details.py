"""What an entry says beside amount, time and the other side: charges, parties behind the parties, addresses, places.

Most entries say little of it, so each is looked for only where one of its paths was seen.
"""

from __future__ import annotations

from veedor.formats.bank_values import Row, amount
from veedor.formats.camt053_leaves import (
    BRANCH,
    CHARGES,
    INSTRUCTED,
    PARTIES,
    PATHS,
    RATES,
    RECORDS,
    RETURNED,
    SIDES,
    TERMINAL,
    TRANSACTION,
    agent,
)
from veedor.formats.xml_party import place_of, said_of
from veedor.formats.xml_shape import Leaves

_AGENTS = agent("Agt"), agent("Pty")
_INITIATING = ("RltdPties/InitgPty/Nm", "RltdPties/InitgPty/Pty/Nm")
_PURPOSE = ("Purp/Cd", "Purp/Prtry")
_RATES = frozenset(RATES)


def _topics() -> dict[str, str]:
    """Of each path that says something of this file, what it is about."""
    found: dict[str, str] = {}
    beginnings = {f"RltdPties/{who}/": who for who in PARTIES} | {
        f"RltdAgts/{side}Agt/BrnchId/": "branch" for side in SIDES
    }
    for full in PATHS["Ntry"]:
        path = full.removeprefix(f"{TRANSACTION}/")
        for beginning, topic in beginnings.items():
            if path.startswith(beginning):
                found[path] = topic
        for paths, topic in ((TERMINAL, "terminal"), (RETURNED, "returned"), (_INITIATING, "initiating"),
                             (_PURPOSE, "purpose"), ((INSTRUCTED, *RATES), "ordered")):  # fmt: skip
            if path in paths:
                found[path] = topic
    # A name alone is read with the account it belongs to.
    for side in SIDES:
        for end in ("Nm", "Pty/Nm"):
            del found[f"RltdPties/{side}/{end}"]
    return found


_TOPICS = _topics()


def details_of(detail: Leaves, entry: Leaves, side: str) -> Row:
    """What a transaction says; `side` is the other one. What the entry says of the ordered amount stands in for it."""
    topics = {_TOPICS.get(path) for said in (detail.texts, detail.lists) for path in said}
    row: Row = {}
    own = "Cdtr" if side == "Dbtr" else "Dbtr"
    for who, prefix in ((side, "counterparty"), (f"Ultmt{side}", "ultimate_counterparty"),
                        (f"Ultmt{own}", "ultimate_holder")):  # fmt: skip
        if who in topics:
            row |= said_of(detail, f"RltdPties/{who}", prefix)
    # The other side's name is the caller's: a party behind it stands in where it has none.
    row.pop("counterparty_name", None)
    if "initiating" in topics:
        row["initiating_name"] = detail.first(*_INITIATING)
    if "purpose" in topics:
        row["purpose_code"] = detail.first(*_PURPOSE)
    if "returned" in topics:
        row["return_reason"] = detail.first(*RETURNED)
    ordered = detail if "ordered" in topics else entry
    if INSTRUCTED in ordered.texts:
        found = amount(ordered, INSTRUCTED, INSTRUCTED)
        row |= dict(zip(("instructed_units", "instructed_exponent", "instructed_currency"), found, strict=True))
    if not _RATES.isdisjoint(ordered.texts):
        row["exchange_rate"] = ordered.first(*RATES)
    return row | charges_of(detail) if detail.inner else row


def charges_of(said: Leaves) -> Row:
    """Charges of an entry or of a transaction, each as written; a total stands in where no single one is said."""
    found: list[str] = []
    agents: list[str] = []
    bearer = None
    for charges in said.repeated(CHARGES):
        records = [each for each in (charges, *charges.repeated(RECORDS)) if "Amt" in each.texts]
        for each in records:
            _, _, currency = amount(each, "Amt", "Chrgs/Amt")
            minus = "-" if each.first("CdtDbtInd") == "CRDT" else ""
            found.append(f"{minus}{each.texts['Amt'].strip()} {currency}")
            agents.append(next((bank for paths in _AGENTS if (bank := each.first(*paths))), ""))
            bearer = bearer or each.first("Br")
        if not records and "TtlChrgsAndTaxAmt" in charges.texts:
            _, _, currency = amount(charges, "TtlChrgsAndTaxAmt", "Chrgs/TtlChrgsAndTaxAmt")
            found.append(f"{charges.texts['TtlChrgsAndTaxAmt'].strip()} {currency}")
            agents.append("")
    if not found:
        return {}
    return {"charges": found, "charges_agents": agents} | ({"charges_bearer": bearer} if bearer else {})


def place_of_money(entry: Leaves, detail: Leaves | None, instrument: str | None, sides: tuple[str, ...]) -> Row:
    """The terminal that was used; of cash and cheques else the branch, of the account's own side first."""
    for said in (detail, entry):
        if said is not None and any(path in said.texts for path in TERMINAL):
            named = dict.fromkeys(text for path in TERMINAL if (text := said.first(path)))
            if named:
                return {"place": " ".join(named), "place_kind": "terminal"}
    if detail is None or instrument not in ("cash", "cheque"):
        return {}
    for side in sides:
        at = f"RltdAgts/{side}Agt"
        named = dict.fromkeys(text for end in BRANCH if (text := detail.first(f"{at}/{end}")))
        address, town, country = place_of(detail, f"{at}/BrnchId")
        if named or address:
            return {
                "place": " ".join(named) or None, "place_kind": "branch", "place_address": address,
                "place_town": town, "place_country": country,
            }  # fmt: skip
    return {}
