"""Small messages between banks, one of each kind, as their schemas would have them: all about one made-up transfer."""

from __future__ import annotations

UETR = "eb6305c9-1f7f-49de-aed0-16487c27b42d"
PAYER, PAYEE = "DE89370400440532013000", "GB82WEST12345698765432"


def document(schema: str, root: str, body: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{schema}">\n'
        f"<{root}>\n{body}\n</{root}>\n</Document>\n"
    ).encode()


def bank(tag: str, bic: str) -> str:
    return f"<{tag}><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></{tag}>"


DEBTOR = (
    "<Dbtr><Nm>ALFA TRADE LTD</Nm><PstlAdr><StrtNm>Calle 5</StrtNm><BldgNb>12</BldgNb><TwnNm>Cúcuta</TwnNm>"
    "<Ctry>CO</Ctry></PstlAdr><Id><OrgId><LEI>529900T8BM49AURSDO55</LEI></OrgId></Id></Dbtr>"
    f"<DbtrAcct><Id><IBAN>{PAYER}</IBAN></Id></DbtrAcct>{bank('DbtrAgt', 'COBADEFFXXX')}"
)
CREDITOR = (
    f"{bank('CdtrAgt', 'WESTGB2LXXX')}<Cdtr><Nm>Jane Roe</Nm><PstlAdr><AdrLine>1 High St</AdrLine>"
    "<AdrLine>London</AdrLine></PstlAdr><Id><PrvtId><DtAndPlcOfBirth><BirthDt>1970-02-03</BirthDt>"
    "<CityOfBirth>Leeds</CityOfBirth><CtryOfBirth>GB</CtryOfBirth></DtAndPlcOfBirth><Othr><Id>123</Id>"
    "<SchmeNm><Cd>CCPT</Cd></SchmeNm></Othr></PrvtId></Id></Cdtr>"
    f"<CdtrAcct><Id><IBAN>{PAYEE}</IBAN></Id></CdtrAcct>"
)
REMITTANCE = "<RmtInf><Ustrd>invoice 17</Ustrd></RmtInf>"
IDS = (
    "<PmtId><InstrId>I-{n}</InstrId><EndToEndId>E-{n}</EndToEndId><TxId>T-{n}</TxId>"
    f"<UETR>{UETR[:-1]}{{n}}</UETR></PmtId>"
)
HEADER = "<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2024-07-05T23:30:00-05:00</CreDtTm><NbOfTxs>{n}</NbOfTxs></GrpHdr>\n"
ENTRY = (
    '<Ntry><Amt Ccy="EUR">10.{n}0</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2024-07-06</Dt>'
    "</BookgDt><ValDt><Dt>2024-07-08</Dt></ValDt><NtryDtls><TxDtls><Refs><EndToEndId>E-{n}</EndToEndId></Refs>"
    "<RltdPties><Dbtr><Nm>ALFA TRADE LTD</Nm></Dbtr></RltdPties></TxDtls></NtryDtls></Ntry>\n"
)


def account_report(schema: str, root: str, container: str) -> bytes:
    entries = "".join(ENTRY.format(n=n) for n in range(3))
    account = f"<Acct><Id><IBAN>{PAYEE}</IBAN></Id><Ownr><Nm>Jane Roe</Nm></Ownr></Acct>\n"
    return document(schema, root, f"{HEADER.format(n=3)}<{container}><Id>S</Id>{account}{entries}</{container}>")


CAMT053 = account_report("camt.053.001.08", "BkToCstmrStmt", "Stmt")
CAMT052 = account_report("camt.052.001.08", "BkToCstmrAcctRpt", "Rpt")
CAMT054 = account_report("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn")


def _credit_transfer(n: int) -> str:
    return (
        f"<CdtTrfTxInf>{IDS.format(n=n)}"
        f'<IntrBkSttlmAmt Ccy="USD">99{n}.50</IntrBkSttlmAmt><IntrBkSttlmDt>2024-07-08</IntrBkSttlmDt>'
        f'<InstdAmt Ccy="USD">100{n}.00</InstdAmt><ChrgBr>SHAR</ChrgBr><ChrgsInf><Amt Ccy="USD">9.00</Amt>'
        f'{bank("Agt", "COBADEFFXXX")}</ChrgsInf><ChrgsInf><Amt Ccy="USD">1.50</Amt>'
        f"{bank('Agt', 'CITIUS33XXX')}</ChrgsInf>"
        f"{bank('IntrmyAgt1', 'CITIUS33XXX')}<UltmtDbtr><Nm>Behind Alfa</Nm></UltmtDbtr>{DEBTOR}{CREDITOR}{REMITTANCE}"
        "</CdtTrfTxInf>\n"
    )


