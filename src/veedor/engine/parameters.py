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
    return tuple(_with(detector, settings.get(detector.name, {})) for detector in detectors)


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
