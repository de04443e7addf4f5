"""A file of dated statements: what was said under an accord, when and by whom, as plain YAML that a lawyer can write.

For accords of the past, for teaching, and to ask what would follow. No signature stands in such a file, so it proves
nothing: `source` says where each line can be checked. Instants are written as text (`occurred: 2024-01-26T12:00Z` for
the field `occurred_us`); a line that others refer to has a `name`, by which they name its digest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Set
from typing import Any

import msgspec
from msgspec import Struct

from veedor.accord.bodies import TYPES, FigureSaid
from veedor.accord.dates import DAY_US, instant_us_of
from veedor.accord.model.parts import Text
from veedor.accord.strict_yaml import Node, plain, read_yaml, refuse
from veedor.accord.timeline import Batch, Fact, Timeline
from veedor.errors import InputError
from veedor.log.canonical_json import canonical_bytes
from veedor.mission.state.restated import runs_backwards
from veedor.mission.statements.acts import Attest
from veedor.mission.statements.bodies import Body, Deposit, Restate

SCHEMA = "dated-statements/1"
_BODIES: dict[str, type[Body]] = {kind.name: kind.struct for kind in TYPES}
_REFERRING = {"notice", "claim", "deposit"}
_NOTHING = "0" * 64


class Dated(Struct, frozen=True):
    """One line: when it counts in log time, what it says, and where that can be checked."""

    at_us: int
    fact: Fact
    type: str
    source: str


class DatedStatements(Struct, frozen=True):
    """All lines of a file in their order. `accord` is the accord's id; `note` says what the file is."""

    accord: str
    note: Text
    lines: tuple[Dated, ...]

    def timeline(self, until_us: int) -> Timeline:
        """The timeline up to this instant, which a last empty seal covers, so that its deadlines have passed."""
        batches: list[Batch] = []
        for line in self.lines:
            if line.at_us > until_us:
                break
            if batches and batches[-1].time_us == line.at_us:
                batches[-1] = Batch(line.at_us, (*batches[-1].facts, line.fact))
            else:
                batches.append(Batch(line.at_us, (line.fact,)))
        if not batches or batches[-1].time_us < until_us:
            batches.append(Batch(until_us, ()))
        appender = self.lines[0].fact.party if self.lines else ""
        return Timeline(appender, tuple(batches))


class _Span(Struct, frozen=True, forbid_unknown_fields=True):
    start: str
    end: str


class _Covering(_Span, frozen=True, forbid_unknown_fields=True, kw_only=True):
    outages: tuple[_Span, ...] = ()
    completeness: str = "complete"

    def stated(self) -> dict[str, Any]:
        """Period and outages as a statement has them."""
        period, *outages = (
            {"start_us": instant_us_of(each.start, "start"), "end_us": instant_us_of(each.end, "end")}
            for each in (self, *self.outages)
        )
        return {"period": {**period, "completeness": self.completeness}, "outages": outages}


class _Deposited(_Covering, frozen=True, forbid_unknown_fields=True, kw_only=True):
    classes: tuple[str, ...]
    recorder: str


class _Restated(_Covering, frozen=True, forbid_unknown_fields=True, kw_only=True):
    deposit: str


def read_dated(data: bytes, file: str, signing: dict[int, str]) -> DatedStatements:
    """The statements of a file; InputError with line and column for anything else. `signing`: digests of the accord's
    versions, which a line `sign_accord` names by number only."""
    source = read_yaml(data, file)
    tree = _table(source, file, {"schema", "accord", "note", "statements"})
    if plain(tree["schema"]) != SCHEMA:
        raise refuse("this is no file of dated statements", file, tree["schema"].mark, expected=SCHEMA)
    accord, note = plain(tree["accord"]), _note(tree["note"], file)
    items = tree["statements"].value
    if not isinstance(items, tuple) or not isinstance(accord, str):
        raise refuse("this is no file of dated statements", file, source.mark, expected="accord, note, statements")
    named: dict[str, str] = {}
    lines: list[Dated] = []
    for item in items:
        line = _line(item, file, accord, named, signing)
        if lines and line.at_us < lines[-1].at_us:
            raise refuse("dated statements run backwards", file, item.mark, expected="the order of time")
        if isinstance(line.fact.body, Restate) and not _is_of_its_author(line.fact.body.deposit, line.fact, lines):
            raise refuse(
                "a deposit is restated that its author did not make before",
                file,
                item.mark,
                expected="the name of an earlier deposit of the same party",
            )
        lines.append(line)
    return DatedStatements(accord, note, tuple(lines))


