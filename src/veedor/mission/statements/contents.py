"""What a private payload holds, `payload-content/1`: openings of a statement, perhaps a document, and who reads it.

    length of the head (4), head (JSON), document

The bytes may come from a rival: whatever they are, they give contents or a VerifyError that says why not. A document is
known by its SHA-256; the name it had is told, and never used as the name of a file.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from veedor.errors import VerifyError
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.salts import Opening, Share
from veedor.mission.statements.sealed import MOST_SLOTS
from veedor.mission.statements.vocabulary import Hex32, PartyId

_LENGTH_BYTES = 4
LARGEST_DOCUMENT = 1 << 26


class Document(Body, frozen=True):
    """A document that follows the head. `name` as its author had it, for people to read: no control characters, so
    that no name can draw over what a screen says."""

    name: Annotated[str, Meta(max_length=200)]
    sha256: Hex32
    size: Annotated[int, Meta(ge=0, le=LARGEST_DOCUMENT)]


class Head(Body, frozen=True):
    """`readers`: every member it is sealed to, ascending. `openings` are of the statement that the payload belongs to;
    `share` is theirs, as in `openings/1`."""

    schema: Literal["payload-content/1"]
    readers: Annotated[tuple[PartyId, ...], Meta(min_length=1, max_length=MOST_SLOTS)]
    share: Share
    openings: tuple[Opening, ...]
    document: Document | None


class Contents(Body, frozen=True):
    head: Head
    document: bytes


def described(name: str, document: bytes) -> Document:
    """A document's entry in the head."""
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in name[-200:])
    return Document(shown, hashlib.sha256(document).hexdigest(), len(document))


def encode_contents(contents: Contents) -> bytes:
    head = msgspec.json.encode(contents.head)
    return len(head).to_bytes(_LENGTH_BYTES, "big") + head + contents.document


def decode_contents(data: bytes, file: str) -> Contents:
    """VerifyError, naming `file`, for anything that `encode_contents` could not have made."""
    end = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES], "big")
    if len(data) < end or end == _LENGTH_BYTES:
        raise VerifyError("the content of a payload is cut off", file=file, found=f"{len(data)} bytes")
    try:
        head = msgspec.json.decode(data[_LENGTH_BYTES:end], type=Head)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise VerifyError(
            "the content of a payload cannot be read", file=file, expected="payload-content/1", found=str(error)
        ) from None
    if list(head.readers) != sorted(set(head.readers)):
        raise VerifyError("the readers of a payload are not in order", file=file, found=", ".join(head.readers))
    document = data[end:]
    if head.document is None:
        if document:
            raise VerifyError("a payload holds bytes that it does not name", file=file, found=f"{len(document)} bytes")
    elif described(head.document.name, document) != head.document:
        raise VerifyError(
            "a payload holds another document than it names",
            file=file,
            expected=head.document.sha256,
            found=hashlib.sha256(document).hexdigest(),
        )
    return Contents(head, document)
