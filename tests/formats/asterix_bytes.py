"""ASTERIX records and recordings put together byte by byte from the specifications, without the house's encoder."""

from __future__ import annotations

import struct

TICKS = 128


def block(category: int, *records: bytes) -> bytes:
    body = b"".join(records)
    return bytes([category]) + (len(body) + 3).to_bytes(2, "big") + body


def ticks(seconds: float) -> bytes:
    return round(seconds * TICKS).to_bytes(3, "big")


def plot_048(
    seconds: float,
    *,
    sac: int = 25,
    sic: int = 201,
    report: bytes = b"\x60",
    rho: int = 25_600,
    theta: int = 16_384,
    code: int = 0o1234,
    level: int = 400,
    warnings: bytes = b"",
) -> bytes:
    """010, 140, 020 (default: PSR and SSR), 040 (1/256 NM, 1/65536 turn), 070, 090 (1/4 FL), and 030 where given."""
    items = bytes([sac, sic]) + ticks(seconds) + report + struct.pack(">HHHH", rho, theta, code, level)
    # 030 is the sixteenth item: two octets of FSPEC more.
    return (b"\xfd\x01\x40" + items + warnings) if warnings else b"\xfc" + items


def north_034(
    seconds: float,
    *,
    sac: int = 25,
    sic: int = 201,
    kind: int = 1,
    turn: float | None = None,
    counts: tuple[tuple[int, int], ...] = (),
) -> bytes:
    """010, 000, 030, and 041 (turn time), 070 (pairs of type and count) where given."""
    fspec = 0b1110_0000 | (0b0000_1000 if turn is not None else 0) | (1 if counts else 0)
    items = bytes([sac, sic, kind]) + ticks(seconds)
    items += b"" if turn is None else round(turn * TICKS).to_bytes(2, "big")
    if not counts:
        return bytes([fspec]) + items
    counted = b"".join((type_ << 11 | count).to_bytes(2, "big") for type_, count in counts)
    return bytes([fspec, 0x80]) + items + bytes([len(counts)]) + counted


def plot_001(seconds: float, *, sac: int = 25, sic: int = 7, report: bytes = b"\x30") -> bytes:
    """010, 020 (default: a combined plot), 040, 141: the time modulo 512 s."""
    short = round(seconds * TICKS) % 65_536
    return b"\xe2" + bytes([sac, sic]) + report + struct.pack(">HHH", 12_800, 0, short)


def north_002(seconds: float, *, sac: int = 25, sic: int = 7, kind: int = 1) -> bytes:
    """010, 000, 030."""
    return b"\xd0" + bytes([sac, sic, kind]) + ticks(seconds)


def ethernet(payload: bytes, *, group: int = 1, vlan: bool = False, ipv6: bool = False, more: bool = False) -> bytes:
    """A UDP datagram to a multicast group; `more`: the first fragment of one."""
    udp = struct.pack(">HHHH", 5000, 8600, len(payload) + 8, 0) + payload
    if ipv6:
        head = struct.pack(">IHBB", 6 << 28, len(udp), 17, 1) + bytes(16) + b"\xff\x02" + bytes(13) + bytes([group])
    else:
        flags = 0x2000 if more else 0x4000
        head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 1, flags, 1, 17, 0) + bytes(
            [10, 0, 0, 1, 232, 1, 1, group]
        )
    tag = b"\x81\x00\x00\x2a" if vlan else b""
    return bytes(12) + tag + (b"\x86\xdd" if ipv6 else b"\x08\x00") + head + udp


def pcap(*packets: tuple[float, bytes], nano: bool = False, swapped: bool = False) -> bytes:
    """Packets with their times in seconds since 1970."""
    order = "<" if swapped else ">"
    head = struct.pack(order + "IHHiIII", 0xA1B23C4D if nano else 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1)
    parts = 1_000_000_000 if nano else 1_000_000
    return head + b"".join(
        struct.pack(order + "IIII", int(time), round(time % 1 * parts), len(data), len(data)) + data
        for time, data in packets
    )


def pcapng(*packets: tuple[float, bytes]) -> bytes:
    """The same in enhanced packet blocks of one interface with microseconds."""

    def part(kind: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 4)
        size = struct.pack("<I", len(body) + 12)
        return struct.pack("<I", kind) + size + body + size

    found = part(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + part(1, struct.pack("<HHI", 1, 0, 65_535))
    for time, data in packets:
        stamp = round(time * 1_000_000)
        found += part(6, struct.pack("<IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(data), len(data)) + data)
    return found


def final(*payloads: bytes) -> bytes:
    """IOSS "final" frames: length, board, line, day, time, payload, four octets A5."""
    return b"".join((len(each) + 12).to_bytes(2, "big") + bytes(6) + each + b"\xa5" * 4 for each in payloads)
