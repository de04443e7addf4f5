"""Entries and transactions read as columns, many of one form at a time, are the rows and rejects that each gives by
itself."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats import bank_messages as made
from veedor.errors import InputError
from veedor.formats import BytesSource, Options, detect
from veedor.formats.bank import xml_columns
from veedor.formats.bank.camt053_columns import entry_columns
from veedor.formats.bank.camt053_entry import Account
from veedor.formats.bank.camt053_leaves import SHAPE
from veedor.formats.bank.xml_run import Run
from veedor.formats.bank.xml_stream import parts_and_runs

# Times of which some are in the future then.
LATEST_US = 1_720_224_000_000_000


def words(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(["", *texts])


def mostly_there(text: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.integers(0, 2).flatmap(lambda drawn: text if drawn else st.just(""))


def one_of(**said: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Elements by name, each there or not."""
    parts = [mostly_there(text.map(f"<{name}>{{}}</{name}>".format)) for name, text in said.items()]
    return st.tuples(*parts).map("".join)


def amount(name: str) -> st.SearchStrategy[str]:
    number = st.sampled_from(
        ["10.00", "10", "+1.5", ".5", "5.", " 7.25\n", "-1", "1,5", "", "0.00", "9" * 18, "9" * 19, "9" * 25, "1.2.3"]
    )
    currency = st.sampled_from(['Ccy="EUR"', 'Ccy="USD"', 'Ccy="XXZ"', "Ccy=''", ""])
    return st.tuples(currency, number).map(lambda said: f"<{name} {said[0]}>{said[1]}</{name}>")


