"""The messages between banks that stories have: pacs.008 and pacs.009 of banks that write camt.053, MT103, MT202 and
MT202COV of the others, each as its bank keeps it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.formats.bank.mt103_encode import encode_wires
from veedor.formats.bank.transfers_encode import encode_transfers
from veedor.simulate.paying.ledger import EXPONENT
from veedor.simulate.paying.people import BANKS, MARKETS
from veedor.simulate.paying.purse import Period, Purse
from veedor.simulate.paying.wires import Leg
from veedor.simulate.scale import DAY_S
from veedor.simulate.seeds import child

_COLUMNS = (
    "kind", "uetr", "settlement_date", "currency", "debtor_agent", "creditor_agent", "instructing_agent",
    "instructed_agent", "initiating_name", "ultimate_debtor_name", "remittance",
    *(
        f"{below}{who}_{what}"
        for below in ("", "underlying_")
        for who in ("debtor", "creditor")
        for what in ("name", "account", "address", "agent")
    ),
)  # fmt: skip
_SCHEMA = pa.schema(
    [(name, pa.date32() if name == "settlement_date" else pa.string()) for name in dict.fromkeys(_COLUMNS)]
    + [("amount_units", pa.int64()), ("amount_exponent", pa.int8())]
)


def wire_rows(purse: Purse, period: Period, start: datetime) -> dict[int, list[dict[str, Any]]]:
    """Messages of a period by the bank that keeps them, in order of time: columns of transfers, and `sent`."""
    deals = {
        (deal.payer, deal.payee, deal.units, deal.t): (number, ordinal, deal)
        for number, story in enumerate(purse.stories)
        for ordinal, deal in enumerate(story.deals)
        if deal.legs
    }
    pay, found = period.booked.payments, defaultdict(list)
    bics = [bank.bic for bank in purse.people.banks]
    for at in np.nonzero(np.isin(pay.t, [key[3] for key in deals]))[0].tolist():
        key = int(pay.payer[at]), int(pay.payee[at]), int(pay.units[at]), float(pay.t[at])
        if key not in deals:
            continue
        number, ordinal, deal = deals[key]
        uetr = period.booked.uetr[at].as_py() or _uetr(child(purse.seed, "uetr of a wire", number, ordinal))
        market = int(purse.people.market[deal.payer])
        shared = {
            "uetr": uetr, "settlement_date": (start + timedelta(days=int(deal.t // DAY_S))).date(),
            "amount_units": deal.units, "amount_exponent": EXPONENT, "currency": MARKETS[market].currency,
        }  # fmt: skip
        for leg in deal.legs:
            found[leg.by].append({**shared, **_said(leg, bics, deal.purpose)})
    return found


def _said(leg: Leg, bics: Sequence[str], purpose: str) -> dict[str, Any]:
    """What one message says, as columns."""
    below = "" if leg.kind == "transfer" else "underlying_"
    made: dict[str, Any] = {
        "kind": leg.kind, "sent": leg.by == leg.sender, "instructing_agent": bics[leg.sender],
        "instructed_agent": bics[leg.receiver], "initiating_name": leg.behind or None,
        "ultimate_debtor_name": leg.behind or None,
    }  # fmt: skip
    if below:
        made |= {"debtor_agent": bics[leg.sender], "creditor_agent": bics[leg.receiver]}
    if leg.kind == "institution":
        return made
    for who, said in (("debtor", leg.debtor), ("creditor", leg.creditor)):
        agent = bics[leg.sender if said.bank < 0 else said.bank]
        parts = (("name", said.name), ("account", said.account), ("address", said.address), ("agent", agent))
        made |= {f"{below}{who}_{what}": text or None for what, text in parts}
    made["remittance"] = None if below else f"{purpose} [SIMULATED]"
    return made


def _uetr(rng: np.random.Generator) -> str:
    h = rng.bytes(16).hex()
    return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-a{h[17:20]}-{h[20:]}"


def write_wires(out: Path, wires: Mapping[int, list[dict[str, Any]]], created: datetime, part: str) -> None:
    """The files of every bank that keeps some of `wire_rows`, written at the end of the period."""
    for index, rows in sorted(wires.items()):
        bank = BANKS[index]
        folder = out / bank.party / "bank"
        if bank.form != "camt053":
            for sent, name in ((True, "wires-out"), (False, "wires-in")):
                table = _table([row for row in rows if row["sent"] == sent], ("transfer", "cover", "institution"))
                if table.num_rows:
                    messages = encode_wires(table, received=not sent, simulated=True)
                    (folder / f"SIMULATED-{bank.bic}-{name}{part}.fin").write_bytes(b"".join(messages))
            continue
        for message, kinds, name in (
            ("pacs.008", ("transfer",), "wires"),
            ("pacs.009", ("cover", "institution"), "covers"),
        ):
            table = _table(rows, kinds)
            if table.num_rows:
                chunks = encode_transfers(
                    table, message=message, message_id=f"SIMULATED-{bank.bic}-{name.upper()}", created=created,
                    simulated=True,
                )  # fmt: skip
                (folder / f"SIMULATED-{bank.bic}-{name}{part}.xml").write_bytes(b"".join(chunks))


def _table(rows: list[dict[str, Any]], kinds: tuple[str, ...]) -> pa.Table:
    return pa.Table.from_pylist([row for row in rows if row["kind"] in kinds], _SCHEMA)
