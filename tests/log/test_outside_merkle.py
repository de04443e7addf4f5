"""Merkle proofs and tiles that other people's logs made are judged as their makers say."""

from __future__ import annotations

import base64
import gzip
import json
import re
from functools import partial
from pathlib import Path

import pytest

from veedor.errors import VerifyError
from veedor.log import ed25519
from veedor.log.checkpoint import open_checkpoint, parse_checkpoint
from veedor.log.cosignature import parse_cosigner_key
from veedor.log.note import VerifierKey, parse_note, parse_vkey, verify_note
from veedor.log.proof_file import ProofFile, open_proof_file
from veedor.log.proofs import TileProver
from veedor.log.tiles import Tile, TileBuilder, edge_tiles, parse_bundle, parse_tile_path
from veedor.log.tree import leaf_hash, root_of, verify_consistency, verify_inclusion
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.log_folder.verify import verify_log


@pytest.fixture(scope="session")
def tlog(shared_data: Path) -> Path:
    return shared_data / "tlog"


@pytest.fixture(scope="session")
def tessera(tlog: Path) -> VerifierKey:
    """The key of the Tessera log, which stands in the data's README."""
    found = re.search(r"vkey `(example\.com/log/[^`]+)`", (tlog / "README.md").read_text())
    assert found
    return parse_vkey(found[1])


def accepts(check: object, *arguments: object) -> bool:
    try:
        check(*arguments)  # type: ignore[operator]
    except VerifyError:
        return False
    return True


def unpack(values: list[str] | None) -> list[bytes]:
    return [base64.b64decode(value) for value in values or []]


def test_inclusion_probes_are_judged_as_upstream_says(tlog: Path) -> None:
    probes = sorted((tlog / "merkle/testdata/inclusion").rglob("*.json"))
    assert len(probes) == 98
    for path in probes:
        probe = json.loads(path.read_bytes())
        root, leaf = unpack([probe["root"] or "", probe["leafHash"] or ""])
        good = accepts(verify_inclusion, probe["leafIdx"], probe["treeSize"], leaf, unpack(probe["proof"]), root)
        assert good != probe["wantErr"], path.relative_to(tlog)


def test_consistency_probes_are_judged_as_upstream_says_but_for_the_one_with_a_short_root(tlog: Path) -> None:
    probes = sorted((tlog / "merkle/testdata/consistency").rglob("*.json"))
    assert len(probes) == 98
    misses = []
    for path in probes:
        probe = json.loads(path.read_bytes())
        old, new = unpack([probe["root1"] or "", probe["root2"] or ""])
        good = accepts(verify_consistency, probe["size1"], probe["size2"], unpack(probe["proof"]), old, new)
        if good == probe["wantErr"]:
            misses.append(path.name)
    # Its "root" is 12 bytes of text; our lengths are strict (note 1 in the data's README).
    assert misses == ["sizes-are-equal-one-and-proof-is-empty.json"]


@pytest.mark.parametrize("size", range(16))
def test_the_tessera_log_has_the_root_it_signed_at_every_size(tlog: Path, tessera: VerifierKey, size: int) -> None:
    folder = tlog / "tessera/testdata/log"
    head = open_checkpoint((folder / f"checkpoint.{size}").read_bytes(), tessera.name, tessera).checkpoint
    assert head.size == size
    reader = LogReader(folder, DiskFiles())
    leaves = [leaf_hash(entry) for entry in reader.entries(0, size, size)]
    assert root_of(leaves) == head.root
    tree = TileBuilder()
    list(reader.rebuild(tree, size))
    assert tree.root() == head.root == reader.builder(size).root()


def test_the_tessera_log_is_proven_from_its_tiles_at_all_its_checkpoints(tlog: Path, tessera: VerifierKey) -> None:
    folder = tlog / "tessera/testdata/log"
    heads = [
        open_checkpoint((folder / f"checkpoint.{size}").read_bytes(), tessera.name, tessera).checkpoint
        for size in range(16)
    ]
    reader = LogReader(folder, DiskFiles())
    leaves = [leaf_hash(entry) for entry in reader.entries(0, 15, 15)]
    prover = TileProver(reader, 15)
    for new in heads:
        assert prover.root(new.size) == new.root
        for index in range(new.size):
            verify_inclusion(index, new.size, leaves[index], prover.inclusion(index, new.size), new.root)
        for old in heads[1 : new.size + 1]:
            proof = prover.consistency(old.size, new.size)
            verify_consistency(old.size, new.size, proof, old.root, new.root)
            if old.size < new.size:
                assert not accepts(verify_consistency, old.size, new.size, proof, new.root, new.root)


