"""Both verifiers judge notes, heads, keys, proofs and trust policies alike: sound ones, and those spoiled."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.page.second import b64
from tests.page.spoiling import compare, raw, spoil
from veedor.errors import VerifyError
from veedor.log import ed25519
from veedor.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from veedor.log.cosignature import CosignerKey, CosignerSigner, cosign, time_s
from veedor.log.ed25519 import SigningKey
from veedor.log.note import COSIGNATURE, NoteSigner, VerifierKey, parse_note, parse_vkey, sign_note, verify_note
from veedor.log.proof_file import ProofFile, parse_proof_file
from veedor.log.tree import leaf_hash, root_of, verify_consistency, verify_inclusion
from veedor.mission.state.policy import parse_policy

pytestmark = pytest.mark.page

LOG = NoteSigner("example.org/corridor", SigningKey(b"\x01" * 32))
HEAD = Checkpoint("example.org/corridor", 7, b"\x05" * 32)
WITNESSES = [
    CosignerSigner(f"example.org/corridor/witness/{name}", SigningKey(bytes([at]) * 32))
    for at, name in ((2, "co"), (3, "ve"))
]
SIGNED = sign_note(HEAD.text(), [LOG])
COSIGNED = SIGNED + b"".join(cosign(HEAD.text(), each, 1_790_000_000 + at) for at, each in enumerate(WITNESSES))
VKEYS = [LOG.verifier.text(), *(each.verifier.text() for each in WITNESSES)]


def cosigner(key: VerifierKey) -> VerifierKey | CosignerKey:
    return CosignerKey(key.name, key.public) if key.algorithm == COSIGNATURE else key


def test_notes_and_cosignatures() -> None:
    keys = [cosigner(parse_vkey(text)) for text in VKEYS]

    def first(request: dict[str, Any]) -> dict[str, Any]:
        lines = verify_note(parse_note(raw(request["data"])), keys)
        names = {(key.name, key.key_hash): key for key in keys}
        times = [time_s(line) if isinstance(names[line.name, line.key_hash], CosignerKey) else "" for line in lines]
        return {"lines": [f"{line.name} {at}".strip() for line, at in zip(lines, times, strict=True)]}

    stranger = sign_note(HEAD.text(), [NoteSigner("example.org/stranger", SigningKey(b"\x09" * 32))])
    made = [*spoil(COSIGNED, 1, bits=3000), *spoil(SIGNED, 2), stranger, COSIGNED + stranger.partition(b"\n\n")[2]]
    for count in (15, 16, 97, 98):
        made.append(SIGNED + stranger.partition(b"\n\n")[2] * count)
    compare(({"judge": "note", "data": b64(data), "keys": VKEYS} for data in made), first, (20, 2000))


def test_times_of_cosignatures_up_to_the_largest_that_is_allowed() -> None:
    (witness, *_), made = WITNESSES, []
    for time in (0, 1, 2**53, 2**63 - 1, 2**63, 2**64 - 1):
        message = b"cosignature/v1\ntime %d\n" % time + HEAD.text()
        signature = witness.verifier.key_hash + time.to_bytes(8, "big") + witness.key.sign(message)
        made.append(SIGNED + f"— {witness.name} {b64(signature)}\n".encode())

    def first(request: dict[str, Any]) -> None:
        verify_note(parse_note(raw(request["data"])), [cosigner(parse_vkey(text)) for text in VKEYS])

    compare(({"judge": "note", "data": b64(data), "keys": VKEYS} for data in made), first, (4, 2))


def test_heads_and_their_origins() -> None:
    def first(request: dict[str, Any]) -> dict[str, Any]:
        opened_head = open_checkpoint(raw(request["data"]), request["origin"], LOG.verifier)
        return {"size": str(opened_head.checkpoint.size)}

    spaced = Checkpoint("two words", 7, b"\x05" * 32, ("extension",))
    samples = [(HEAD.origin, SIGNED), ("two words", sign_note(spaced.text(), [LOG])), ("two words", SIGNED)]
    requests = [
        {"judge": "head", "data": b64(data), "origin": origin, "key": VKEYS[0], "witnesses": []}
        for origin, sample in samples
        for data in spoil(sample, 3, bits=300, others=100)
    ]
    compare(requests, first, (2, 500))


def test_checkpoint_texts() -> None:
    def first(request: dict[str, Any]) -> dict[str, Any]:
        head = parse_checkpoint(raw(request["text"]))
        return {"origin": head.origin, "size": str(head.size), "root": head.root.hex()}

    sizes = (b"00", b"01", b"+1", b"-1", b"1.0", b"0x1", b" 1", b"", "１".encode(), b"9" * 18, b"9" * 19, b"9" * 20)
    sizes += tuple(b"%d" % size for size in (0, 2**53 + 1, 2**63 - 1, 2**63, 2**64))
    texts = [HEAD.text().replace(b"\n7\n", b"\n%b\n" % size) for size in sizes]
    texts += [*spoil(HEAD.text(), 4), HEAD.text() + b"extension\n", HEAD.text() + b"\n"]
    compare(({"judge": "checkpoint", "text": b64(text)} for text in texts), first, (5, 300))


def test_keys() -> None:
    texts = [data.decode("utf-8", "replace") for vkey in VKEYS for data in spoil(vkey.encode(), 5)]
    names = ("a b", "", "a\u2003b", "a\u0085b", "a\ufeffb", "\u180e", "ñ", "a+b")
    for name in names:
        key = VerifierKey(name, LOG.key.public)
        texts.append(key.text())
    for public in (b"\x01" + b"\0" * 31, b"\xff" * 32, b"\x02" + b"\0" * 31, b"\0" * 32, LOG.key.public[:31]):
        texts.append(VerifierKey("weak", public).text())
    compare(
        ({"judge": "key", "text": text} for text in texts),
        lambda request: parse_vkey(request["text"]) and None,
        (3, 500),
    )


def test_signatures_one_bit_off() -> None:
    key, message = SigningKey(b"\x07" * 32), b"said"
    whole = key.public + key.sign(message)
    requests = []
    for data in [*spoil(whole, 6, bits=768, others=50)]:
        requests.append(
            {"judge": "signature", "key": b64(data[:32]), "signature": b64(data[32:]), "message": b64(message)}
        )

    def first(request: dict[str, Any]) -> None:
        if not ed25519.verify(raw(request["key"]), raw(request["message"]), raw(request["signature"])):
            raise VerifyError("wrong")

    compare(requests, first, (1, 768))


def test_proof_files() -> None:
    hashes = tuple(bytes([at]) * 32 for at in range(5))
    samples = [
        ProofFile(3, hashes, COSIGNED),
        ProofFile(0, (), SIGNED, b"extra"),
        ProofFile(2**62, hashes * 12, SIGNED),
    ]

    def first(request: dict[str, Any]) -> dict[str, Any]:
        proof = parse_proof_file(raw(request["data"]))
        return {
            "index": str(proof.index),
            "hashes": [each.hex() for each in proof.hashes],
            "checkpoint": b64(proof.checkpoint),
        }

    made = [data for sample in samples for data in spoil(sample.encode(), 7)]
    made += [
        ProofFile(3, (hashes * 13)[:64], SIGNED).encode(),
        ProofFile(3, (hashes * 13)[:63], SIGNED).encode(),
        ProofFile(2**63 - 1, (), SIGNED).encode(),
    ]
    made += [
        samples[0].encode().replace(b"index 3", b"index " + text) for text in (b"03", b"-1", b"3.0", b"9" * 19, b"")
    ]
    made += [samples[0].encode().replace(b"index", b"extra \nindex"), samples[0].encode().replace(b"@v1", b"@v2")]
    compare(({"judge": "proof", "data": b64(data)} for data in made), first, (100, 300))


def test_inclusion_and_consistency_in_small_trees() -> None:
    leaves = [leaf_hash(b"%d" % number) for number in range(9)]
    roots = [root_of(leaves[:size]) for size in range(10)]
    draw, requests = random.Random(8), []

    def subroot(start: int, end: int) -> bytes:
        return root_of(leaves[start:end])

    def path(index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        split = start + (1 << (end - start - 1).bit_length() - 1)
        if index < split:
            return [*path(index, start, split), subroot(split, end)]
        return [*path(index, split, end), subroot(start, split)]

    def between(old: int, start: int, end: int, known: bool) -> list[bytes]:
        if old == end - start:
            return [] if known else [subroot(start, end)]
        split = 1 << (end - start - 1).bit_length() - 1
        if old <= split:
            return [*between(old, start, start + split, known), subroot(start + split, end)]
        return [*between(old - split, start + split, end, False), subroot(start, start + split)]

    def variants(proof: list[bytes]) -> Iterator[list[bytes]]:
        yield proof
        yield [*proof, leaves[0]]
        yield [leaves[0], *proof]
        if proof:
            yield proof[1:]
            yield proof[:-1]
            yield proof[::-1]
            yield [*proof[:-1], proof[-1][:31]]
            yield [proof[0][:5] + bytes([proof[0][5] ^ 1]) + proof[0][6:], *proof[1:]]

    for size in range(1, 10):
        for index in range(size):
            for proof in variants(path(index, 0, size)):
                at, root = draw.choice(
                    [(index, roots[size])] * 3 + [(index + 1, roots[size]), (index, roots[size - 1])]
                )
                request = {
                    "judge": "inclusion",
                    "index": at,
                    "size": size,
                    "leaf": b64(leaves[index]),
                    "root": b64(root),
                }
                requests.append(request | {"proof": list(map(b64, proof))})
        for old in range(size + 2):
            for proof in variants(between(old, 0, size, True) if 0 < old <= size else []):
                before = roots[min(old, draw.choice([old, old, old, old + 1]), 9)]
                request = {
                    "judge": "consistency",
                    "old": old,
                    "size": size,
                    "oldRoot": b64(before),
                    "root": b64(roots[size]),
                }
                requests.append(request | {"proof": list(map(b64, proof))})

    def first(request: dict[str, Any]) -> None:
        proof = [raw(each) for each in request["proof"]]
        if request["judge"] == "inclusion":
            verify_inclusion(request["index"], request["size"], raw(request["leaf"]), proof, raw(request["root"]))
        else:
            verify_consistency(request["old"], request["size"], proof, raw(request["oldRoot"]), raw(request["root"]))

    compare(requests, first, (50, 300))


def test_policies() -> None:
    names = [f"witness W{at} {key} https://example.org/" for at, key in enumerate(VKEYS[1:])]
    base = [f"log {VKEYS[0]}", *names, "group G all W0 W1", "quorum G"]
    made = ["\n".join([*base, ""]).encode()]
    for quorum in ("W0", "none", "G", "W9"):
        made.append("\n".join([*base[:-1], f"quorum {quorum}", ""]).encode())
    for group in ("any W0", "2 W0 W1", "3 W0 W1", "0 W0", "all", "all G", "all W0 W0", "all none", "01 W0", "one W0"):
        made.append("\n".join([*base[:3], f"group G {group}", "quorum G", ""]).encode())
    made += [
        "\n".join([base[0], base[3], *base[1:3], "quorum G", ""]).encode(),
        b"quorum none\n",
        b"  # note\n" + made[0],
    ]
    made += [
        made[0].replace(b"W1 ", b"W0 "),
        made[0].replace(b"witness W1", b"log"),
        made[0][:-1],
        made[0] + b"quorum G\n",
    ]
    made += [data for data in spoil(made[0], 9, bits=400, others=200) if is_text(data)]
    half = SIGNED + COSIGNED.removeprefix(SIGNED).splitlines(keepends=True)[0]

    def first(request: dict[str, Any]) -> None:
        policy = parse_policy(request["text"].encode())
        if not policy.logs:
            raise VerifyError("no log")
        policy.open(raw(request["data"]), lambda key: CosignerKey(key.name, key.public))

    requests = [
        {"judge": "policy", "text": data.decode(), "data": b64(head)}
        for data in made
        for head in (COSIGNED, half, SIGNED)
        # A text without any of the four words is a list of keys for the page, and nothing for the other verifier.
        if data.lstrip(b" \t\n").split(b" ")[0].split(b"\t")[0].split(b"\n")[0]
        in (b"log", b"witness", b"group", b"quorum", b"#")
    ]
    compare(requests, first, (30, 300))


def is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
