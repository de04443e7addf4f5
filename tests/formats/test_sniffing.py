"""No reader takes another format's files: every seed and every outside sample is known by its own reader alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.every_format import FORMATS
from veedor.formats import READERS, FileSource
from veedor.formats.source import head_of

AIR = {
    "air/modes/*.csv": {"mode_s_lines"},
    "air/traffic/rs1090/*": {"rs1090"},
    "air/traffic/dump1090/*": {"beast"},
    "air/traffic/readsb/*": {"readsb"},
    "air/traffic/*/*.json.gz": {"traffic_json"},
    "air/stonesoup/OpenSky*": {"opensky"},
    "air/stonesoup/Solent*": {"mapped"},
    "money/camt/camt052*.xml": {"camt052"},
    "money/camt/camt053*.xml": {"camt053"},
    "money/camt/camt054*.xml": {"camt054"},
    "money/camt/pacs.008*.xml": {"pacs008"},
    "money/mt940/jejik*": {"mt940"},
    "money/mt940/self-provided_m*": {"mt940"},
    "money/mt940/betterplace*": {"mt940"},
    "money/mt940/ASN*": {"mt940"},
    "money/berka/trans.asc": {"mapped"},
    "money/un/*.xml": {"list_files"},
    "money/ofac/*.csv": {"list_files"},
}
# ASTERIX and captures of it have readers of their own, which may take them; nobody else does.
OTHERS = {form.reader.name for form in FORMATS.values()} - {"mapped", "asterix"}
NEVER_OURS = "air/asterix/*"


def takers(head: bytes, name: str) -> set[str]:
    return {reader.name for reader in READERS if reader.sniff(head, name)}


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "sites"])
def test_a_file_is_known_by_its_reader_alone(name: str) -> None:
    form = FORMATS[name]
    for file in form.files:
        assert takers(file, "file") == {form.reader.name}


@pytest.mark.parametrize("pattern", AIR)
def test_an_outside_sample_is_known_by_its_reader_alone(shared_data: Path, pattern: str) -> None:
    files = sorted(shared_data.glob(pattern))
    assert files
    for file in files:
        assert takers(head_of(FileSource(file)), file.name) == AIR[pattern], file.name


def test_asterix_is_not_taken_for_frames_or_text(shared_data: Path) -> None:
    files = sorted(shared_data.glob(NEVER_OURS))
    assert files
    for file in files:
        assert takers(head_of(FileSource(file)), file.name) & OTHERS == set(), file.name


@pytest.mark.parametrize(
    "head",
    [b"", b"\x1a", b"\x1a1", b"\x1a3\x1a3\x1a3", b"MSG", b"(FPL", b"!AIVDM", b"*8D;", b"hello\n", b"time,value\n1,2\n"],
)
def test_beginnings_that_prove_nothing_are_nobodys(head: bytes) -> None:
    assert takers(head, "file") == set()
