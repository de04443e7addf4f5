"""Entries told by the kernel say what the parser's handlers would have said, on plain files and on all others."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats import bank_messages as made
from veedor.errors import InputError
from veedor.formats import BytesSource
from veedor.formats.camt053_leaves import SHAPE
from veedor.formats.xml_parse import NotWellFormed, leaves_of
from veedor.formats.xml_scan import Part
from veedor.formats.xml_shape import Shape
from veedor.formats.xml_stream import parts

HANDLERS = replace(SHAPE, runs_of="")
TEXTS = st.sampled_from(
    ["", "1.00", "a", " b\n", "é\U0001f6e9", "&amp;", "&#65;", "\r\n", "<!--<Ntry>-->", "<![CDATA[<Ntry>]]>"]
)
AMOUNTS = st.sampled_from(
    [
        '<Amt Ccy="EUR">',
        "<Amt Ccy='EUR'>",
        "<Amt>",
        '<Amt Ccy = "EUR">',
        '<Amt XCcy="A" Ccy="B">',
        '<Amt Ccy="&amp;">',
        "<Amt\n Ccy='E'>",
    ]
)
NAMES = st.sampled_from(
    [
        "NtryRef",
        "Sts",
        "Cd",
        "NtryDtls",
        "TxDtls",
        "Refs",
        "UETR",
        "Chrgs",
        "Rcrd",
        "RmtInf",
        "Ustrd",
        "X-1",
        "Y.z",
        "n:Sts",
        "Amount",
        "é",
    ]
)
EMPTY = st.sampled_from(
    [
        "<Sts/>",
        "<NtryDtls />",
        "<TxDtls></TxDtls>",
        "<Q a='>'/>",
        "<?Ntry x?>",
        "<Ntry/>",
        "<Bal>",
        "</X>",
        "<!-- > -->",
    ]
)


def _amount(tag: str, text: str) -> str:
    return f"{tag}{text}</Amt>"


def _element(name: str, inside: list[str]) -> str:
    return f"<{name}>{''.join(inside)}</{name}>"


LEAVES = st.one_of(st.builds(_amount, AMOUNTS, TEXTS), TEXTS, EMPTY)
INSIDE = st.recursive(LEAVES, lambda kids: st.builds(_element, NAMES, st.lists(kids, max_size=4)), max_leaves=12)
PLAIN = "<Ntry><NtryRef>1</NtryRef><NtryDtls><TxDtls><Refs><UETR>u</UETR></Refs></TxDtls></NtryDtls></Ntry>\n"
ENTRY = st.one_of(
    st.just(PLAIN), st.builds(lambda inside: f"<Ntry>{''.join(inside)}</Ntry>\n", st.lists(INSIDE, max_size=5))
)
BETWEEN = st.sampled_from(
    ["", " ", "<!-- <Ntry></Ntry> -->", "<!--", "text", "<Bal></Bal>", "</Stmt><Stmt>", "<?a?>", "<Ntry>"]
)


def told(shape: Shape, data: bytes) -> list[tuple[object, ...]] | str:
    try:
        return [
            (part.kind, part.offset, part.data, _said(part))
            for part in parts(shape, BytesSource(data, "f").open(), "f")
        ]
    except InputError as error:
        return str(error)


def _said(part: Part) -> object:
    if part.leaves is not None or part.kind not in SHAPE.parts:
        return part.leaves
    try:
        return leaves_of(SHAPE, [part.data], "utf-8")[0]
    except NotWellFormed:
        return None


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ENTRY, BETWEEN | st.just("")), max_size=6), st.integers(0, 2000))
def test_runs_tell_what_handlers_tell(entries: list[tuple[str, str]], cut: int) -> None:
    body = "".join(entry + between for entry, between in entries)
    data = made.document("camt.053.001.08", "BkToCstmrStmt", f"{made.HEADER}<Stmt>{PLAIN}{body}{PLAIN}</Stmt>")
    for each in (data, data[: max(len(data) - cut, 0)]):
        assert told(SHAPE, each) == told(HANDLERS, each)


def test_texts_that_are_not_in_utf8_are_left_to_the_handlers() -> None:
    data = made.document("camt.053.001.08", "BkToCstmrStmt", f"{made.HEADER}<Stmt>{PLAIN * 3}</Stmt>").decode()
    data = data.replace(">1<", ">\u00e9<").replace("UTF-8", "ISO-8859-1")
    found = told(SHAPE, data.encode("latin-1"))
    assert found == told(HANDLERS, data.encode("latin-1"))
    assert [each[3].texts["NtryRef"] for each in found if each[0] == "Ntry"] == ["\u00e9"] * 3  # type: ignore[attr-defined]
