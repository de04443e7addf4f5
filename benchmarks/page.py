"""The second verifier in Chromium: a proof checked as an outsider's browser checks it, from keys to inclusion.

Needs the dependency group `browser` and `chromium` on the path. A proof is of one of 2**20 entries; its head has the
log's signature and two cosignatures, all of which are verified.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.record import Measure
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerSigner, cosign
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner
from veedor.log.proof_file import ProofFile
from veedor.log.tree import leaf_hash, node_hash
from veedor.mission.page import script

PROOFS, HEIGHT = 100, 20
LOG = NoteSigner("example.org/bench", SigningKey(b"\x07" * 32))
WITNESSES = [CosignerSigner(f"example.org/bench/witness/{at}", SigningKey(bytes([at]) * 32)) for at in (1, 2)]
# Chromium rounds its clock to a tenth of a millisecond, so ten checks of each proof are timed together.
RUN = """async ([policy, proofs]) => {
  const { verify } = globalThis.modules.verdict;
  const bytes = proofs.map((text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  const times = [];
  for (const proof of bytes) {
    const start = performance.now();
    for (let time = 0; time < 10; time += 1) {
      const { verdict } = await verify(proof, { policy });
      if (verdict !== "verified") throw new Error(verdict);
    }
    times.push((performance.now() - start) / 10);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}"""


def measure() -> Sequence[Measure]:
    """Median time of a proof over 100 proofs."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium")
    assert found, "chromium is not on the path"
    policy = "".join(f"{key}\n" for key in (LOG.verifier.text(), *(each.verifier.text() for each in WITNESSES)))
    proofs = [base64.b64encode(_proof(at)).decode() for at in range(PROOFS)]
    core = script().partition("modules.words = ")[0]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "core.html"
        path.write_text(f"<!doctype html><script>{core}globalThis.modules = modules;</script>", encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(path.as_uri())
        page.evaluate(RUN, [policy, proofs[:10]])
        median_ms = page.evaluate(RUN, [policy, proofs])
        version = browser.version
        browser.close()
    note = f"{HEIGHT} hashes, three signatures; Chromium {version}"
    return [Measure(f"check a proof in a browser, median of {PROOFS}", median_ms, "ms", goal="under 10 ms", note=note)]


def _proof(at: int) -> bytes:
    """A proof of an entry that brings the entry along, under a cosigned head of a tree made for it."""
    entry, index = b"entry %d" % at, at * 10_007 % 2**HEIGHT
    siblings = [hashlib.sha256(b"%d %d" % (at, height)).digest() for height in range(HEIGHT)]
    root = leaf_hash(entry)
    for height, sibling in enumerate(siblings):
        root = node_hash(sibling, root) if index >> height & 1 else node_hash(root, sibling)
    head = Checkpoint(LOG.name, 2**HEIGHT, root)
    note = sign_checkpoint(head, LOG) + b"".join(cosign(head.text(), each, 1_790_000_000) for each in WITNESSES)
    return ProofFile(index, tuple(siblings), note, entry).encode()
