"""Plain transactions of messages as columns, many at a time: the rows that `transfers_rows.transfer_row` gives.

A transaction goes this way where its amounts, times and currencies are beyond doubt and it covers no other transfer.
All others, above all those to be rejected, are left to `transfer_row`, which is what they mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from veedor.formats.arrow import Array, Mask, pc
from veedor.formats.bank import transfers_shape as shape
from veedor.formats.bank.bank_runs import Records
from veedor.formats.bank.bank_values import Wrong, day, moment
from veedor.formats.bank.transfers_rows import ABSENT, CHARGING, INSTRUCTED, KINDS, READINGS, SETTLED, Around
from veedor.formats.bank.xml_columns import Block, accounts, by_word, truths
from veedor.formats.bank.xml_run import Run
from veedor.formats.times import is_late

_TIME = pa.struct([("time", pa.int64()), ("time_is_date", pa.bool_())])


def transfer_columns(run: Run, around: Around, latest_us: int | None) -> Iterator[Records]:
    """The transactions of a run that go this way; `latest_us` as in the reader's options, None: any time may be."""
    if around.lost:
        return
    for block in run.blocks():
        paths = (*block.texts, *block.lists)
        beneath = around.message == "pacs.009" and any(path.startswith(shape.UNDERLYING) for path in paths)
        behind = around.message == "pain.001" and any(path.startswith("UltmtDbtr/") for path in paths)
        if not beneath and not behind and any(path in block.texts for path in (*SETTLED, *INSTRUCTED)):
            found = _columns(block, around, latest_us)
            if found is not None and found[1].any():
                yield Records.of(block.which, *found)


def _columns(block: Block, around: Around, latest_us: int | None) -> tuple[dict[str, Array], Mask] | None:
    size, header = len(block), around.header
    said = READINGS[around.message].columns(block)

    def put(name: str, value: Any, over: bool = False) -> None:
        """What stands for all, where nothing else is said or `over` all."""
        if value is None:
            return
        same = pa.repeat(pa.scalar(value), size)
        said[name] = pc.coalesce(said[name], same) if name in said and not over else same

    put("message", around.message)
    put("kind", KINDS[around.message])
    put("message_id", header.get("message_id"))
    put("created_raw", header.get("created_raw"))
    for name in ("instructing_agent", "instructed_agent"):
        put(name, header.get(name))
    put("original_message_id", around.original_message_id)
    put("status", around.outcome)
    if "uetr" in said:
        said["uetr"] = by_word(said["uetr"], str.lower, pa.string())
    good = _put_amounts(said, block)
    judged = _put_times(said, size, around, latest_us)
    if judged is None:
        return None
    good &= judged
    if "end_to_end_id" in said:
        ids = said["end_to_end_id"]
        said["end_to_end_id"] = pc.if_else(pc.equal(ids, ABSENT), None, ids)
    for side in ("debtor", "creditor"):
        iban, number = said.pop(f"{side}_iban", None), said.pop(f"{side}_number", None)
        if iban is not None or number is not None:
            said[f"{side}_account"] = accounts(iban, number, said.get(f"{side}_agent"), size)
    if around.message == "pain.001":
        for name, value in (around.debtor | around.ultimate_debtor).items():
            put(name, value, over=True)
        put("charges_bearer", around.block.get("charges_bearer"))
        said.pop("initiating_name", None)
        put("initiating_name", header.get("initiating_name"))
    said["reference"] = _references(said, size)
    return said, good


def _put_amounts(said: dict[str, Array], block: Block) -> Mask:
    """Settled and instructed amount and charges; which of them are beyond doubt."""
    good = np.ones(len(block), np.bool_)
    settled, instructed = (
        next((path for path in paths if path in block.texts), None) for paths in (SETTLED, INSTRUCTED)
    )
    for prefix, at in (("instructed", instructed), ("amount", settled or instructed)):
        if at is not None:
            units, places, currency, sound = block.amount(at)
            said[f"{prefix}_units"], said[f"{prefix}_exponent"] = pa.array(units), pa.array(places)
            said["currency" if prefix == "amount" else "instructed_currency"] = currency
            good &= sound
    charges = [each for each in block.inner(shape.CHARGES) if "Amt" in each.texts]
    if charges:
        written, agents = [], []
        for each in charges:
            _, _, currency, sound = each.amount("Amt")
            good &= sound
            written.append(pc.binary_join_element_wise(each.text("Amt"), currency, " "))
            agents.append(pc.fill_null(each.first(*CHARGING), ""))
        said["charges"], said["charges_agents"] = _lists(written), _lists(agents)
    return good


def _lists(columns: list[Array]) -> Array:
    """Columns as one of lists."""
    size, many = len(columns[0]), len(columns)
    turn: Any = pa.array(np.arange(size * many).reshape(many, size).T.ravel())
    offsets: Any = pa.array(np.arange(0, size * many + 1, many, dtype=np.int32))
    return pa.ListArray.from_arrays(offsets, pa.concat_arrays(columns).take(turn))


def _put_times(said: dict[str, Array], size: int, around: Around, latest_us: int | None) -> Mask | None:
    """When a transfer is; None where the time that stands for all is none."""
    nothing = pa.nulls(size, pa.string())
    requested, created = around.block.get("requested"), around.header.get("created_raw")
    settled = said.pop("settled", nothing)
    if around.header.get("settled") is not None:
        settled = pc.fill_null(settled, around.header["settled"])
    exact, original = said.pop("exact", nothing), said.pop("original_day", nothing)
    raw = pc.coalesce(exact, settled, pa.scalar(requested, pa.string()), pa.scalar(created, pa.string()))
    times = by_word(raw, lambda text: _time(text, latest_us), _TIME)
    said["time"], said["time_is_date"] = times.flatten()
    if around.message.startswith("camt"):
        settled = pc.coalesce(settled, original)
    said["settlement_date"] = by_word(settled, _day, pa.date32())
    if requested is not None:
        asked = _day(requested)
        if asked is None:
            return None
        said["requested_date"] = pa.repeat(pa.scalar(asked, pa.date32()), size)
    return truths(pc.is_valid(times)) & truths(pc.or_(pc.is_null(settled), pc.is_valid(said["settlement_date"])))


def _references(said: dict[str, Array], size: int) -> Array:
    """What the legs of a transfer share (transfers_rows.reference)."""
    found = pc.coalesce(*(said.get(name, pa.nulls(size, pa.string())) for name in ("uetr", "end_to_end_id")))
    if not found.null_count:
        return found
    own = [said[name] for name in ("message_id", "instruction_id", "transaction_id") if name in said]
    named = pc.binary_join_element_wise(pa.repeat("message", size), *own, "/", null_handling="skip")
    return pc.coalesce(found, pc.if_else(pc.equal(named, "message"), "message/", named))


def _time(text: str, latest_us: int | None) -> dict[str, object] | None:
    try:
        time, dated = moment(text, "")
    except Wrong:
        return None
    if time < 0 or (latest_us is not None and is_late(time, dated, latest_us)):
        return None
    return {"time": time, "time_is_date": dated}


def _day(text: str) -> date | None:
    try:
        return day(text, "")
    except Wrong:
        return None