def mostly(plain: list[str], else_: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Plain three times of four: one wrong thing is enough to have an entry rejected."""
    return st.integers(0, 3).flatmap(lambda drawn: st.sampled_from(plain) if drawn else else_)


NAMES = words("A", " José Ñ ", "\u00a0B", "C\u2003", "日本", "a  b", "Émile", "\u3000", " NOTPROVIDED ")
DATES = words("2024-07-06", " 2024-07-06 ", "2024-07-06+02:00", "2024-02-30", "1969-12-31", "2024-07-06T09:30:00Z")
TIMES = words("2024-07-06T09:30:00", "2024-07-06T09:30:00.5-05:00", "2024-07-05T09:30:00Z", "2024-07-06", "x")
CODE = one_of(
    Domn=one_of(Cd=words("PMNT"), Fmly=one_of(Cd=words("RCDT", "CCRD", "CNTR"), SubFmlyCd=words("ESCT", "CWDL"))),
    Prtry=one_of(Cd=words("NTRF", "N\nT")),
)
ADDRESS = one_of(StrtNm=NAMES, TwnNm=NAMES, Ctry=words("CO"), AdrLine=NAMES)
PARTY = one_of(
    Nm=NAMES, PstlAdr=ADDRESS, Id=one_of(OrgId=one_of(LEI=words("529900T8BM49AURSDO55"))), Pty=one_of(Nm=NAMES)
)
ACCOUNT = one_of(
    Id=one_of(IBAN=words("DE89370400440532013000", "de89 3704 0044 0532 0130 00"),
              Othr=one_of(Id=words("123", "NOTPROVIDED", "DE89370400440532013000")))
)  # fmt: skip
BIC = words("COBADEFFXXX", "NOTPROVIDED")
AGENT = one_of(FinInstnId=one_of(BICFI=BIC, Nm=NAMES), BrnchId=one_of(Nm=NAMES, PstlAdr=ADDRESS))
PARTIES = one_of(Dbtr=PARTY, DbtrAcct=ACCOUNT, UltmtDbtr=PARTY, Cdtr=PARTY, CdtrAcct=ACCOUNT, InitgPty=one_of(Nm=NAMES))
RATED = one_of(InstdAmt=st.tuples(amount("Amt"), one_of(CcyXchg=one_of(XchgRate=words("1.25")))).map("".join))
TERMINAL = one_of(POI=one_of(Id=one_of(Id=words("T1", "T2"))))
TRANSACTION = one_of(
    Refs=one_of(EndToEndId=words("E-1", "NOTPROVIDED"), UETR=words(made.UETR.upper(), "É"), AcctSvcrRef=words("S")),
    RltdPties=PARTIES, RltdAgts=one_of(DbtrAgt=AGENT, CdtrAgt=AGENT), BkTxCd=CODE, CardTx=TERMINAL,
    RmtInf=one_of(Ustrd=NAMES, Strd=one_of(CdtrRefInf=one_of(Ref=words("R")))), AddtlTxInf=NAMES,
)  # fmt: skip
SELDOM = one_of(AmtDtls=RATED, Chrgs=one_of(Rcrd=amount("Amt")))
DETAILS = st.lists(
    st.tuples(mostly([""], amount("Amt")), TRANSACTION, mostly([""], SELDOM)).map("".join), max_size=2
).map(lambda found: "".join(f"<TxDtls>{each}</TxDtls>" for each in found))
DIRECTIONS = [f"<CdtDbtInd>{code}</CdtDbtInd>" for code in ("CRDT", "DBIT", " CRDT ", "X", "")]
STATUS = one_of(Sts=st.one_of(words("BOOK", "PDNG"), one_of(Cd=words("BOOK", "PDNG"))))


ENTRIES = st.tuples(
    mostly(['<Amt Ccy="EUR">12.30</Amt>', '<Amt Ccy="USD">4</Amt>'], amount("Amt")),
    mostly(DIRECTIONS[:2], st.sampled_from([*DIRECTIONS, ""])),
    mostly(["", "<Sts>BOOK</Sts>"], STATUS),
    one_of(RvslInd=words("true", "false", "1")),
    mostly(["<BookgDt><Dt>2024-07-05</Dt></BookgDt>"], one_of(BookgDt=one_of(Dt=DATES, DtTm=TIMES))),
    mostly(["", "<ValDt><Dt>2024-07-08</Dt></ValDt>"], one_of(ValDt=one_of(Dt=DATES, DtTm=TIMES))),
    one_of(NtryRef=NAMES, AcctSvcrRef=words("S"), BkTxCd=CODE, AddtlNtryInf=NAMES),
    mostly([""], one_of(AmtDtls=RATED, CardTx=TERMINAL, Chrgs=one_of(Rcrd=amount("Amt")))),
    DETAILS.map("<NtryDtls>{}</NtryDtls>".format),
).map(lambda pieces: f"<Ntry>{''.join(pieces)}</Ntry>")


def statement(entries: list[str]) -> bytes:
    account = f"<Acct><Id><IBAN>{made.PAYEE}</IBAN></Id><Ccy>EUR</Ccy><Ownr><Nm>Jane Roe</Nm></Ownr></Acct>"
    first = made.ENTRY.format(n=9)
    return made.document("camt.053.001.08", "BkToCstmrStmt", f"<Stmt>{account}{first}{''.join(entries)}</Stmt>")


def said(data: bytes, options: Options, least: int) -> object:
    """All that a reader gives, with columns from so many elements of one form on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_columns, "LEAST", least)
        source = BytesSource(data, "f.xml")
        rows: dict[str, list[pa.Table]] = {}
        rejects, notes = [], []
        try:
            for batch in detect(source).read(source, options):
                rows.setdefault(batch.table.name, []).append(batch.rows)
                rejects += batch.rejects
                notes += batch.notes
        except InputError as error:
            return str(error)
    return {name: pa.concat_tables(found).to_pylist() for name, found in rows.items()}, rejects, notes


OPTIONS = st.sampled_from([Options(), Options(latest_us=LATEST_US), Options(simulated=True, latest_us=LATEST_US)])
NEVER = 1 << 30


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(ENTRIES, st.integers(1, 3)), min_size=1, max_size=6), OPTIONS)
def test_columns_are_what_entries_say_one_by_one(entries: list[tuple[str, int]], options: Options) -> None:
    data = statement([entry for entry, times in entries for _ in range(times)])
    assert said(data, options, 1) == said(data, options, NEVER)


