"""What aircraft and sensors say of how sound a report is has columns of its own; records are written by libasterix."""

from __future__ import annotations

from typing import Any

import pytest
import rs1090
from asterix import generated
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.asterix_bytes import block, plot_001
from tests.formats.conftest import read_all
from tests.formats.mode_s_writing import airborne, compact, identification, squitter
from veedor.formats import BytesSource, Options
from veedor.formats.radar.reader import READER
from veedor.formats.receivers.mode_s import lines
from veedor.formats.receivers.readsb import READER as TRACES
from veedor.formats.receivers.readsb import encode_trace
from veedor.formats.receivers.readsb_snapshot import READER as SNAPSHOTS
from veedor.tables import plots

SOURCE = (("SAC", 25), ("SIC", 3))
QUALITY = tuple(column.name for column in plots.QUALITY)
A = 0x0D8123


def asterix(kind: Any, **items: Any) -> dict[str, Any]:
    """The one plot of a record with these items (`i040=...`)."""
    record = kind.cv_record.create({"010": SOURCE, **{name[1:]: value for name, value in items.items()}})
    edition = f"{kind.cv_edition[0]}.{kind.cv_edition[1]}"
    sensor = f'sensor = "s"\nsac = 25\nsic = 3\neditions = {{ "{kind.cv_category:03d}" = "{edition}" }}\n'
    sites = f'sites = "sites/1"\n[[sensor]]\n{sensor}'
    options = Options(companions={"sites.toml": BytesSource(sites.encode(), "sites.toml")})
    found = read_all(READER, BytesSource(kind.create([record]).unparse().to_bytes(), "radar.ast"), options)
    (row,) = found.tables["plots"].to_pylist()
    return dict(row)


def declared(row: dict[str, Any]) -> dict[str, int]:
    return {name: row[name] for name in QUALITY if row[name] is not None}


def test_cat021_says_the_categories_of_navigation() -> None:
    indicators = (
        (("NUCRNACV", 2), ("NUCPNIC", 8), None),
        (("NICBARO", 1), ("SIL", 3), ("NACP", 9), None),
        (0, ("SILS", 1), ("SDA", 2), ("GVA", 1), None),
        (("PIC", 11), 0, None),
    )
    kind = generated.Cat_021_2_4
    row = asterix(kind, i080=A, i090=indicators, i210=(0, ("VNS", 0), ("VN", 2), ("LTT", 2)), i020=10, i132=-70 & 255)
    assert declared(row) == {
        "adsb_version": 2, "nic": 8, "nac_p": 9, "nac_v": 2, "nic_baro": 1, "sil": 3, "sil_supplement": 1, "sda": 2,
        "gva": 1, "pic": 11,
    }  # fmt: skip
    assert (row["emitter_category"], row["amplitude_mdbm"], row["address"]) == ("A7", -70_000, A)
    short = asterix(kind, i080=A, i090=(indicators[0],))
    assert declared(short) == {"nic": 8, "nac_v": 2}, "a part that is not there is not 0"
    assert declared(asterix(kind, i080=A)) == {}


@pytest.mark.parametrize("kind", [generated.Cat_021_0_23, generated.Cat_021_0_26])
def test_older_editions_say_uncertainty_categories_of_version_0(kind: Any) -> None:
    merit = (("AC", 1), ("MN", 1), ("DC", 0), 0, ("PA", 8))
    assert declared(asterix(kind, i080=A, i090=merit, i095=3)) == {"adsb_version": 0, "nic": 8, "nac_v": 3}
    assert declared(asterix(kind, i080=A, i210=(0, ("DTI", 1), ("MDS", 1), ("UAT", 0), ("VDL", 0), ("OTR", 0)))) == {}


def test_an_address_that_is_none_of_icao_s_is_no_identity() -> None:
    def kind(number: int) -> dict[str, Any]:
        return asterix(
            generated.Cat_021_2_4, i080=A, i040=((("ATP", number), ("ARC", 0), ("RC", 0), ("RAB", 0), None),)
        )

    assert (kind(3)["address"], kind(3)["sensor_track"]) == (None, "~0d8123")
    assert (kind(0)["address"], kind(0)["sensor_track"]) == (A, None)


