"""What an entry says beside amount, time and the other side: charges, parties behind the parties, addresses, places."""

from __future__ import annotations

from veedor.formats.bank.bank_values import Row, amount
from veedor.formats.bank.camt053_leaves import (
    BRANCH,
    CHARGES,
    INSTRUCTED,
    RATES,
    RECORDS,
    RETURNED,
    TERMINAL,
    agent,
)
from veedor.formats.bank.xml_party import place_of, said_of
from veedor.formats.bank.xml_reading import Reading
from veedor.formats.bank.xml_shape import Leaves

_AGENTS = agent("Agt"), agent("Pty")
_RATES, _TERMINALS = frozenset(RATES), frozenset(TERMINAL)


def details(side: str) -> Reading:
    """What a transaction says whose other side is `side`, "Dbtr" or "Cdtr". The other side's name is not of it: a
    party behind it stands in where it has none."""
    own = "Cdtr" if side == "Dbtr" else "Dbtr"
    other = said_of(f"RltdPties/{side}", "counterparty").without("counterparty_name")
    return (
        Reading(
            {
                "initiating_name": ("RltdPties/InitgPty/Nm", "RltdPties/InitgPty/Pty/Nm"),
                "purpose_code": ("Purp/Cd", "Purp/Prtry"),
                "return_reason": RETURNED,
            }
        )
        | other
        | said_of(f"RltdPties/Ultmt{side}", "ultimate_counterparty")
        | said_of(f"RltdPties/Ultmt{own}", "ultimate_holder")
    )


def ordered_of(detail: Leaves, entry: Leaves) -> Row:
    """The ordered amount and its rate; what the entry says of them stands in for a transaction that says nothing."""
    ordered = entry if INSTRUCTED not in detail.texts and detail.texts.keys().isdisjoint(_RATES) else detail
    row: Row = {}
    if INSTRUCTED in ordered.texts:
        found = amount(ordered, INSTRUCTED, INSTRUCTED)
        row |= dict(zip(("instructed_units", "instructed_exponent", "instructed_currency"), found, strict=True))
    if not ordered.texts.keys().isdisjoint(_RATES):
        row["exchange_rate"] = ordered.first(*RATES)
    return row


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
        if said is not None and not said.texts.keys().isdisjoint(_TERMINALS):
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
