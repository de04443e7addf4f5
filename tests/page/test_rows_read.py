"""Both verifiers read the same values from a row, refuse the same bytes, and take no rows of a void deposit."""

from __future__ import annotations

import datetime
import io
import json
import random
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from tests.mission.handing_in import AT_US, deposit_plots, hand_in, plots_file
from tests.mission.stage import Counted
from tests.mission.test_bundles import bundled
from tests.page.second import b64, judged
from veedor.kernel.canonical import encode_rows
from veedor.kernel.decode import decode_row
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.means import Means
from veedor.mission.deposits.cover import SIMULATED_COVER
from veedor.mission.deposits.deposit import deposit
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.types import DEPOSIT
from veedor.mission.verification.bundle import verify_bundle
from veedor.mission.verification.reveal import encode_reveal, reveal
from veedor.tables import EARLIER, REJECTS, TABLES

pytestmark = pytest.mark.page
GROUPS = [(table, group) for table in (*TABLES, *EARLIER, REJECTS) for group in table.groups]
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def a_value(kind: Any, draw: random.Random) -> Any:
    text = str(kind)
    if pa.types.is_struct(kind):
        fields = [kind.field(at) for at in range(kind.num_fields)]
        return {
            each.name: None if each.nullable and draw.random() < 0.3 else a_value(each.type, draw) for each in fields
        }
    if pa.types.is_fixed_size_binary(kind):
        return draw.randbytes(kind.byte_width)
    if pa.types.is_list(kind):
        items = [a_value(kind.value_type, draw) for _ in range(draw.randrange(4))]
        return [None if draw.random() < 0.2 else item for item in items]
    if text == "string":
        return draw.choice(["", "YV-1234", "año nuevo", "0102-5555", "\ufeffx", "\U0001f6e9"])
    if text == "binary":
        return draw.randbytes(draw.randrange(5))
    if text == "bool":
        return draw.random() < 0.5
    if text.startswith("date32"):
        return datetime.date.fromordinal(draw.choice([1, 719163, 3652059, draw.randint(1, 3652059)]))
    if text.startswith("timestamp"):
        return EPOCH + datetime.timedelta(microseconds=draw.choice([0, -1, 1_790_000_000_000_001, -62135596800000000]))
    bits, signed = kind.bit_width, text.startswith("i")
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    return draw.choice([0, low, high, draw.randint(low, high)])


def row_of(table: Any, group: str, draw: random.Random) -> bytes:
    fields = [table.schema.field(name) for name in table.groups[group]]
    made = {
        field.name: pa.array(
            [None if field.nullable and draw.random() < 0.3 else a_value(field.type, draw)], field.type
        )
        for field in fields
    }
    rows = pa.table(made, schema=pa.schema(fields))
    return bytes(encode_rows(rows, list(table.groups[group]))[0])


def first(table: Any, group: str, data: bytes) -> Any:
    """As the first verifier reads it, spelled as the second does; None where it refuses."""
    fields = [table.schema.field(name) for name in table.groups[group]]
    try:
        read = decode_row(data, fields)
    except ValueError:
        return None
    return [[name, plain(value)] for name, value in read.items()]


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, datetime.datetime):
        return str((value - EPOCH) // datetime.timedelta(microseconds=1))
    if isinstance(value, datetime.date):
        return str((value - EPOCH.date()).days)
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_every_group_of_every_table_is_read_alike_sound_or_not() -> None:
    draw = random.Random(11)
    requests, expected = [], []
    for table, group in GROUPS:
        for _ in range(15):
            data = row_of(table, group, draw)
            at = draw.randrange(len(data))
            spoilt = [data[:at], data + b"\0", data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :]]
            for each in (data, *spoilt, draw.randbytes(len(data))):
                requests.append({"judge": "row", "table": table.id, "group": group, "data": b64(each)})
                expected.append(first(table, group, each))
    for request, answer, wanted in zip(requests, judged(requests), expected, strict=True):
        assert answer == ({"ok": True, "cells": wanted} if wanted is not None else {"ok": False, **_why(answer)}), (
            request
        )
    assert sum(each is None for each in expected) > 200 < sum(each is not None for each in expected)


def _why(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "ok"}