def test_the_tessera_log_verifies_as_a_whole(tlog: Path, tessera: VerifierKey) -> None:
    verdict = verify_log(tlog / "tessera/testdata/log", DiskFiles(), tessera.name, tessera)
    assert verdict.ok, verdict.steps
    assert verdict.need().size == 15
    assert verdict.steps[-1].found.startswith("28 agree")


def test_the_go_checksum_database_proof_file_verifies_and_no_other_reading_of_it_does(tlog: Path) -> None:
    folder = tlog / "sumdb-proof"
    key = parse_vkey((folder / "vkey.txt").read_text().strip())
    data = (folder / "go.sum-database-tree-43930254.tlog-proof").read_bytes()
    leaf = leaf_hash((folder / "leaf.bin").read_bytes())
    go = partial(open_checkpoint, origin="go.sum database tree", log_key=key)
    proof, opened = open_proof_file(data, leaf, go)
    assert (proof.index, opened.checkpoint.size, len(proof.hashes), proof.extra) == (43_930_254, 58_253_265, 26, None)
    assert proof.encode() == data
    # Unauthenticated: any extra bytes leave the proof as good as it was.
    assert open_proof_file(ProofFile(proof.index, proof.hashes, proof.checkpoint, b"any").encode(), leaf, go)
    heads = {size: (folder / f"checkpoint.{size}").read_bytes() for size in (15_081_221, 63_096_908)}
    assert [go(head).checkpoint.size for head in heads.values()] == list(heads)
    for wrong in (
        ProofFile(proof.index + 1, proof.hashes, proof.checkpoint),
        ProofFile(proof.index, proof.hashes[:-1], proof.checkpoint),
        ProofFile(proof.index, (*proof.hashes, leaf), proof.checkpoint),
        *(ProofFile(proof.index, proof.hashes, head) for head in heads.values()),
    ):
        with pytest.raises(VerifyError):
            open_proof_file(wrong.encode(), leaf, go)
    with pytest.raises(VerifyError, match="another root"):
        open_proof_file(data, leaf_hash(b"another module"), go)
    with pytest.raises(VerifyError, match="another log"):
        open_proof_file(data, leaf, partial(open_checkpoint, origin="sum.golang.org", log_key=key))


def test_the_argon_2020_proofs_hold(tlog: Path) -> None:
    read = {
        name: json.loads((tlog / f"argon2020/{name}.json").read_bytes()) for name in ("sth", "proof", "consistency")
    }
    entry = json.loads((tlog / "argon2020/entries.json").read_bytes())["entries"][0]
    size, (root,) = read["sth"]["tree_size"], unpack([read["sth"]["sha256_root_hash"]])
    leaf = leaf_hash(base64.b64decode(entry["leaf_input"]))
    verify_inclusion(read["proof"]["leaf_index"], size, leaf, unpack(read["proof"]["audit_path"]), root)
    old = re.search(r"old root `([^`]+)`", (tlog / "README.md").read_text())
    assert old
    (old_root,) = unpack([old[1]])
    verify_consistency(3_654_490, size, unpack(read["consistency"]["consistency"]), old_root, root)


def ct_leaves(data: bytes) -> list[bytes]:
    """Leaf hashes of a static-ct data tile (c2sp.org/static-ct-api): each leaf without its chain."""
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    leaves, at = [], 0
    while at < len(data):
        start = at
        kind = int.from_bytes(data[at + 8 : at + 10], "big")
        at += 10 + (32 if kind == 1 else 0)
        at += 3 + int.from_bytes(data[at : at + 3], "big")
        at += 2 + int.from_bytes(data[at : at + 2], "big")
        leaves.append(leaf_hash(b"\x00\x00" + data[start:at]))
        if kind == 1:
            at += 3 + int.from_bytes(data[at : at + 3], "big")
        at += 2 + int.from_bytes(data[at : at + 2], "big")
    return leaves


