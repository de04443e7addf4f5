"""Strict canonical JSON (RFC 8785): one value has one byte form, and any other form is refused.

Signatures and digests cover received bytes, so nothing is ever re-serialised: bytes that are not already canonical are
an error. Stricter than the RFC: no floats at all, integers below 2**53 in amount, bounded depth and length, so that no
two readers can see different numbers and none can be exhausted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NoReturn, TypeAlias

import rfc8785

from veedor.errors import VerifyError

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

LARGEST_JSON = 48 * 1024
DEEPEST = 64
LARGEST_INTEGER = 2**53 - 1

# A string that never ends is taken whole: left unmatched, each later quote would scan to the end again.
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def parse_canonical(data: bytes, *, largest: int = LARGEST_JSON, file: str | None = None) -> JsonValue:
    """The value that these bytes are the canonical form of; VerifyError for any other bytes."""
    if len(data) > largest:
        raise VerifyError("JSON is too long", file=file, expected=f"up to {largest} bytes", found=f"{len(data)} bytes")
    _need_shallow(data, file)
    try:
        value: JsonValue = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except VerifyError as error:
        raise VerifyError(error.problem, file=file, expected=error.expected, found=error.found) from None
    except (ValueError, RecursionError) as error:
        raise VerifyError("not JSON", file=file, found=str(error)[:200]) from None
    if canonical_bytes(value) != data:
        raise VerifyError("JSON is not in canonical form", file=file, expected="RFC 8785 bytes")
    return value


def parse_object(data: bytes, *, largest: int = LARGEST_JSON, file: str | None = None) -> JsonObject:
    """As `parse_canonical`, but the value must be an object."""
    value = parse_canonical(data, largest=largest, file=file)
    if not isinstance(value, dict):
        raise VerifyError("JSON is not an object", file=file, found=type(value).__name__)
    return value


def canonical_bytes(value: object) -> bytes:
    """The canonical bytes of None, booleans, integers, strings, lists and objects; VerifyError for anything else."""
    _need_plain(value, DEEPEST)
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # checked just above
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise VerifyError("a value has no canonical JSON form", found=str(error)[:200]) from None


def _need_plain(value: object, depth: int) -> None:
    if depth < 0:
        raise VerifyError("JSON is nested too deeply", expected=f"up to {DEEPEST} levels")
    if value is None or isinstance(value, bool | str):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise VerifyError("an integer is too large for JSON", expected="below 2**53, or a decimal string")
    elif isinstance(value, Mapping):
        for name, member in value.items():
            if not isinstance(name, str):
                raise VerifyError("an object's member name is not a string", found=repr(name)[:100])
            _need_plain(member, depth - 1)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        for member in value:
            _need_plain(member, depth - 1)
    else:
        raise VerifyError("a value cannot stand in a statement", found=type(value).__name__)


def _need_shallow(data: bytes, file: str | None) -> None:
    # Counted before the parser runs: the library recurses, and an attacker chooses the depth.
    depth = 0
    for token in _TOKENS.finditer(data):
        first = data[token.start()]
        if first in b"[{":
            depth += 1
            if depth > DEEPEST:
                raise VerifyError("JSON is nested too deeply", file=file, expected=f"up to {DEEPEST} levels")
        elif first in b"]}":
            depth -= 1


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise VerifyError("an object names a member twice")
    return members


def _integer(digits: str) -> int:
    # Length first: turning a hostile string of digits into a number takes quadratic time.
    if len(digits) > 17 or abs(int(digits)) > LARGEST_INTEGER:
        raise VerifyError("an integer is too large for JSON", expected="below 2**53", found=digits[:40])
    return int(digits)


def _no_float(text: str) -> NoReturn:
    raise VerifyError("a number is not an integer", expected="an integer or a decimal string", found=text[:40])