def _is_of_its_author(deposit: str, fact: Fact, lines: list[Dated]) -> bool:
    earlier = (each.fact for each in lines if isinstance(each.fact.body, Deposit))
    return any((each.digest, each.party) == (deposit, fact.party) for each in earlier)


def _note(node: Node, file: str) -> Text:
    try:
        return msgspec.convert(plain(node), Text)
    except msgspec.ValidationError as error:
        raise refuse("the note stands in both languages", file, node.mark, expected=str(error)[:200]) from None


def _line(item: Node, file: str, accord: str, named: dict[str, str], signing: dict[int, str]) -> Dated:
    table = _table(item, file, {"at", "party", "type", "source", "says"}, {"name"})
    text = {key: str(plain(table[key])) for key in ("at", "party", "type", "source")}
    try:
        at_us = instant_us_of(text["at"], "at")
        says = plain(table["says"])
        body = _body(text["type"], dict(says) if isinstance(says, dict) else {}, text["party"], accord, named, signing)
    except (InputError, msgspec.ValidationError) as error:
        raise refuse("a dated statement is not in order", file, item.mark, found=str(error)[:300]) from None
    written = {"at": text["at"], "party": text["party"], "type": text["type"], "body": msgspec.to_builtins(body)}
    digest = hashlib.sha256(canonical_bytes(written)).hexdigest()
    if "name" in table:
        named[str(plain(table["name"]))] = digest
    return Dated(at_us, Fact(text["party"], digest, body), text["type"], text["source"])


def _body(
    kind: str, says: dict[str, Any], party: str, accord: str, named: dict[str, str], signing: dict[int, str]
) -> Body:
    for key in [key for key, value in says.items() if isinstance(value, str)]:
        if key in _REFERRING:
            says[key] = named.get(says[key], says[key])
    if kind == "deposit":
        return _forwards(_deposit(says, party))
    if kind == "restate":
        said = msgspec.convert(says, _Restated)
        return _forwards(msgspec.convert({"deposit": said.deposit, **said.stated()}, Restate))
    if kind == "attest":
        issued = instant_us_of(str(says.get("issued")), "issued")
        return msgspec.convert(
            {"kind": says.get("kind"), "issued_us": issued, "document": _NOTHING, "payload": ""}, Attest
        )
    if kind not in _BODIES:
        raise InputError("no such type of statement", place="type", expected=", ".join(sorted(_BODIES)), found=kind)
    fields = {field.name for field in msgspec.structs.fields(_BODIES[kind])}
    for name in sorted(fields):
        bare = name.removesuffix("_us")
        if bare != name and bare in says:
            says[name] = instant_us_of(str(says.pop(bare)), bare)
    if kind == "sign_accord":
        says["digest"] = {str(number): digest for number, digest in signing.items()}.get(str(says.get("version")), "")
    body = msgspec.convert({"accord": accord, **says}, _BODIES[kind], strict=False)
    if isinstance(body, FigureSaid) and body.start_us >= body.end_us:  # void in a log, so no evaluator looks
        raise InputError("the period of a figure runs backwards", place="figure", expected="end after start")
    return body


def _forwards(body: Deposit | Restate) -> Body:
    if runs_backwards(body):  # void in a log, so no evaluator looks
        raise InputError("a period or an outage runs backwards", place="deposit", expected="end after start")
    return body


def _deposit(says: dict[str, Any], party: str) -> Deposit:
    """A deposit of which only classes, recorder, period and outages are known: nothing of a real file is behind it."""
    said = msgspec.convert(says, _Deposited)
    stated = said.stated()
    counts = dict.fromkeys(("bytes", "accepted", "rejected", "accepted_bytes", "framing_bytes", "rejected_bytes"), 0)
    tree = {
        "mode": "open",
        "simulated": True,
        "classes": said.classes,
        "tables": [],
        "recorder": said.recorder,
        "clock": "unknown",
        **stated,
        "conversions": [],
        "rows": {"files": 1, **counts},
        "handling": {
            "basis": "accord",
            "purpose": "joint_monitoring",
            "use": "intelligence_only",
            "originator": party,
            "onward": "none",
            "retain_until_us": stated["period"]["end_us"] + 730 * DAY_US,
        },
        "commitments": {
            "deposit": _NOTHING,
            "details": _NOTHING,
            "layout": "records/1",
            "accepted": _NOTHING,
            "rejected": _NOTHING,
        },
    }
    return msgspec.convert(tree, Deposit)


def _table(node: Node, file: str, keys: Set[str], optional: Set[str] = frozenset()) -> dict[str, Node]:
    if not isinstance(node.value, dict) or not keys <= set(node.value) <= keys | optional:
        raise refuse("this is no dated statement", file, node.mark, expected=", ".join(sorted(keys)))
    return node.value
