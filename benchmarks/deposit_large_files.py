"""Files of one gigabyte for the deposit benchmark: a radar's CAT048 and one account's camt.053, from our encoders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks import deposit_files
from veedor.formats.bank.camt053 import encode_statement

_SAMPLE = 100_000
_END = b"</Stmt>\n</BkToCstmrStmt>\n</Document>\n"


def recording(folder: Path, records: int) -> Path:
    """A day of one radar in CAT048."""
    return deposit_files.write("ASTERIX CAT048", folder, records)[0]


def statement(folder: Path, entries: int) -> Path:
    """One statement of one account, in booking order, a booking every second."""
    folder.mkdir(parents=True)
    with (folder / "statement.xml").open("wb") as file:
        for first in range(0, entries, _SAMPLE):
            parts = list(_statement(first, min(_SAMPLE, entries - first)))
            # A statement in pieces: the head comes with the first of them, the end with the last.
            file.writelines(parts[0 if first == 0 else 1 : -1])
            file.write(parts[-1] if first + _SAMPLE >= entries else parts[-1].removesuffix(_END))
    return folder / "statement.xml"


def of_size(make: Callable[[Path, int], Path], folder: Path, megabytes: int) -> tuple[Path, int]:
    """A file of about so many megabytes, and how many records it has."""
    sample = make(folder / "sample", _SAMPLE)
    records = megabytes * 1_000_000 * _SAMPLE // sample.stat().st_size
    sample.unlink()
    return make(folder / "file", records), records


def _statement(first: int, count: int) -> Iterator[bytes]:
    rows = deposit_files.entries(count, first, 1_000_000)
    return encode_statement(
        rows, message_id="M1", created=datetime(2026, 7, 1, tzinfo=UTC), account=deposit_files.ACCOUNT,
        holder="Simulated", bank="COBADEFFXXX", currency="EUR", opening_units=0, closing_units=0, exponent=2,
        opening_date=date(2026, 5, 1), closing_date=date(2026, 6, 30), simulated=True,
    )  # fmt: skip
