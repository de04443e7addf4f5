"""Which editions can be read: what is asked for is found or refused, and the page names them all."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from veedor.errors import UsageError
from veedor.formats.asterix.categories import CATEGORIES, find, of_number
from veedor.formats.asterix.decode import decode
from veedor.formats.asterix.walk import REASONS

PROFILE_1_8 = (
    "010 040 161 015 071 130 131 072 150 151 080 073 074 075 076 140 090 210 070 230 145 152 "
    "200 155 157 160 165 077 170 020 220 146 148 110 016 008 271 132 250 260 400 295"
)


def test_an_edition_that_is_not_declared_is_refused_with_those_that_are() -> None:
    assert find(48, "1.28") is find(48, "1.30")
    with pytest.raises(UsageError, match=r"CAT021.*2\.7.*1\.3"):
        find(21, "1.3")


def test_a_record_of_021_1_8_is_read_as_its_description_says() -> None:
    """Written by hand: which items a record has, in the order of the profile, and their octets."""
    items = {
        "010": "191E", "040": "0088", "161": "0123", "071": "5460E3", "130": "04FA4FCDA2D1", "080": "0D8ABC",
        "140": "0640", "090": "A8", "210": "12", "070": "0E2C", "145": "0190", "200": "08", "155": "7F38",
        "160": "0838C000", "170": "05A0F1CB3D60", "020": "03", "271": "2102", "132": "BA", "400": "07",
    }  # fmt: skip
    profile = PROFILE_1_8.split()
    items["040"] = "0140"  # a second part: on the ground
    fspec = bytes(
        sum((item in items) << 7 - k for k, item in enumerate(profile[at : at + 7])) | (at + 7 < len(profile))
        for at in range(0, len(profile), 7)
    )
    record = fspec + bytes.fromhex("".join(items[item] for item in profile if item in items))
    block = b"\x15" + (len(record) + 3).to_bytes(2) + record
    read = decode(np.frombuffer(block, np.uint8), np.array([[0, len(block)]]), find(21, "1.8"))
    assert not len(read.damage) and len(read) == 1
    said = {path: int(read.values[path][0]) for path in read.values if read.has[path][0]}
    expected = {
        "010.SAC": 25, "010.SIC": 30, "040.GBS": 1, "161.TRNUM": 0x123, "071": 0x5460E3, "130.LAT": 0x04FA4F,
        "130.LON": 0xCDA2D1 - (1 << 24), "080": 0x0D8ABC, "140": 1600, "090.NUCRNACV": 5, "090.NUCPNIC": 4,
        "210.VN": 2, "210.LTT": 2, "070.MODE3A": 0o7054, "145": 400, "200.PS": 2, "155.BVR": 0x7F38 - (1 << 15),
        "160.GS": 0x838, "160.TA": 0xC000, "020": 3, "271.POA": 1, "271.LW": 2, "132": -70, "400": 7,
    }  # fmt: skip
    assert expected.items() <= said.items()


def test_the_page_names_every_edition_that_is_read() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/formats/asterix-wire.md").read_text(encoding="utf-8")
    named = dict(re.findall(r"^\| (\d{3}) \|.*\| ([\d. ;]+) \|$", page, re.MULTILINE))
    numbers = sorted({category.number for category in CATEGORIES})
    assert named == {f"{each:03}": "; ".join(" ".join(one.editions) for one in of_number(each)) for each in numbers}


def test_the_page_names_every_reason_of_damage() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs/formats/asterix-wire.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(\w+)`", page)) >= set(REASONS)
