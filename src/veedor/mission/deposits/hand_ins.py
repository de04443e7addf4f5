"""From files as given to hand-ins: files that are read alike, each with its mapping and companions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from veedor.errors import InputError
from veedor.formats.choose import Chosen, choose
from veedor.formats.mapping import Mapping
from veedor.formats.reader import Options, Reader, Source, needs_date, needs_names

T = TypeVar("T")


@dataclass(frozen=True)
class HandIn:
    """Files that are read alike: one reader, one mapping. `mapping` is the mapping's digest, or empty; `beside` are the
    files that decide how data are read: companions, site tables, and the mapping if it came as a file; `copies` are
    names of files with the bytes of one of `sources`, each with that one's name: they are read once."""

    reader: Reader
    options: Options
    sources: tuple[Source, ...]
    mapping: bytes = b""
    beside: tuple[Source, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()

    @property
    def digests(self) -> list[bytes]:
        """Digests of everything that decides what is read, ascending: data files and companions."""
        companions = {source.sha256 for source in self.options.companions.values()}
        return sorted({source.sha256 for source in self.sources} | companions)


def hand_ins(sources: Sequence[Source], options: Options, refused: list[InputError] | None = None) -> list[HandIn]:
    """The files grouped by how they are read, in the order given. InputError or UsageError for what cannot be read;
    with a list `refused` a data file's InputError is put there, and the others go on."""
    toml = {source.sha256: source for source in sources if source.name.endswith(".toml")}
    groups: dict[tuple[str, bytes, tuple[bytes, ...]], HandIn] = {}
    members: dict[tuple[str, bytes, tuple[bytes, ...]], dict[tuple[bytes, str], Source]] = {}
    copies: dict[tuple[str, bytes, tuple[bytes, ...]], list[tuple[str, str]]] = {}
    for chosen in choose(sources, options, refused):
        mapping, companions = _mapping(chosen)
        digest = b"" if mapping is None else mapping.digest
        key = (chosen.reader.name, digest, tuple(sorted(source.sha256 for source in companions.values())))
        beside = (*companions.values(), *([toml[digest]] if digest in toml else []))
        date_us = options.date_us if needs_date(chosen.reader) else None
        own = replace(chosen.options, companions=companions, date_us=date_us)
        groups.setdefault(key, HandIn(chosen.reader, own, (), _how_read(digest, options.sensor, date_us), beside))
        # The same bytes twice are one file, unless their names say that they are about different things.
        name = chosen.source.name if needs_names(chosen.reader) else ""
        kept = members.setdefault(key, {}).setdefault((chosen.source.sha256, name), chosen.source)
        if kept is not chosen.source:
            copies.setdefault(key, []).append((chosen.source.name, kept.name))
    return [
        _named(replace(group, sources=tuple(members[key].values()), copies=tuple(copies.get(key, ()))))
        for key, group in groups.items()
    ]


def read_what_can_be(hand_in: HandIn, read: Callable[[HandIn], T], refused: list[InputError]) -> T | None:
    """What `read` makes of the hand-in without the files that cannot be read at all, which are put into `refused`: one
    damaged file never stops the rest. None where nothing is left."""
    while hand_in.sources:
        try:
            return read(hand_in)
        except InputError as error:
            refused.append(error)
            left = tuple(source for source in hand_in.sources if source.name != error.file)
            if len(left) == len(hand_in.sources):
                return None  # not one of its files: a companion that they all need
            hand_in = replace(hand_in, sources=left)
    return None


def _how_read(mapping: bytes, sensor: str | None, date_us: int | None) -> bytes:
    """What stands for the mapping in the deposit digest: the mapping's digest, and the sensor and date if such were
    named."""
    if date_us is not None:
        mapping = hashlib.sha256(b"veedor/how-read/date/1\0" + date_us.to_bytes(8, "big") + mapping).digest()
    if sensor is None:
        return mapping
    name = sensor.encode()
    return hashlib.sha256(b"veedor/how-read/1\0" + len(name).to_bytes(4, "big") + name + mapping).digest()


def _named(hand_in: HandIn) -> HandIn:
    """The hand-in, its names in the deposit digest where they decide what is read."""
    if not needs_names(hand_in.reader):
        return hand_in
    hasher = hashlib.sha256(b"veedor/how-read/names/1\0" + hand_in.mapping)
    ordered = sorted(hand_in.sources, key=lambda source: (source.sha256, source.name))
    for source in ordered:
        name = source.name.encode()
        hasher.update(source.sha256 + len(name).to_bytes(4, "big") + name)
    return replace(hand_in, mapping=hasher.digest(), sources=tuple(ordered))


def _mapping(chosen: Chosen) -> tuple[Mapping | None, dict[str, Source]]:
    mapping = chosen.options.mapping
    if not isinstance(mapping, Mapping):
        return None, dict(chosen.options.companions)
    named = {companion.file for companion in mapping.companions}
    return mapping, {name: source for name, source in chosen.options.companions.items() if name in named}