@pytest.mark.parametrize("language", ["en", "es"])
def test_values_are_written_with_their_units(language: str) -> None:
    values = {
        "sensor": "radar-1", "time": EPOCH + datetime.timedelta(microseconds=1_790_000_000_000_001), "mode": 2,
        "flags": 1,
    }  # fmt: skip
    position = {"range_mm": -5, "lat_e7": 71_000_000, "speed_mm_s": 12, "altitude_pressure_mm": 3_000_000}
    identity = {"address": 0xA0B1C, "code_3a": 0o1234, "call_sign": "YV1234"}
    amount = {
        "time_is_date": False, "booking_date": datetime.date(2026, 3, 1), "credit": True, "amount_units": -123456,
        "amount_exponent": 2, "currency": "VES", "balance_units": 5, "balance_exponent": -3, "reversal": False,
        "simulated": True,
    }  # fmt: skip
    requests = []
    for name, group, given in (
        ("plots", "detection", values),
        ("plots", "position", position),
        ("plots", "identity", identity),
        ("entries", "amount", amount),
    ):
        table = next(each for each in TABLES if each.name == name and group in each.groups)
        fields = [table.schema.field(each) for each in table.groups[group]]
        rows = pa.table({f.name: pa.array([given.get(f.name)], f.type) for f in fields}, schema=pa.schema(fields))
        data = bytes(encode_rows(rows, list(table.groups[group]))[0])
        requests.append({"judge": "row", "table": table.id, "group": group, "data": b64(data), "language": language})
    detection, place, aircraft, money = (answer["written"] for answer in judged(requests))
    point = "," if language == "es" else "."
    yes, no = ("sí", "no") if language == "es" else ("yes", "no")
    assert detection == [
        ["sensor", "radar-1"],
        ["time", "2026-09-21 14:13:20.000001 UTC"],
        ["mode", "2"],
        ["flags", "1"],
    ]
    assert place == [
        ["range", f"-0{point}005 m"], ["lat", f"7{point}1000000°"], ["altitude_pressure", f"3000{point}000 m"],
        ["speed", f"0{point}012 m/s"],
    ]  # fmt: skip
    assert aircraft == [["address", "0A0B1C"], ["code_3a", "1234"], ["call_sign", "YV1234"]]
    assert money == [
        ["time_is_date", no], ["booking_date", "2026-03-01"], ["credit", yes], ["amount", f"-1234{point}56 VES"],
        ["currency", "VES"], ["balance", "5000 VES"], ["reversal", no], ["simulated", yes],
    ]  # fmt: skip


def test_rows_of_a_deposit_that_is_void_prove_nothing(mission: Mission, stage: Means, tmp_path: Path) -> None:
    """Its author's own software let it through: its place in the chain is sound, its rows are as committed."""
    lenient = [
        replace(kind, apply=lambda held, said, context: (*held, said)) if kind.type is DEPOSIT else kind
        for kind in KINDS
    ]
    deposit_plots(mission, plots_file(tmp_path, "sound.csv"))
    with open_mission(tmp_path / "mission", stage, kinds=lenient) as liar:
        cover = msgspec.structs.replace(SIMULATED_COVER, originator="xx")
        deposit(liar, hand_in(plots_file(tmp_path, "void.csv", 7)), cover, "open", AT_US, Counted("void"))
        made = [encode_reveal(reveal(liar, entry, rows, None)) for entry, rows in ((1, (2,)), (2, (2,)), (2, ()))]
        bundles = [bundled(liar, {"rows.json": each}) for each in made]
    trust = mission.state.genesis_digest
    assert [each.reason for each in mission.state.void] == ["unknown_originator"]
    answers = judged([{"judge": "verify", "data": b64(data), "options": {"trust": trust}} for data in bundles])
    assert [answer["verdict"] for answer in answers] == ["not agreed", "failed", "not agreed"]
    assert (answers[1]["step"], answers[1]["problem"]) == ("reveals", "rows_of_no_deposit") and not answers[1]["rows"]
    file = tmp_path / "bundle.zip"
    for data, answer in zip(bundles, answers, strict=True):
        file.write_bytes(data)
        assert verify_bundle(file, trust).verdict == answer["verdict"]
    with zipfile.ZipFile(io.BytesIO(bundles[1])) as archive:
        assert json.loads(archive.read("reveals/rows.json"))["rows"], "the rows themselves are there, and proved"
