"""The schema of each statement stands still: what was logged once must read the same for ever."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import msgspec
import pytest

import veedor.mission.state.fold as fold_module
from tests.mission.stage import NOON_US, Counted, a_deposit, a_run, some_findings
from veedor.errors import VerifyError
from veedor.log.canonical_json import parse_object
from veedor.mission.statements.bodies import Body, Handling
from veedor.mission.statements.chain import BodyType, Chain, payload
from veedor.mission.statements.salts import Private, commit
from veedor.mission.statements.schemas import schema_text
from veedor.mission.statements.types import ALL, DEPOSIT, FINDINGS, RUN
from veedor.mission.statements.vocabulary import REFUSED_CLASSES, DataClass
from veedor.words import keys

GOLDEN = Path(__file__).parents[1] / "golden" / "schemas"
PRIVATE = Private(Counted())
SAMPLES: list[tuple[BodyType, Body]] = [
    (DEPOSIT, a_deposit(PRIVATE)),
    (RUN, a_run(PRIVATE)),
    (FINDINGS, some_findings(PRIVATE, "e" * 64)),
]
CHAIN = Chain("a" * 64, "ve", 1, "a" * 64, NOON_US, ("b" * 64,))


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.schema_id)
def test_a_schema_changes_only_with_its_number(kind: BodyType) -> None:
    """To say something else, raise the number of the type and add a golden file; never change one.

    Only a closed list of names may grow: what was logged reads as before (decision 0007, classes in statements).
    """
    golden = GOLDEN / f"{kind.schema_id.replace('/', '-')}.json"
    assert golden.read_text() == schema_text(kind)


def test_no_golden_schema_is_left_behind_by_a_type_that_is_gone() -> None:
    there = {path.stem for path in GOLDEN.glob("*.json")}
    assert {kind.schema_id.replace("/", "-") for kind in ALL} <= there


@pytest.mark.parametrize(("kind", "body"), SAMPLES, ids=lambda item: getattr(item, "schema_id", ""))
def test_the_published_schema_accepts_what_is_signed_and_nothing_beside_it(kind: BodyType, body: Body) -> None:
    statement = parse_object(payload(kind, CHAIN, body))
    check = jsonschema.Draft202012Validator(json.loads(schema_text(kind)))
    check.validate(statement)
    for name in body.__struct_fields__:
        less = json.loads(json.dumps(statement))
        del less["predicate"]["body"][name]
        assert not check.is_valid(less), name
        with pytest.raises(VerifyError):
            kind.read(less["predicate"]["body"])
    more = json.loads(json.dumps(statement))
    more["predicate"]["body"]["remark"] = "free text"
    assert not check.is_valid(more)
    with pytest.raises(VerifyError):
        kind.read(more["predicate"]["body"])


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.schema_id)
def test_no_field_of_any_statement_can_hold_free_text(kind: BodyType) -> None:
    """Every string in the schema is bounded by a pattern or a closed list."""

    def strings(part: object, path: str = "") -> list[str]:
        if isinstance(part, list):
            return [found for item in part for found in strings(item, path)]
        if not isinstance(part, dict):
            return []
        own = [path] if part.get("type") == "string" and "pattern" not in part else []
        return own + [found for name, item in part.items() for found in strings(item, f"{path}/{name}")]

    assert strings(json.loads(schema_text(kind))) == []


@pytest.mark.parametrize(
    "text", ["Juan Perez", "ve\n", "VE", "ve/co", "10.5N 66.9W", "account 123", "", "-ve", "ve;co", "véñ"]
)
def test_a_name_in_a_statement_is_a_short_code_and_nothing_else(text: str) -> None:
    handling = msgspec.to_builtins(Handling("simulated", "test", "evidence", "ve", "none", 0))
    assert msgspec.convert(handling, Handling)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(handling | {"originator": text}, Handling)


@pytest.mark.parametrize("number", [1.0, -1, 2**53, True, "1", None])
def test_a_count_is_a_whole_number_below_two_to_the_53(number: object) -> None:
    rows = msgspec.to_builtins(a_deposit(PRIVATE))
    rows["rows"]["accepted"] = number
    with pytest.raises(VerifyError):
        DEPOSIT.read(rows)


def test_periods_are_told_in_whole_hours_only() -> None:
    body = msgspec.to_builtins(a_deposit(PRIVATE))
    body["period"]["start_us"] += 1
    with pytest.raises(VerifyError):
        DEPOSIT.read(body)


def test_suspicious_transaction_reports_are_no_class_of_data() -> None:
    assert not REFUSED_CLASSES & set(DataClass.__args__)
    for name in REFUSED_CLASSES:
        body = msgspec.to_builtins(a_deposit(PRIVATE)) | {"classes": [name]}
        with pytest.raises(VerifyError):
            DEPOSIT.read(body)


def test_the_same_value_under_two_salts_cannot_be_told_to_be_the_same() -> None:
    one, two = commit(b"\1" * 32, "deposit/1", b"x"), commit(b"\2" * 32, "deposit/1", b"x")
    assert one != two != commit(b"\2" * 32, "details/1", b"x")
    assert commit(b"\1" * 32, "ab", b"c") != commit(b"\1" * 32, "a", b"bc")
    with pytest.raises(ValueError):
        commit(b"short", "deposit/1", b"x")


def test_the_layout_of_a_commitment_is_pinned() -> None:
    assert commit(bytes(range(32)), "deposit/1", b"value") == (
        "bfa74723221a750dc4dbf65a3078b7815320350acf9276747a541ba287adb85e"
    )


def test_the_documentation_names_every_type_and_every_reason_and_the_vector() -> None:
    page = (Path(__file__).parents[2] / "docs" / "formats" / "statements.md").read_text()
    for kind in ALL:
        assert f"`{kind.schema_id}`" in page
    reasons = {key.removeprefix("void.") for key in keys() if key.startswith("void.")}
    assert {reason for reason in reasons if f"`{reason}`" not in page} == set()
    assert commit(bytes(range(32)), "deposit/1", b"value") in page


def test_every_reason_in_the_code_has_its_sentence() -> None:
    source = "".join(file.read_text() for file in Path(fold_module.__file__).parent.glob("*.py"))
    used = set(re.findall(r'Refused\(\s*"(\w+)"', source)) | {"replay", "fork"}
    assert {f"void.{reason}" for reason in used} == {key for key in keys() if key.startswith("void.")}
