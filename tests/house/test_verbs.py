"""The verbs for notebooks answer whatever was imported first: `veedor.money` is a room and `vd.money` a verb."""

from __future__ import annotations

import subprocess
import sys

import pytest

IMPORTS = [
    "import veedor as vd",
    "import veedor.money; import veedor as vd",
    "import veedor.house; import veedor as vd",
]


@pytest.mark.parametrize("first", IMPORTS)
def test_the_verbs_can_be_called(first: str) -> None:
    verbs = "vd.flights, vd.money, vd.screen, vd.ranking.train, vd.ranking.order"
    code = f"{first}; assert all(map(callable, ({verbs}))); from veedor.money.detectors import DETECTORS"
    subprocess.run([sys.executable, "-c", code], check=True)
