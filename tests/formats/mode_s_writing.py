"""Writes Mode S frames for tests, from the clauses and not from the reader: parity, compact positions, wrappings."""

from __future__ import annotations

import math

GENERATOR = 0x1FFF409


def with_parity(body: bytes, overlay: int = 0) -> bytes:
    """A frame from its bytes before the parity; `overlay` is an address or an interrogator's code."""
    rest = int.from_bytes(body + bytes(3), "big")
    for bit in range(len(body) * 8 + 23, 23, -1):
        if rest >> bit & 1:
            rest ^= GENERATOR << (bit - 24)
    return body + (rest ^ overlay).to_bytes(3, "big")


def squitter(address: int, message: int, *, downlink: int = 17, control: int = 5) -> bytes:
    return with_parity(bytes([downlink << 3 | control]) + address.to_bytes(3, "big") + message.to_bytes(7, "big"))


def zones(lat: float) -> int:
    if abs(lat) >= 87.0:
        return 2 if abs(lat) == 87.0 else 1
    if lat == 0.0:
        return 59
    inner = 1 - (1 - math.cos(math.pi / 30)) / math.cos(math.radians(lat)) ** 2
    return math.floor(2 * math.pi / math.acos(inner))


def compact(lat: float, lon: float, odd: int, surface: bool = False) -> tuple[int, int]:
    """The two 17-bit numbers of a place (ICAO Doc 9871, C.2.6.3)."""
    turn = 90.0 if surface else 360.0
    high = turn / (60 - odd)
    north = math.floor(131_072 * ((lat % high) / high) + 0.5)
    back = high * (north / 131_072 + math.floor(lat / high))
    wide = turn / max(zones(back) - odd, 1)
    return north % 131_072, math.floor(131_072 * ((lon % wide) / wide) + 0.5) % 131_072


def airborne(address: int, lat: float, lon: float, odd: int, feet: int = 10_000) -> bytes:
    north, east = compact(lat, lon, odd)
    steps = (feet + 1_000) // 25
    altitude = (steps >> 4) << 5 | 1 << 4 | steps & 0xF
    return squitter(address, 11 << 51 | altitude << 36 | odd << 34 | north << 17 | east)


def on_surface(address: int, lat: float, lon: float, odd: int, movement: int = 20) -> bytes:
    north, east = compact(lat, lon, odd, surface=True)
    return squitter(address, 7 << 51 | movement << 44 | odd << 34 | north << 17 | east)


def identification(address: int, call_sign: str) -> bytes:
    letters = "#ABCDEFGHIJKLMNOPQRSTUVWXYZ##### ###############0123456789######"
    packed = 0
    for letter in call_sign.ljust(8):
        packed = packed << 6 | letters.index(letter)
    return squitter(address, 4 << 51 | packed)


def altitude_reply(address: int, code: int) -> bytes:
    return with_parity(bytes([4 << 3, code >> 14 & 0xFF, code >> 8 & 0xFF, code & 0xFF]), address)


def identity_reply(address: int, code: int) -> bytes:
    return with_parity(bytes([5 << 3, 0, code >> 8 & 0xFF, code & 0xFF]), address)


def beast(stamp: int, frame: bytes) -> bytes:
    inside = stamp.to_bytes(6, "big") + b"\x40" + frame
    return b"\x1a" + (b"2" if len(frame) == 7 else b"3") + inside.replace(b"\x1a", b"\x1a\x1a")


def counted(seconds: float) -> int:
    """A stamp of the 12 MHz counter."""
    return int(seconds * 12_000_000)


def gps(seconds: float) -> int:
    whole = int(seconds)
    return whole << 30 | int((seconds - whole) * 1_000_000_000)
