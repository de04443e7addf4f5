"""What a deposit statement binds but does not show: names, digests and counts of its files, and how they were read.

The bytes may come from a rival: whatever they are, they give details or a VerifyError that says why not.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from veedor.errors import VerifyError
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.vocabulary import Count, Hex32, Positive

# Under version 1 nothing was ever in the future; from 2 on, what lies after the statement's own time is. From 3 on they
# say the date given for files without one, and what the reader chose and measured.
UNTIMED_DOMAIN = "deposit-details/1"
UNDATED_DOMAIN = "deposit-details/2"
DETAILS_DOMAIN: Literal["deposit-details/3"] = "deposit-details/3"
DOMAINS = (DETAILS_DOMAIN, UNDATED_DOMAIN, UNTIMED_DOMAIN)
LARGEST = 1 << 26


class FileDetails(Body, frozen=True):
    """One file as it was handed in. `size` in bytes, unpacked."""

    name: str
    sha256: Hex32
    size: Count
    accepted: Count
    rejected: Count


class BesideDetails(Body, frozen=True):
    """A file that a mapping reads beside the others."""

    name: str
    sha256: Hex32


class NoteDetails(Body, frozen=True):
    """What the reader chose or measured in one file: a message key, and what it speaks of."""

    file: str
    key: str
    values: dict[str, int | str]


class DepositDetails(Body, frozen=True):
    """`mapping`: its digest in hex, or empty; `tables`: rows by name of the table, rejects included; `date_us`: the day
    that was given for files without one."""

    schema: Literal["deposit-details/1", "deposit-details/2", "deposit-details/3"]
    reader: str
    reader_version: Positive
    mapping: str
    sensor: str | None
    files: tuple[FileDetails, ...]
    beside: tuple[BesideDetails, ...]
    tables: dict[str, Count]
    date_us: Count | None = None
    notes: tuple[NoteDetails, ...] = ()


def encode_details(details: DepositDetails) -> bytes:
    """Compact JSON with sorted keys."""
    return msgspec.json.encode(details, order="sorted")


def decode_details(data: bytes, file: str) -> DepositDetails:
    """VerifyError, naming `file`, for anything that `encode_details` could not have made."""
    if len(data) > LARGEST:
        raise VerifyError("the details of a deposit are too long", file=file, expected=f"at most {LARGEST} bytes")
    try:
        return msgspec.json.decode(data, type=DepositDetails)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise VerifyError(
            "the details of a deposit cannot be read", file=file, expected=DETAILS_DOMAIN, found=str(error)
        ) from None
