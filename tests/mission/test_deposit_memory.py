"""A deposit of a long file takes no more memory than the goal allows: all that is resident at the peak, libraries too.

`veedor deposit` in a process of its own, by a copy with the least memory that one may be given. What it takes is there
at the first record and does not grow: files of 1 GB are measured by `make bench-deposit-large`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.deposit_large import deposited
from benchmarks.deposit_large_files import recording, statement

MOST_BYTES = 300_000_000


@pytest.mark.long
@pytest.mark.parametrize(("make", "records"), [(recording, 6_000_000), (statement, 200_000)])
def test_a_long_file_is_handed_in_within_three_hundred_megabytes(
    tmp_path: Path, make: Callable[[Path, int], Path], records: int
) -> None:
    deposited(tmp_path / "few", make(tmp_path / "few", 20_000))  # compiles what this machine has not compiled yet
    found = deposited(tmp_path / "many", make(tmp_path / "many", records))
    assert found["bytes"] > 120_000_000
    assert found["peak"] < MOST_BYTES
