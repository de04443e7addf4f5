"""Sorting out what was given on a command line: data files with their reader, mappings, companions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatch

from veedor.errors import InputError, UsageError
from veedor.formats import mapped
from veedor.formats.detect import READERS, detect
from veedor.formats.mapping import Mapping, parse
from veedor.formats.reader import Options, Reader, Source, needs_sites
from veedor.formats.ready import fits, match_source
from veedor.formats.sites import is_site_table
from veedor.formats.source import head_of


@dataclass(frozen=True)
class Chosen:
    """One data file, the reader for it, and the options with its mapping and companions."""

    source: Source
    reader: Reader
    options: Options


def choose(sources: Sequence[Source], options: Options, refused: list[InputError] | None = None) -> list[Chosen]:
    """A reader per data file. `.toml` sources are site tables, which are data and go with files that need them, or
    mappings: these apply to the files their `files` patterns name, or to all without patterns; the files mappings name
    as companions are not data themselves.

    InputError or UsageError; with a list `refused` a data file's InputError is put there, and the others go on."""
    tables = [source for source in sources if source.name.endswith(".toml") and is_site_table(head_of(source, 1 << 16))]
    mappings = [_mapping(source) for source in sources if source.name.endswith(".toml") and source not in tables]
    data = [source for source in sources if source in tables or not source.name.endswith(".toml")]
    if isinstance(options.mapping, Mapping):
        mappings.append(options.mapping)
    by_name = dict(options.companions) | {source.name: source for source in data}
    found: list[tuple[Source, Mapping | None]] = []
    beside: set[str] = set()
    troubles: list[InputError] = []
    for source in data:
        try:
            mapping = None if source in tables else _best(source, mappings)
            if mapping is not None:
                beside |= {companion.file for companion in mapping.companions}
            found.append((source, mapping))
        except InputError as error:
            troubles.append(error)
    # By what they say, not by name: owners may call their tables alike, and one table may be given twice.
    sites = {each.sha256.hex(): each for each in tables}
    chosen = []
    for source, mapping in found:
        if source.name in beside:
            continue
        try:
            chosen.append(_chosen(source, mapping, options, by_name, sites))
        except InputError as error:
            troubles.append(error)
    for trouble in troubles:
        if refused is None:
            raise trouble
        refused.append(trouble)
    if not chosen and not refused:
        raise UsageError("no data file was given", expected="at least one file beside mappings and companions")
    return chosen


def mapped_names(sources: Sequence[Source]) -> frozenset[str]:
    """Names of the files that one of the mappings among them, or one that comes along, says how to read: also their
    header has the columns that it goes by."""
    tables = [source for source in sources if source.name.endswith(".toml") and is_site_table(head_of(source, 1 << 16))]
    mappings = [_mapping(source) for source in sources if source.name.endswith(".toml") and source not in tables]
    found = set()
    for source in sources:
        if source.name.endswith(".toml"):
            continue
        with suppress(InputError):  # one that cannot be read is told of when it is read
            given = _for(source, mappings)
            if fits(head_of(source), given) if given is not None and given.format == "csv" else match_source(source):
                found.add(source.name)
    return frozenset(found)


def _chosen(
    source: Source, mapping: Mapping | None, options: Options, companions: dict[str, Source], sites: dict[str, Source]
) -> Chosen:
    if mapping is not None:
        return Chosen(source, mapped.READER, replace(options, mapping=mapping, companions=companions))
    reader = detect(source)
    return Chosen(source, reader, replace(options, mapping=None, companions=sites if needs_sites(reader) else {}))


def _best(source: Source, mappings: Sequence[Mapping]) -> Mapping | None:
    """The mapping that was given for a file, else a ready one. A pattern of names may reach further than what its
    mapping goes by: a table of another kind that a ready mapping knows is read by that."""
    given = _for(source, mappings)
    if given is None:
        return match_source(source)
    if given.format == "csv" and not fits(head_of(source), given):
        return match_source(source) or given
    return given


def _for(source: Source, mappings: Sequence[Mapping]) -> Mapping | None:
    fits = [item for item in mappings if any(fnmatch(source.name, pattern) for pattern in item.files)]
    fits = fits or [item for item in mappings if not item.files and not _companion(source, mappings)]
    # Two folders may each hold a copy of one mapping.
    named = list({item.digest: item for item in fits}.values())
    if len(named) > 1:
        raise UsageError(
            "several mappings fit one file", file=source.name, found=", ".join(item.name for item in named),
            next_step="say in each mapping which files it is for: files = [\"*.csv\"]",
        )  # fmt: skip
    # A mapping without patterns is not for files that a reader of their own recognises.
    if named and not named[0].files and any(reader.sniff(head_of(source), source.name) for reader in READERS[:-1]):
        return None
    return named[0] if named else None


def _companion(source: Source, mappings: Sequence[Mapping]) -> bool:
    return any(source.name == companion.file for item in mappings for companion in item.companions)


def _mapping(source: Source) -> Mapping:
    with closing(source.open()) as stream:
        data = stream.read(1 << 20)
    try:
        return parse(data.decode(), source.name)
    except UnicodeDecodeError as error:
        raise InputError(
            "the mapping is not UTF-8 text", file=source.name, place=f"byte {error.start}", expected="UTF-8",
            found=str(error.reason), next_step="save the mapping as UTF-8 text",
        ) from error  # fmt: skip
