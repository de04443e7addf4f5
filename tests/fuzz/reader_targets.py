"""Readers of foreign files: any bytes give rows and rejects for every record, or the one error of a whole file."""

from __future__ import annotations

from dataclasses import dataclass

from tests.formats.mode_s_writing import airborne, beast, counted, identification
from tests.fuzz.target import Target
from veedor.errors import InputError
from veedor.formats import BytesSource, Options, Reader, ais, flight_plans, notam, readsb_snapshot, sbs
from veedor.formats.mode_s import beast as beast_frames
from veedor.formats.mode_s import json_lines, lines
from veedor.formats.source import head_of

LONGEST = 1 << 28
NAME = "x_20240706T120000Z_12mhz_utc"
NOON = 1_720_267_200
FRAMES = [airborne(0x0D8123, 7, -70, 0), airborne(0x0D8123, 7, -70, 1), identification(0x0D8123, "YV2567")]


@dataclass(frozen=True)
class Reading:
    """A file, and the spans of what it gave, in order."""

    data: bytes
    spans: tuple[tuple[int, int, int], ...]


def reading(reader: Reader) -> Target:
    """A target that holds a reader to its contract: ordinals from 0, spans inside the file and in order, raw bytes of
    rejects those of the file; the same bytes give the same spans again."""

    def read(packed: bytes) -> Reading:
        found = []
        source = BytesSource(packed, NAME)
        data = head_of(source, LONGEST) if packed else b""
        for batch in reader.read(source, Options(latest_us=2_000_000_000_000_000)):
            found += [(each.row, each.offset, each.length) for each in batch.rejects]
            found += zip(*(batch.rows[name].to_pylist() for name in ("row", "offset", "length")), strict=True)
            for each in batch.rejects:
                assert each.raw == data[each.offset : each.offset + each.length][: len(each.raw)]
        found.sort()
        assert [row for row, _, _ in found] == list(range(len(found)))
        assert all(0 <= offset <= offset + length <= len(data) for _, offset, length in found)
        assert [offset for _, offset, _ in found] == sorted(offset for _, offset, _ in found)
        return Reading(packed, tuple(found))

    return Target(read, lambda value: value.data, SEEDS[reader.name], InputError, one_spelling=False)  # type: ignore[attr-defined]


SEEDS: dict[str, tuple[bytes, ...]] = {
    "beast": (b"".join(beast(counted(5 + n), frame) for n, frame in enumerate(FRAMES)),),
    "mode_s_lines": (
        b"".join(f"{NOON + n},{frame.hex()}\n".encode() for n, frame in enumerate(FRAMES)),
        b"".join(b"@%012X%s;\n" % (counted(n), frame.hex().encode()) for n, frame in enumerate(FRAMES)),
    ),
    "rs1090": (
        b"".join(b'{"timestamp":%d,"frame":"%s"}\n' % (NOON + n, each.hex().encode()) for n, each in enumerate(FRAMES)),
    ),
    "sbs": (b"MSG,3,1,1,0D8123,1,2024/07/06,12:00:00.000,,,,1000,,,7.5,-69.9,,,,,,0\n" * 2,),
    "readsb_snapshot": (b'{"now":1720267200.1,"aircraft":[{"hex":"0d8123","lat":7.5,"lon":-69.9,"seen_pos":1.5}]}',),
    "flight_plans": (
        b"061130 SKBOZPZX\n(FPL-HK4444-VG\n-BE20/L-S/S\n-SKVV1230\n-N0250F190 DCT\n-SKSP0415 SKUC\n"
        b"-DOF/240706 REG/HK4444)\n"
        b"(ARR-HK4444-SKVV1412-SKUC1801)\n",
    ),
    "notam": (
        b"(A1234/24 NOTAMN\nQ) SKED/QCSAS/I/BO/E/000/999/0442N07408W025\nA) SKBO B) 2407061200 C) PERM\nE) SSR U/S)\n",
    ),
    "ais": (
        b"1720267200,!AIVDM,1,1,,A,13aEOK?P00PD2wVMdLDRhgvL289?,0*26\n"
        b"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C\n!AIVDM,2,2,1,A,88888888880,2*25\n",
    ),
}
READER_TARGETS = {
    f"read_{reader.name}": reading(reader)
    for reader in (
        beast_frames.READER, lines.READER, json_lines.READER, sbs.READER, readsb_snapshot.READER, flight_plans.READER,
        notam.READER, ais.READER,
    )
}  # fmt: skip
