"""Settings that differ from shipped defaults, put into detectors by name; unknown names and wrong types are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from veedor.engine.detector import Detector
from veedor.errors import UsageError

Setting = int | bool | str | list[int | str]


def configured(detectors: Sequence[Detector], settings: Mapping[str, Mapping[str, Setting]]) -> tuple[Detector, ...]:
    """The detectors with `settings[detector name][parameter]` in place of their defaults."""
    unknown = sorted(set(settings) - {detector.name for detector in detectors})
    if unknown:
        raise UsageError(
            "settings name a detector that there is not",
            expected=", ".join(sorted(detector.name for detector in detectors)),
            found=", ".join(unknown),
        )
    made = tuple(_with(detector, settings.get(detector.name, {})) for detector in detectors)
    for detector in made:
        for other in made:
            if other.name in getattr(detector, "agrees_with", ()):
                _agreeing(detector, other)
    return made


def _agreeing(detector: Detector, other: Detector) -> None:
    """UsageError unless parameters of the same name are set alike: one of the two finds what the other looks for."""
    shared = {field.name for field in fields(detector.parameters)} & {field.name for field in fields(other.parameters)}
    for name in sorted(shared):
        mine, theirs = getattr(detector.parameters, name), getattr(other.parameters, name)
        if mine != theirs:
            raise UsageError(
                f"{name} of {detector.name} and of {other.name} must be the same",
                expected=f"{detector.name}: {mine!r}",
                found=f"{other.name}: {theirs!r}",
                next_step=f"set {name} alike for both detectors",
            )


def _with(detector: Detector, settings: Mapping[str, Setting]) -> Detector:
    if not settings:
        return detector
    defaults = {field.name: getattr(detector.parameters, field.name) for field in fields(detector.parameters)}
    changed: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in defaults:
            raise UsageError(f"{detector.name} has no such parameter", expected=", ".join(sorted(defaults)), found=name)
        given: object = tuple(value) if isinstance(value, list) else value
        if type(given) is not type(defaults[name]):
            raise UsageError(
                f"{detector.name}: {name} has the wrong type",
                expected=type(defaults[name]).__name__,
                found=repr(given),
            )
        changed[name] = given
    parameters = replace(detector.parameters, **changed)
    configured_detector: Detector = replace(detector, parameters=parameters)  # type: ignore[type-var] # a dataclass
    return configured_detector
