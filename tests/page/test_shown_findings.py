"""Findings that the first verifier shows are judged and told by the second in the same way, and so are lies."""

from __future__ import annotations

import json
import random
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mission.found_by_plot import run_each
from tests.mission.handing_in import deposit_plots, plots_file
from tests.mission.test_bundles import bundled
from tests.mission.test_revealed_findings import PARTS, ids, lies, shown, statement
from tests.page.second import b64, judged
from tests.pipeline.conftest import Ran, ran  # noqa: F401
from veedor.kernel.canonical import encode_rows
from veedor.kernel.decode import decode_row
from veedor.log.canonical_json import canonical_bytes
from veedor.mission.copy.append import Mission
from veedor.mission.page import sentences
from veedor.mission.runs.committed import finding_rows
from veedor.mission.verification.bundle import verify_bundle
from veedor.mission.verification.reveal import encode_reveal, reveal
from veedor.mission.verification.single_file import verify_file
from veedor.mission.verification.trust import Trust
from veedor.tables import FINDING_PARTS
from veedor.views.revealed import revealed_lines
from veedor.words import LANGUAGES
from veedor.words.catalogue import _PLACE
from veedor.words.formats import FORMATS, render

pytestmark = pytest.mark.page
FORMS = (resources.files("veedor.mission.page") / "formats.js").read_text(encoding="utf-8").partition("const FORMS")[2]


@pytest.fixture
def found(mission: Mission, tmp_path: Path) -> Mission:
    deposit_plots(mission, plots_file(tmp_path))
    run_each(mission)
    return mission


def asked(data: bytes, trust: str) -> dict[str, Any]:
    return {"judge": "verify", "data": b64(data), "options": {"trust": trust}}


def mixed_up(mission: Mission) -> list[bytes]:
    """Findings under a deposit's statement, a deposit's row under findings, and both under each other's schema."""
    of_deposit = json.loads(encode_reveal(reveal(mission, 1, (5,), None)))
    of_run = json.loads(shown(mission, ids(mission)[3]))
    made = []
    for one, two in ((of_deposit, of_run), (of_run, of_deposit)):
        swapped = one | {"rows": two["rows"]}
        made += [swapped, swapped | {"schema": two["schema"]}]
    made += [of_run | {"rows": [*of_run["rows"], *of_deposit["rows"]]}, of_run | {"rows": []}]
    made += [of_run | {"schema": "reveal/3"}, of_run | {"schema": "reveal/1"}]
    return [canonical_bytes(each) + b"\n" for each in made]


def test_both_believe_the_same_reveals_of_findings(found: Mission) -> None:
    trust = found.state.genesis_digest
    good = [shown(found, *ids(found)), *(shown(found, ids(found)[2], parts=(part,)) for part in PARTS)]
    draw, made = random.Random(9), list(good)
    for data in good[1:]:
        for _ in range(60):
            at = draw.randrange(len(data))
            made.append(data[:at] + bytes([data[at] ^ 1 << draw.randrange(8)]) + data[at + 1 :])
    made += [*dict(lies(found)).values(), *mixed_up(found)]
    answers = judged([asked(data, trust) for data in made])
    for data, answer in zip(made, answers, strict=True):
        if data.startswith(b"{"):
            assert answer["verdict"] == verify_file(data, "reveal", Trust(digest=trust)).verdict, data[:80]
    assert [answer["verdict"] for answer in answers[: len(good)]] == ["not agreed"] * len(good)
    assert {answer["verdict"] for answer in answers[-25:]} == {"failed"}


def test_both_believe_the_same_bundles_with_findings(found: Mission, tmp_path: Path) -> None:
    trust, file = found.state.genesis_digest, tmp_path / "bundle.zip"
    run_each(found, tick=5000)
    first, second = (json.loads(shown(found, ids(found)[3], at=at)) for at in (0, 1))
    crossed = canonical_bytes(first | {"rows": second["rows"]}) + b"\n"
    reveals = [shown(found, ids(found)[1], parts=("what", "area")), crossed, *dict(lies(found)).values()]
    made = [bundled(found, {"finding.json": data}) for data in reveals if _reads(data)]
    answers = judged([asked(data, trust) for data in made])
    for data, answer in zip(made, answers, strict=True):
        file.write_bytes(data)
        assert answer["verdict"] == verify_bundle(file, trust).verdict
    assert [answer["verdict"] for answer in answers] == ["not agreed"] + ["failed"] * (len(answers) - 1)
    (row,) = answers[0]["rows"]
    assert [part["name"] for part in row["shown"]] == ["what", "area"]
    assert row["withheld"] == ["subject", "reasons", "evidence"] and row["statement"] == statement(found).digest


