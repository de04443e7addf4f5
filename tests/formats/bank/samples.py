"""A small sound file of every bank format, and where its second record says what a test spoils."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from tests.formats import bank_messages as made
from tests.formats.every_format import FORMATS, LATEST_US, Format
from tests.formats.test_one_broken_row import entries
from veedor.formats import Options, mapped
from veedor.formats.bank import mt103, mt940
from veedor.formats.bank.bank_csv import MAPPING_TOML, encode_entries
from veedor.formats.mapping import load

XML = ("camt052", "camt053", "camt054", "camt056", "camt029", "pacs008", "pacs009", "pacs004", "pain001")
MT = ("mt940", "mt942", "mt103", "mt202")
TABLES = ("csv", "parquet")
NAMES = (*XML, *MT, *TABLES)
# The field's names for the families of formats, which spell amounts and dates alike.
FAMILY = {**dict.fromkeys(XML, "xml"), **dict.fromkeys(MT, "mt"), **dict.fromkeys(TABLES, "table")}
COLUMNS = {"amount": "amount", "date": "booked", "currency": "currency", "words": "purpose"}


@dataclass(frozen=True)
class Sample:
    """`record` begins each record; `says` are the words by which the second one states each field."""

    name: str
    form: Format
    data: bytes
    record: bytes
    says: Mapping[str, bytes]

    def spoiled(self, field: str, new: bytes) -> bytes | None:
        """The file with another value in its second record; None where its records have no such field."""
        old = self.says.get(field)
        if old is None:
            return None
        if self.name == "parquet":
            table = pq.read_table(io.BytesIO(self.data))
            values = table[COLUMNS[field]].to_pylist()
            values[1] = new.decode() or None
            at = table.column_names.index(COLUMNS[field])
            return _parquet(table.set_column(at, COLUMNS[field], pa.array(values, pa.string())))
        second = self.data.index(self.record, self.data.index(self.record) + 1)
        at = self.data.index(old, second)
        return self.data[:at] + new + self.data[at + len(old) :]


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def _entries_in_parquet(data: bytes) -> bytes:
    texts = {name: pa.string() for name in data.split(b"\n", 1)[0].decode().split(",")}
    convert = pa_csv.ConvertOptions(column_types=texts, strings_can_be_null=True, null_values=[""])
    return _parquet(pa_csv.read_csv(io.BytesIO(data), convert_options=convert))


_CAMT = {"amount": b"10.10", "date": b"2024-07-06", "currency": b"EUR", "words": b"ALFA TRADE LTD"}
_PACS = {"amount": b"990.50", "date": b"2024-07-08", "currency": b"USD", "words": b"ALFA TRADE LTD"}
_SAID: dict[str, tuple[bytes, dict[str, bytes]]] = {
    "camt052": (b"<Ntry>", _CAMT), "camt053": (b"<Ntry>", _CAMT), "camt054": (b"<Ntry>", _CAMT),
    "camt056": (b"<TxInf>", _PACS), "camt029": (b"<TxInfAndSts>", {"words": b"NOAS"}),
    "pacs008": (b"<CdtTrfTxInf>", _PACS | {"amount": b"991.50"}), "pacs009": (b"<CdtTrfTxInf>", _PACS),
    "pacs004": (b"<TxInf>", _PACS | {"date": b"2024-07-10"}),
    "pain001": (b"<CdtTrfTxInf>", {"amount": b"51.00", "currency": b"EUR", "words": b"invoice 17"}),
}  # fmt: skip
_AGAIN = made.UETR.replace("eb63", "eb64").encode()
_MT942 = made.MT942.replace(b"-\r\n", b":61:240707D4,50NTRFNONREF\r\n:86:SECOND\r\n-\r\n")
_TWO_103 = made.MT103 + made.MT103.replace(b":20:R-1", b":20:R-2").replace(made.UETR.encode(), _AGAIN)
_TWO_202 = made.MT202COV + made.MT202COV.replace(b":20:C-1", b":20:C-2").replace(made.UETR.encode(), _AGAIN)
_WIRE = {"amount": b"991,50", "date": b"240708", "currency": b"USD", "words": b"ALFA TRADE LTD"}
_CSV = b"".join(encode_entries(entries(3)))
_ROW = {
    "amount": b"-10.01", "date": b"2023-11-14T22:13:21.000000Z", "currency": b"EUR", "words": b"goods",
}  # fmt: skip


def _mapping(kind: str) -> Options:
    text = MAPPING_TOML.replace('"bank-plain/1"', f'"{kind}/1"').replace('format = "csv"', f'format = "{kind}"')
    return Options(latest_us=LATEST_US, mapping=load(text))


SAMPLES = {
    **{name: Sample(name, FORMATS[name], FORMATS[name].files[0], *_SAID[name]) for name in XML},
    "mt940": Sample("mt940", Format(mt940.READER, ()), made.MT940, b":61:",
                    {"amount": b"5,", "date": b"240708", "words": b"gone back"}),
    "mt942": Sample("mt942", Format(mt940.READER, ()), _MT942, b":61:",
                    {"amount": b"4,50", "date": b"240707", "words": b"SECOND"}),
    "mt103": Sample("mt103", Format(mt103.READER, ()), _TWO_103, b"{1:", _WIRE),
    "mt202": Sample("mt202", Format(mt103.READER, ()), _TWO_202, b"{1:", _WIRE),
    "csv": Sample("csv", Format(mapped.READER, (), _mapping("csv")), _CSV, b"\n", _ROW),
    "parquet": Sample("parquet", Format(mapped.READER, (), _mapping("parquet")), _entries_in_parquet(_CSV), b"", _ROW),
}  # fmt: skip
