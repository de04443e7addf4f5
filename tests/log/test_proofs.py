"""Proofs made from tiles or leaves are those of the definition, at every size, and cost only the tiles they need."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.log import naive_tree
from tests.log.leaf_prover import LeafProver
from veedor.errors import StoreError, VerifyError
from veedor.log.proofs import Prover, TileProver
from veedor.log.tiles import TILE_WIDTH, TileBuilder
from veedor.log.tree import leaf_hash, verify_consistency, verify_inclusion
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader

SIZE = 70_000  # three levels of tiles
EDGES = [1, 2, 3, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 65_792, 69_999, 70_000]
LEAVES = [leaf_hash(b"%d" % number) for number in range(SIZE)]
SMALL = LEAVES[:150]


class CountedFiles(DiskFiles):
    """Notes which files are read."""

    def __init__(self) -> None:
        self.read_paths: list[str] = []

    def read(self, path: Path, at_most: int | None = None) -> bytes:
        self.read_paths.append("tile/" + path.as_posix().rpartition("/tile/")[2])
        return super().read(path, at_most)


def write_tiles(folder: Path, leaves: Sequence[bytes]) -> None:
    """Only the tiles of the last size: as if every older partial tile had been removed."""
    tree = TileBuilder()
    for tile, data in [*tree.extend(leaves), *tree.partial()]:
        path = folder / tile.path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("log")
    write_tiles(made, LEAVES)
    return made


@pytest.fixture(scope="module")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("small")
    write_tiles(made, SMALL)
    return made


def from_tiles(folder: Path, files: DiskFiles | None = None) -> TileProver:
    return TileProver(LogReader(folder, files or DiskFiles()), SIZE)


def test_proofs_over_leaves_are_those_of_the_definition_at_every_size_up_to_70() -> None:
    prover = LeafProver(SMALL)
    for size in range(1, 71):
        leaves = SMALL[:size]
        assert prover.root(size) == naive_tree.root(leaves)
        for index in range(size):
            assert prover.inclusion(index, size) == naive_tree.path(index, leaves)
        for old in range(1, size + 1):
            assert prover.consistency(old, size) == naive_tree.proof(old, leaves)


@given(st.data())
def test_proofs_from_the_tiles_of_the_last_size_are_those_of_the_definition_at_any_size(
    small_folder: Path, data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, len(SMALL)))
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    prover = TileProver(LogReader(small_folder, DiskFiles()), len(SMALL))
    assert prover.inclusion(index, size) == naive_tree.path(index, SMALL[:size])
    assert prover.consistency(old, size) == naive_tree.proof(old, SMALL[:size])


@settings(max_examples=200)
@given(st.data())
def test_proofs_from_tiles_and_from_leaves_are_the_same_and_verify(folder: Path, data: st.DataObject) -> None:
    any_size = st.sampled_from(EDGES) | st.integers(1, SIZE)
    size = data.draw(any_size)
    index = data.draw(st.integers(0, size - 1))
    old = min(data.draw(any_size), size)
    tiles, root = from_tiles(folder), PROVER.root(size)
    assert tiles.root(size) == root
    inclusion, consistency = tiles.inclusion(index, size), tiles.consistency(old, size)
    assert inclusion == PROVER.inclusion(index, size)
    assert consistency == PROVER.consistency(old, size)
    verify_inclusion(index, size, LEAVES[index], inclusion, root)
    verify_consistency(old, size, consistency, PROVER.root(old), root)


def test_a_proof_reads_one_tile_a_level_and_a_second_proof_beside_it_reads_none(folder: Path) -> None:
    files = CountedFiles()
    prover = from_tiles(folder, files)
    prover.inclusion(1_000, SIZE)
    assert sorted(files.read_paths) == ["tile/0/003", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17"]
    prover.inclusion(1_001, SIZE)
    prover.consistency(1_001, SIZE)
    assert len(files.read_paths) == 4


def test_a_prover_keeps_a_bounded_number_of_tiles(folder: Path) -> None:
    files = CountedFiles()
    prover = from_tiles(folder, files)
    for index in range(0, SIZE, TILE_WIDTH):
        prover.node(0, index)
    assert len(files.read_paths) == 274
    prover.node(0, 0)
    assert len(files.read_paths) == 275


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 5), (5, 5), (5, -1), (SIZE, SIZE), (0, SIZE + 1), (0, 2**70)])
def test_entries_and_sizes_outside_the_head_are_refused(folder: Path, index: int, size: int) -> None:
    for prover in (PROVER, from_tiles(folder)):
        with pytest.raises(VerifyError):
            prover.inclusion(index, size)


@pytest.mark.parametrize(("old", "new"), [(-1, 5), (6, 5), (1, SIZE + 1), (SIZE + 1, SIZE + 1), (0, -1)])
def test_sizes_in_the_wrong_order_or_above_the_head_have_no_consistency(folder: Path, old: int, new: int) -> None:
    for prover in (PROVER, from_tiles(folder)):
        if not 0 <= new <= SIZE:
            with pytest.raises(VerifyError, match="no tree of this size"):
                prover.root(new)
        with pytest.raises(VerifyError):
            prover.consistency(old, new)


def test_from_nothing_and_between_equal_sizes_the_proof_is_empty() -> None:
    assert PROVER.consistency(0, 7) == PROVER.consistency(7, 7) == PROVER.consistency(0, 0) == []
    assert LeafProver([]).root(0) == naive_tree.root([])


def test_a_damaged_tile_gives_proofs_that_fail_and_a_missing_or_short_one_is_an_error(tmp_path: Path) -> None:
    write_tiles(tmp_path, LEAVES[:300])
    prover = LeafProver(LEAVES[:300])
    path = tmp_path / "tile/0/000"
    good = path.read_bytes()
    for hash_number in (0, 4, 6, 255):
        at = 32 * hash_number
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        proof = TileProver(LogReader(tmp_path, DiskFiles()), 300).inclusion(5, 300)
        with pytest.raises(VerifyError, match="another root"):
            verify_inclusion(5, 300, LEAVES[5], proof, prover.root(300))
    for wrong in (good[:-1], good + b"\0", b""):
        path.write_bytes(wrong)
        with pytest.raises(VerifyError, match="wrong length"):
            TileProver(LogReader(tmp_path, DiskFiles()), 300).inclusion(5, 300)
    path.unlink()
    with pytest.raises(VerifyError, match="missing"):
        TileProver(LogReader(tmp_path, DiskFiles()), 300).inclusion(5, 300)
    path.mkdir()
    with pytest.raises(StoreError):
        TileProver(LogReader(tmp_path, DiskFiles()), 300).inclusion(5, 300)


def test_a_head_that_claims_2_to_the_63_entries_ends_at_once(folder: Path) -> None:
    prover = TileProver(LogReader(folder, DiskFiles()), 2**63 - 1)
    with pytest.raises(VerifyError, match="missing"):
        prover.inclusion(2**62, 2**63 - 1)


PROVER: Prover = LeafProver(LEAVES)
