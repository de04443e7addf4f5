"""The parsers of the mission room: statements, entry 0, reveals, findings that were revealed."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa

from tests.fuzz.target import Target
from veedor.engine.findings import Evidence, Finding, Innocent, Place, Reason, Term, findings_table
from veedor.errors import VerifyError
from veedor.kernel.canonical import encode_rows
from veedor.kernel.decode import decode_row
from veedor.log.canonical_json import JsonObject, canonical_bytes, parse_object
from veedor.log.envelope import Signature, parse_envelope, seal
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.runs.committed import finding_rows
from veedor.mission.state.genesis import check_genesis
from veedor.mission.statements import types
from veedor.mission.statements.bodies import Genesis
from veedor.mission.statements.chain import BodyType, opened
from veedor.mission.verification.reveal import Reveal, encode_reveal, parse_reveal, prove
from veedor.tables import FINDING_PARTS
from veedor.views.revealed import revealed_lines
from veedor.words import LANGUAGES

READER = LogReader(Path(__file__).resolve().parents[1] / "golden/mission-01/log", DiskFiles())
ENTRIES = tuple(READER.entries(0, 8))
GENESIS = types.GENESIS.read(opened(ENTRIES[0])[1].body)
NOBODYS = Signature("00" * 32, b"\0" * 64)
LARGEST_PAYLOAD = 36_000
PARTS = [FINDING_PARTS.schema.field(name) for names in FINDING_PARTS.groups.values() for name in names]
KINDS = {kind.urn: kind for kind in vars(types).values() if isinstance(kind, BodyType)}


def read_statement(data: bytes) -> JsonObject:
    """A payload with its chain and, where its type is known, its typed body; nothing of it lost in the typing."""
    if len(data) > LARGEST_PAYLOAD:
        raise VerifyError("too long to be logged")
    envelope, parts = opened(seal(data, [NOBODYS]))
    kind = KINDS.get(parts.urn)
    if kind is not None:
        body = kind.read(parts.body)
        kind.co_signers(body)
        assert canonical_bytes(msgspec.to_builtins(body)) == canonical_bytes(parts.body)
    return envelope.statement


def read_genesis_body(data: bytes) -> Genesis:
    body = types.GENESIS.read(parse_object(data))
    check_genesis(body)
    return body


def some_reveal() -> bytes:
    genesis, entry = (base64.b64encode(data).decode() for data in (ENTRIES[0], ENTRIES[1]))
    return encode_reveal(Reveal("reveal/1", genesis, entry, prove(READER, 1).encode().decode(), ()))


def read_finding(data: bytes) -> dict[str, Any]:
    """A revealed finding of which every part is shown, and all that is said of it in both languages."""
    try:
        fields = decode_row(data, PARTS)
    except ValueError as error:
        raise VerifyError("not a finding", found=str(error)) from None
    assert all(list(revealed_lines(fields, language)) for language in LANGUAGES)
    return fields


def finding_bytes(fields: dict[str, Any]) -> bytes:
    schema = pa.schema(PARTS)
    return bytes(encode_rows(pa.Table.from_pylist([fields], schema=schema), schema.names)[0])


def some_finding() -> bytes:
    found = Finding(
        "gap", "track:-7", 0, 1_790_000_000_000_000, Place(71_000_000, -700_000_000, 5), True,
        [Term("term.value", 500, "paper", {"milli_log10": 3})],
        [Reason("finding.pass_through", {"total_in": "1.50 USD"})],
        [Evidence(bytes(32), 1, 2, "role.plot")], [Innocent("short.x", "supports", {}, -5)], [Reason("searched.x")],
    )  # fmt: skip
    rows = finding_rows(findings_table([found], "air.gaps", 1, bytes(32)))
    return bytes(encode_rows(rows, [field.name for field in PARTS])[0])


def genesis_bytes(body: Any) -> bytes:
    return canonical_bytes(msgspec.to_builtins(body))


MISSION_TARGETS = {
    "statement": Target(
        read_statement, canonical_bytes, tuple(parse_envelope(entry).payload for entry in ENTRIES), VerifyError
    ),
    "genesis": Target(read_genesis_body, genesis_bytes, (genesis_bytes(GENESIS),), VerifyError),
    "revealed finding": Target(read_finding, finding_bytes, (some_finding(),), VerifyError),
    "reveal": Target(lambda data: parse_reveal(data, "one.reveal"), encode_reveal, (some_reveal(),), VerifyError),
}
