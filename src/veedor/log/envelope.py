"""Signed statements: an in-toto Statement v1 inside a DSSE envelope, in one canonical byte form.

The bytes that are logged are the envelope's; a statement's digest is SHA-256 of exactly these bytes. Signatures cover
DSSE's pre-authentication encoding of the payload as received. Keys are named by SHA-256 of their 32 bytes, so one key
cannot appear under two names. Who must sign, and how many parties that takes, is for the mission to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from veedor.errors import UsageError, VerifyError
from veedor.log import ed25519
from veedor.log.canonical_json import JsonObject, JsonValue, canonical_bytes, parse_object
from veedor.log.note import decode_base64, encode_base64
from veedor.log.tiles import LARGEST_ENTRY

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
MOST_SIGNATURES = 64

_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.ASCII)
_KEY_ID = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class Signature:
    """One signature in an envelope: the key's name (SHA-256 of the key, hex) and 64 bytes."""

    key_id: str
    signature: bytes


@dataclass(frozen=True)
class Envelope:
    """An envelope whose form is right and whose signatures are not checked yet."""

    statement: JsonObject
    payload: bytes
    signatures: tuple[Signature, ...]
    digest: str
    """SHA-256 of the envelope's bytes, hex: the statement's name everywhere."""


def digest(envelope: bytes) -> str:
    """The statement's digest: SHA-256 of the envelope's bytes, hex."""
    return sha256(envelope).hexdigest()


def pae(payload: bytes, payload_type: str = PAYLOAD_TYPE) -> bytes:
    """DSSE's pre-authentication encoding: what a signature covers."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def seal(payload: bytes, signatures: Sequence[Signature]) -> bytes:
    """The envelope's canonical bytes: signatures in the order of their key names, each key once."""
    if not 1 <= len(signatures) <= MOST_SIGNATURES or len({each.key_id for each in signatures}) != len(signatures):
        raise UsageError("an envelope needs signatures of distinct keys", expected=f"1 to {MOST_SIGNATURES}")
    data = canonical_bytes(
        {
            "payload": encode_base64(payload),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [
                {"keyid": each.key_id, "sig": encode_base64(each.signature)}
                for each in sorted(signatures, key=lambda each: each.key_id)
            ],
        }
    )
    if len(data) > LARGEST_ENTRY:
        raise UsageError(
            "a statement is too large for the log",
            expected=f"up to {LARGEST_ENTRY} bytes",
            found=f"{len(data)} bytes",
            next_step="log digests and keep the data in files",
        )
    return data


def parse_envelope(data: bytes, file: str | None = None) -> Envelope:
    """Read an envelope without checking signatures; VerifyError unless it is canonical in every layer."""
    outer = parse_object(data, largest=LARGEST_ENTRY, file=file)
    payload, rows = outer.get("payload"), outer.get("signatures")
    if set(outer) != {"payload", "payloadType", "signatures"} or outer["payloadType"] != PAYLOAD_TYPE:
        raise VerifyError("not an envelope of an in-toto statement", file=file, expected=f"payloadType {PAYLOAD_TYPE}")
    if not isinstance(payload, str) or not isinstance(rows, list) or not 1 <= len(rows) <= MOST_SIGNATURES:
        raise VerifyError("an envelope lacks payload or signatures", file=file)
    signatures = tuple(_signature(row, file) for row in rows)
    names = [each.key_id for each in signatures]
    if names != sorted(set(names)):
        raise VerifyError("signatures are not in the order of their keys, each once", file=file)
    inner = decode_base64(payload, file=file, place="payload")
    statement = parse_object(inner, file=file)
    _need_statement(statement, file)
    return Envelope(statement, inner, signatures, digest(data))


def signed_by_exactly(envelope: Envelope, signers: Iterable[str]) -> bool:
    """Whether these public keys (hex), each of them and no other, signed the envelope."""
    keys = {ed25519.key_id(key): key for key in map(bytes.fromhex, signers)}
    if [each.key_id for each in envelope.signatures] != sorted(keys):
        return False
    message = pae(envelope.payload)
    return all(ed25519.verify(keys[each.key_id], message, each.signature) for each in envelope.signatures)


def statement(predicate_type: str, subject: Mapping[str, str], predicate: Mapping[str, object]) -> bytes:
    """The payload of an in-toto Statement v1; `subject` maps names to SHA-256 digests in hex."""
    return canonical_bytes(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": name, "digest": {"sha256": subject[name]}} for name in sorted(subject)],
            "predicateType": predicate_type,
            "predicate": predicate,
        }
    )


def _signature(row: JsonValue, file: str | None) -> Signature:
    if isinstance(row, dict) and set(row) == {"keyid", "sig"}:
        key, text = row["keyid"], row["sig"]
        if isinstance(key, str) and _KEY_ID.fullmatch(key) and isinstance(text, str):
            signature = decode_base64(text, file=file, place=f"signature of {key}")
            if len(signature) == ed25519.SIGNATURE_BYTES:
                return Signature(key, signature)
    raise VerifyError("not a signature", file=file, expected="keyid: 64 hex digits, sig: 64 bytes in base64")


def _need_statement(made: JsonObject, file: str | None = None) -> None:
    if set(made) != {"_type", "subject", "predicateType", "predicate"} or made["_type"] != STATEMENT_TYPE:
        raise VerifyError("not an in-toto statement", file=file, expected=STATEMENT_TYPE)
    kind, predicate, subject = made["predicateType"], made["predicate"], made["subject"]
    if not isinstance(kind, str) or not kind or not isinstance(predicate, dict):
        raise VerifyError("a statement lacks predicateType or predicate", file=file)
    if not isinstance(subject, list) or not subject or not all(map(_is_subject, subject)):
        raise VerifyError("a statement's subject is wrong", file=file, expected="at least one {name, digest}")


def _is_subject(row: JsonValue) -> bool:
    if not isinstance(row, dict) or set(row) != {"name", "digest"}:
        return False
    name, digests = row["name"], row["digest"]
    return (
        isinstance(name, str)
        and isinstance(digests, dict)
        and bool(digests)
        and all(isinstance(value, str) and _HEX.fullmatch(value) for value in digests.values())
    )
