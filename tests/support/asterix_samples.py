"""The data blocks of the ASTERIX samples, taken out of what wraps them by the shortest way.

Readers have their own unwrapping (formats/); this one stands apart, so that neither can hide a mistake of the other.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

# Octets before and after each data block, and before the first.
GPS_HEAD, GPS_TAIL = 2_200, 10
FINAL_HEAD = 6


def sample_blocks(folder: Path) -> dict[str, list[bytes]]:
    """File name -> its data blocks, each with its header."""
    made: dict[str, list[bytes]] = {}
    for file in sorted(folder.iterdir()):
        data = file.read_bytes()
        if file.suffix == ".pcap":
            head = FINAL_HEAD if file.name == "cat_001_002.pcap" else 0
            made[file.name] = [each for datagram in datagrams(data) for each in blocks(datagram, head, 0)]
        elif file.suffix == ".gps":
            made[file.name] = list(blocks(data[GPS_HEAD:], 0, GPS_TAIL))
        else:
            made[file.name] = list(blocks(data, 0, 0))
    return made


def blocks(data: bytes, head: int, tail: int) -> Iterator[bytes]:
    at = head
    while at < len(data):
        length = int.from_bytes(data[at + 1 : at + 3], "big")
        assert 3 <= length <= len(data) - at, f"no block at {at}"
        yield data[at : at + length]
        at += length + tail + head


def datagrams(data: bytes) -> Iterator[bytes]:
    """Payloads of the UDP datagrams of a little-endian pcap of Ethernet frames."""
    assert data[:4] == b"\xd4\xc3\xb2\xa1" and data[20] == 1
    at = 24
    while at < len(data):
        (length,) = struct.unpack_from("<8xI", data, at)
        packet = data[at + 16 + 14 : at + 16 + length]
        udp = packet[4 * (packet[0] & 15) :]
        yield udp[8 : int.from_bytes(udp[4:6], "big")]
        at += 16 + length
