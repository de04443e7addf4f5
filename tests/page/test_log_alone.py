"""What judges a log, used alone, without a mission: a proof, and that one head goes on from another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.log import naive_tree
from tests.page.second import b64, judged
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader

pytestmark = pytest.mark.page


def test_every_head_of_the_tessera_log_goes_on_from_every_earlier_one(shared_data: Path) -> None:
    tlog = shared_data / "tlog"
    folder = tlog / "tessera/testdata/log"
    found = re.search(r"vkey `(example\.com/log/[^`]+)`", (tlog / "README.md").read_text())
    assert found
    heads = [b64((folder / f"checkpoint.{size}").read_bytes()) for size in range(16)]
    leaves = [naive_tree.leaf(entry) for entry in LogReader(folder, DiskFiles()).entries(0, 15, 15)]
    asked = {"judge": "grown", "origin": "example.com/log/testdata", "key": found[1]}
    requests, wanted = [], []
    for later in range(1, 16):
        for earlier in range(1, later + 1):
            proof = [b64(each) for each in naive_tree.proof(earlier, leaves[:later])]
            pair = asked | {"earlier": heads[earlier], "later": heads[later]}
            requests += [pair | {"proof": proof}, pair | {"proof": [*proof, proof[0] if proof else b64(bytes(32))]}]
            wanted += [(True, str(later)), (False, None)]
    assert [(answer["ok"], answer.get("size")) for answer in judged(requests)] == wanted


def test_a_head_of_another_history_or_another_log_is_not_gone_on_from() -> None:
    ours = [naive_tree.leaf(b"entry %d" % number) for number in range(7)]
    forked = [*ours[:2], naive_tree.leaf(b"another"), *ours[3:]]
    logs = {name: NoteSigner(name, SigningKey(b"\x07" * 32)) for name in ("example.org/log", "example.org/other")}

    def head(leaves: list[bytes], origin: str = "example.org/log") -> str:
        return b64(sign_checkpoint(Checkpoint(origin, len(leaves), naive_tree.root(leaves)), logs[origin]))

    proof = [b64(each) for each in naive_tree.proof(4, ours)]
    asked = {"judge": "grown", "later": head(ours), "proof": proof, "key": logs["example.org/log"].verifier.text()}
    same, other_history, other_log = judged(
        [
            asked | {"earlier": head(ours[:4])},
            asked | {"earlier": head(forked[:4])},
            asked | {"earlier": head(ours[:4], "example.org/other")},
        ]
    )
    assert same["ok"]
    assert (other_history["problem"], other_log["problem"]) == ("other_root", "other_origin")


def test_the_go_checksum_database_proof_needs_no_mission(shared_data: Path) -> None:
    folder = shared_data / "tlog" / "sumdb-proof"
    asked = {
        "judge": "proven",
        "data": b64((folder / "go.sum-database-tree-43930254.tlog-proof").read_bytes()),
        "key": (folder / "vkey.txt").read_text().strip(),
    }
    leaf, origin = (folder / "leaf.bin").read_bytes(), {"origin": "go.sum database tree"}
    good, other_leaf, no_leaf, other_origin = judged(
        [
            asked | origin | {"entry": b64(leaf)},
            asked | origin | {"entry": b64(leaf + b"\n")},
            asked | origin | {"entry": ""},
            asked | {"origin": "", "entry": b64(leaf)},
        ]
    )
    assert (good["ok"], good["index"]) == (True, "43930254")
    assert [each["problem"] for each in (other_leaf, no_leaf, other_origin)] == [
        "other_root",
        "no_entry",
        "other_origin",
    ]
