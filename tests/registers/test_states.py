"""An address lies in the block of one state, a mark belongs to one state, and only a true contradiction is one."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
import rs1090
from hypothesis import given
from hypothesis import strategies as st

from veedor.registers import states


@pytest.mark.parametrize(
    ("address", "state"),
    [(0x0D8000, "VE"), (0x0DFFFF, "VE"), (0x0E0000, None), (0x0AC123, "CO"), (0xE49406, "BR"), (0xAC671B, "US"),
     (0xE8C001, "PE"), (0xF00001, "XA"), (0x000000, None), (0xFFFFFF, None), (0x4D2800, "MT")],
)  # fmt: skip
def test_an_address_lies_in_the_block_of_its_state(address: int, state: str | None) -> None:
    assert states.state_of_address(address) == state


@pytest.mark.parametrize(
    ("registration", "found"),
    [("YV1234", ("VE",)), ("HK-4444", ("CO",)), ("hk4444", ("CO",)), ("PP-XYZ", ("BR",)), ("N899DN", ("US",)),
     ("N0123", ()), ("VP-BXX", ("BM",)), ("VPCAB", ("KY",)), ("B-1234", ("CN", "HK", "MO", "TW")), ("G-ABCD", ("GB",)),
     ("ZABC", ("AL", "ZW")), ("Z-ABC", ("ZW",)), ("", ()), ("-", ()), ("N", ()), ("??", ()), ("QQ-123", ()),
     ("C-FABC", ("CA",)), ("CFABC", ("CA",))],
)  # fmt: skip
def test_a_mark_belongs_to_those_who_register_under_it(registration: str, found: tuple[str, ...]) -> None:
    assert states.states_of_registration(registration) == found


def test_an_operators_call_sign_is_no_registration() -> None:
    assert states.states_of_call_sign("AVA123") == ()
    assert states.states_of_call_sign("CUB450") == (), "CU is Cuba's mark, CUB Cubana's designator"
    assert states.states_of_call_sign("YV2567 ") == ("VE",)


@pytest.mark.parametrize(
    ("address", "registration", "contradicts"),
    [(0x0D8123, "YV1234", False), (0xA12345, "YV1234", True), (0x400100, "VP-BXX", False), (0x0D8123, "VP-BXX", True),
     (0x780100, "B-LAA", False), (0x899123, "B-18001", False), (0xA12345, "B-18001", True), (0x484074, "P4-ABC", False),
     (0x0E0000, "YV1234", False), (0xA12345, "nonsense!", False), (0x4B1234, "HB-ZZZ", False), (0xF00001, "N1", True)],
)  # fmt: skip
def test_only_known_states_that_differ_contradict(address: int, registration: str, contradicts: bool) -> None:
    found = states.mismatch(address, registration)
    assert (found is not None) == contradicts
    if found is not None:
        assert found.address_state == states.state_of_address(address)
        assert found.registration_states == states.states_of_registration(registration)


@given(st.text(max_size=12))
def test_any_text_is_a_registration_or_none(text: str) -> None:
    assert isinstance(states.states_of_registration(text), tuple)
    assert isinstance(states.states_of_call_sign(text), tuple)


def test_blocks_do_not_overlap_and_start_at_whole_multiples() -> None:
    lines = states._lines("address_blocks.tsv")
    blocks = [(int(first, 16), int(last, 16)) for first, last, _ in (line.split("\t") for line in lines)]
    assert all(last < after for (_, last), (after, _) in itertools.pairwise(blocks))
    assert all(first % 1024 == 0 and (last + 1) % 1024 == 0 for first, last in blocks)


def test_many_addresses_are_found_as_one_by_one() -> None:
    some = np.arange(0, 1 << 24, 7919)
    assert states.states_of_addresses(some) == [states.state_of_address(int(each)) for each in some]


def test_the_committed_files_are_those_that_the_register_names() -> None:
    folder = resources.files("veedor.registers") / "data"
    for name, digest in (
        ("address_blocks.tsv", states.BLOCKS_SHA256),
        ("registration_marks.tsv", states.MARKS_SHA256),
    ):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    said, digest = states.source()
    assert "Annex 10" in said and len(digest) == 32


def test_another_list_of_blocks_says_the_same(shared_data: Path) -> None:
    """The CC0 list knows blocks of dependencies and air forces inside; none lies in another state's block."""
    with (shared_data / "air/registry/code-blocks/schema-01/code-blocks.csv").open(encoding="utf-8-sig") as stream:
        theirs = [row for row in csv.DictReader(stream) if row["IsMilitary"] == "0"]
    theirs = [row for row in theirs if row["CountryISO2"][0] != "X" and row["CountryISO2"] != "ZZ"]
    whole = {(int(row["Start"], 16), int(row["Finish"], 16)): row["CountryISO2"] for row in theirs}
    differ = set()
    for line in states._lines("address_blocks.tsv"):
        first, last, state = line.split("\t")
        if state != states.ICAO and whole.get((int(first, 16), int(last, 16))) != state:
            differ.add(state)
    # San Marino and Mongolia: the list has a quarter more than the table allots.
    assert differ == {"SM", "MN"}
    for row in theirs:
        ours, other = states.state_of_address(int(row["Start"], 16)), row["CountryISO2"]
        assert ours in (states._HELD_BY.get(other, other), "FR"), row


def test_another_list_of_marks_says_the_same(shared_data: Path) -> None:
    file = shared_data / "air/registry/registration-prefixes/schema-01/reg-prefixes.csv"
    with file.open(encoding="utf-8-sig") as stream:
        theirs = list(csv.DictReader(stream))
    differ = set()
    for row in theirs:
        mark, state = row["Prefix"], row["CountryISO2"]
        if mark in ("VP", "VQ"):
            own = {one for two, every in states._marks().items() if two.startswith(mark) for one in every}
        else:
            own = set(states._marks().get(mark, ()))
        # Overseas departments have France's mark; XA to XZ stand for no state in that list.
        if state not in own and not (mark == "F" and state in ("GF", "MQ", "RE")):
            differ.add((mark, state))
    assert differ == {("4U", "ZZ"), ("CNA", "MA"), ("E4", "PS"), ("SU", "PS"), ("PJ", "XC"), ("Z6", "KS")}


def test_aircraft_of_outside_recordings_do_not_contradict_themselves(shared_data: Path) -> None:
    head = json.loads((shared_data / "air/traffic/readsb/trace_full_ac671b.json").read_text())
    assert states.mismatch(int(head["icao"], 16), head["r"]) is None


def test_a_second_library_knows_the_same_states() -> None:
    for line in states._lines("address_blocks.tsv"):
        first, _, state = line.split("\t")
        if state != states.ICAO:
            flag = rs1090.aircraft_information(first.lower())["flag"]
            assert "".join(chr(ord(letter) - 0x1F1E6 + ord("A")) for letter in flag) == state
