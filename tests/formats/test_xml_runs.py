"""What the kernel tells of plain parts is what the parser would have said: on plain, unusual and damaged files."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats import bank_messages as made
from veedor.errors import InputError
from veedor.formats import BytesSource
from veedor.formats.bank.camt053_leaves import SHAPE
from veedor.formats.bank.transfers_shape import SHAPE as TRANSFERS
from veedor.formats.bank.transfers_shape import SHAPES
from veedor.formats.bank.xml_parse import NotWellFormed, leaves_of
from veedor.formats.bank.xml_run import Runs
from veedor.formats.bank.xml_scan import Part
from veedor.formats.bank.xml_shape import Shape
from veedor.formats.bank.xml_stream import parts

HANDLERS = replace(SHAPE, runs_of="")
# Every kind of message with its shape, some transactions each.
MESSAGES = {
    "camt.053": (SHAPE, made.CAMT053), "camt.052": (SHAPE, made.CAMT052), "camt.054": (SHAPE, made.CAMT054),
    "pacs.008": (SHAPES["pacs.008"], made.PACS008), "pacs.009": (SHAPES["pacs.009"], made.PACS009),
    "pacs.004": (SHAPES["pacs.004"], made.PACS004), "pain.001": (SHAPES["pain.001"], made.PAIN001),
    "camt.056": (SHAPES["camt.056"], made.CAMT056), "camt.029": (SHAPES["camt.029"], made.CAMT029),
}  # fmt: skip
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
    shape = SHAPE if part.kind in SHAPE.parts else TRANSFERS
    if part.leaves is not None or part.kind not in shape.parts:
        return part.leaves
    try:
        return leaves_of(shape, [part.data], "utf-8")[0]
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


def both_ways(shape: Shape, data: bytes) -> tuple[object, object]:
    return told(shape, data), told(replace(shape, runs_of=""), data)


def in_runs(shape: Shape, data: bytes) -> int:
    """How many parts the kernel told, not the parser."""
    seen = 0
    runs = Runs(shape, shape.runs_of)
    at = data.index(f"</{shape.runs_of}>".encode()) + len(shape.runs_of) + 3
    while at < len(data):
        end, said = runs.end(data, at)
        seen += len(runs.run(data, said, 0)) if len(said) else 0
        at = end if end > at else len(data)
    return seen


@pytest.mark.parametrize("name", MESSAGES)
def test_transactions_of_every_message_are_told_by_the_kernel_as_by_the_parser(name: str) -> None:
    shape, data = MESSAGES[name]
    fast, slow = both_ways(shape, data)
    assert fast == slow
    assert in_runs(shape, data) > 0, "plain messages go the fast way"


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("version", ["001.01", "001.02", "001.08", "001.13", "002.03", ""])
def test_no_version_or_namespace_changes_what_is_told(name: str, version: str) -> None:
    shape, data = MESSAGES[name]
    space = re.search(rb' xmlns="([^"]*)"', data)
    assert space is not None
    written = f' xmlns="{space[1].decode()[:-6]}{version}"' if version else ' xmlns="urn:other"'
    given_one = data.replace(space[0], written.encode())
    prefixed = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1p:", data).replace(b"xmlns=", b"xmlns:p=")
    for each in (given_one, data.replace(space[0], b""), prefixed):
        fast, slow = both_ways(shape, each)
        assert fast == slow
        assert not isinstance(fast, str) and len(fast) >= 3


HOSTILE = st.sampled_from(
    [b"", b"<", b">", b"</", b"/>", b"]]>", b"&", b"&amp;", b"&#0;", b"\x00", b"\x0b", b"\x7f", b"\r", b"\xff",
     b"\xc0\xbc", b"\xed\xa0\x80", b"\xef\xbf\xbf", b"\xf4\x90\x80\x80", b"\xc3\xa9", b"\xe2\x82", b"<!--", b"-->",
     b"<![CDATA[", b"<?x?>", b' Ccy="A"', b" Ccy='<'", b' Ccy="A" Ccy="B"', b" a='1'", b"\n", b"\t", b"-", b".", b":",
     b"1", b"<Ntry>", b"</Ntry>", b"<CdtTrfTxInf>", b"</TxInf>", b"<PmtInf>", b"<x>", b"</x>", b"<x/>", b"<\xc3\xa9/>"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(sorted(MESSAGES)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), HOSTILE), min_size=1, max_size=3),
)
def test_damage_anywhere_is_seen_by_the_kernel_as_by_the_parser(
    name: str, damage: list[tuple[float, int, bytes]]
) -> None:
    shape, data = MESSAGES[name]
    for where, lost, put in damage:
        at = int(where * len(data))
        data = data[:at] + put + data[at + lost :]
    fast, slow = both_ways(shape, data)
    assert fast == slow


def test_all_samples_of_others_are_told_alike(shared_data: Path) -> None:
    files = sorted((shared_data / "money/camt").glob("*.xml"))
    assert len(files) >= 20
    for file in files:
        data = file.read_bytes()
        shapes = [SHAPE] if b"BkToCstmr" in data else list(SHAPES.values())
        for shape in shapes:
            fast, slow = both_ways(shape, data)
            assert fast == slow, file.name


RUNS = {name: Runs(shape, shape.runs_of) for name, (shape, _) in MESSAGES.items()}


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(MESSAGES)), st.floats(0, 1), st.integers(0, 4), HOSTILE | st.binary(max_size=4))
def test_what_the_kernel_calls_plain_is_well_formed(name: str, where: float, lost: int, put: bytes) -> None:
    shape, data = MESSAGES[name]
    begin = data.index(f"<{shape.runs_of}>".encode())
    at = begin + int(where * (len(data) - begin))
    data = data[:at] + put + data[at + lost :]
    end, said = RUNS[name].end(data, begin)
    if len(said):
        expat.ParserCreate().Parse(b"<r>" + data[begin:end] + b"</r>", True)