PACS008 = document(
    "pacs.008.001.10", "FIToFICstmrCdtTrf", HEADER.format(n=3) + "".join(map(_credit_transfer, range(3)))
)
PACS009 = document(
    "pacs.009.001.08", "FICdtTrf",
    HEADER.format(n=2) + "".join(
        f'<CdtTrfTxInf>{IDS.format(n=n)}<IntrBkSttlmAmt Ccy="USD">990.50</IntrBkSttlmAmt>'
        f"<IntrBkSttlmDt>2024-07-08</IntrBkSttlmDt>"
        "<Dbtr><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></Dbtr>"
        "<Cdtr><FinInstnId><BICFI>WESTGB2LXXX</BICFI></FinInstnId></Cdtr>"
        f"<UndrlygCstmrCdtTrf>{DEBTOR}{CREDITOR}{REMITTANCE}</UndrlygCstmrCdtTrf></CdtTrfTxInf>\n"
        for n in range(2)
    ),
)  # fmt: skip
_ORIGINAL = (
    "<OrgnlTxRef><Dbtr><Pty><Nm>ALFA TRADE LTD</Nm></Pty></Dbtr>"
    f"<DbtrAcct><Id><IBAN>{PAYER}</IBAN></Id></DbtrAcct><Cdtr><Pty><Nm>Jane Roe</Nm></Pty></Cdtr></OrgnlTxRef>"
)
_OLD_IDS = (
    "<OrgnlGrpInf><OrgnlMsgId>M-1</OrgnlMsgId></OrgnlGrpInf><OrgnlInstrId>I-{n}</OrgnlInstrId>"
    f"<OrgnlEndToEndId>E-{{n}}</OrgnlEndToEndId><OrgnlTxId>T-{{n}}</OrgnlTxId><OrgnlUETR>{UETR[:-1]}{{n}}</OrgnlUETR>"
)
PACS004 = document(
    "pacs.004.001.09", "PmtRtr",
    HEADER.format(n=2) + "".join(
        f"<TxInf><RtrId>R-{n}</RtrId>{_OLD_IDS.format(n=n)}"
        '<RtrdIntrBkSttlmAmt Ccy="USD">990.50</RtrdIntrBkSttlmAmt><IntrBkSttlmDt>2024-07-10</IntrBkSttlmDt>'
        f"<RtrRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf></RtrRsnInf>{_ORIGINAL}</TxInf>\n"
        for n in range(2)
    ),
)  # fmt: skip
PAIN001 = document(
    "pain.001.001.09", "CstmrCdtTrfInitn",
    "<GrpHdr><MsgId>M-1</MsgId><CreDtTm>2024-07-05T10:00:00</CreDtTm><InitgPty><Nm>Payroll Co</Nm></InitgPty></GrpHdr>"
    + "".join(
        f"<PmtInf><PmtInfId>P-{block}</PmtInfId><ReqdExctnDt><Dt>2024-07-0{8 + block}</Dt></ReqdExctnDt>{DEBTOR}"
        "<ChrgBr>SLEV</ChrgBr>\n"
        + "".join(
            f"<CdtTrfTxInf><PmtId><InstrId>I-{block}{n}</InstrId><EndToEndId>E-{block}{n}</EndToEndId></PmtId>"
            f'<Amt><InstdAmt Ccy="EUR">5{n}.00</InstdAmt></Amt>{CREDITOR}{REMITTANCE}</CdtTrfTxInf>\n'
            for n in range(2)
        )
        + "</PmtInf>\n"
        for block in range(2)
    ),
)  # fmt: skip
_ASSIGNMENT = "<Assgnmt><Id>X-1</Id>{assigner}{assignee}<CreDtTm>2024-07-09T08:00:00Z</CreDtTm></Assgnmt>".format(
    assigner=f"<Assgnr>{bank('Agt', 'COBADEFFXXX')}</Assgnr>",
    assignee=f"<Assgne>{bank('Agt', 'WESTGB2LXXX')}</Assgne>",
)
CAMT056 = document(
    "camt.056.001.08", "FIToFIPmtCxlReq",
    _ASSIGNMENT + "<Undrlyg>" + "".join(
        f'<TxInf><CxlId>C-{n}</CxlId>{_OLD_IDS.format(n=n)}<OrgnlIntrBkSttlmAmt Ccy="USD">990.50</OrgnlIntrBkSttlmAmt>'
        "<OrgnlIntrBkSttlmDt>2024-07-08</OrgnlIntrBkSttlmDt>"
        f"<CxlRsnInf><Rsn><Cd>FRAD</Cd></Rsn></CxlRsnInf>{_ORIGINAL}</TxInf>\n"
        for n in range(2)
    ) + "</Undrlyg>",
)  # fmt: skip
CAMT029 = document(
    "camt.029.001.09", "RsltnOfInvstgtn",
    _ASSIGNMENT + "<Sts><Conf>RJCR</Conf></Sts><CxlDtls>" + "".join(
        f"<TxInfAndSts><CxlStsId>A-{n}</CxlStsId>{_OLD_IDS.format(n=n)}<TxCxlSts>RJCR</TxCxlSts>"
        "<CxlStsRsnInf><Rsn><Cd>NOAS</Cd></Rsn></CxlStsRsnInf></TxInfAndSts>\n"
        for n in range(2)
    ) + "</CxlDtls>",
)  # fmt: skip
MT940 = (
    "{1:F01WESTGB2LAXXX0000000000}{2:O9400000000000WESTGB2LAXXX00000000000000000000N}{4:\r\n"
    ":20:ST-1\r\n:25:GB82WEST12345698765432\r\n:28C:1/1\r\n:60F:C240705EUR100,00\r\n"
    ":61:2407080706C10,50NTRFREF-1//S-1\r\nmore\r\n"
    f":86:/EREF/E-1/UETR/{UETR}/IBAN/{PAYER}/NAME/ALFA TRADE LTD/REMI/invoice \r\n17\r\n"
    ":61:240708RC5,NMSCNONREF\r\n:86:gone back\r\n"
    ":61:2401021231D1,25NCHKNONREF\r\n"
    ":62F:C240708EUR104,25\r\n-}\r\n"
).encode()
MT942 = b":20:X\r\n:25:12345678/1020304050\r\n:28C:1\r\n:34F:EUR0,\r\n:61:240706C3,NTRFNONREF\r\n:86:REMIT\r\n-\r\n"
_BLOCKS = "{{1:F01COBADEFFAXXX0000000000}}{{2:I{kind}WESTGB2LXXXXN}}{{3:{flag}{{121:{uetr}}}}}{{4:\r\n"
_CUSTOMERS = (
    f":50F:/{PAYER}\r\n1/ALFA TRADE LTD\r\n2/CALLE 5 12\r\n3/CO/CUCUTA\r\n:52A:COBADEFFXXX\r\n:57A:WESTGB2LXXX\r\n"
    f":59:/{PAYEE}\r\nJANE ROE\r\n1 HIGH ST\r\nLONDON\r\n:70:/ROC/E-1//INVOICE 17\r\n"
)
MT103 = (
    _BLOCKS.format(kind="103", flag="", uetr=UETR)
    + ":20:R-1\r\n:23B:CRED\r\n:32A:240708USD991,50\r\n:33B:USD1001,\r\n:53A:CITIUS33XXX\r\n"
    + _CUSTOMERS
    + ":71A:SHA\r\n:71F:USD9,50\r\n:72:/INS/COBADEFF\r\n-}{5:}\r\n"
).encode()
MT202COV = (
    _BLOCKS.format(kind="202", flag="{119:COV}", uetr=UETR)
    + ":20:C-1\r\n:21:R-1\r\n:32A:240708USD991,50\r\n:52A:COBADEFFXXX\r\n:56A:CITIUS33XXX\r\n:58A:WESTGB2LXXX\r\n"
    + _CUSTOMERS
    + "-}\r\n"
).encode()
