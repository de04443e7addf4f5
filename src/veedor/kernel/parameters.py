"""The digest of a detector's parameters: what a finding names as the settings that made it."""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass

_TAG = b"veedor/parameters/1\0"


def parameters_digest(parameters: object) -> bytes:
    """SHA-256 of a frozen dataclass of ints, strings, bools, bytes, None, tuples of them and such dataclasses.

    Class name, field names and types are part of it: True, 1 and "1" differ. TypeError for anything else (floats,
    dicts, lists), because its bytes would not be the same everywhere.
    """
    if not is_dataclass(parameters) or isinstance(parameters, type):
        raise TypeError(f"parameters are a frozen dataclass, found {type(parameters).__name__}")
    return hashlib.sha256(_TAG + _encode(parameters, type(parameters).__name__)).digest()


def _encode(value: object, place: str) -> bytes:
    """One letter for the type, u32 big-endian length, content."""
    if value is None:
        return _item(b"n", b"")
    if isinstance(value, bool):
        return _item(b"b", b"\1" if value else b"\0")
    if isinstance(value, int):
        return _item(b"i", str(int(value)).encode())
    if isinstance(value, str):
        return _item(b"s", value.encode())
    if isinstance(value, bytes):
        return _item(b"x", value)
    if isinstance(value, tuple):
        return _item(b"t", b"".join(_encode(part, f"{place}[{i}]") for i, part in enumerate(value)))
    if is_dataclass(value) and not isinstance(value, type):
        if not type(value).__dataclass_params__.frozen:  # type: ignore[attr-defined] # typeshed leaves it out
            raise TypeError(f"{place}: {type(value).__name__} is not frozen")
        parts = [_encode(type(value).__name__, place)]
        for field in fields(value):
            parts += [_encode(field.name, place), _encode(getattr(value, field.name), f"{place}.{field.name}")]
        return _item(b"d", b"".join(parts))
    raise TypeError(f"{place}: {type(value).__name__} is not allowed in parameters (int, str, bool, bytes, tuple are)")


def _item(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "big") + content