def test_radars_say_military_codes_and_who_identifies_himself() -> None:
    first = (("TYP", 2), ("SIM", 0), ("RDP", 0), ("SPI", 1), ("RAB", 0), None)
    second = (("TST", 0), ("ERR", 0), ("XPP", 0), ("ME", 0), ("MI", 0), ("FOEFRI", 1), None)
    status = ((("CNF", 1), ("RAD", 0), ("DOU", 0), ("MAH", 0), ("CDM", 0), None),)
    one, two = (("V", 0), ("G", 0), ("L", 0), ("MODE1", 21)), (("V", 0), ("G", 0), ("L", 0), 0, ("MODE2", 0o1234))
    kind = generated.Cat_048_1_30
    row = asterix(kind, i140=0, i020=(first, second), i055=one, i050=two, i170=status)
    assert (row["code_1"], row["code_2"]) == (21, 0o1234)
    marked = plots.SPECIAL_IDENTIFICATION | plots.TENTATIVE | plots.FRIENDLY
    assert row["flags"] == marked and not row["flags"] & plots.NOT_A_TARGET
    garbled = (("V", 0), ("G", 1), ("L", 0), 0, ("MODE2", 0o1234))
    assert asterix(kind, i140=0, i050=garbled)["code_2"] is None
    (older,) = (
        read_all(READER, BytesSource(block(1, plot_001(1, report=b"\x34"))), Options()).tables["plots"].to_pylist()
    )
    assert older["flags"] == plots.SPECIAL_IDENTIFICATION


def test_a_tracking_centre_says_what_kind_of_aircraft_and_whose() -> None:
    status = (
        (("MON", 0), ("SPI", 0), ("MRH", 0), ("SRC", 0), ("CNF", 1), None),
        (("SIM", 0), ("TSE", 0), ("TSB", 0), ("FPC", 0), ("AFF", 0), ("STP", 0), ("KOS", 0), None),
        (("AMA", 0), ("MD4", 0), ("ME", 0), ("MI", 0), ("MD5", 1), None),
    )
    row = asterix(generated.Cat_062_1_18, i070=0, i080=status, i120=(0, ("MODE2", 0o7654)), i380={"EMC": 13})
    assert (row["code_2"], row["emitter_category"], row["flags"]) == (0o7654, "B6", plots.TENTATIVE | plots.FRIENDLY)


# Capability classes stay 0: the second decoder reads no message with reserved bits in them.
STATUS = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 3), st.integers(0, 2**13 - 1))


def frames(*messages: bytes) -> list[dict[str, Any]]:
    text = "".join(f"{1_700_000_000 + second},{one.hex()}\n" for second, one in enumerate(messages))
    return read_all(lines.READER, BytesSource(text.encode(), "frames.csv"), Options()).tables["plots"].to_pylist()


@settings(max_examples=60, deadline=None)
@given(STATUS)
def test_operational_status_says_what_a_second_decoder_reads(fields: tuple[int, int, int, int]) -> None:
    subtype, version, assurance, rest = fields
    message = squitter(A, 31 << 51 | subtype << 48 | assurance << 24 | version << 13 | rest)
    theirs = rs1090.decode([message.hex()])[0]
    row = frames(message, airborne(A, 7.5, -69.9, 0))[-1]
    assert row["adsb_version"] == theirs["version"]
    assert row["sda"] == (assurance if version == 2 else None)
    for ours, name in (
        ("nac_p", "NACp"),
        ("sil", "SIL"),
        ("sil_supplement", "SILs"),
        ("gva", "GVA"),
        ("nic_baro", "BAI"),
    ):
        assert row[ours] == theirs.get(name), name


