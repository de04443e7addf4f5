"""Two small scenarios, made once: one as shipped at factor 0.1, and one of eleven days for comparing bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from veedor.simulate.apure import make, make_scaled
from veedor.simulate.scale import Scale, scale

TINY: Scale = replace(
    scale(0.1),
    days=11,
    legal_flights_a_day=10,
    flight_lookalikes=10,
    payments_a_day=300,
    money_lookalikes=20,
    people=500,
)
# The air side of it, with as little money as there can be, made in one process.
AIRY: Scale = replace(TINY, factor=0.05, payments_a_day=20, money_lookalikes=2, people=400)


@pytest.fixture(scope="session")
def tenth(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Factor 0.1, thirty days."""
    folder = tmp_path_factory.mktemp("tenth")
    make(folder, 11, 0.1)
    return folder


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    make_scaled(folder, 5, TINY)
    return folder
