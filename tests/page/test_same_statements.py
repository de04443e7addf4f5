"""Both verifiers judge statements, bodies and what carries them alike: sound ones, and those spoiled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.page.bodies import SOUND, reworded, spoiled
from tests.page.second import b64
from tests.page.spoiling import compare, raw, spoil
from veedor.accord.bodies import TYPES as OF_ACCORDS
from veedor.log.canonical_json import canonical_bytes, parse_canonical
from veedor.log.envelope import PAYLOAD_TYPE
from veedor.log.tiles import parse_bundle
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.state.genesis import read_genesis
from veedor.mission.statements.chain import opened
from veedor.mission.statements.types import ALL

pytestmark = pytest.mark.page

GOLDEN = Path(__file__).parents[1] / "golden" / "mission-01" / "log"
JSON = (
    *("0", "-0", "00", "1.0", "1e3", "1E3", "-1", "+1", ".5", "1.", "9007199254740991", "9007199254740992", "1" * 5000),
    *(
        "-9007199254740991",
        "-9007199254740992",
        "NaN",
        "Infinity",
        "nul",
        "null",
        " null",
        "null ",
        "true",
        "True",
        "tru",
    ),
    *('"', '""', '"a', '"\\"', '"\\/"', '"/"', '"\\b\\f\\n\\r\\t"', '"\\u0008"', '"\\u000b"', '"\\u000B"', '"\\u001f"'),
    *(
        '"\\u0020"',
        '"\\u007f"',
        '"\x7f"',
        '"\\u00e9"',
        '"é"',
        '"\\ud83d\\ude00"',
        '"😀"',
        '"\\ud800"',
        '"\u2028"',
        '"\x00"',
    ),
    *(
        '"\n"',
        '"\\x"',
        '"\\u12"',
        "'a'",
        '{"a":1}',
        '{"a":1,"a":1}',
        '{"b":1,"a":1}',
        '{"a":1,"b":1}',
        '{"a":1,}',
        "{,}",
    ),
    *('{"a" :1}', '{"a": 1}', "{a:1}", '{"a"}', '{"":1}', '{"__proto__":1}', '{"constructor":{}}', '{"10":1,"9":1}'),
    *(
        '{"9":1,"10":1}',
        '{"😀":1,"\ufb33":2}',
        '{"\ufb33":2,"😀":1}',
        '{"é":1,"z":2}',
        '{"z":2,"é":1}',
        "[1,2]",
        "[1, 2]",
    ),
    *("[1,]", "[,1]", "[", "]", "[]]", "[][]", "1 2", "1,2", "", " ", "\ufeff1", "[true,false,null]", '[{"a":[]}]'),
    *("[" * 64 + "]" * 64, "[" * 65 + "]" * 65, '{"a":' * 64 + "1" + "}" * 64, '{"a":' * 65 + "1" + "}" * 65),
    *("[" * 100_000, '"' + "x" * 49_150 + '"', '"' + "x" * 49_151 + '"'),
)


def test_canonical_json() -> None:
    def first(request: dict[str, Any]) -> dict[str, Any]:
        return {"again": b64(canonical_bytes(parse_canonical(raw(request["data"]))))}

    value = {"text": 'a"\\\b\x1f\x7fñ😀', "list": [1, -5, [], {}, None], "deep": {"a": {"b": [True]}}, "10": 1, "9": 2}
    made = [text.encode() for text in JSON] + [b'"\xed\xa0\x80"', b'"\xff"', b"\xef\xbb\xbf1"]
    made += spoil(canonical_bytes(value), 10, bits=2000, others=1000)
    made += [text for size in range(0x21) for text in (b'"\\u%04x"' % size, b'"%c"' % size)]
    compare(({"judge": "canonical", "data": b64(data)} for data in made), first, (200, 1000))


@pytest.fixture(scope="module")
def entries() -> list[bytes]:
    return list(LogReader(GOLDEN, DiskFiles()).entries())


def test_statements(entries: list[bytes]) -> None:
    made = []
    for at, entry in enumerate([entries[0], entries[1], entries[6]]):
        made += spoil(entry, 11 + at, bits=150, others=100)
        outer = json.loads(entry)
        payload = raw(outer["payload"])
        for inner in spoil(payload, 21 + at, bits=300, others=100):
            made.append(canonical_bytes(outer | {"payload": b64(inner)}))
        for name in json.loads(payload):
            for value in (None, 1, "", "x", [], {}, [{}], {"body": {}}, [{"name": "genesis", "digest": {}}]):
                made.append(
                    canonical_bytes(outer | {"payload": b64(canonical_bytes(json.loads(payload) | {name: value}))})
                )
        rows = outer["signatures"]
        for changed in (
            rows[::-1],
            rows * 2,
            [],
            rows * 65,
            [rows[0] | {"sig": "AA=="}],
            [rows[0] | {"more": 1}],
            [None],
            {},
        ):
            made.append(canonical_bytes(outer | {"signatures": changed}))
        for changes in ({"payloadType": "text"}, {"payloadType": PAYLOAD_TYPE + " "}, {"payload": 1}, {"more": 1}):
            made.append(canonical_bytes(outer | changes))

    def first(request: dict[str, Any]) -> dict[str, Any]:
        envelope, statement = opened(raw(request["data"]))
        party = statement.chain.party if statement.chain else ""
        return {
            "digest": envelope.digest,
            "type": statement.urn,
            "party": party,
            "signatures": len(envelope.signatures),
        }

    compare(({"judge": "statement", "data": b64(data)} for data in made), first, (50, 1000))


def test_genesis(entries: list[bytes]) -> None:
    def first(request: dict[str, Any]) -> dict[str, Any]:
        return {"digest": read_genesis(raw(request["data"]))[0]}

    made = [*spoil(entries[0], 31, bits=400, others=100), *entries]
    compare(({"judge": "genesis", "data": b64(data)} for data in made), first)


def test_bundles_of_entries(entries: list[bytes]) -> None:
    def first(request: dict[str, Any]) -> dict[str, Any]:
        return {"entries": list(map(b64, parse_bundle(raw(request["data"]), request["width"], largest=49_152)))}

    packed = b"".join(len(each).to_bytes(2, "big") + each for each in (b"one", b"", b"three"))
    made = [*spoil(packed, 41), b"\xc0\x00" + b"x" * 49_152, b"\xc0\x01" + b"x" * 49_153]
    compare(
        ({"judge": "entries", "data": b64(data), "width": width} for data in made for width in (1, 2, 3)),
        first,
        (3, 500),
    )


@pytest.mark.parametrize("kind", [*ALL, *OF_ACCORDS], ids=lambda kind: kind.schema_id)
def test_bodies(kind: Any) -> None:
    """The closed list of public fields is the same closed list in both, and so is that of the words in each."""
    sound = SOUND[kind.schema_id]
    requests = [
        {"judge": "body", "type": kind.urn, "data": b64(canonical_bytes(body))}
        for body in [sound, *spoiled(sound), *reworded(sound, kind.struct)]
    ]

    def first(request: dict[str, Any]) -> None:
        kind.read(json.loads(raw(request["data"])))

    compare(requests, first, (1, 30))
