"""The same bits on any processor: exact functions, geodesy and digests under other instruction sets and as twins."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import hashlib
import numpy as np
import pyarrow as pa
from veedor import geodesy
from veedor.kernel import exactmath
from veedor.kernel.digest import TableDigest
from veedor.tables import Column, Table

n = {count}
steps = np.arange(n, dtype=np.float64)
angles = (steps * 0.6180339887498949 - n / 3) * 0.37
units = np.clip(steps / n * 2 - 1, -1, 1)
positive = (steps + 1) * 1.7e-3
hasher = hashlib.sha256()
for name, x in (("sin", angles), ("cos", angles), ("tan", angles), ("atan", angles), ("asin", units), ("acos", units),
                ("exp", units * 700), ("log", positive), ("log10", positive)):
    hasher.update(getattr(exactmath, name + "_array")(x).tobytes())
hasher.update(exactmath.atan2_array(angles, units).tobytes())
whole = np.arange(n, dtype=np.int64)
lat, lon = whole * 1_234_567 % 1_700_000_000 - 850_000_000, whole * 98_765_431 % 3_600_000_000 - 1_800_000_000
for values in (geodesy.distance_mm(lat, lon, lat[::-1], lon // 2), geodesy.bearing_e7(lat, lon, lat[::-1], lon // 2),
               *geodesy.destination(lat, lon, lon, whole * 1000), geodesy.horizon_mm(whole, whole * 777),
               *geodesy.from_polar(lat, lon, whole, 5_000_000 + whole * 9999, lon, whole * 13)):
    hasher.update(values.tobytes())
table = Table("places", 1, "", (Column("key", pa.string(), ""), Column("lat", pa.int64(), "")), ("key", "lat"), "key")
digest = TableDigest(table)
digest.add(pa.table({{"key": [str(v % 17) for v in lat], "lat": lat}}))
hasher.update(digest.digest())
print(hasher.hexdigest())
"""

OTHER_PROCESSOR = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-AVX2_Usable,-FMA_Usable",
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3",
}


def run(count: int, **settings: str) -> str:
    environment = {**os.environ, **settings}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT.format(count=count)],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.long
def test_a_processor_without_fma_and_avx2_gives_the_same_bits() -> None:
    here = run(20_000)
    assert len(here) == 64
    assert run(20_000, **OTHER_PROCESSOR) == here


@pytest.mark.long
def test_plain_python_gives_the_same_bits() -> None:
    assert run(300, VEEDOR_TWINS="1") == run(300)