@pytest.mark.parametrize(
    ("version", "type_code", "a", "b", "nic"),
    [  # DO-260B, table 2-14 (and in version 0: NUCp, DO-260 table 2-11; in version 1: DO-260A table 2-70)
        (2, 9, 0, 0, 11), (2, 10, 0, 0, 10), (2, 11, 1, 1, 9), (2, 11, 0, 0, 8), (2, 12, 0, 0, 7), (2, 13, 0, 1, 6),
        (2, 13, 1, 1, 6), (2, 14, 0, 0, 5), (2, 15, 0, 0, 4), (2, 16, 1, 1, 3), (2, 16, 0, 0, 2), (2, 17, 0, 0, 1),
        (2, 18, 0, 0, 0), (2, 20, 0, 0, 11), (2, 22, 0, 0, 0), (1, 11, 1, 0, 9), (1, 11, 0, 0, 8), (1, 16, 1, 0, 3),
        (0, 9, 0, 0, 9), (0, 11, 1, 1, 7), (0, 13, 0, 0, 5), (0, 18, 0, 0, 0), (0, 21, 0, 0, 8),
    ],
)  # fmt: skip
def test_the_integrity_of_a_position_follows_the_table(version: int, type_code: int, a: int, b: int, nic: int) -> None:
    north, east = compact(7.5, -69.9, 0)
    position = squitter(A, type_code << 51 | b << 48 | 0x9F0 << 36 | north << 17 | east)
    status = squitter(A, 31 << 51 | version << 13 | a << 12)
    assert frames(status, position)[-1]["nic"] == nic
    assert frames(position)[-1]["nic"] is None, "without a version a type code may mean either"


@pytest.mark.parametrize(
    ("type_code", "a", "c", "nic"), [(7, 1, 0, 9), (7, 0, 0, 8), (8, 1, 1, 7), (8, 0, 1, 6), (8, 0, 0, 0)]
)
def test_the_integrity_on_the_surface_follows_the_table(type_code: int, a: int, c: int, nic: int) -> None:
    position = squitter(A, type_code << 51 | 20 << 44)
    status = squitter(A, 31 << 51 | 1 << 48 | c << 36 | 2 << 13 | a << 12)
    assert frames(status, position)[-1]["nic"] == nic


def test_an_identification_says_what_kind_of_aircraft_it_is() -> None:
    rotor = int.from_bytes(identification(A, "YV2567")[4:11], "big") | 7 << 48
    row = frames(squitter(A, rotor), airborne(A, 7.5, -69.9, 0))[-1]
    assert (row["call_sign"], row["emitter_category"]) == ("YV2567", "A7")
    assert frames(identification(A, "YV2567"), airborne(A, 7.5, -69.9, 0))[-1]["emitter_category"] is None


SNAPSHOT = b"""{"now":1700000000.0,"aircraft":[
{"hex":"0d8123","type":"adsb_icao","lat":7.5,"lon":-69.9,"seen":0,"seen_pos":0,"version":2,"nic":8,"rc":186,"nac_p":9,
"nac_v":1,"nic_baro":1,"sil":3,"sil_type":"perhour","gva":2,"sda":2,"spi":1,"category":"B4"},
{"hex":"0d8124","type":"adsb_icao","lat":7.6,"lon":-69.9,"seen":0,"seen_pos":0,"sil_type":"unknown","category":"A0"},
{"hex":"0d8125","type":"adsb_icao","lat":7.6,"lon":-69.9,"seen":0,"seen_pos":0,"nic":99}]}
"""


def test_receivers_say_the_categories_of_navigation() -> None:
    found = read_all(SNAPSHOTS, BytesSource(SNAPSHOT, "aircraft.json"), Options())
    first, second = found.tables["plots"].to_pylist()
    said = {"adsb_version": 2, "nic": 8, "nac_p": 9, "nac_v": 1, "nic_baro": 1, "sil": 3, "sil_supplement": 0, "sda": 2,
            "gva": 2}  # fmt: skip
    assert declared(first) == said and first["emitter_category"] == "B4"
    assert first["flags"] == plots.SPECIAL_IDENTIFICATION
    assert declared(second) == {} and second["emitter_category"] is None
    assert [(reject.reason, reject.place) for reject in found.rejects] == [("reject.range", "nic")]
    written = b"".join(
        encode_trace(found.tables["plots"].slice(0, 1), icao=A, registration=None, type_code=None, simulated=True)
    )
    (again,) = read_all(TRACES, BytesSource(written, "trace.json"), Options()).tables["plots"].to_pylist()
    assert declared(again) == said and again["emitter_category"] == "B4"
