"""What a packet carries: UDP datagrams in IPv4 and IPv6, in Ethernet with VLAN tags and what else recordings know.

Byte layouts: IEEE 802.1Q, RFC 791, RFC 8200, RFC 768, and the link types of tcpdump.org.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel.compile import kernel

Bytes = npt.NDArray[np.uint8]

# What was found; places and lengths are those of the datagram, or of what is left of it.
DATAGRAM, OTHER, FRAGMENT, CUT, BROKEN = 0, 1, 2, 3, 4
_MULTIPLIER = 1_000_003
_MASK = (1 << 62) - 1


def _packet(text: str, at: int = 0) -> tuple[Bytes, int, int]:
    data = np.frombuffer(bytes.fromhex(text), np.uint8).copy()
    return data, at, len(data)


_IPV4 = "45000020000040000111d375ac16190ce101000180054fb2000ca4aa01020304"
_IPV4_FRAGMENT = _IPV4.replace("00004000", "00002000")
_IPV6 = "60000000000c1101" + "fe80" * 8 + "ff02" * 8 + "80054fb2000ca4aa01020304"
_IPV6_FRAGMENT = "6000000000142c01" + "fe80" * 8 + "ff02" * 8 + "1100000100000001" + "80054fb2000ca4aa01020304"


@kernel(inline=True, examples=lambda: [(_packet("0102")[0], 0)])
def u16(data: Bytes, at: int) -> int:
    """Two bytes as a number, most significant first."""
    return int(np.int64(data[at])) * 256 + int(np.int64(data[at + 1]))


@kernel(inline=True, examples=lambda: [(_packet("0102")[0], 0, swapped) for swapped in (0, 1)])
def u16_of(data: Bytes, at: int, swapped: int) -> int:
    """Two bytes as a number; `swapped` as for u32."""
    return u16(data, at) if swapped == 0 else int(np.int64(data[at + 1])) * 256 + int(np.int64(data[at]))


@kernel(inline=True, examples=lambda: [(_packet("01020304")[0], 0, 0), (_packet("01020304")[0], 0, 1)])
def u32(data: Bytes, at: int, swapped: int) -> int:
    """Four bytes as a number; `swapped` is 1 where the least significant comes first."""
    if swapped:
        return (
            int(np.int64(data[at]))
            | (int(np.int64(data[at + 1])) << 8)
            | (int(np.int64(data[at + 2])) << 16)
            | (int(np.int64(data[at + 3])) << 24)
        )
    return (
        (int(np.int64(data[at])) << 24)
        | (int(np.int64(data[at + 1])) << 16)
        | (int(np.int64(data[at + 2])) << 8)
        | int(np.int64(data[at + 3]))
    )


@kernel(inline=True, examples=lambda: [(*_packet("e1010001"), 8600)])
def _line(data: Bytes, at: int, end: int, port: int) -> int:
    value = port
    for place in range(at, end):
        value = (value * _MULTIPLIER + int(np.int64(data[place]))) & _MASK
    return value


@kernel(
    inline=True, examples=lambda: [(*_packet(_IPV4, 20)[:2], 32, 32, 16, 20), (*_packet(_IPV4, 20)[:2], 32, 26, 16, 20)]
)
def _udp(data: Bytes, at: int, ip_end: int, end: int, to: int, to_end: int) -> tuple[int, int, int, int]:
    if at + 8 > end:
        return CUT, at, max(end - at, 0), 0
    length = u16(data, at + 4)
    stop = at + length if length >= 8 else ip_end
    line = _line(data, to, to_end, u16(data, at + 2))
    if stop > end:
        return CUT, at + 8, end - at - 8, line
    if stop > ip_end:
        return BROKEN, at + 8, max(ip_end - at - 8, 0), line
    return DATAGRAM, at + 8, stop - at - 8, line


@kernel(
    inline=True,
    examples=lambda: [_packet(_IPV4), _packet(_IPV4_FRAGMENT), _packet(_IPV4[:30]), _packet("46" + _IPV4[2:])],
)
def _ipv4(data: Bytes, at: int, end: int) -> tuple[int, int, int, int]:
    if at + 20 > end:
        return CUT, at, max(end - at, 0), 0
    head = (int(np.int64(data[at])) & 15) * 4
    total = u16(data, at + 2)
    stop = at + total if total else end
    if head < 20 or (total and total < head):
        return BROKEN, at, end - at, 0
    if data[at + 9] != 17:
        return OTHER, at, 0, 0
    if u16(data, at + 6) & 0x3FFF:
        return FRAGMENT, min(at + head, end), max(min(stop, end) - at - head, 0), 0
    return _udp(data, at + head, stop, end, at + 16, at + 20)


@kernel(inline=True, examples=lambda: [_packet(_IPV6), _packet(_IPV6_FRAGMENT), _packet(_IPV6[:60])])
def _ipv6(data: Bytes, at: int, end: int) -> tuple[int, int, int, int]:
    if at + 40 > end:
        return CUT, at, max(end - at, 0), 0
    following = int(np.int64(data[at + 6]))
    stop = at + 40 + u16(data, at + 4)
    place = at + 40
    for _ in range(8):
        if following == 17:
            return _udp(data, place, stop, end, at + 24, at + 40)
        if place + 8 > end:
            return OTHER, at, 0, 0
        if following == 44:
            if u16(data, place + 2) & 0xFFF9:
                return FRAGMENT, place + 8, max(min(stop, end) - place - 8, 0), 0
            following = int(np.int64(data[place]))
            place += 8
        elif following in (0, 43, 60):
            following = int(np.int64(data[place]))
            place += (int(np.int64(data[place + 1])) + 1) * 8
        else:
            break
    return OTHER, at, 0, 0


@kernel(
    examples=lambda: [
        (*_packet(text), link)
        for text, link in (
            ("01005e01000100096bb71c0f0800" + _IPV4, 1),
            ("01005e01000100096bb71c0f8100002a0800" + _IPV4_FRAGMENT, 1),
            (_IPV6, 101),
            (_IPV4[:40], 228),
            ("0806", 1),
            ("00" * 14, 113),
        )
    ]
)
def datagram(data: Bytes, at: int, end: int, link: int) -> tuple[int, int, int, int]:
    """(kind, place, length, line) of what the packet data[at:end] of this link type carries."""
    if link == 1:
        if at + 14 > end:
            return CUT, at, end - at, 0
        kind = u16(data, at + 12)
        at += 14
        while kind in (0x8100, 0x88A8, 0x9100) and at + 4 <= end:
            kind = u16(data, at + 2)
            at += 4
    elif link == 113 and at + 16 <= end:
        kind = u16(data, at + 14)
        at += 16
    elif link == 276 and at + 20 <= end:
        kind = u16(data, at)
        at += 20
    elif link in (12, 14, 101, 228, 229) and at < end:
        kind = 0x86DD if data[at] >> 4 == 6 else 0x0800
    elif link in (0, 108) and at + 5 <= end:
        kind = 0x86DD if data[at + 4] >> 4 == 6 else 0x0800
        at += 4
    else:
        return OTHER, at, 0, 0
    if kind == 0x0800:
        return _ipv4(data, at, end)
    if kind == 0x86DD:
        return _ipv6(data, at, end)
    return OTHER, at, 0, 0
