"""One sound body of each type of statement, and every way to spoil one that takes a single step."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import reduce
from operator import getitem
from typing import Any

import msgspec

H32, H64, US = "a1" * 32, "b2" * 64, 1_790_000_000_000_000
HOUR = US // 3_600_000_000 * 3_600_000_000
KEYS = {role: f"{at:02x}" * 32 for at, role in enumerate(("log", "recovery", "statement", "witness"), 1)}
MEMBER = {"party": "ve", "role": "party", "keys": KEYS, "possession": {role: 2 * key for role, key in KEYS.items()}}
ALL, MAJORITY = ({"rule": rule, "count": 0, "outsiders": 0} for rule in ("all", "majority"))
HANDLING = {"basis": "accord", "purpose": "case", "use": "evidence", "originator": "ve", "onward": "none"}
HANDLING |= {"retain_until_us": US}
ROWS = dict.fromkeys(("bytes", "accepted", "rejected", "accepted_bytes", "framing_bytes", "rejected_bytes"), 0)

SOUND: dict[str, Any] = {
    "genesis/1": {
        "origin": "veedor.example/apure",
        "mission": "apure",
        "created_us": US,
        "simulated": False,
        "appender": "ve",
        "delay_hours": 24,
        "quorums": {"agreement": ALL, "clock": MAJORITY},
        "members": [MEMBER],
    },
    "join/1": {"member": MEMBER},
    "deposit/1": {
        "mode": "open",
        "simulated": True,
        "classes": ["plots"],
        "tables": ["plots/2"],
        "recorder": "bank",
        "clock": "network",
        "period": {"start_us": HOUR, "end_us": HOUR + 3_600_000_000, "completeness": "partial"},
        "outages": [{"start_us": HOUR, "end_us": HOUR}],
        "conversions": ["format", "units"],
        "rows": {"files": 1, **ROWS},
        "handling": HANDLING,
        "commitments": dict.fromkeys(("deposit", "details", "accepted", "rejected"), H32) | {"layout": "records/1"},
    },
    "restate/1": {
        "deposit": H32,
        "period": {"start_us": HOUR, "end_us": HOUR + 3_600_000_000, "completeness": "complete"},
        "outages": [{"start_us": HOUR, "end_us": HOUR}],
    },
    "run/1": {
        "inputs": {"set": "common", "count": 2, "root": H32},
        "adoption": "",
        "simulated": True,
        "as_of_us": US,
        "started_us": US,
        "ended_us": US,
        "software": {"name": "veedor", "version": "0.1.0", "commit": H32[:40]},
        "layout": {"buckets": 64, "chunk_hours": 24},
        "parameters": [{"detector": "air.legs", "version": 1, "commitment": H32}],
        "tables": [{"table": "legs/1", "rows": 7, "commitment": H32}],
    },
    "findings/1": {
        "run": H32,
        "simulated": True,
        "total": 3,
        "kinds": [{"kind": "gap.silent", "count": 3}],
        "commitment": H32,
    },
    "findings/2": {
        "run": H32,
        "simulated": True,
        "total": 3,
        "kinds": [{"kind": "gap.silent", "count": 3}],
        "commitment": H32,
        "rows": {"table": "finding_parts/1", "root": H32, "layout": "records/1"},
    },
    "seal/1": {
        "size": 1,
        "root": H32,
        "signature": H64,
        "cosignatures": [{"party": "ve", "time_s": 1, "signature": H64}],
    },
    "policy/1": {"agreement": ALL, "clock": {"rule": "count", "count": 2, "outsiders": 1}, "recovery": 2},
    "adopt/1": {"document": "accord", "digest": H32, "from_us": US},
    "handover/1": {"appender": "co"},
    "freeze/1": {"reason": "ended", "successor": ""},
    "receipt/1": {"party": "ve", "seq": 1, "statement": H32, "received_us": US},
    "rotate/1": {"role": "log", "old": H32, "new": H32, "possession": H64},
    "recover/1": {"party": "ve", "role": "statement", "new": H32, "possession": H64, "recovery": H32},
    "revoke/1": {"key": H32, "from_entry": 1},
    "delegate/1": {"key": H32, "device": "browser", "scope": ["attest", "look"], "end_us": US},
    "mailbox/1": {"key": H32},
    "look/1": {"owner": "ve", "data_class": "plots", "purpose": "case", "count": 1, "looked_us": US, "query": H32},
    "attest/1": {"kind": "identity", "issued_us": US, "document": H32, "payload": ""},
    "label/1": {"statement": H32, "handling": HANDLING},
    "sign_accord/1": {"accord": "pact", "version": 1, "digest": H32},
    "event/1": {"accord": "pact", "event": "request", "instance": 1, "outcome": "happened", "occurred_us": US},
    "figure/1": {"accord": "pact", "figure": "exports", "start_us": US, "end_us": US + 1, "value": "10.25"},
    "grant/1": {"accord": "pact", "measure": "waiver", "authority": "treasury", "key": ""},
    "act/1": {
        "accord": "pact", "measure": "waiver", "authority": "treasury", "key": H32, "act": "implemented",
        "by_measure": "", "effective_us": US, "document": "",
    },
    "notice/1": {"accord": "pact", "kind": "snapback", "of": "waiver", "occurrence": 0},
    "consent/1": {"accord": "pact", "measure": "waiver", "notice": H32},
    "excuse/1": {"accord": "pact", "obligation": "radar", "ground": "storm", "since_us": US, "until_us": 0},
    "dispute/1": {"accord": "pact", "obligation": "radar", "occurrence": 1, "step": "open", "outcome": "none"},
    "withhold/1": {"accord": "pact", "obligation": "radar", "by": "ve"},
    "position/1": {"accord": "pact", "measure": "waiver", "position": "valid", "grounds": ""},
    "determination/1": {"accord": "pact", "version": H32, "size": 7, "at_us": US, "verdict": H32},
    "determination/2": {
        "accord": "pact", "version": H32, "size": 7, "at_us": US, "verdict": H32, "verdict_schema": 5,
    },
    "meeting/1": {"accord": "pact", "meeting": "review", "held_us": US, "came": ["co", "ve"], "record": ""},
    "claim/1": {
        "accord": "pact", "incident": "strike_one", "number": 1, "subject": "strike", "says": "happened",
        "source": "press", "precision": "day", "from_us": US, "until_us": US, "words": "",
    },
    "answer/1": {"accord": "pact", "claim": H32, "answer": "disputed", "words": ""},
}  # fmt: skip

STRANGE: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1, 23, 24, 25, 8784, 8785, 3_600_000_000, 2**53 - 1),
    *("", "x", "X", "ve\n", "a-b", "-a", "a.b", "a/1", "a/100", "a" * 24, "a" * 25, "a" * 40, "a" * 41, "a" * 61),
    *(H32, H32.upper(), H32 + "\n", H64, "ñ", "0.1", "all", "party", "accord", "constructor", "__proto__"),
    *([], {}, [{}], [H32], ["attest"], {"start_us": 0, "end_us": 0}),
)


def spoiled(body: Any) -> Iterator[Any]:
    """The body with one member missing, one too many, one of another value, or a list too long."""
    for path in list(places(body)):
        for change in changes_at(path):
            made = copy.deepcopy(body)
            change(made)
            yield made


def reworded(body: Any, struct: type[Any]) -> Iterator[Any]:
    """The body with every word of its type's closed lists in every place of a text: where it belongs, and where not."""
    words = sorted(words_of(msgspec.inspect.type_info(struct)))
    for path in places(body):
        for word in words if isinstance(reduce(getitem, path, body), str) else ():
            made = copy.deepcopy(body)
            reduce(getitem, path[:-1], made)[path[-1]] = word
            yield made


