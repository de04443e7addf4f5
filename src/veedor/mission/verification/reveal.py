"""A reveal: one statement of the log, and rows of a deposit or findings of a run if it is one, with all it takes to
check them alone.

The file `reveal/1`, with findings `reveal/2`, is canonical JSON: the genesis, the statement's envelope, a proof file
(c2sp.org/tlog-proof) that leads from the envelope to a signed head, and the rows. Whoever trusts the digest of the
genesis needs nothing else.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from veedor.errors import UsageError, VerifyError
from veedor.log.canonical_json import canonical_bytes, parse_object
from veedor.log.checkpoint import parse_checkpoint
from veedor.log.note import decode_base64, parse_note
from veedor.log.proof_file import ProofFile
from veedor.log.proofs import TileProver
from veedor.log.tiles import LARGEST_ENTRY
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import Mission
from veedor.mission.deposits.held import Held, held_deposits
from veedor.mission.deposits.reveal import reveal_rows
from veedor.mission.deposits.revealed import RevealedRow
from veedor.mission.runs.committed import reveal_findings
from veedor.mission.state.fold import Signed, State
from veedor.mission.state.kinds import findings_of
from veedor.mission.statements.bodies import Body, Findings

LARGEST_REVEAL = 1 << 26
MOST_ROWS = 1000
_Base64 = Annotated[str, Meta(pattern="^[A-Za-z0-9+/]*={0,2}$(?!\\n)", max_length=LARGEST_ENTRY * 4 // 3 + 8)]
_ROWS = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?", re.ASCII)


class Reveal(Body, frozen=True):
    """The file. `genesis` and `envelope` are entries as logged, in base64; `proof` is the text of a proof file. It is
    `reveal/2` if and only if it has rows, and they are findings."""

    schema: Literal["reveal/1", "reveal/2"]
    genesis: _Base64
    envelope: _Base64
    proof: Annotated[str, Meta(max_length=1_300_000)]
    rows: Annotated[tuple[RevealedRow, ...], Meta(max_length=MOST_ROWS)]

    def entry(self, field: Literal["genesis", "envelope"]) -> bytes:
        """An entry's bytes."""
        return decode_base64(getattr(self, field))


def find_entry(state: State, what: str) -> int:
    """The entry that `what` names: its number, or the digest of a statement, shortened to 6 digits or more."""
    if what.isascii() and what.isdecimal() and len(what) < 18 and int(what) < state.size:
        return int(what)
    links = [link for chain in state.chains.values() for link in chain]
    named = [(link.digest, link.index) for link in links] + [(state.genesis_digest, 0)]
    found = sorted({index for digest, index in named if len(what) >= 6 and digest.startswith(what)})
    if len(found) != 1:
        raise UsageError(
            "several statements begin like this" if found else "the log has no such entry",
            expected=f"a number below {state.size}, or 6 or more digits of a statement's digest",
            found=what,
        )
    return found[0]


def prove(reader: LogReader, index: int, extra: bytes | None = None) -> ProofFile:
    """The proof of an entry under the head as it is now."""
    checkpoint = reader.checkpoint_bytes()
    # Of these very bytes: asked again, the reader could answer with a newer head.
    size = parse_checkpoint(parse_note(checkpoint).text).size
    return ProofFile(index, tuple(TileProver(reader, size).inclusion(index, size)), checkpoint, extra)


def parse_rows(text: str) -> range:
    """The rows that `7` or `7-20` names."""
    match = _ROWS.fullmatch(text)
    if match is None:
        raise UsageError("these are not rows", expected="ROW or ROW-ROW", found=text)
    rows = range(int(match[1]), int(match[2] or match[1]) + 1)
    if not 1 <= len(rows) <= MOST_ROWS:
        raise UsageError("too few or too many rows at once", expected=f"1 to {MOST_ROWS}", found=text)
    return rows


def reveal(
    mission: Mission, index: int, rows: Sequence[int], parts: Sequence[str] | None, findings: Sequence[str] = ()
) -> Reveal:
    """A reveal of entry `index`, with these rows of the deposit, or `findings` (their ids) of the run, that it states;
    `parts`: which of each, None for all.

    Raises UsageError where rows are asked for and the entry is no deposit that this copy holds with its salts, or
    findings and it is no statement of findings that this copy can show.
    """
    reader = LogReader(mission.folder.log, mission.files)
    shown = reveal_rows(_held(mission, index), rows, parts) if rows else ()
    if findings:
        shown = reveal_findings(mission, _findings(mission, index), findings, parts)
    size = reader.size()
    genesis, envelope = (base64.b64encode(reader.entry(at, size)).decode() for at in (0, index))
    schema: Literal["reveal/1", "reveal/2"] = "reveal/2" if findings else "reveal/1"
    return Reveal(schema, genesis, envelope, prove(reader, index).encode().decode(), shown)


def _held(mission: Mission, index: int) -> Held:
    deposits = held_deposits(mission.folder, mission.files, mission.state)
    held = next((each for each in deposits if each.statement.index == index), None)
    if held is None:
        raise UsageError(
            "this entry is no deposit that this copy holds",
            found=f"entry {index}",
            next_step="rows can be revealed by the party that handed them in, or whoever it gave the openings to",
        )
    return held


def _findings(mission: Mission, index: int) -> Signed[Findings]:
    found = next((each for each in findings_of(mission.state) if each.index == index), None)
    if found is None:
        raise UsageError(
            "this entry is no statement of findings",
            found=f"entry {index}",
            next_step="`veedor state MISSION` lists the statements of findings with their entries",
        )
    return found


def encode_reveal(made: Reveal) -> bytes:
    """The file's bytes: one form for one reveal."""
    return canonical_bytes(msgspec.to_builtins(made)) + b"\n"


def parse_reveal(data: bytes, file: str) -> Reveal:
    """The reveal in these bytes, nothing verified yet; VerifyError for anything that `encode_reveal` cannot write."""
    if not data.endswith(b"\n"):
        raise VerifyError("a reveal does not end in a line feed", file=file)
    try:
        made = msgspec.convert(parse_object(data[:-1], largest=LARGEST_REVEAL, file=file), Reveal, strict=True)
    except msgspec.ValidationError as error:
        raise VerifyError("this is not a reveal", file=file, expected="reveal/1", found=str(error)) from None
    kinds = {"reveal/2" if row.tree == "findings" else "reveal/1" for row in made.rows} or {"reveal/1"}
    if kinds != {made.schema}:
        raise VerifyError("this is not a reveal", file=file, expected=" ".join(sorted(kinds)), found=made.schema)
    return made
