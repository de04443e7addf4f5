"""A hostile camt.053 gains nothing: no entities, no other files, no entry that an XML parser would not see, no memory.

The tolerant pass (xml_scan) is tried on files that are sound too: there the strict pass says what is right.
"""

from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from veedor.errors import InputError
from veedor.formats import BytesSource, Options
from veedor.formats.bank.camt053 import READER
from veedor.formats.bank.camt053_leaves import SHAPE
from veedor.formats.bank.xml_scan import PART_BYTES, Part, scanned
from veedor.formats.bank.xml_stream import parts

from .conftest import Pass, read_all
from .test_one_broken_row import entries, statement

SOUND = statement(entries(6))
ENTRIES = [b"<Ntry>" + piece.partition(b"</Ntry>")[0] + b"</Ntry>" for piece in SOUND.split(b"<Ntry>")[1:]]
HEAD, TAIL = SOUND[: SOUND.index(b"<Ntry>")], SOUND[SOUND.rindex(b"</Ntry>") + len(b"</Ntry>") :]
FAKE = ENTRIES[0].replace(b">10.00<", b">99999.00<")
BROKEN = ENTRIES[1].replace(b"<Sts>", b"<Sts<")
assert ENTRIES[0] != FAKE and ENTRIES[1] != BROKEN


