"""mission.toml: this copy's working settings, read strictly; an unknown key is an error, never ignored.

None of them changes what a run finds: that is in parameters.toml, which the parties can adopt.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from veedor.errors import UsageError
from veedor.mission.statements.vocabulary import MissionName, PartyId

Whole = Annotated[int, Meta(ge=1)]

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
    """All of mission.toml."""

    mission: MissionSection
    engine: EngineSection = EngineSection()
    border: BorderSection = BorderSection()
    witness: WitnessSection = WitnessSection()
    exchange: ExchangeSection = ExchangeSection()


def parse_settings(text: str, file: str) -> Settings:
    """Settings from the text of mission.toml; UsageError names the key that is wrong."""
    try:
        found = tomllib.loads(text)
        if "detectors" in found:
            raise UsageError(
                "the parameters of detectors stand in a file of their own",
                file=file,
                found="[detectors]",
                next_step='move these tables to parameters.toml beside it, below a line `schema = "parameters/1"`',
            )
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


def default_settings(name: str, party: str) -> str:
    """The mission.toml that `init` and `join` write."""
    engine = EngineSection()
    return f"""\
# Working settings of this copy; none of them changes a result. What detectors are set to stands in parameters.toml.

[mission]
name = "{name}"
party = "{party}"

[engine]
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
"""
