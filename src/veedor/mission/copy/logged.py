"""Statements of the log that count, found by their digest and read from their entry, whatever their type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from veedor.log_folder.files import ReadFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.folder import Folder
from veedor.mission.state.fold import AnyKind, Link, State
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.chain import Chain, opened


@dataclass(frozen=True)
class Logged:
    """A statement that counts, with its entry in the log."""

    index: int
    digest: str
    chain: Chain
    schema: str
    body: Body


class LoggedStatements:
    """What the state says counts, in the types of `kinds`; bodies are read from the log when asked for."""

    def __init__(self, files: ReadFiles, folder: Folder, state: State, kinds: Sequence[AnyKind]) -> None:
        self._types = {kind.type.urn: kind.type for kind in kinds}
        self._reader = LogReader(folder.log, files)
        rest = {each.index for each in state.void} | {each.index for each in state.unknown}
        self._links: dict[str, Link] = {
            link.digest: link
            for chain in state.chains.values()
            for link in chain
            if link.urn in self._types and link.index not in rest
        }

    def find(self, digest: str) -> Logged | None:
        """The statement with this digest; None where none that counts has it."""
        link = self._links.get(digest)
        return None if link is None else self._read(link)

    def _read(self, link: Link) -> Logged:
        kind = self._types[link.urn]
        _, statement = opened(self._reader.entry(link.index))
        assert statement.chain is not None  # it stands in a chain
        return Logged(link.index, link.digest, statement.chain, kind.schema_id, kind.read(statement.body))