def _reads(data: bytes) -> bool:
    """Whether the writer of bundles takes it at all."""
    return ("reveal/2" in data.decode()) == ('"tree":"findings"' in data.decode())


def parts_of(rows: pa.Table, at: int) -> list[dict[str, str]]:
    row = rows.slice(at, 1)
    return [
        {"name": name, "data": b64(bytes(encode_rows(row, columns)[0]))}
        for name, columns in FINDING_PARTS.groups.items()
    ]


def read(rows: pa.Table, at: int) -> dict[str, Any]:
    names = [name for columns in FINDING_PARTS.groups.values() for name in columns]
    fields = [FINDING_PARTS.schema.field(name) for name in names]
    return decode_row(bytes(encode_rows(rows.slice(at, 1), names)[0]), fields)


def test_every_kind_of_finding_is_told_in_the_same_words(ran: Ran) -> None:  # noqa: F811
    """All that the whole chain of detectors finds in its small mission, line by line, in both languages."""
    rows = finding_rows(ran.found["findings"])
    kinds = {kind: at for at, kind in enumerate(rows["kind"].to_pylist())}
    chosen = [(at, language) for at in {*kinds.values(), *range(100)} for language in LANGUAGES]
    requests = [{"judge": "finding", "parts": parts_of(rows, at), "language": language} for at, language in chosen]
    answers = judged([{"judge": "sentences", "told": sentences()}, *requests])[1:]
    for (at, language), answer in zip(chosen, answers, strict=True):
        told = [[part, [list(line) for line in lines]] for part, lines in revealed_lines(read(rows, at), language)]
        assert answer["parts"] == told
    used = set()
    for row in ran.found["findings"].to_pylist():
        used |= {f"kind.{row['kind']}"} | {term["name"] for term in row["terms"]}
        used |= {item["key"] for name in ("reasons", "innocent", "searched") for item in row[name]}
        used |= {item["role"] for item in row["evidence"]}
    assert len(kinds) > 15 and len(used) > 60 and sorted(used - set(sentences())) == []


def test_the_page_knows_every_form_that_a_sentence_asks_for() -> None:
    forms = {match[2] for both in sentences().values() for text in both for match in _PLACE.finditer(text) if match[2]}
    assert forms <= set(FORMATS) and set(FORMATS) - {"money"} <= set(re.findall(r"^  (\w+)[:,]", FORMS, re.MULTILINE))


NUMBERS = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.integers(-200_000, 200_000), st.sampled_from([0, 1, 999, 9999])
)
MONEY = st.sampled_from(
    ["1234.50 USD", "-1234567.5 VES", "0.10", "12", "x USD", "² USD", "1" * 120, "-", "", "a b c", "1.2.3", "-0 COP"]
)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(NUMBERS, st.sampled_from(FORMATS)), min_size=40, max_size=80), st.lists(MONEY, min_size=5))
def test_numbers_are_written_alike(drawn: list[tuple[int, str]], texts: list[str]) -> None:
    # Times before the year 1000 are written as the machine's C library likes.
    cases: list[tuple[int | str, str]] = [each for each in drawn if _written(*each)]
    cases += [(text, form) for text in texts for form in ("money", "km")]
    requests, expected = [], []
    for value, form in cases:
        held = {"number": None, "text": value} if isinstance(value, str) else {"number": str(value), "text": None}
        for language in LANGUAGES:
            sentence = f"{{x:{form}}}"
            requests.append({"judge": "render", "sentence": sentence, "values": {"x": held}, "language": language})
            expected.append(render(value, form, language))
    assert [answer["said"] for answer in judged(requests)] == expected


def _written(value: int, form: str) -> bool:
    us = value * 1_000_000 if form == "time_s" else value
    return form not in ("time", "time_s", "date") or not -62_135_596_800_000_000 <= us < -30_610_224_000_000_000
