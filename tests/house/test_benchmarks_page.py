"""The page of figures is rendered, never typed."""

from __future__ import annotations

import json

import pytest

from benchmarks.record import FIGURES, PAGE, render


def test_the_page_is_what_the_figures_render_to() -> None:
    if not FIGURES.exists():
        pytest.skip("no benchmark has been run yet")
    assert PAGE.read_text(encoding="utf-8") == render(json.loads(FIGURES.read_text(encoding="utf-8")))