class Dripping(io.BytesIO):
    """A stream of which few bytes come at once, so that everything lies across a seam somewhere."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self._most = most

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(self._most, size) if size and size > 0 else self._most)


def read(*middle: bytes) -> Pass:
    return read_all(READER, BytesSource(HEAD + b"\n".join(middle) + TAIL, "statement.xml"))


def amounts(found: Pass) -> list[int]:
    return found.tables["entries"]["amount_units"].to_pylist()


def shape(found: list[Part]) -> list[tuple[str, int, bytes]]:
    return [(part.kind, part.offset, part.data) for part in found]


HIDDEN = {
    "comment": b"<!--" + FAKE + b"-->",
    "comment longer than any seam": b"<!-- " + b"- " * 700_000 + FAKE + b" -->",
    "cdata": b"<![CDATA[" + FAKE + b"]]>",
    "processing instruction": b"<?bank " + FAKE + b"?>",
    "an end in a comment": b"<!-- </Stmt></Document> -->",
    "a document type in a comment": b"<!-- <!DOCTYPE x> -->",
}


@pytest.mark.parametrize("damaged", [False, True], ids=["sound", "after damage"])
@pytest.mark.parametrize("case", HIDDEN)
def test_what_xml_hides_is_no_entry(case: str, damaged: bool) -> None:
    before = [BROKEN] if damaged else []
    found = read(*before, ENTRIES[2], HIDDEN[case], ENTRIES[3])
    assert amounts(found) == [1002, 1003]
    assert found.reasons == (["reject.xml"] if damaged else [])


@pytest.mark.parametrize("damaged", [False, True], ids=["sound", "after damage"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"goods", b"<![CDATA[</Ntry><Ntry>]]>goods"),
        (b"goods", b"<!-- </Ntry> -->goods"),
        (b"goods", b"<?x </Ntry> ?>goods"),
        (b"goods", b"&lt;/Ntry&gt;&#60;Ntry&#62;goods"),
        (b"<Ntry>", b'<Ntry a="/>">'),
        (b"<Ntry>", b"<Ntry a='x>y' b='\"/>'>"),
        (b"<Sts>", b'<Sts a="</Ntry>" >'.replace(b"<", b"&lt;", 2).replace(b"&lt;Sts", b"<Sts")),
    ],
)
def test_tags_in_text_and_attributes_cut_no_entry(old: bytes, new: bytes, damaged: bool) -> None:
    assert old in ENTRIES[2]
    found = read(*([BROKEN] if damaged else []), ENTRIES[2].replace(old, new, 1), ENTRIES[3])
    assert amounts(found) == [1002, 1003]
    assert len(found.rejects) == damaged


def test_a_comment_without_end_hides_the_rest_from_the_tolerant_reader_too() -> None:
    found = read(BROKEN, ENTRIES[2], b"<!-- " + FAKE, ENTRIES[3])
    assert amounts(found) == [1002]
    assert found.reasons == ["reject.xml", "reject.truncated"]


PIECE = st.sampled_from(
    [*ENTRIES, *HIDDEN.values(), b"<!---->", b"<x/>", b'<Ntry a=">"><b/></Ntry>', b"<Bal/>", b"<y><![CDATA[<]]></y>"]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECE, max_size=6), st.integers(40, 5_000))
def test_on_sound_files_the_tolerant_reader_sees_what_the_strict_one_sees(pieces: list[bytes], most: int) -> None:
    small = [piece for piece in pieces if len(piece) < 100_000]
    data = HEAD + b"\n".join(small) + TAIL
    if any(piece.startswith(b"<![CDATA[") for piece in small):
        etree.fromstring(data)  # a second parser agrees that the file is sound
    tolerant = scanned(SHAPE, Dripping(data, most), "x")
    assert shape(list(tolerant)) == shape(list(parts(SHAPE, Dripping(data, most), "x")))


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)  # fmt: skip


@pytest.mark.parametrize(
    "declared",
    [
        LAUGHS + b"]>",
        b'<!DOCTYPE d SYSTEM "file:///etc/hostname">',
        b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        b'<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
        b"<!DOCTYPE d [" + b"<!ATTLIST d a CDATA #IMPLIED>" * 1000 + b"]>",
    ],
    ids=["billion laughs", "external DTD", "external entity", "parameter entity", "attribute lists"],
)
@pytest.mark.parametrize("place", ["start", "after damage"])
def test_a_document_type_is_refused_before_anything_it_declares(declared: bytes, place: str) -> None:
    first, rest = SOUND.split(b"\n", 1)
    data = first + declared + rest if place == "start" else HEAD + BROKEN + declared + ENTRIES[2] + TAIL
    with pytest.raises(InputError, match="document type") as caught:
        read_all(READER, BytesSource(data, "statement.xml"))
    error = caught.value
    assert (error.exit_code, error.file) == (3, "statement.xml")
    at = int((error.place or "").removeprefix("byte "))
    assert 0 <= at - data.index(declared) < len(declared)


def test_an_entity_that_nothing_declares_spoils_its_entry_only() -> None:
    found = read(ENTRIES[2].replace(b"goods", b"&goods;"), ENTRIES[3])
    assert (amounts(found), found.reasons) == ([1003], ["reject.xml"])


@pytest.mark.parametrize("damaged", [False, True], ids=["sound", "after damage"])
def test_elements_in_each_other_without_end_spoil_their_entry_and_no_memory(damaged: bool) -> None:
    deep = b"<a>" * 50_000 + b"</a>" * 50_000
    before = [BROKEN] if damaged else []
    tracemalloc.start()
    found = read(*before, ENTRIES[2].replace(b"</Ntry>", deep + b"</Ntry>"), ENTRIES[3])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (amounts(found), found.reasons) == ([1003], ["reject.xml"] * (1 + damaged))
    assert most < 8 * len(deep) + (1 << 20)
    between = read(*before, deep, ENTRIES[3])
    assert amounts(between) == [1003]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<Sts>", b"<" + b"n" * 1_000_000 + b"/><Sts>"),
        (b"<Sts>", b"<x " + b" ".join(b"a%d='1'" % n for n in range(50_000)) + b"/><Sts>"),
        (b"goods", b"g" * 5_000_000),
        (b"<Sts>", b"".join(b"<n%d/>" % n for n in range(100_000)) + b"<Sts>"),
    ],
    ids=["a long name", "many attributes", "a long text", "many names"],
)
def test_what_is_long_is_passed_over_or_kept_whole(old: bytes, new: bytes) -> None:
    assert amounts(read(ENTRIES[2].replace(old, new), ENTRIES[3])) == [1002, 1003]


@pytest.mark.parametrize(
    "before",
    [(b"<!--",), (b"<Ntry>",), (b"<Ntry a='",), (BROKEN, b"<!--"), (BROKEN, b"<Ntry>")],
    ids=["comment", "entry", "tag", "comment after damage", "entry after damage"],
)
def test_something_of_absurd_size_is_refused(before: tuple[bytes, ...]) -> None:
    with pytest.raises(InputError, match="no end of an element") as caught:
        read(*before, b"x>" * (PART_BYTES // 2 + (1 << 20)))
    assert caught.value.exit_code == 3


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "US-ASCII"])
def test_one_byte_encodings_are_read_as_declared(encoding: str) -> None:
    data = SOUND.replace(b"UTF-8", encoding.encode()).replace(
        b"goods", b"caf\xe9" if encoding != "US-ASCII" else b"cafe"
    )
    found = read_all(READER, BytesSource(data))
    assert found.rejects == []
    assert found.tables["entries"]["purpose"][0].as_py() == ("cafe" if encoding == "US-ASCII" else "café")


@pytest.mark.parametrize("encoding", ["UTF-16", "UTF-32", "UTF-7", "no-such-code", "EBCDIC-CP-US"])
def test_other_encodings_give_no_wrong_rows(encoding: str) -> None:
    data = SOUND.replace(b"UTF-8", encoding.encode())
    with pytest.raises(InputError) as caught:
        read_all(READER, BytesSource(data, "statement.xml"))
    assert caught.value.exit_code == 3 and encoding in str(caught.value)


def test_utf_16_is_named_where_it_is_not_read(tmp_path: Path) -> None:
    data = SOUND.decode().replace("UTF-8", "UTF-16").encode("utf-16")
    with pytest.raises(InputError, match="encoding"):
        read_all(READER, BytesSource(data, "statement.xml"))


def test_a_byte_order_mark_and_mixed_line_ends_change_nothing() -> None:
    data = b"\xef\xbb\xbf" + SOUND.replace(b"\n", b"\r\n", 4)
    assert amounts(read_all(READER, BytesSource(data))) == amounts(read_all(READER, BytesSource(SOUND)))


@pytest.mark.parametrize("bad", [b"\x00", b"\x0b", b"\xff", b"\xed\xa0\x80", b"&#0;", b"\xc0\xbc"])
def test_a_character_that_xml_forbids_spoils_its_entry_only(bad: bytes) -> None:
    found = read_all(READER, BytesSource(SOUND.replace(b"goods", b"go" + bad + b"ods", 1)), Options())
    reason = "reject.xml" if bad[:1] < b"\x80" else "reject.encoding"
    assert (len(amounts(found)), found.reasons) == (5, [reason])
