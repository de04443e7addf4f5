"""The whole chain gives the same digests on another processor: no FMA and AVX2, generic code, another BLAS."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, sys
from pathlib import Path
import numba, numpy
from tests.pipeline.whole import digests, run, stored
folder = Path(sys.argv[1])
print(json.dumps(digests(run(stored(folder / "records"), folder / "out"))))
"""
# Each of the three settings of DESIGN section 5 alone, then all together.
SETTINGS = {
    "glibc without FMA and AVX2": {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-AVX2_Usable,-FMA_Usable"},
    "numba for a generic processor": {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
    "OpenBLAS for Nehalem, numpy without AVX2": {
        "OPENBLAS_CORETYPE": "Nehalem", "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3",
    },
}  # fmt: skip
SETTINGS["all together"] = {name: value for each in SETTINGS.values() for name, value in each.items()}


def digests_under(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    # numba's cache knows code by the processor that it was made for: settings that do not change it need not compile.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(folder)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return digests_under(tmp_path_factory.mktemp("here"), {})


@pytest.mark.long
@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_another_processor_gives_the_same_digests(
    tmp_path: Path, here: dict[str, str], settings: dict[str, str]
) -> None:
    assert len(here) > 10
    assert digests_under(tmp_path, settings) == here
