"""Datagrams in recordings: pcap, pcapng, and IOSS "final" frames.

Byte layouts: draft-ietf-opsawg-pcap (pcap), draft-ietf-opsawg-pcapng (pcapng). The walkers only find places; nothing is
copied, and what they cannot follow they name and step over.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from veedor.kernel.compile import kernel
from veedor.kernel.packets import BROKEN, CUT, DATAGRAM, datagram, u16, u16_of, u32

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

# Columns of a row: kind (packets.py), place, length, time (microseconds since 1970, or NO_TIME), line: a number that
# stands for the address and port it was sent to.
ROW_COLUMNS = 5
NO_TIME = -1
# Cells of the state: kind of recording, byte order, parts of a second, link type, interfaces seen, time last seen (s).
PCAP, PCAPNG = 0, 1
STATE = 6
KIND, SWAPPED, NANO, LINK, INTERFACES, SEEN_S = 0, 1, 2, 3, 4, 5
# Cells of an interface: link type, exponent of its clock's ticks, whether to base 2, seconds added.
INTERFACE_CELLS = 4
MOST_INTERFACES = 256
# A longer packet is damage. The same limit as libpcap's.
MOST_PACKET = 262_144


def _state(*cells: int) -> Ints:
    return np.array(cells, np.int64)


def _pcap_example(last: bool, damage: str = "") -> tuple[Bytes, bool, Ints, Ints]:
    packet = (
        "00000001" "00000002" "0000002e" "0000002e" "01005e010001" "00096bb71c0f" "0800"
        "45000020" "00004000" "0111d375" "ac16190c" "e1010001" "80054fb2" "000ca4aa" "01020304"
    )  # fmt: skip
    data = np.frombuffer(bytes.fromhex(packet + damage + packet * 2 + "0000"), np.uint8).copy()
    return data, last, _state(PCAP, 0, 0, 1, 0, 0), np.zeros((9, ROW_COLUMNS), np.int64)


def _pcapng_example(last: bool, damage: str = "") -> tuple[Bytes, bool, Ints, Ints, Ints]:
    packet = (
        "01005e010001" "00096bb71c0f" "0800" "45000020" "00004000" "0111d375" "ac16190c" "e1010001" "80054fb2"
        "000ca4aa" "01020304"
    )  # fmt: skip
    head = "0a0d0d0a0000001c1a2b3c4d00010000ffffffffffffffff0000001c"
    interface = "000000010000001c000100000000000000090001090000000000001c"
    enhanced = "00000006000000500000000000000001000000020000002e0000002e" + packet + "000000000050"
    simple = "00000003000000400000002e" + packet + "000000000040"
    data = np.frombuffer(bytes.fromhex(head + interface + enhanced + damage + simple + "0000"), np.uint8).copy()
    return data, last, _state(PCAPNG, 0, 0, 0, 0, 0), np.zeros((9, 4), np.int64), np.zeros((9, ROW_COLUMNS), np.int64)


@kernel(inline=True, examples=lambda: [(np.zeros((1, ROW_COLUMNS), np.int64), n, 1, 2, 3, 4, 5) for n in (0, 1)])
def _put(rows: Ints, n: int, kind: int, at: int, length: int, time_us: int, line: int) -> int:
    if n < len(rows):
        rows[n, 0] = kind
        rows[n, 1] = at
        rows[n, 2] = length
        rows[n, 3] = time_us
        rows[n, 4] = line
    return n + 1


@kernel(
    inline=True,
    examples=lambda: [(data, at, state) for data, _, state, _ in [_pcap_example(True)] for at in (0, 4, 200)],
)
def _packet_fits(data: Bytes, at: int, state: Ints) -> bool:
    """Whether a packet header of a pcap may stand at `at`."""
    if at + 16 > len(data):
        return False
    swapped = state[SWAPPED]
    held, whole = u32(data, at + 8, swapped), u32(data, at + 12, swapped)
    parts = u32(data, at + 4, swapped)
    return (
        held <= MOST_PACKET
        and whole >= held
        and whole <= MOST_PACKET
        and parts < (1_000_000_000 if state[NANO] else 1_000_000)
    )


@kernel(
    inline=True,
    examples=lambda: [
        (data, at, state) for data, _, state, _ in [_pcap_example(True, "ff" * 40)] for at in (0, 1, 170)
    ],
)
def _next_packet(data: Bytes, at: int, state: Ints) -> int:
    """Where two packet headers of a pcap, within a day of the last one, follow each other from `at` on; -1: nowhere."""
    for start in range(at, len(data) - 16 + 1):
        if not _packet_fits(data, start, state):
            continue
        seconds = u32(data, start, state[SWAPPED])
        if state[SEEN_S] and abs(seconds - state[SEEN_S]) > 86_400:
            continue
        then = start + 16 + u32(data, start + 8, state[SWAPPED])
        if u32(data, start + 8, state[SWAPPED]) >= 14 and (then == len(data) or _packet_fits(data, then, state)):
            return start
    return -1


@kernel(
    examples=lambda: [
        _pcap_example(True),
        _pcap_example(False),
        _pcap_example(True, "ff" * 40),
        _pcap_example(False, "ff" * 40),
    ]
)
def walk_pcap(data: Bytes, last: bool, state: Ints, rows: Ints) -> tuple[int, int]:
    """Packets of a pcap after its file header. Returns the number of rows and how many bytes were dealt with."""
    n, at = 0, 0
    swapped = state[SWAPPED]
    while at + 16 <= len(data):
        held, whole = u32(data, at + 8, swapped), u32(data, at + 12, swapped)
        fits = _packet_fits(data, at, state)
        if fits and at + 16 + held > len(data) and not last:
            break
        if not fits or at + 16 + held > len(data):
            if not last and len(data) - at < 2 * MOST_PACKET:
                break
            stop = _next_packet(data, at + 1, state)
            if stop < 0:
                stop = len(data) if last else len(data) - MOST_PACKET
            n = _put(rows, n, CUT if fits else BROKEN, at, stop - at, NO_TIME, 0)
            at = stop
            continue
        seconds, parts = u32(data, at, swapped), u32(data, at + 4, swapped)
        state[SEEN_S] = seconds
        time_us = seconds * 1_000_000 + (parts // 1000 if state[NANO] else parts)
        kind, place, length, line = datagram(data, at + 16, at + 16 + held, state[LINK])
        if kind == DATAGRAM and whole > held and place + length > at + 16 + held:
            kind = CUT
        n = _put(rows, n, kind, place, length, time_us, line)
        at += 16 + held
    if last and at < len(data):
        n = _put(rows, n, CUT, at, len(data) - at, NO_TIME, 0)
        at = len(data)
    return n, at


@kernel(
    inline=True,
    examples=lambda: [(_pcapng_example(True)[0], 36, 52, _state(PCAPNG, 0, 0, 0, 0, 0), np.zeros((9, 4), np.int64))],
)
def _learn_interface(data: Bytes, at: int, end: int, state: Ints, interfaces: Ints) -> None:
    """Interface description block: link type, and the options if_tsresol (9) and if_tsoffset (14)."""
    which = state[INTERFACES]
    state[INTERFACES] += 1
    if which >= len(interfaces):
        return
    swapped = state[SWAPPED]
    interfaces[which, 0] = u16_of(data, at, swapped)
    interfaces[which, 1] = 6
    interfaces[which, 2] = 0
    interfaces[which, 3] = 0
    at += 8
    while at + 4 <= end:
        code = u16_of(data, at, swapped)
        size = u16_of(data, at + 2, swapped)
        if code == 0 or at + 4 + size > end:
            break
        if code == 9 and size >= 1:
            interfaces[which, 1] = int(np.int64(data[at + 4])) & 0x7F
            interfaces[which, 2] = int(np.int64(data[at + 4])) >> 7
        if code == 14 and size >= 8:
            low = u32(data, at + 4 if swapped else at + 8, swapped)
            high = u32(data, at + 8 if swapped else at + 4, swapped)
            interfaces[which, 3] = (high << 32 | low) if high < 1 << 10 else 0
        at += 4 + (size + 3) // 4 * 4


@kernel(
    inline=True,
    examples=lambda: [(1, 2, 6, 0, 0), (1, 2, 9, 0, 5), (0, 9, 3, 0, 0), (1, 2, 20, 1, 0), (1 << 31, 0, 6, 0, 0)],
)
def _micros(high: int, low: int, exponent: int, binary: int, offset: int) -> int:
    if high >= 1 << 30:
        return NO_TIME
    ticks = high << 32 | low
    if binary:
        if exponent > 40:
            return NO_TIME
        whole, part = ticks >> exponent, ticks & ((1 << exponent) - 1)
        return (whole + offset) * 1_000_000 + (part * 1_000_000 >> exponent)
    if exponent > 12:
        return NO_TIME
    if exponent >= 6:
        return int(ticks // 10 ** (exponent - 6)) + offset * 1_000_000
    if ticks > 9_000_000_000_000_000 // 10 ** (6 - exponent):
        return NO_TIME
    return int(ticks * 10 ** (6 - exponent)) + offset * 1_000_000


@kernel(
    examples=lambda: [
        _pcapng_example(True),
        _pcapng_example(False),
        _pcapng_example(True, "000000060000000300000000"),
    ]
)
def walk_pcapng(data: Bytes, last: bool, state: Ints, interfaces: Ints, rows: Ints) -> tuple[int, int]:
    """Blocks of a pcapng. Returns the number of rows and how many bytes were dealt with."""
    n, at = 0, 0
    while at + 12 <= len(data):
        if data[at] == 0x0A and data[at + 1] == 0x0D and data[at + 2] == 0x0D and data[at + 3] == 0x0A:
            if data[at + 8] == 0x1A:
                state[SWAPPED] = 0
            else:
                state[SWAPPED] = 1
            state[INTERFACES] = 0
        swapped = state[SWAPPED]
        kind, size = u32(data, at, swapped), u32(data, at + 4, swapped)
        good = size >= 12 and size % 4 == 0 and size <= 1 << 24
        if good and at + size > len(data) and not last:
            break
        if not good or at + size > len(data) or u32(data, at + size - 4, swapped) != size:
            # Without a length nothing says where the next block begins: a chain of two enhanced packets does.
            if not last and len(data) - at < 2 * MOST_PACKET:
                break
            stop = -1
            for start in range(at + 4, len(data) - 12 + 1, 4):
                long = u32(data, start + 4, swapped)
                known = u32(data, start, swapped) in (1, 2, 3, 6)
                if not known or long < 16 or long % 4 or long > MOST_PACKET or start + long > len(data):
                    continue
                if u32(data, start + long - 4, swapped) == long:
                    stop = start
                    break
            if stop < 0:
                stop = len(data) if last else len(data) - MOST_PACKET // 4 * 4
                stop = max(at + 4, at + (stop - at) // 4 * 4) if not last else stop
            n = _put(rows, n, CUT if good else BROKEN, at, stop - at, NO_TIME, 0)
            at = stop
            continue
        end = at + size - 4
        if kind == 1 and size >= 20:
            _learn_interface(data, at + 8, end, state, interfaces)
        elif (kind in (2, 6) and size >= 32) or (kind == 3 and size >= 16):
            which = 0
            first, held, time_us = at + 12, end - at - 12, NO_TIME
            if kind != 3:
                which = u32(data, at + 8, swapped)
                if kind == 2:
                    which = u16_of(data, at + 8, swapped)
                first, held = at + 28, u32(data, at + 20, swapped)
            else:
                held = min(held, u32(data, at + 8, swapped))
            if which < min(state[INTERFACES], len(interfaces)) and first + held <= end:
                if kind != 3:
                    time_us = _micros(
                        u32(data, at + 12, swapped), u32(data, at + 16, swapped), interfaces[which, 1],
                        interfaces[which, 2], interfaces[which, 3],
                    )  # fmt: skip
                found, place, length, line = datagram(data, first, first + held, interfaces[which, 0])
                n = _put(rows, n, found, place, length, time_us, line)
            else:
                n = _put(rows, n, BROKEN, at, size, NO_TIME, 0)
        at += size
    if last and at < len(data):
        n = _put(rows, n, CUT, at, len(data) - at, NO_TIME, 0)
        at = len(data)
    return n, at


def _final(*payloads: bytes) -> Bytes:
    whole = b"".join(
        (len(each) + 12).to_bytes(2, "big") + bytes(6) + each + b"\xa5" * 4 for each in payloads
    )  # fmt: skip
    return np.frombuffer(whole, np.uint8).copy()


@kernel(
    examples=lambda: [
        (_final(b"12345", b"678"), True, np.zeros((9, ROW_COLUMNS), np.int64)),
        (_final(b"12345", b"678")[:-1], True, np.zeros((9, ROW_COLUMNS), np.int64)),
        (np.concatenate([_final(b"12345")[:-3], _final(b"678", b"9")]), True, np.zeros((9, ROW_COLUMNS), np.int64)),
    ]
)
def walk_final(data: Bytes, last: bool, rows: Ints) -> tuple[int, int]:
    """Frames of an IOSS recording in its "final" form: two octets of length (most significant first, all counted),
    board, line, day, three octets of time in 1/100 s, data blocks, four octets A5. Returns as `walk_pcap`."""
    n, at = 0, 0
    while at + 12 <= len(data):
        size = u16(data, at)
        if size > 12 and at + size > len(data) and not last:
            break
        whole = size > 12 and at + size <= len(data)
        for place in range(at + size - 4, at + size):
            whole = whole and data[place] == 0xA5
        if whole:
            n = _put(rows, n, DATAGRAM, at + 8, size - 12, NO_TIME, 0)
            at += size
            continue
        if not last and len(data) - at < 2 * 65_536:
            break
        stop = len(data) if last else len(data) - 65_536
        for start in range(at + 4, len(data) - 12 + 1):
            # A frame begins behind the end of another.
            behind = data[start - 1] == 0xA5 and data[start - 2] == 0xA5 and data[start - 3] == 0xA5
            if behind and data[start - 4] == 0xA5 and u16(data, start) > 12:
                stop = start
                break
        n = _put(rows, n, BROKEN, at, stop - at, NO_TIME, 0)
        at = stop
    if last and at < len(data):
        n = _put(rows, n, CUT, at, len(data) - at, NO_TIME, 0)
        at = len(data)
    return n, at
