"""What a learned order gains over the seeds of a generator."""

from __future__ import annotations

from itertools import pairwise

import pytest

from benchmarks import ranking_amlgentex, ranking_simulator
from benchmarks.ranking_generated import STUDENT, interval


def test_an_interval_is_students_over_seeds() -> None:
    # Three gains with standard deviation .1: .2 ± 4.303 · .1 / √3.
    assert interval([0.1, 0.2, 0.3]) == pytest.approx((-0.04844, 0.44844), abs=1e-5)


def test_each_seed_more_narrows_what_chance_leaves() -> None:
    assert list(STUDENT.values()) == sorted(STUDENT.values(), reverse=True)


@pytest.mark.parametrize("seeds", [ranking_amlgentex.SEEDS, ranking_simulator.SEEDS])
def test_there_is_a_students_t_for_all_seeds(seeds: tuple[int, ...]) -> None:
    assert len(seeds) in STUDENT


def test_no_two_sets_of_amlgentex_share_the_random_numbers_of_an_account_or_pattern() -> None:
    accounts, normal_patterns, suspicious_patterns = 3_000, 4_800, 70
    drawn = max(accounts, normal_patterns, suspicious_patterns)
    seeds = (0, *ranking_amlgentex.SEEDS)
    assert all(later - before > drawn for before, later in pairwise(seeds))


def test_without_its_sets_the_benchmark_says_where_it_is_written_how_to_make_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("VEEDOR_AMLGENTEX", str(tmp_path))
    with pytest.raises(SystemExit, match=r"docs/ranking\.md.*seed-10000\.parquet"):
        ranking_amlgentex.measure()
