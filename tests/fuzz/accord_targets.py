"""Accords and dated statements: any bytes give an accord with one canonical form, or the error of a file."""

from __future__ import annotations

from tests.fuzz.target import Target
from veedor.accord.check import problems
from veedor.accord.dated import read_dated
from veedor.accord.examples import example_files
from veedor.accord.load import Loaded, read_accord
from veedor.errors import InputError

_FILES = example_files("resolution_2231")
_ACCORD = read_accord(_FILES["accord.yaml"], "accord.yaml")


def _accord(data: bytes) -> Loaded:
    """From YAML or canonical JSON the same canonical form; whatever reads can be checked."""
    loaded = read_accord(data, "accord.yaml")
    problems(loaded)
    return read_accord(loaded.canonical, "accord.yaml")


def _dated(data: bytes) -> bytes:
    read_dated(data, "statements.yaml", {_ACCORD.accord.version: _ACCORD.digest})
    return data


ACCORD_TARGETS = {
    "accord": Target(
        _accord, lambda value: value.canonical, (_FILES["accord.yaml"], _ACCORD.canonical), InputError,  # type: ignore[attr-defined]
        one_spelling=False,
    ),
    "dated statements": Target(
        _dated, lambda value: value, (_FILES["statements.yaml"],), InputError, one_spelling=False  # type: ignore[arg-type,return-value]
    ),
}  # fmt: skip