CODED = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
PLAIN = '<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><BookgDt><Dt>2024-07-05</Dt></BookgDt>'


@pytest.mark.parametrize(
    "transaction",
    [
        "<Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>",
        "<BkTxCd><Prtry><Cd>NTRF</Cd></Prtry></BkTxCd>",
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>CCRD</Cd><SubFmlyCd>CWDL</SubFmlyCd></Fmly></Domn></BkTxCd>",
        "<Refs><AcctSvcrRef>T</AcctSvcrRef></Refs><AddtlTxInf>words</AddtlTxInf>",
        "<RltdPties><Cdtr><Pty><Nm> \u00a0</Nm></Pty></Cdtr><UltmtCdtr><Nm>\u00c1\u2003</Nm></UltmtCdtr></RltdPties>",
        "<RltdPties><CdtrAcct><Id><Othr><Id>DE89 3704 0044 0532 0130 00</Id></Othr></Id></CdtrAcct></RltdPties>",
    ],
)
def test_what_a_transaction_says_stands_over_its_entry(transaction: str) -> None:
    said_once = f"{CODED}<AcctSvcrRef>S</AcctSvcrRef><AddtlNtryInf>more</AddtlNtryInf>"
    entry = f"{PLAIN}{said_once}<NtryDtls><TxDtls>{{}}</TxDtls></NtryDtls></Ntry>"
    data = statement([entry.format(transaction)] * 3 + [entry.format("")])
    assert said(data, Options(), 1) == said(data, Options(), NEVER)


def bank(tag: str) -> dict[str, st.SearchStrategy[str]]:
    return {tag: one_of(FinInstnId=one_of(BICFI=words("COBADEFFXXX"), Nm=NAMES))}


IDS = {"EndToEndId": words("E-1", "NOTPROVIDED", "NONREF"), "TxId": words("T-1"), "UETR": words(made.UETR.upper(), "É")}
SIDES = {"Dbtr": PARTY, "DbtrAcct": ACCOUNT, **bank("DbtrAgt"), "Cdtr": PARTY, "CdtrAcct": ACCOUNT, **bank("CdtrAgt")}
REST = one_of(
    IntrBkSttlmDt=DATES, ChrgBr=words("SHAR"), **bank("InstgAgt"), **bank("IntrmyAgt1"), UltmtCdtr=PARTY, **SIDES,
    InitgPty=one_of(Nm=NAMES),
    RmtInf=one_of(Ustrd=NAMES), InstrForCdtrAgt=one_of(InstrInf=NAMES),
)  # fmt: skip
CHARGED = st.lists(
    st.tuples(amount("Amt"), one_of(**bank("Agt"))).map(lambda said: f"<ChrgsInf>{''.join(said)}</ChrgsInf>"),
    max_size=2,
).map("".join)
SETTLED = mostly(['<IntrBkSttlmAmt Ccy="EUR">12.30</IntrBkSttlmAmt>'], amount("IntrBkSttlmAmt"))
ORDERED = mostly(['<Amt><InstdAmt Ccy="EUR">12.30</InstdAmt></Amt>'], amount("InstdAmt").map("<Amt>{}</Amt>".format))
TRANSFERS = st.tuples(one_of(PmtId=one_of(**IDS)), SETTLED, mostly([""], amount("InstdAmt")), CHARGED, REST)
INITIATIONS = st.tuples(one_of(PmtId=one_of(**IDS)), ORDERED, mostly([""], one_of(UltmtDbtr=PARTY)), REST)
RETURNS = st.tuples(
    one_of(RtrId=words("R"), OrgnlEndToEndId=words("E-1"), OrgnlUETR=words(made.UETR)),
    mostly(['<RtrdIntrBkSttlmAmt Ccy="EUR">1</RtrdIntrBkSttlmAmt>'], amount("RtrdIntrBkSttlmAmt")),
    one_of(IntrBkSttlmDt=DATES, RtrRsnInf=one_of(Rsn=one_of(Cd=words("AC04")), AddtlInf=NAMES)),
    one_of(OrgnlTxRef=one_of(**SIDES)),
)
RECALLS = st.tuples(
    one_of(CxlId=words("C"), OrgnlEndToEndId=words("E-1"), OrgnlUETR=words(made.UETR)),
    mostly(['<OrgnlIntrBkSttlmAmt Ccy="EUR">1</OrgnlIntrBkSttlmAmt>'], amount("OrgnlIntrBkSttlmAmt")),
    one_of(OrgnlIntrBkSttlmDt=DATES, OrgnlTxRef=one_of(**SIDES)),
)
HEADERS = one_of(
    MsgId=words("M-1"), CreDtTm=words("2024-07-05T10:00:00Z", "2024-07-05T10:00:00Z"), IntrBkSttlmDt=DATES,
    **bank("InstgAgt"), InitgPty=one_of(Nm=NAMES),
)  # fmt: skip
BLOCKS = one_of(ReqdExctnDt=one_of(Dt=DATES), ChrgBr=words("SLEV"), UltmtDbtr=PARTY, Dbtr=PARTY, DbtrAcct=ACCOUNT)
KINDS = {
    "pacs.008.001.08": ("FIToFICstmrCdtTrf", "CdtTrfTxInf", TRANSFERS, ""),
    "pacs.009.001.08": ("FICdtTrf", "CdtTrfTxInf", TRANSFERS, ""),
    "pain.001.001.09": ("CstmrCdtTrfInitn", "CdtTrfTxInf", INITIATIONS, "PmtInf"),
    "pacs.004.001.09": ("PmtRtr", "TxInf", RETURNS, ""),
    "camt.056.001.08": ("FIToFIPmtCxlReq", "TxInf", RECALLS, "Undrlyg"),
}


