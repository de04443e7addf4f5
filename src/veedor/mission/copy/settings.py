"""mission.toml: this copy's working settings, read strictly; an unknown key is an error, never ignored.

It counts for others only when its digest is logged and adopted; until then runs are marked the party's own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from veedor.errors import UsageError
from veedor.mission.statements.vocabulary import MissionName, PartyId

Whole = Annotated[int, Meta(ge=1)]
Parameter = int | bool | str | list[int | str]

MEBIBYTE = 1 << 20


class _Section(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class MissionSection(_Section, frozen=True):
    """Which mission this is a copy of, and whose copy."""

    name: MissionName
    party: PartyId


class EngineSection(_Section, frozen=True):
    """How records are cut and how much of the machine is used; none of it changes a digest."""

    buckets: Annotated[int, Meta(ge=1, le=65_536)] = 64
    chunk_hours: Annotated[int, Meta(ge=1, le=8_784)] = 24
    workers: Annotated[int, Meta(ge=1, le=1_024)] = 2
    memory_mib: Annotated[int, Meta(ge=256)] = 2_048

    @property
    def memory_bytes(self) -> int:
        return self.memory_mib * MEBIBYTE


class BorderSection(_Section, frozen=True):
    """Which border lines are drawn; written into every export."""

    policy: Literal["de_facto", "none"] = "de_facto"


class WitnessSection(_Section, frozen=True):
    """Which witnesses `veedor seal` asks: addresses that begin with http:// or https://, or folders that travel."""

    addresses: Annotated[tuple[str, ...], Meta(max_length=100)] = ()


class ExchangeSection(_Section, frozen=True):
    """Where `veedor sync` looks when no other copy is named: folders, or addresses that begin with https://."""

    sources: Annotated[tuple[str, ...], Meta(max_length=100)] = ()


class Settings(_Section, frozen=True):
    """All of mission.toml. `detectors` holds, per detector name, the parameters that differ from the defaults;
    the detector's own parameter class checks names and types."""

    mission: MissionSection
    engine: EngineSection = EngineSection()
    border: BorderSection = BorderSection()
    witness: WitnessSection = WitnessSection()
    exchange: ExchangeSection = ExchangeSection()
    detectors: Mapping[str, Mapping[str, Parameter]] = {}


def parse_settings(text: str, file: str) -> Settings:
    """Settings from the text of mission.toml; UsageError names the key that is wrong."""
    try:
        found = tomllib.loads(text)
        found["detectors"] = _detectors(found.get("detectors", {}), "")
        return msgspec.convert(found, Settings, strict=True)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise UsageError(
            "the settings of the mission cannot be used",
            file=file,
            found=str(error),
            next_step="correct the file; docs/settings.md lists every key",
        ) from None


def load_settings(file: Path) -> Settings:
    try:
        text = file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("the settings of the mission cannot be read", file=str(file), found=str(error)) from None
    return parse_settings(text, str(file))


def _detectors(tables: object, prefix: str) -> dict[str, object]:
    """TOML nests `[detectors.air.legs]`; the detector's name is `air.legs`. A table of tables is a name so far."""
    if not isinstance(tables, dict):
        raise msgspec.ValidationError("Expected a table - at `$.detectors`")
    flat: dict[str, object] = {}
    for name, value in tables.items():
        if not isinstance(value, dict):
            raise msgspec.ValidationError(f"`{prefix}{name}` stands outside a detector's table - at `$.detectors`")
        inner = {key: item for key, item in value.items() if isinstance(item, dict)}
        flat.update(_detectors(inner, f"{prefix}{name}."))
        if len(inner) < len(value) or not value:
            flat[f"{prefix}{name}"] = {key: item for key, item in value.items() if not isinstance(item, dict)}
    return flat


def default_settings(name: str, party: str) -> str:
    """The mission.toml that `init` and `join` write."""
    engine = EngineSection()
    return f"""\
# Working settings of this copy. They count for the other parties only when logged and adopted.

[mission]
name = "{name}"
party = "{party}"

[engine]                 # none of these changes a result
buckets = {engine.buckets}
chunk_hours = {engine.chunk_hours}
workers = {engine.workers}
memory_mib = {engine.memory_mib}

[border]
policy = "de_facto"      # or "none"; written into every export

# [witness]              # whom `veedor seal` asks when no witness is named
# addresses = ["https://witness.veedor.example", "witness"]
# [exchange]             # other copies that `veedor sync` asks when none is named
# sources = ["https://veedor.example/apure"]

# [detectors.air.legs]   # parameters that differ from the shipped defaults, one table per detector
"""
