"""parameters.toml: what detectors are set to, in a file whose very bytes the parties can adopt (decision 6).

    schema = "parameters/1"
    [detectors.legs]           what differs from the shipped defaults, one table per detector
    [pinned]                   last: detector -> "VERSION DIGEST", written by `veedor parameters pin`

The tables alone fix nothing: defaults, and what a detector does with them, come with the software. So the file also
says which version of each detector is meant, and the digest of all its parameters, defaults among them. Read strictly:
an unknown key is an error, never ignored.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from veedor.errors import UsageError

Parameter = int | bool | str | list[int | str]
Pin = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,8} [0-9a-f]{64}\Z")]
LARGEST_FILE = 1 << 20
EMPTY = """\
# What detectors are set to in joint runs. Every copy needs these very bytes; the parties adopt their digest.
schema = "parameters/1"

# [detectors.legs]         # parameters that differ from the shipped defaults, one table per detector
"""
_PINNED = re.compile(r"^\[pinned\][^\S\n]*$", re.MULTILINE)


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    schema: Literal["parameters/1"]
    detectors: Mapping[str, Mapping[str, Parameter]] = {}
    pinned: Mapping[str, Pin] = {}


@dataclass(frozen=True)
class MissionParameters:
    """The file as read: settings and pins by detector, and its digest (hex), None where there is no file."""

    settings: Mapping[str, Mapping[str, Parameter]]
    pinned: Mapping[str, str]
    digest: str | None


SHIPPED = MissionParameters({}, {}, None)
"""Without a file: the shipped defaults."""


def parse_parameters(data: bytes, file: str) -> MissionParameters:
    """The file's content; UsageError names the key that is wrong."""
    try:
        found = tomllib.loads(data.decode("utf-8"))
        found["detectors"] = _by_name(found.get("detectors", {}), "")
        read = msgspec.convert(found, _File, strict=True)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError, msgspec.ValidationError) as error:
        raise UsageError(
            "the parameters of the mission cannot be used",
            file=file,
            expected="parameters/1",
            found=str(error),
            next_step="correct the file; docs/settings.md lists every parameter",
        ) from None
    return MissionParameters(read.detectors, read.pinned, hashlib.sha256(data).hexdigest())


def load_parameters(file: Path) -> MissionParameters:
    """The content of a parameters file, from disk; UsageError where it cannot be read, or is none."""
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UsageError("the parameters cannot be read", file=str(file), found=error.strerror) from None
    if len(data) > LARGEST_FILE:
        raise UsageError("this is no file of parameters", file=str(file), expected=f"at most {LARGEST_FILE} bytes")
    return parse_parameters(data, str(file))


def with_pins(data: bytes, pins: Mapping[str, str], file: str) -> bytes:
    """The file with these pins in place of those it has; what people wrote above them stays as it is, byte for byte.

    UsageError where something follows `[pinned]` that would be lost.
    """
    before = parse_parameters(data, file)
    text = data.decode("utf-8")
    kept = _PINNED.split(text, maxsplit=1)[0]
    after = f"{kept.rstrip()}\n\n[pinned]\n" + "".join(f'"{name}" = "{pins[name]}"\n' for name in sorted(pins))
    made = after.encode()
    again = parse_parameters(made, file)
    if again.settings != before.settings or again.pinned != dict(pins):
        raise UsageError(
            "the pins of the parameters cannot be replaced",
            file=file,
            expected="[pinned] as the last table, on a line of its own",
            next_step="move the other tables above it",
        )
    return made


def _by_name(tables: object, prefix: str) -> dict[str, object]:
    """TOML nests `[detectors.air.legs]`; the detector's name is `air.legs`. A table of tables is a name so far."""
    if not isinstance(tables, dict):
        raise msgspec.ValidationError("Expected a table - at `$.detectors`")
    flat: dict[str, object] = {}
    for name, value in tables.items():
        if not isinstance(value, dict):
            raise msgspec.ValidationError(f"`{prefix}{name}` stands outside a detector's table - at `$.detectors`")
        inner = {key: item for key, item in value.items() if isinstance(item, dict)}
        flat.update(_by_name(inner, f"{prefix}{name}."))
        if len(inner) < len(value) or not value:
            flat[f"{prefix}{name}"] = {key: item for key, item in value.items() if not isinstance(item, dict)}
    return flat
