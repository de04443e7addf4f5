"""nomenklatura's logic-v2 on the same pairs of names, where somebody made an interpreter that has it.

It stands in no lock file and not in this environment: it pins other versions of libraries that are used here, and
PyICU is built against the machine's ICU. `python3 -m venv DIR && DIR/bin/pip install nomenklatura` (with libicu-dev;
4.17.4 was measured), then VEEDOR_NOMENKLATURA=DIR/bin/python.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

WHERE = "VEEDOR_NOMENKLATURA"
# It remembers what it prepared by the id of an entity, so every entity gets one of its own.
_THERE = """
import json, sys, time
from importlib.metadata import version
from followthemoney import model
from nomenklatura.matching import LogicV2
pairs = json.load(sys.stdin)
def entity(at, schema, name):
    return model.get_proxy({"id": f"e{at}", "schema": schema, "properties": {"name": [name]}})
made = [(entity(2 * at, schema, one), entity(2 * at + 1, schema, other))
        for at, (schema, one, other) in enumerate(pairs)]
said = LogicV2.default_config()
LogicV2.compare(entity(-1, "Person", "A B"), entity(-2, "Person", "A C"), said)
begun = time.process_time()
found = [LogicV2.compare(one, other, said).score for one, other in made]
print(json.dumps([found, time.process_time() - begun, version("nomenklatura")]))
"""


class Peer(NamedTuple):
    """A score between 0 and 1 for each pair, pairs a second of processor time, and its version."""

    values: npt.NDArray[np.float64]
    pairs_a_second: float
    version: str


def logic_v2(pairs: Sequence[tuple[str, str, str]]) -> Peer | None:
    """Scores of pairs (schema, name, name); None where it is not installed."""
    python = os.environ.get(WHERE)
    if not python:
        return None
    ran = subprocess.run([python, "-c", _THERE], input=json.dumps(pairs), capture_output=True, text=True, check=True)
    values, took, version = json.loads(ran.stdout.splitlines()[-1])
    return Peer(np.array(values, np.float64), len(pairs) / took, version)
