"""How fast bank messages are read: entries and transfers per processor second, beside bare lxml over the same file.

A record is about 1,000 bytes, in XML of at least 25 fields, as asked. lxml counts and clears the records and reads
nothing of them, the least that any reader could do. Best of three, one process, nothing kept.

Memory: the most that a process that only reads a statement of 1 GB ever held resident (VmHWM, with interpreter and
libraries).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from lxml import etree

from benchmarks.deposit_files import ACCOUNT, entries
from benchmarks.record import Measure
from veedor.formats import FileSource, Options, detect
from veedor.formats.bank.camt053_encode import encode_notification, encode_statement
from veedor.formats.bank.mt940_encode import encode_mt940
from veedor.formats.bank.transfers_encode import encode_transfers

ROWS = 30_000
GOAL = "10,000 a processor second; a third of lxml"
LARGE_BYTES = 1_000_000_000
MEMORY_GOAL = "under 300 MB"
_AT = datetime(2026, 6, 1, tzinfo=UTC)
_WORDS = "delivery of goods as ordered, several lots, with papers and insurance; "
_DAYS: dict[str, Any] = {
    "currency": "EUR", "opening_units": 0, "closing_units": 0, "exponent": 2, "opening_date": date(2026, 5, 1),
    "closing_date": date(2026, 5, 31), "simulated": True,
}  # fmt: skip


def measure() -> Sequence[Measure]:
    """Rates of camt.053, camt.054, pacs.008, pain.001 and MT940; memory for a statement of 1 GB."""
    booked = _lengthened(entries(ROWS), 5)
    told = _transfers(booked)
    head: dict[str, Any] = {"message_id": "M1", "created": _AT}
    who: dict[str, Any] = {"account": ACCOUNT, "bank": "COBADEFFXXX"}
    files: tuple[tuple[str, str, Callable[[], Iterator[bytes]]], ...] = (
        ("camt.053", "Ntry", lambda: encode_statement(booked, **head, **who, holder="Simulated", **_DAYS)),
        ("camt.054", "Ntry", lambda: encode_notification(
            booked, **head, **who, holder="Simulated", currency="EUR", simulated=True)),
        ("pacs.008", "CdtTrfTxInf", lambda: encode_transfers(told, message="pacs.008", simulated=True, **head)),
        ("pain.001", "CdtTrfTxInf", lambda: _initiation(told, **head)),
        ("MT940", "", lambda: encode_mt940(_lengthened(booked, 4), reference="R", **who, **_DAYS)),
    )  # fmt: skip
    found = []
    with tempfile.TemporaryDirectory(prefix="veedor-bench-statements-") as scratch:
        for name, tag, write in files:
            path = Path(scratch) / name
            with path.open("wb") as sink:
                sink.writelines(write())
            found.append(_figure(name, tag, path))
            if name in _ENTRY:
                found.append(_memory(name, path))
    return found


# What begins an entry and what follows the last one.
_ENTRY = {"camt.053": (b"<Ntry>", b"</Stmt>"), "MT940": (b":61:", b":62F:")}


def _memory(name: str, path: Path) -> Measure:
    """The same entries over and over between the head and tail of the statement, up to a gigabyte."""
    begin, end = _ENTRY[name]
    data = path.read_bytes()
    first, last = data.index(begin), data.rindex(end)
    large = path.with_suffix(".large")
    times = LARGE_BYTES // (last - first) + 1
    with large.open("wb") as sink:
        sink.write(data[:first])
        for _ in range(times):
            sink.write(data[first:last])
        sink.write(data[last:])
    command = [sys.executable, "-m", "benchmarks.deposit_large_run", "read", str(large)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout.splitlines()[-1])
    size = large.stat().st_size
    large.unlink()
    note = f"{size / 1e9:.2f} GB, {times * ROWS:,} entries in {said['seconds']:,.0f} processor seconds"
    return Measure(f"{name}, memory of reading 1 GB", said["peak"] / 1e6, "MB", goal=MEMORY_GOAL, note=note)


def _figure(name: str, tag: str, path: Path) -> Measure:
    ours = ROWS / min(_seconds(lambda: _read(path)) for _ in range(3))
    size = path.stat().st_size // ROWS
    if not tag:
        return Measure(f"{name}, reader to tables", ours, "entries/s", note=f"{size} bytes an entry")
    bare = ROWS / min(_seconds(lambda: _bare(path, tag)) for _ in range(3))
    fields = _fields(path, tag)
    note = f"{size} bytes and {fields} elements a record; lxml {bare:,.0f}/s"
    return Measure(
        f"{name}, reader to tables", ours, "records/s", ours / bare, "bare lxml iterparse, same file", GOAL, note
    )


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def _read(path: Path) -> None:
    source = FileSource(path)
    rows = 0
    for batch in detect(source).read(source, Options()):
        assert not batch.rejects
        rows += batch.rows.num_rows if batch.table.name in ("entries", "transfers") else 0
    assert rows == ROWS


def _bare(path: Path, tag: str) -> None:
    count = 0
    for _, element in etree.iterparse(str(path), tag=f"{{*}}{tag}", resolve_entities=False, no_network=True):
        count += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    assert count == ROWS


def _fields(path: Path, tag: str) -> int:
    for _, element in etree.iterparse(str(path), tag=f"{{*}}{tag}", resolve_entities=False, no_network=True):
        return sum(1 for _ in element.iter())
    return 0


def _lengthened(rows: pa.Table, times: int) -> pa.Table:
    """The same entries with remittance information that makes each about 1,000 bytes."""
    words = pa.repeat(_WORDS * times + "[SIMULATED]", rows.num_rows)
    return rows.set_column(rows.column_names.index("purpose"), "purpose", words)


def _transfers(booked: pa.Table) -> pa.Table:
    rows = booked.num_rows
    same = {
        "settlement_date": pa.repeat(pa.scalar(date(2026, 5, 4)), rows), "charges_bearer": pa.repeat("SHAR", rows),
        "debtor_name": pa.repeat("Simulated Trade Ltd", rows), "debtor_account": pa.repeat(ACCOUNT, rows),
        "debtor_agent": pa.repeat("COBADEFFXXX", rows), "debtor_country": pa.repeat("DE", rows),
        "debtor_address": pa.repeat("1 Simulated Street, Simulated Town", rows),
        "creditor_address": pa.repeat("2 Simulated Street, Simulated Town", rows),
        "creditor_country": pa.repeat("GB", rows), "instructing_agent": pa.repeat("COBADEFFXXX", rows),
    }  # fmt: skip
    taken = {
        "end_to_end_id": "end_to_end_id", "instruction_id": "servicer_reference", "amount_units": "amount_units",
        "amount_exponent": "amount_exponent", "currency": "currency", "creditor_name": "counterparty_name",
        "creditor_account": "counterparty_account", "creditor_agent": "counterparty_bank",
    }  # fmt: skip
    columns = {name: booked[source] for name, source in taken.items()}
    return pa.table({**columns, **same, "remittance": pa.repeat(_WORDS * 2 + "[SIMULATED]", rows)})


def _initiation(rows: pa.Table, message_id: str, created: datetime) -> Iterator[bytes]:
    """The transfers as payments that one debtor orders (pain.001.001.09)."""
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">\n'
        f"<CstmrCdtTrfInitn><GrpHdr><MsgId>{message_id}</MsgId><CreDtTm>{created:%Y-%m-%dT%H:%M:%SZ}</CreDtTm>"
        f"<NbOfTxs>{rows.num_rows}</NbOfTxs><InitgPty><Nm>Simulated</Nm></InitgPty></GrpHdr>\n"
        "<PmtInf><PmtInfId>P</PmtInfId><ReqdExctnDt><Dt>2026-05-04</Dt></ReqdExctnDt><Dbtr><Nm>Simulated</Nm></Dbtr>"
        f"<DbtrAcct><Id><IBAN>{ACCOUNT}</IBAN></Id></DbtrAcct>\n"
    )
    yield head.encode()
    transfers = b"".join(encode_transfers(rows, message="pacs.008", message_id="M", created=created, simulated=False))
    for each in transfers.split(b"<CdtTrfTxInf>")[1:]:
        # An initiation says the ordered amount where the transfer between banks says the settled one.
        body = each.partition(b"</CdtTrfTxInf>")[0]
        amount, close = b"<Amt><InstdAmt", b"</InstdAmt></Amt>"
        body = body.replace(b"<IntrBkSttlmAmt", amount).replace(b"</IntrBkSttlmAmt>", close)
        yield b"<CdtTrfTxInf>" + body + b"</CdtTrfTxInf>\n"
    yield b"</PmtInf></CstmrCdtTrfInitn>\n</Document>\n"
