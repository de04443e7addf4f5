"""How fast files are read and handed in, per wire format, beside what the same bytes cost another way in the same run.

Per format in a process of its own: the reader alone, a whole deposit (copied, read, committed, stored, stated) and, on
the same bytes, a peer that parses them and SHA-256. Processor seconds, one thread, after a small deposit that loads the
compiled kernels. `VEEDOR_DEPOSIT_ROWS` (default 400,000 plots, a quarter of it in entries).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyais
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import rs1090
from lxml import etree

from benchmarks.deposit_files import EVERY, FORMATS, write
from benchmarks.record import Measure
from veedor.formats.archive import open_sources
from veedor.formats.reader import ManyReader, Options
from veedor.log_folder.files import DiskFiles
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.keys import Work
from veedor.mission.copy.means import Means
from veedor.mission.deposits.cover import SIMULATED_COVER
from veedor.mission.deposits.deposit import deposit
from veedor.mission.deposits.hand_ins import HandIn, hand_ins
from veedor.mission.founding.founding import found_simulated, invitations, terms_of

ROWS = int(os.environ.get("VEEDOR_DEPOSIT_ROWS", "400000"))
NOON_US = 1_790_000_000_000_000 // 3_600_000_000 * 3_600_000_000
SMALL_ROWS = 2_000


@dataclass(frozen=True)
class Peer:
    """Another way through the same bytes; `does` says what it leaves undone."""

    name: str
    does: Callable[[bytes], object]


def _csv(data: bytes) -> object:
    return pa.csv.read_csv(io.BytesIO(data), pa.csv.ReadOptions(use_threads=False))


def _parquet(data: bytes) -> object:
    return pa.parquet.read_table(io.BytesIO(data), use_threads=False)


def _xml(data: bytes) -> object:
    count = 0
    for _, element in etree.iterparse(
        io.BytesIO(data), tag="{*}Ntry", resolve_entities=False, load_dtd=False, no_network=True
    ):
        count += sum(1 for each in element.iter() if each.text or each.tag)
        element.clear()
    return count


def _asterix(data: bytes) -> object:
    count, at = 0, 0
    while at + 3 <= len(data):
        count, at = count + 1, at + int.from_bytes(data[at + 1 : at + 3], "big")
    return count


def _rs1090(messages: list[str], times: list[float]) -> object:
    return rs1090.decode(messages, times)


def _frame_lines(data: bytes) -> object:
    rows = [line.split(b",") for line in data.split()]
    return _rs1090([row[1].decode() for row in rows], [float(row[0]) for row in rows])


def _beast(data: bytes) -> object:
    inside = re.findall(rb"\x1a3((?:[^\x1a]|\x1a\x1a){21})", data, re.DOTALL)
    bare = [each.replace(b"\x1a\x1a", b"\x1a") for each in inside]
    return _rs1090([each[7:].hex() for each in bare], [int.from_bytes(each[:6], "big") / 12e6 for each in bare])


def _ais(data: bytes) -> object:
    return [pyais.decode(line.partition(b",")[2]) for line in data.splitlines()]


PEERS = {
    "asterix": Peer("headers of data blocks walked in plain Python", _asterix),
    "frame lines": Peer("rs1090.decode of the same frames, to dictionaries", _frame_lines),
    "beast": Peer("rs1090.decode of the same frames, to dictionaries", _beast),
    "ais": Peer("pyais.decode of the same sentences, to objects", _ais),
    "csv": Peer("pyarrow.csv, columns typed by guess", _csv),
    "parquet": Peer("pyarrow.parquet", _parquet),
    "json": Peer("msgspec.json to plain objects", msgspec.json.decode),
    "xml": Peer("lxml.iterparse, tags and texts touched", _xml),
}


def measure() -> Sequence[Measure]:
    """Rates per format with the peer's and the hash's beside them, and the peak of memory."""
    with tempfile.TemporaryDirectory(prefix="veedor-bench-deposit-") as scratch:
        return [figure for name in FORMATS for figure in of_format(name, Path(scratch))]


def of_format(name: str, scratch: Path) -> list[Measure]:
    """The figures of one format, measured in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.deposit", name, str(scratch)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    said = json.loads(done.stdout)
    rows, size = said["rows"], said["bytes"]
    note = f"{rows:,} rows, {size / 1e6:.0f} MB in {said['files']} file(s)"
    peer, hashed = said["peer"], said["hash"]
    return [
        Measure(f"{name}: reader alone", rows / said["read"], "rows per CPU s", peer / said["read"],
                PEERS[EVERY[name].kind].name, note=note),
        Measure(f"{name}: whole deposit", rows / said["deposit"], "rows per CPU s", peer / said["deposit"],
                PEERS[EVERY[name].kind].name, note=f"{said['deposit'] / said['read']:.1f} times the reader alone"),
        Measure(f"{name}: SHA-256 of the same bytes", size / hashed / 1e6, "MB per CPU s", hashed / said["deposit"],
                "the whole deposit", note="the part of a deposit that one pass of hashing is"),
        Measure(f"{name}: memory at its peak", said["peak"] / 2**20, "MiB", note="the deposit and what was imported"),
    ]  # fmt: skip


def _seconds(work: Callable[[], object]) -> float:
    """Processor seconds of this process and the children it waited for."""
    before = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    work()
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before


def _read(hand_in: HandIn) -> int:
    """The reader alone, as a deposit uses it: batches made and dropped."""
    reader, options = hand_in.reader, hand_in.options
    if isinstance(reader, ManyReader):
        return sum(batch.rows.num_rows for _, batch in reader.read_many(hand_in.sources, options))
    return sum(batch.rows.num_rows for source in hand_in.sources for batch in reader.read(source, options))


def _hand(mission: Mission, hand_in: HandIn) -> None:
    done = deposit(mission, hand_in, SIMULATED_COVER, "open", NOON_US, os.urandom)
    if done.rejected or not done.accepted:
        raise RuntimeError(f"{done.accepted} accepted, {done.rejected} rejected")


def main() -> None:
    name, scratch = sys.argv[1], Path(sys.argv[2])
    rows = ROWS if EVERY[name].air else ROWS // 4
    means = Means(DiskFiles(), scratch / name / "state", os.urandom, b"only for this benchmark", Work(n=2, r=1, p=1))
    terms = terms_of(
        mission="bench", origin="veedor.example/bench", invited=invitations("ve", ()), appender="ve",
        created_us=NOON_US, simulated=True,
    )  # fmt: skip
    (scratch / name).mkdir()
    found_simulated(scratch / name / "mission", terms, means)
    with open_mission(scratch / name / "mission", means) as mission:
        (small,) = hand_ins(open_sources(write(name, scratch / name / "small", SMALL_ROWS)), Options(simulated=True))
        _hand(mission, small)
        files = write(name, scratch / name / "files", rows)
        (whole,) = hand_ins(open_sources(files), Options(simulated=True))
        read = []
        spent = _seconds(lambda: read.append(_read(whole)))
        handed = _seconds(lambda: _hand(mission, whole))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    contents = [file.read_bytes() for file in files]
    peer = PEERS[EVERY[name].kind]
    said = {
        "rows": read[0],
        "files": len(files),
        "bytes": sum(len(data) for data in contents),
        "read": spent,
        "deposit": handed,
        "peak": peak,
        "peer": _seconds(lambda: [peer.does(data) for data in contents]),
        "hash": _seconds(lambda: [hashlib.sha256(data).digest() for data in contents]),
    }
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main()
