"""Four times the file takes no more memory to read: in a process of its own, all that is resident at the peak."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.formats.asterix_bytes import block, north_034, plot_048
from tests.formats.every_format import NAME, NOON
from tests.formats.mode_s_writing import airborne, beast, counted

# The small file is several of any reader's blocks, and holds all addresses that a reader may carry.
SMALL_BYTES, TIMES = 10_000_000, 4
# Rows kept would take more than the 30 MB that are added; what an allocator holds back differs less from run to run.
GROWTH_BYTES = 20_000_000
READ = """
import re, sys
from pathlib import Path
from tests.formats.every_format import FORMATS
from veedor.formats import FileSource
form = FORMATS[sys.argv[1]]
source = FileSource(Path(sys.argv[2]))
rows = sum(len(batch.rows) + len(batch.rejects) for batch in form.reader.read(source, form.options))
print(rows, re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""
SQUITTERS = [airborne(0x0D0000 + n, 7, -70, n % 2) for n in range(3_000)]


def squitter(n: int) -> bytes:
    return SQUITTERS[n % len(SQUITTERS)]


def aircraft(n: int) -> bytes:
    return b'{"hex":"%06x","lat":7.5,"lon":-69.9,"seen_pos":1.5,"seen":0.5}' % (n % (1 << 24))


# Format -> what stands before the records, the nth record, what stands behind.
MADE: dict[str, tuple[bytes, Callable[[int], bytes], bytes]] = {
    "asterix raw": (
        b"", lambda n: block(34, north_034(n % 80_000)) + block(48, *(plot_048(n % 80_000) for _ in range(8))), b"",
    ),
    "beast": (b"", lambda n: beast(counted(n / 100), squitter(n)), b""),
    "mode_s_lines": (b"", lambda n: b"%d,%s\n" % (NOON + n // 100, squitter(n).hex().encode()), b""),
    "rs1090": (
        b"", lambda n: b'{"timestamp":%d,"frame":"%s"}\n' % (NOON + n // 100, squitter(n).hex().encode()), b"",
    ),
    "sbs": (
        b"",
        lambda n: b"MSG,3,1,1,%06X,1,2024/07/06,%02d:%02d:%02d.000,,,,1000,,,7.5,-69.9,,,,,,0\n"
        % (n * 7_919 % 20_011, n // 3_600 // 100 % 24, n // 6_000 % 60, n // 100 % 60),
        b"",
    ),
    "readsb_snapshot": (b'{"now":1720267200.1,"aircraft":[' + aircraft(1), lambda n: b"," + aircraft(n), b"]}"),
    "flight_plans": (
        b"", lambda n: b"(FPL-HK%05d-VG\n-BE20/L-S/S\n-SKVV1230\n-N0250F190 DCT\n-SKSP0415\n-0)\n" % (n % 99_999), b"",
    ),
    "notam": (
        b"", lambda n: b"(A%04d/24 NOTAMN\nA) SKBO B) 2407061200 C) PERM\nE) SSR U/S)\n\n" % (n % 10_000), b"",
    ),
    "ais": (b"", lambda n: b"%d,!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26\n" % (NOON + n // 50), b""),
    "traffic_json": (
        b"[", lambda n: b'%s{"timestamp":%d,"icao24":"%06x","latitude":40.1,"longitude":7.5,"altitude":350.0}'
        % (b"," if n else b"", (NOON + n) * 1_000, n % (1 << 24)), b"]",
    ),
}  # fmt: skip


def peak(name: str, file: Path, size: int) -> tuple[int, int]:
    """Records of a made file of about `size` bytes, and the bytes that reading it took at the peak."""
    before, one, behind = MADE[name]
    with file.open("wb") as sink:
        sink.write(before)
        n = 0
        while sink.tell() < size:
            sink.write(b"".join(one(each) for each in range(n, n + 200)))
            n += 200
        sink.write(behind)
    command = [sys.executable, "-W", "ignore", "-c", READ, name, str(file)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    file.unlink()
    rows, kilobytes = map(int, re.findall(r"\d+", done.stdout))
    return rows, 1_024 * kilobytes


@pytest.mark.long
@pytest.mark.parametrize("name", MADE)
def test_four_times_the_records_take_the_same_memory(name: str, tmp_path: Path) -> None:
    few, small = peak(name, tmp_path / NAME, SMALL_BYTES)
    many, large = peak(name, tmp_path / NAME, SMALL_BYTES * TIMES)
    assert many > 0.95 * TIMES * few > 0
    assert large - small < GROWTH_BYTES