def test_the_tiles_of_a_real_certificate_log_follow_from_its_entries(tlog: Path) -> None:
    folder = tlog / "sunlight/testdata/navigli2025h2/tile"
    for name in ("000", "001", "002", "003"):
        leaves = ct_leaves((folder / "data" / name).read_bytes())
        assert len(leaves) == 256
        assert b"".join(leaves) == (folder / "0" / name).read_bytes()


def test_the_entries_of_a_real_certificate_log_are_proven_from_its_tile(tlog: Path) -> None:
    folder = tlog / "sunlight/testdata/navigli2025h2"
    leaves = ct_leaves((folder / "tile/data/000").read_bytes())
    # No signed head came with these tiles: the roots are those of the entries.
    prover = TileProver(LogReader(folder, DiskFiles()), 1_024)
    for size in (1, 2, 100, 128, 200, 255):
        root = root_of(leaves[:size])
        verify_inclusion(size - 1, size, leaves[size - 1], prover.inclusion(size - 1, size), root)
        for old in (1, 64, 99):
            if old <= size:
                verify_consistency(old, size, prover.consistency(old, size), root_of(leaves[:old]), root)
    with pytest.raises(VerifyError, match="missing"):  # level 1 was not published with them
        prover.inclusion(0, 1_000)


def test_the_log_that_a_mirror_cosigned_is_proven_from_the_mirrors_tiles(tlog: Path) -> None:
    mirror = tlog / "sunlight/cmd/skylight/testdata/witness/mirror"
    (folder,) = (path for path in mirror.iterdir() if path.is_dir())
    key = parse_cosigner_key(json.loads((mirror / "mirror.v0.json").read_bytes())["verifier_keys"][0])
    note = parse_note((folder / "checkpoint").read_bytes())
    assert len(verify_note(note, [key])) == 1
    head = parse_checkpoint(note.text)
    prover = TileProver(LogReader(folder, DiskFiles()), head.size)
    assert prover.root(300) == head.root
    tiles = (folder / "tile/0/000").read_bytes() + (folder / "tile/0/001.p/44").read_bytes()
    for index in range(0, 300, 13):
        leaf = tiles[32 * index : 32 * index + 32]
        verify_inclusion(index, 300, leaf, prover.inclusion(index, 300), head.root)
        verify_consistency(index + 1, 300, prover.consistency(index + 1, 300), prover.root(index + 1), head.root)


def test_sunlight_cosignatures_verify_but_are_not_signatures_of_the_log(tlog: Path) -> None:
    folder = tlog / "sunlight/cmd/skylight/testdata"
    seen = 0
    for name in ("witness", "witness2"):
        (signed,) = (path for path in (folder / name).glob("*/checkpoint") if len(path.parent.name) == 64)
        note = parse_note(signed.read_bytes())
        witness = parse_vkey(json.loads((folder / name / "witness.v0.json").read_bytes())["verifier_keys"][0])
        for line in note.signatures:
            if (line.name, line.key_hash) != (witness.name, witness.key_hash):
                continue
            time, signature = int.from_bytes(line.signature[:8], "big"), line.signature[8:]
            assert ed25519.verify(witness.public, b"cosignature/v1\ntime %d\n" % time + note.text, signature)
            seen += 1
        assert verify_note(note, []) == ()
        with pytest.raises(VerifyError):
            verify_note(note, [witness])
    assert seen == 2


def test_tile_paths_and_counts_are_those_of_the_specification(tlog: Path) -> None:
    examples = json.loads((tlog / "c2sp-examples.json").read_bytes())
    for index, path in examples["tile_paths"].items():
        assert Tile(0, int(index)).path() == f"tile/0/{path}"
        assert parse_tile_path(f"tile/entries/{path}.p/5") == Tile(-1, int(index), 5)
    counts = examples["tile_counts_70000"]
    edge = {tile.level: tile.width for tile in edge_tiles(70_000)}
    assert (edge[0], edge[1], edge[2]) == tuple(counts[f"level{level}_partial"] for level in range(3))
    assert (counts["level0_full"], counts["level1_full"]) == (70_000 >> 8, 70_000 >> 16)


def test_every_tessera_bundle_is_the_beginning_of_the_last(tlog: Path) -> None:
    folder = tlog / "tessera/testdata/log/tile/entries/000.p"
    last = parse_bundle((folder / "15").read_bytes(), 15)
    for width in range(1, 15):
        assert parse_bundle((folder / str(width)).read_bytes(), width) == last[:width]