def words_of(kind: msgspec.inspect.Type) -> set[str]:
    match kind:
        case msgspec.inspect.LiteralType(values=values):
            return {word for word in values if isinstance(word, str)}
        case msgspec.inspect.StructType(fields=fields):
            return set[str]().union(*(words_of(field.type) for field in fields))
        case msgspec.inspect.UnionType(types=types):
            return set[str]().union(*map(words_of, types))
        case msgspec.inspect.VarTupleType(item_type=item) | msgspec.inspect.ListType(item_type=item):
            return words_of(item)
        case _:
            return set()


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], (*path, key))


def changes_at(path: tuple[Any, ...]) -> Iterator[Any]:
    def holder(body: Any) -> Any:
        for key in path[:-1]:
            body = body[key]
        return body

    def replace(value: Any) -> Any:
        return lambda body: holder(body).__setitem__(path[-1], value)

    def repeat(times: int) -> Any:
        def change(body: Any) -> None:
            held = holder(body)
            if isinstance(held[path[-1]], list):
                held[path[-1]] = held[path[-1]][:1] * times

        return change

    def add(body: Any) -> None:
        held = holder(body)[path[-1]] if path else body
        if isinstance(held, dict):
            held["more"] = 1

    yield add
    if path:
        yield lambda body: holder(body).pop(path[-1])
        yield from (repeat(times) for times in (0, 2, 3, 4, 10, 11, 20, 21, 24, 25, 40, 41, 80, 81, 100, 101, 200, 201))
        yield from map(replace, STRANGE)
