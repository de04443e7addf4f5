"""Accords as examples: for each a file `accord.yaml` and its dated statements, never code.

They are models. Where an instrument says less than `accord/1` asks for, a comment beside the line says what was put
there and why; where a time of day is not documented, noon in the capital of the author stands for it.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

from veedor.accord.dated import DatedStatements, read_dated
from veedor.accord.load import Loaded, read_accord

Example = Literal["challenge_inspection", "doha", "resolution_2231", "venezuela_licences"]
NAMES: tuple[Example, ...] = ("challenge_inspection", "doha", "resolution_2231", "venezuela_licences")


def example_files(name: str) -> dict[str, bytes]:
    """Both files of one of NAMES, by name."""
    folder = resources.files(__package__).joinpath(name)
    return {file: folder.joinpath(file).read_bytes() for file in ("accord.yaml", "statements.yaml")}


@cache
def example_accord(name: str) -> Loaded:
    """The accord of one of NAMES."""
    file = resources.files(__package__).joinpath(name, "accord.yaml")
    return read_accord(file.read_bytes(), f"{name}/accord.yaml")


@cache
def example_statements(name: str) -> DatedStatements:
    """What was said under it."""
    loaded = example_accord(name)
    file = resources.files(__package__).joinpath(name, "statements.yaml")
    return read_dated(file.read_bytes(), f"{name}/statements.yaml", {loaded.accord.version: loaded.digest})
