"""Vectors that others made: the second verifier judges each as their makers say, and as the first one does."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.log.test_outside_merkle import ct_leaves
from tests.page.second import b64, judged
from veedor.errors import VerifyError
from veedor.log import ed25519
from veedor.log.canonical_json import canonical_bytes, parse_canonical
from veedor.log.checkpoint import parse_checkpoint
from veedor.log.note import parse_vkey
from veedor.log.tiles import TileBuilder
from veedor.log.tree import leaf_hash, root_of, verify_consistency, verify_inclusion
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader

pytestmark = pytest.mark.page


@pytest.fixture(scope="session")
def tlog(shared_data: Path) -> Path:
    return shared_data / "tlog"


@pytest.fixture(scope="session")
def go(tlog: Path) -> dict[str, Any]:
    return json.loads((tlog / "note-vectors.json").read_bytes())


def accepts(check: Callable[..., object], *arguments: object) -> bool:
    try:
        check(*arguments)
    except VerifyError:
        return False
    return True


def plain(values: list[str] | None) -> list[bytes]:
    return [base64.b64decode(value) for value in values or []]


def test_merkle_probes(tlog: Path) -> None:
    requests, wanted, firsts, names = [], [], [], []
    for path in sorted((tlog / "merkle/testdata/inclusion").rglob("*.json")):
        probe = json.loads(path.read_bytes())
        index, size, leaf, root = probe["leafIdx"], probe["treeSize"], probe["leafHash"] or "", probe["root"] or ""
        proof = probe["proof"] or []
        requests.append(
            {"judge": "inclusion", "index": index, "size": size, "leaf": leaf, "proof": proof, "root": root}
        )
        firsts.append(accepts(verify_inclusion, index, size, *plain([leaf]), plain(proof), *plain([root])))
        wanted.append(not probe["wantErr"])
        names.append(path.name)
    for path in sorted((tlog / "merkle/testdata/consistency").rglob("*.json")):
        probe = json.loads(path.read_bytes())
        old, size, roots, proof = (
            probe["size1"],
            probe["size2"],
            [probe["root1"] or "", probe["root2"] or ""],
            probe["proof"],
        )
        request = {"judge": "consistency", "old": old, "size": size, "proof": proof or []}
        requests.append(request | {"oldRoot": roots[0], "root": roots[1]})
        firsts.append(accepts(verify_consistency, old, size, plain(proof), *plain(roots)))
        wanted.append(not probe["wantErr"])
        names.append(path.name)
    seconds = [answer["ok"] for answer in judged(requests)]
    assert len(seconds) == 196
    assert seconds == firsts
    misses = [name for name, second, want in zip(names, seconds, wanted, strict=True) if second != want]
    # Its "root" is 12 bytes of text; our lengths are strict (note 1 in the data's README).
    assert misses == ["sizes-are-equal-one-and-proof-is-empty.json"]


def test_the_tessera_log_at_every_size(tlog: Path) -> None:
    folder = tlog / "tessera/testdata/log"
    found = re.search(r"vkey `(example\.com/log/[^`]+)`", (tlog / "README.md").read_text())
    assert found
    entries = list(LogReader(folder, DiskFiles()).entries(0, 15, 15))
    heads = [
        {
            "judge": "head",
            "data": b64((folder / f"checkpoint.{size}").read_bytes()),
            "origin": "example.com/log/testdata",
        }
        | {"key": found[1], "witnesses": []}
        for size in range(16)
    ]
    grown, bundle, *opened = judged(
        [
            {"judge": "roots", "entries": [b64(entry) for entry in entries]},
            {"judge": "entries", "data": b64((folder / "tile/entries/000.p/15").read_bytes()), "width": 15},
            *heads,
        ]
    )
    assert bundle["entries"] == [b64(entry) for entry in entries]
    assert [head["size"] for head in opened] == [str(size) for size in range(16)]
    signed = [
        parse_checkpoint((folder / f"checkpoint.{n}").read_bytes().rpartition(b"\n\n")[0] + b"\n") for n in range(16)
    ]
    assert grown["roots"] == grown["again"] == [head.root.hex() for head in signed]
    for path, data in grown["tiles"]:
        assert (folder / path).read_bytes().hex() == data


def test_a_tree_of_two_levels_of_tiles_has_the_same_roots_and_tiles() -> None:
    entries = [b"entry %d" % number for number in range(700)]
    (grown,) = judged([{"judge": "roots", "entries": [b64(entry) for entry in entries]}])
    leaves = [leaf_hash(entry) for entry in entries]
    for size in (0, 1, 2, 255, 256, 257, 511, 512, 513, 700):
        assert grown["roots"][size] == grown["again"][size] == root_of(leaves[:size]).hex()
    builder = TileBuilder()
    made = [*builder.extend(leaves), *builder.partial()]
    assert sorted(map(tuple, grown["tiles"])) == sorted((tile.path(), data.hex()) for tile, data in made)


def test_the_go_checksum_database_proof(tlog: Path) -> None:
    folder = tlog / "sumdb-proof"
    key = (folder / "vkey.txt").read_text().strip()
    data = (folder / "go.sum-database-tree-43930254.tlog-proof").read_bytes()
    leaf = (folder / "leaf.bin").read_bytes()
    options = {"policy": key, "origin": "go.sum database tree", "entry": b64(leaf)}
    good, other, anchored, *heads = judged(
        [
            {"judge": "verify", "data": b64(data), "options": options},
            {"judge": "verify", "data": b64(data), "options": options | {"entry": b64(leaf + b"\n")}},
            {"judge": "verify", "data": b64(data), "options": options | {"policy": ""}},
            *(
                {
                    "judge": "head",
                    "data": b64((folder / f"checkpoint.{size}").read_bytes()),
                    "key": key,
                    "witnesses": [],
                }
                | {"origin": "go.sum database tree"}
                for size in (15_081_221, 63_096_908)
            ),
        ]
    )
    # One key's word is no agreement, however good the proof.
    assert (good["kind"], good["verdict"]) == ("proof", "not agreed")
    assert (other["verdict"], other["step"], other["problem"]) == ("failed", "inclusion", "other_root")
    assert anchored["verdict"] == "unanchored"
    assert [head["size"] for head in heads] == ["15081221", "63096908"]


def test_the_argon_2020_proofs(tlog: Path) -> None:
    sth, proof, consistency = (
        json.loads((tlog / f"argon2020/{name}.json").read_bytes()) for name in ("sth", "proof", "consistency")
    )
    entry = json.loads((tlog / "argon2020/entries.json").read_bytes())["entries"][0]
    old = re.search(r"old root `([^`]+)`", (tlog / "README.md").read_text())
    assert old
    size, root = sth["tree_size"], sth["sha256_root_hash"]
    leaf = b64(leaf_hash(base64.b64decode(entry["leaf_input"])))
    included = {"judge": "inclusion", "size": size, "leaf": leaf, "proof": proof["audit_path"], "root": root}
    consistent = {
        "judge": "consistency",
        "size": size,
        "proof": consistency["consistency"],
        "oldRoot": old[1],
        "root": root,
    }
    answers = judged(
        [
            included | {"index": proof["leaf_index"]},
            included | {"index": proof["leaf_index"] + 1},
            consistent | {"old": 3_654_490},
            consistent | {"old": 3_654_491},
        ]
    )
    assert [answer["ok"] for answer in answers] == [True, False, True, False]


def test_the_leaves_of_a_real_certificate_log(tlog: Path) -> None:
    """The tiles hold hashes of entries that are not ours, so only the tree above the leaves is computed."""
    folder = tlog / "sunlight/testdata/navigli2025h2/tile"
    leaves = ct_leaves((folder / "data/000").read_bytes())
    assert b"".join(leaves) == (folder / "0/000").read_bytes()
    root, index = root_of(leaves), 77
    proof = [root_of(leaves[start : start + width]) for start, width in siblings(index, 256)]
    request = {"judge": "inclusion", "index": index, "size": 256, "leaf": b64(leaves[index]), "root": b64(root)}
    good, bad = judged([request | {"proof": list(map(b64, proof))}, request | {"proof": list(map(b64, proof[::-1]))}])
    assert (good["ok"], bad["ok"]) == (True, False)


def siblings(index: int, size: int) -> list[tuple[int, int]]:
    """Start and width of each sibling subtree on the path of a leaf in a complete tree, lowest first."""
    return [(((index >> height) ^ 1) << height, 1 << height) for height in range(size.bit_length() - 1)]


def test_go_notes_and_keys(tlog: Path, go: dict[str, Any]) -> None:
    good, bad = go["vkeys_good"], go["vkeys_bad"]
    shortened = [good[0][:at] + good[0][at + 1 :] for at in range(len(good[0]))]
    answers = judged([{"judge": "key", "text": text} for text in [*good, *bad, *shortened]])
    assert [answer["ok"] for answer in answers] == [True] * len(good) + [False] * (len(bad) + len(shortened))
    lines = [go["sigs_go"][parse_vkey(key).name] for key in good[:2]]
    data = "".join([go["text"], "\n", *(f"{line}\n" for line in lines)]).encode()
    broken = data.replace(b"then", b"than")
    example = json.loads((tlog / "c2sp-examples.json").read_bytes())["note"]
    both, second, none, wrong, specified = judged(
        [
            {"judge": "note", "data": b64(data), "keys": good[:2]},
            {"judge": "note", "data": b64(data), "keys": good[1:2]},
            {"judge": "note", "data": b64(data), "keys": []},
            {"judge": "note", "data": b64(broken), "keys": good[1:2]},
            {"judge": "note", "data": b64(example["signed"].encode()), "keys": [example["vkey"]]},
        ]
    )
    assert both["lines"] == ["PeterNeumann", "EnochRoot"]
    assert (second["lines"], none["lines"], specified["lines"]) == (["EnochRoot"], [], ["example.com/foo"])
    assert wrong == {"ok": False, "problem": "bad_signature_line"}


def test_go_checkpoints(go: dict[str, Any]) -> None:
    texts = [go["tree_note_good"], *go["tree_note_bad"], *go["checkpoint_bad"]]
    answers = judged([{"judge": "checkpoint", "text": b64(text.encode())} for text in texts])
    assert [answer["ok"] for answer in answers] == [accepts(parse_checkpoint, text.encode()) for text in texts]
    # The Go parser knows one origin only; here the origin is compared when the head is opened.
    assert [answer["ok"] for answer in answers] == [True, True] + [False] * (len(texts) - 2)


def test_sunlight_cosignatures(tlog: Path) -> None:
    folder = tlog / "sunlight/cmd/skylight/testdata"
    seen = 0
    for name in ("witness", "witness2"):
        (path,) = (path for path in (folder / name).glob("*/checkpoint") if len(path.parent.name) == 64)
        key = json.loads((folder / name / "witness.v0.json").read_bytes())["verifier_keys"][0]
        data = path.read_bytes()
        good, bad = judged(
            [
                {"judge": "note", "data": b64(data), "keys": [key]},
                {"judge": "note", "data": b64(data.replace(b"example.org\n", b"example.net\n", 1)), "keys": [key]},
            ]
        )
        assert good["lines"] == [line for line in good["lines"] if re.fullmatch(r"\S+ [0-9]{10}", line)] != []
        assert bad == {"ok": False, "problem": "bad_signature_line"}
        seen += len(good["lines"])
    assert seen == 2


def test_wycheproof_and_cctv_signatures(tlog: Path) -> None:
    triples, wanted = [], []
    for group in json.loads((tlog / "rfc8032/testvectors_v1/ed25519_test.json").read_bytes())["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for test in group["tests"]:
            triples.append((public, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])))
            wanted.append(test["result"] == "valid")
    for vector in json.loads((tlog / "rfc8032/ed25519/ed25519vectors.json").read_bytes()):
        triples.append((bytes.fromhex(vector["key"]), vector["msg"].encode(), bytes.fromhex(vector["sig"])))
    answers = judged(
        [
            {"judge": "signature", "key": b64(key), "message": b64(message), "signature": b64(signature)}
            for key, message, signature in triples
        ]
    )
    seconds = [answer["ok"] for answer in answers]
    assert seconds == [ed25519.verify(*triple) for triple in triples]
    assert seconds[:150] == wanted
    assert (len(seconds[150:]), sum(seconds[150:])) == (914, 43)


def test_canonical_json(tlog: Path) -> None:
    folder = tlog / "jcs/testdata"
    files = sorted([*(folder / "input").iterdir(), *(folder / "output").iterdir()])
    assert len(files) == 12
    answers = judged([{"judge": "canonical", "data": b64(path.read_bytes())} for path in files])
    for path, answer in zip(files, answers, strict=True):
        assert answer["ok"] == accepts(parse_canonical, path.read_bytes()), path.name
        if answer["ok"]:
            assert answer["again"] == b64(canonical_bytes(json.loads(path.read_bytes()))) == b64(path.read_bytes())
    assert sum(answer["ok"] for answer in answers) == 5


def test_tile_paths(tlog: Path) -> None:
    paths = json.loads((tlog / "c2sp-examples.json").read_bytes())["tile_paths"]
    answers = judged([{"judge": "tile", "level": 0, "index": int(index), "width": 256} for index in paths])
    assert [answer["path"] for answer in answers] == [f"tile/0/{path}" for path in paths.values()]