@st.composite
def messages(draw: st.DrawFn) -> bytes:
    schema = draw(st.sampled_from(sorted(KINDS)))
    root, name, pieces, container = KINDS[schema]
    drawn = draw(st.lists(st.tuples(pieces.map("".join), st.integers(1, 3)), min_size=1, max_size=5))
    body = "".join(f"<{name}>{said}</{name}>" * times for said, times in drawn)
    block = draw(BLOCKS) if container == "PmtInf" else ""
    body = f"<{container}>{block}{body}</{container}>" if container else body
    header = "Assgnmt" if schema.startswith("camt") else "GrpHdr"
    return made.document(schema, root, f"<{header}>{draw(HEADERS)}</{header}>{body}")


@settings(max_examples=100, deadline=None)
@given(messages(), OPTIONS)
def test_columns_are_what_transactions_say_one_by_one(data: bytes, options: Options) -> None:
    assert said(data, options, 1) == said(data, options, NEVER)


@pytest.mark.parametrize("data", [made.PACS008, made.PACS004, made.PAIN001, made.CAMT056, made.CAMT029, made.PACS009])
def test_messages_of_every_kind_read_the_same_as_columns(data: bytes) -> None:
    assert said(data, Options(), 1) == said(data, Options(), NEVER)


def test_samples_of_others_read_the_same_as_columns(shared_data: Path) -> None:
    for file in sorted((shared_data / "money/camt").glob("*.xml")):
        data = file.read_bytes()
        for options in (Options(), Options(latest_us=1_500_000_000_000_000)):
            assert said(data, options, 1) == said(data, options, NEVER), file.name


def test_plain_entries_go_this_way_and_others_do_not() -> None:
    plain = made.ENTRY.format(n=1)
    batch = plain.replace("</NtryDtls>", "<TxDtls><Refs><EndToEndId>F</EndToEndId></Refs></TxDtls></NtryDtls>")
    unread = plain.replace("CRDT", "???")
    data = statement([plain, plain, batch, unread])
    runs = [each for each in parts_and_runs(SHAPE, BytesSource(data, "f").open(), "f") if isinstance(each, Run)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_columns, "LEAST", 1)
        found = [each for run in runs for each in entry_columns(run, Account(made.PAYEE, None, None), None)]
    assert [each.which.tolist() for each in found] == [[0, 1]]
