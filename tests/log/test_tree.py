"""The tree agrees with the recursive definition of RFC 6962, and no damaged proof passes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.log import naive_tree
from veedor.errors import VerifyError
from veedor.log.tiles import (
    ENTRIES,
    TILE_WIDTH,
    Tile,
    TileBuilder,
    edge_tiles,
    encode_bundle,
    parse_bundle,
    parse_tile_path,
    tile_at,
)
from veedor.log.tree import (
    Frontier,
    empty_root,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)


def some_leaves(count: int) -> list[bytes]:
    return [naive_tree.leaf(b"%d" % i) for i in range(count)]


LEAVES = some_leaves(700)


@given(st.integers(0, 300), st.lists(st.integers(0, 40), max_size=12))
def test_root_is_that_of_the_definition_however_the_leaves_came(size: int, cuts: list[int]) -> None:
    frontier, at = Frontier(), 0
    for cut in [*cuts, size]:
        frontier.extend(LEAVES[at : min(at + cut, size)])
        at = min(at + cut, size)
    assert frontier.size == size
    assert frontier.root() == naive_tree.root(LEAVES[:size]) == root_of(LEAVES[:size])


def test_the_empty_tree_and_leaves_and_nodes_are_hashed_apart() -> None:
    assert empty_root() == root_of([])
    left, right = LEAVES[:2]
    assert node_hash(left, right) != leaf_hash(left + right)


def test_an_odd_last_leaf_is_promoted_and_not_doubled() -> None:
    a, b, c = LEAVES[:3]
    assert root_of([a, b, c]) == node_hash(node_hash(a, b), c)
    assert root_of([a, b, c]) != root_of([a, b, c, c])


@given(st.data())
def test_proofs_of_the_definition_verify_and_no_other_place_size_or_hash_does(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 130))
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    proof, root = naive_tree.path(index, leaves), naive_tree.root(leaves)
    verify_inclusion(index, size, leaves[index], proof, root)
    for other in {index + 1, index - 1, index ^ 2, size, -1} - {index}:
        with pytest.raises(VerifyError):
            verify_inclusion(other, size, leaves[index], proof, root)
    for wrong in (proof[:-1], [*proof, root], proof[::-1]):
        if wrong != proof:
            with pytest.raises(VerifyError):
                verify_inclusion(index, size, leaves[index], wrong, root)


@given(st.data())
def test_consistency_proofs_of_the_definition_verify_and_no_shortened_or_lengthened_one_does(
    data: st.DataObject,
) -> None:
    new = data.draw(st.integers(1, 130))
    old = data.draw(st.integers(1, new))
    leaves = LEAVES[:new]
    proof, roots = naive_tree.proof(old, leaves), (naive_tree.root(leaves[:old]), naive_tree.root(leaves))
    verify_consistency(old, new, proof, *roots)
    for wrong in (proof[:-1], [*proof, roots[1]]):
        if wrong != proof:
            with pytest.raises(VerifyError):
                verify_consistency(old, new, wrong, *roots)
    if old < new:
        with pytest.raises(VerifyError):
            verify_consistency(old, new, proof, roots[1], roots[1])


def test_every_single_bit_of_a_proof_counts() -> None:
    size, index, old = 21, 13, 11
    leaves = LEAVES[:size]
    proof, root = naive_tree.path(index, leaves), naive_tree.root(leaves)
    path, old_root = naive_tree.proof(old, leaves), naive_tree.root(leaves[:old])
    for bit in range(256):
        for at in range(len(proof)):
            with pytest.raises(VerifyError):
                verify_inclusion(index, size, leaves[index], flipped(proof, at, bit), root)
        for at in range(len(path)):
            with pytest.raises(VerifyError):
                verify_consistency(old, size, flipped(path, at, bit), old_root, root)


def flipped(proof: list[bytes], at: int, bit: int) -> list[bytes]:
    changed = bytearray(proof[at])
    changed[bit // 8] ^= 1 << bit % 8
    return [*proof[:at], bytes(changed), *proof[at + 1 :]]


@given(
    st.integers(-2, 2**64),
    st.integers(-2, 2**64),
    st.lists(st.binary(max_size=33), max_size=80),
    st.binary(max_size=33),
)
def test_hostile_proofs_end_in_a_verdict(a: int, b: int, proof: list[bytes], root: bytes) -> None:
    for check in (
        lambda: verify_inclusion(a, b, root, proof, root),
        lambda: verify_consistency(a, b, proof, root, root),
    ):
        try:
            check()
        except VerifyError:
            continue
        assert len(root) == 32 and not proof  # only the one-leaf tree and equal sizes take no proof


def test_size_zero_proves_nothing() -> None:
    with pytest.raises(VerifyError):
        verify_consistency(0, 5, [], empty_root(), root_of(LEAVES[:5]))
    with pytest.raises(VerifyError):
        verify_consistency(0, 0, [], empty_root(), empty_root())
    with pytest.raises(VerifyError):
        verify_inclusion(0, 0, b"", [], b"")


@settings(max_examples=30)
@given(st.lists(st.integers(0, 300), max_size=4))
def test_tiles_hold_the_subtrees_of_the_definition(batches: list[int]) -> None:
    tree, tiles = TileBuilder(), []
    for count in batches:
        at = tree.size
        tiles += tree.extend(some_leaves(at + count)[at:])
    tiles += tree.partial()
    leaves = some_leaves(tree.size)
    assert tree.root() == root_of(leaves)
    for tile, data in tiles:
        span = TILE_WIDTH**tile.level
        roots = [
            root_of(leaves[at * span : (at + 1) * span])
            for at in range(tile.index * TILE_WIDTH, tile.index * TILE_WIDTH + tile.width)
        ]
        assert data == b"".join(roots)
        assert tile_at(tile.level, tile.index, tree.size) == tile
    expected = {tile for tile in edge_tiles(tree.size) if tile.level != ENTRIES}
    assert {tile for tile, _ in tiles if tile.width < TILE_WIDTH} == expected


@given(st.integers(-1, 63), st.integers(0, 2**40), st.integers(1, 256))
def test_tile_paths_read_back(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert parse_tile_path(tile.path()) == tile


@pytest.mark.parametrize(
    "path",
    ["tile/0/1", "tile/00/001", "tile/64/001", "tile/0/x000/001", "tile/0/001.p/0", "tile/0/001.p/256", "tile/-1/001",
     "tile/0/001.p/05", "tile/data/001", "tile/0/../001", "tile/0/x01/001", "tile/0/٠٠١", "/tile/0/001", "tile/0/001\n",
     "tile/" + "9" * 5000],
)  # fmt: skip
def test_no_other_path_names_a_tile(path: str) -> None:
    with pytest.raises(VerifyError):
        parse_tile_path(path)


@given(st.lists(st.binary(min_size=1, max_size=80), min_size=1, max_size=6))
def test_bundles_read_back_and_no_truncation_does(entries: list[bytes]) -> None:
    data = encode_bundle(entries)
    assert parse_bundle(data, len(entries)) == entries
    for end in range(len(data)):
        with pytest.raises(VerifyError):
            parse_bundle(data[:end], len(entries))
    for wrong in (data + b"\0", data + b"\0\0"):
        with pytest.raises(VerifyError):
            parse_bundle(wrong, len(entries))
