"""A statement of this room from what a person types: the type's name and its fields, and nothing that the type lacks.

Fields that may be empty need not be given; times are ISO 8601; everything else is as in `bodies.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

import msgspec

from veedor.accord.bodies import TYPES, Determination, Notice
from veedor.accord.dates import instant_us_of
from veedor.accord.timeline import Timeline
from veedor.errors import UsageError, VerifyError
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.chain import BodyType

BY_NAME: Mapping[str, BodyType[Any]] = {kind.name: kind for kind in TYPES if not issubclass(kind.struct, Determination)}
"""A determination is what was computed, never what somebody types: `veedor accord determine`."""


def said(
    name: str, accord: str, given: Sequence[str], ready: Mapping[str, Any] = MappingProxyType({})
) -> tuple[BodyType[Any], Body]:
    """The type and the body of `field=value` words, beside values that are `ready`; UsageError for what does not fit
    the type."""
    kind = BY_NAME.get(name)
    if kind is None:
        raise UsageError("there is no such statement of an accord", expected=", ".join(BY_NAME), found=name)
    values: dict[str, Any] = {"accord": accord, **ready}
    fields = {each.name for each in msgspec.structs.fields(kind.struct)}
    for word in given:
        field, equals, value = word.partition("=")
        if not equals or field not in fields or field in values:
            raise UsageError(
                "this is no field of the statement",
                expected=", ".join(f"{each}=…" for each in sorted(fields)),
                found=word,
            )
        values[field] = _value(kind.struct, field, value)
    lacking = sorted(fields - set(values))
    values |= {field: _empty(kind.struct, field) for field in lacking}
    try:
        return kind, kind.read(values)
    except VerifyError as error:
        raise _wrong(kind, values, lacking, error) from None


def which_notice(timeline: Timeline, accord: str) -> UsageError:
    """What to tell who consents to no notice: a consent is to one notice of snapback, by its statement's digest."""
    facts = [fact for batch in timeline.batches for fact in batch.facts]
    notices = [
        f"notice={fact.digest} ({fact.body.of}, by {fact.party})"
        for fact in facts
        if isinstance(fact.body, Notice) and fact.body.kind == "snapback" and fact.body.accord == accord
    ]
    expected = " or ".join(notices) or "a notice of snapback in the log of this copy: there is none"
    return UsageError("to which notice of snapback is it?", expected=expected)


def _wrong(kind: BodyType[Any], values: Mapping[str, Any], lacking: Sequence[str], error: VerifyError) -> UsageError:
    """What to write, field by field, where a person left out or misspelt one."""
    field = (error.found or "").rpartition("$.")[2].rstrip("`")
    choices = _choices(kind.struct, field) if field in values else ()
    expected = f"{field}=" + ("|".join(choices) or "…") if field in values else error.expected
    problem = "a field of the statement is not given" if field in lacking else "a field of the statement is wrong"
    return UsageError(problem, expected=expected, found=None if field in lacking else error.found)


def _choices(struct: type[Body], field: str) -> tuple[str, ...]:
    return tuple(each for each in get_args(get_type_hints(struct)[field]) if isinstance(each, str))


def _plain(struct: type[Body], field: str) -> Any:
    kind = get_type_hints(struct)[field]
    return kind if isinstance(kind, type) else type(get_args(kind)[0]) if get_args(kind) else kind


def _value(struct: type[Body], field: str, value: str) -> Any:
    if field.endswith("_us"):
        return instant_us_of(value, field)
    if field == "came":
        return sorted(filter(None, value.split(",")))
    if _plain(struct, field) is int:
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else value
    return value


def _empty(struct: type[Body], field: str) -> Any:
    if field == "came":
        return []
    return 0 if _plain(struct, field) is int else ""
