"""Data blocks are found in whatever they were recorded in, and every octet of a file is accounted for."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SHARED
from tests.formats.asterix_bytes import block, ethernet, final, north_034, pcap, pcapng, plot_048
from veedor.formats.radar.framing import Piece, Recording, kind_of, pieces

SAMPLES = sorted((SHARED / "air" / "asterix").glob("*")) if SHARED.is_dir() else []
DAY_S = 1_717_200_000
NORTH = block(34, north_034(100.0))
PLOTS = block(48, plot_048(100.0), plot_048(100.5))


def read(data: bytes, kind: str | None = None) -> tuple[list[Piece], Recording]:
    recording = Recording(kind or kind_of(data[:4096]) or "raw")
    return list(pieces(io.BytesIO(data), recording)), recording


def blocks(found: list[Piece]) -> list[bytes]:
    return [
        piece.data[at : at + length].tobytes() for piece in found for at, length in piece.blocks.tolist()
    ]  # fmt: skip


def accounted(found: list[Piece], size: int) -> None:
    """Blocks and spoiled octets lie in the file and do not overlap: what is between them is framing."""
    spans = [
        (piece.base + at, length)
        for piece in found
        for at, length, *_ in [*piece.blocks.tolist(), *((each.offset, each.length) for each in piece.spoiled)]
    ]
    spans.sort()
    end = 0
    for at, length in spans:
        assert at >= end
        end = at + length
    assert end <= size


@pytest.mark.parametrize("nano", [False, True])
@pytest.mark.parametrize("swapped", [False, True])
def test_a_pcap_gives_the_blocks_of_each_datagram_with_its_time_stamp(nano: bool, swapped: bool) -> None:
    data = pcap((DAY_S + 0.25, ethernet(NORTH + PLOTS)), (DAY_S + 1.5, ethernet(PLOTS)), nano=nano, swapped=swapped)
    found, recording = read(data)
    assert blocks(found) == [NORTH, PLOTS, PLOTS]
    stamps = np.concatenate([piece.time_us for piece in found])
    assert stamps.tolist() == [DAY_S * 10**6 + 250_000] * 2 + [DAY_S * 10**6 + 1_500_000]
    assert recording.packets["datagram"] == 2
    accounted(found, len(data))


def test_a_pcapng_gives_the_same() -> None:
    found, _ = read(pcapng((DAY_S + 0.25, ethernet(NORTH + PLOTS)), (DAY_S + 1.5, ethernet(PLOTS, ipv6=True))))
    assert blocks(found) == [NORTH, PLOTS, PLOTS]
    assert np.concatenate([piece.time_us for piece in found])[0] == DAY_S * 10**6 + 250_000


def test_groups_vlan_tags_and_ipv6_are_told_apart_or_looked_through() -> None:
    packets = [ethernet(NORTH), ethernet(NORTH, group=2), ethernet(NORTH, vlan=True), ethernet(NORTH, ipv6=True)]
    found, recording = read(pcap(*((DAY_S, packet) for packet in packets)))
    assert len(blocks(found)) == 4
    assert len(recording.lines) == 3, "two IPv4 groups and one of IPv6"


def test_a_fragment_is_rejected_with_its_reason_and_the_rest_is_read() -> None:
    found, recording = read(pcap((DAY_S, ethernet(PLOTS, more=True)), (DAY_S, ethernet(NORTH))))
    assert blocks(found) == [NORTH]
    assert [each.reason for piece in found for each in piece.spoiled] == ["reject.fragment"]
    assert recording.packets["fragment"] == 1


def test_a_datagram_of_which_the_recording_kept_only_a_part_is_rejected() -> None:
    packet = ethernet(PLOTS)
    data = bytearray(pcap((DAY_S, packet[:-5])))
    data[24 + 12 : 24 + 16] = len(packet).to_bytes(4, "big")
    found, _ = read(bytes(data))
    assert not blocks(found)
    assert [each.reason for piece in found for each in piece.spoiled] == ["reject.truncated"]


def test_packets_that_are_no_udp_are_framing() -> None:
    arp = bytes(12) + b"\x08\x06" + bytes(28)
    found, recording = read(pcap((DAY_S, arp), (DAY_S, ethernet(NORTH))))
    assert blocks(found) == [NORTH]
    assert not [each for piece in found for each in piece.spoiled]
    assert recording.packets["other"] == 1


def test_blocks_wrapped_with_their_length_and_time_are_unwrapped() -> None:
    wrapped = b"".join((len(each) + 6).to_bytes(2, "big") + b"\x02\xbb\x40\x35" + each for each in (NORTH, PLOTS))
    found, _ = read(pcap((DAY_S, ethernet(wrapped))))
    assert blocks(found) == [NORTH, PLOTS]


def test_frames_of_an_ioss_recording_are_opened() -> None:
    found, _ = read(final(NORTH, PLOTS + PLOTS))
    assert blocks(found) == [NORTH, PLOTS, PLOTS]


def test_after_a_damaged_frame_the_next_one_is_found() -> None:
    data = bytearray(final(NORTH, PLOTS, NORTH, PLOTS))
    data[len(NORTH) + 12] ^= 0x40  # the second frame's length
    found, _ = read(bytes(data), "IOSS final")
    assert blocks(found) == [NORTH, NORTH, PLOTS]
    assert sum(each.length for piece in found for each in piece.spoiled) == len(PLOTS) + 12


def test_in_a_raw_file_reading_goes_on_behind_damage() -> None:
    run = [NORTH, PLOTS] * 20
    data = bytearray(b"".join(run))
    at = len(NORTH) + len(PLOTS)
    data[at + 1] = 0xFF  # a length that swallows all that follows
    found, _ = read(bytes(data))
    assert len(blocks(found)) == len(run) - 1
    spoiled = [(piece.base + each.offset, each.length) for piece in found for each in piece.spoiled]
    assert spoiled == [(at, len(NORTH))]
    accounted(found, len(data))


def test_a_category_that_is_not_known_is_a_block_where_blocks_go_on_behind_it() -> None:
    strange = block(77, b"anything")
    found, _ = read(NORTH + strange + NORTH + PLOTS + NORTH)
    assert blocks(found) == [NORTH, strange, NORTH, PLOTS, NORTH]


def test_a_raw_file_that_is_cut_off_keeps_what_was_whole() -> None:
    found, _ = read(NORTH + PLOTS + NORTH[:-2])
    assert blocks(found) == [NORTH, PLOTS]
    assert [each.reason for piece in found for each in piece.spoiled] == ["reject.truncated"]


def test_windows_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    packets = [(DAY_S + i, ethernet(NORTH + PLOTS * (i % 3))) for i in range(60)]
    for data in (pcap(*packets), pcapng(*packets), b"".join([NORTH, PLOTS] * 90), final(*[NORTH + PLOTS] * 60)):
        whole = blocks(read(data)[0])
        monkeypatch.setattr("veedor.formats.radar.framing.WINDOW_BYTES", 257)
        assert blocks(read(data)[0]) == whole
        monkeypatch.undo()


@pytest.mark.usefixtures("shared_data")
@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.name)
def test_every_octet_of_a_sample_is_block_framing_or_spoiled(file: Path) -> None:
    data = file.read_bytes()
    found, _ = read(data)
    assert blocks(found)
    assert not [each for piece in found for each in piece.spoiled]
    accounted(found, len(data))


FILES = {
    "raw": b"".join([NORTH, PLOTS] * 9),
    "pcap": pcap(*((DAY_S + i, ethernet(NORTH + PLOTS)) for i in range(9))),
    "pcapng": pcapng(*((DAY_S + i, ethernet(NORTH + PLOTS)) for i in range(9))),
    "IOSS final": final(*[NORTH + PLOTS] * 9),
}


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=300, deadline=None)
@given(flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), max_size=6), cut=st.integers(0, 10**6))
def test_whatever_is_damaged_every_octet_stays_accounted_for(kind: str, flips: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(FILES[kind])
    start = 24 if kind == "pcap" else 28 if kind == "pcapng" else 0  # the file header says what it is
    for at, bits in flips:
        data[start + at % (len(data) - start)] ^= bits
    data = data[: len(data) - cut % 200]
    found, _ = read(bytes(data), kind)
    accounted(found, len(data))
    if not flips:
        whole = len(blocks(read(FILES[kind], kind)[0]))
        assert whole - len(blocks(found)) <= 2 + cut % 200 * whole // 100
