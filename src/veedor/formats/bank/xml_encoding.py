"""What the first bytes of an XML file say: which message it holds, in which encoding."""

from __future__ import annotations

import codecs
import re
from contextlib import closing
from functools import cache

from veedor.errors import InputError
from veedor.formats.bank.bank_values import Wrong
from veedor.formats.reader import Source

_ENCODING = re.compile(rb"<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)[\"']")
# The elements below Document of the messages that are read.
ROOTS = (
    "BkToCstmrStmt", "BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn", "FIToFICstmrCdtTrf", "FICdtTrf", "FinInstnCdtTrf",
    "PmtRtr", "CstmrCdtTrfInitn", "FIToFIPmtCxlReq", "RsltnOfInvstgtn",
)  # fmt: skip
# Those of messages that are not read but hold elements of the same names.
_UNREAD = (
    "CstmrDrctDbtInitn", "CstmrPmtStsRpt", "CstmrPmtRvsl", "CstmrPmtCxlReq", "FIToFICstmrDrctDbt", "FIToFIPmtStsRpt",
    "FIToFIPmtRvsl", "FIToFIPmtStsReq", "FIDrctDbt", "AcctRptgReq",
)  # fmt: skip
# Roots of first versions, by the name of today.
_NOW = {"FinInstnCdtTrf": "FICdtTrf"}
_ROOT = re.compile(b"<(?:[A-Za-z_][\\w.-]*:)?(" + "|".join(ROOTS).encode() + b")[\\s/>]")


def is_message(head: bytes, message: str, root: str) -> bool:
    """Whether a file begins as that ISO 20022 message: by its root element, else by the name of its schema."""
    found = _ROOT.search(head)
    if found is not None:
        return _NOW.get(found[1].decode(), found[1].decode()) == root
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and message.encode() in head


@cache
def other_roots(root: str) -> frozenset[str]:
    """The roots of all other messages."""
    return frozenset(each for each in (*ROOTS, *_UNREAD) if _NOW.get(each, each) != root)


def encoding_of(source: Source) -> str:
    """As declared, UTF-8 where nothing is; InputError for what is not read."""
    with closing(source.open()) as stream:
        head = stream.read(200)
    match = _ENCODING.search(head)
    encoding = match[1].decode() if match else "UTF-8"
    if b"\x00" in head[:4] or not _is_read(encoding):
        raise InputError(
            "the XML is not in an encoding that is read", file=source.name, place="start of the file",
            expected="UTF-8 or a one-byte encoding", found=encoding, next_step="save it as UTF-8",
        )  # fmt: skip
    return encoding


def not_xml(data: bytes, encoding: str, error: Exception) -> Wrong:
    """Why an element is none: its bytes are not in the file's encoding, or what the parser said of it."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as wrong:
        around = data[max(wrong.start - 12, 0) : wrong.end + 12].decode(encoding, "backslashreplace")
        return Wrong("reject.encoding", "", f"text in {encoding}, as the file says or leaves unsaid", around)
    return Wrong("reject.xml", "", "well-formed XML", str(error))


def _is_read(encoding: str) -> bool:
    """UTF-8, or one byte a character with ASCII in its place: then tags stand in the bytes as they are."""
    try:
        ascii_stays = bytes(range(128)).decode(encoding) == bytes(range(128)).decode("ascii")
        one_each = len(bytes(range(128, 256)).decode(encoding, "replace")) == 128
    except (LookupError, UnicodeError):
        return False
    return ascii_stays and (one_each or codecs.lookup(encoding).name == "utf-8")
