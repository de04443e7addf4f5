"""What the second verifier says of whole files: bundles, proofs and heads. Any bytes get a verdict."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.mission.stage import ORIGIN
from tests.mission.test_golden_mission import GENESIS, ROOT, SIZE
from tests.page.bundles import members_of, zipped
from tests.page.chapters import revocations
from tests.page.saying import START_S, Said
from tests.page.second import b64, judged
from veedor.log.checkpoint import Checkpoint, sign_checkpoint
from veedor.log.cosignature import CosignerKey, CosignerSigner, cosign
from veedor.log.note import NoteSigner
from veedor.log.proof_file import ProofFile
from veedor.log.tree import leaf_hash, root_of
from veedor.log_folder.files import DiskFiles
from veedor.mission.verification.verify import verify

pytestmark = pytest.mark.page

GOLDEN = Path(__file__).parents[1] / "golden" / "mission-01"


def said_of(data: bytes, **options: str) -> dict[str, Any]:
    return {"judge": "verify", "data": b64(data), "options": options}


def short(answer: dict[str, Any]) -> str:
    return " ".join(
        answer[key] for key in ("verdict", "step", "problem") if answer["verdict"] == "failed" or key == "verdict"
    )


def test_the_finished_mission_gets_the_verdict_that_the_first_verifier_gives() -> None:
    data = zipped(members_of(GOLDEN / "log"))
    trusts = (GENESIS, "", f"sha256:{GENESIS}\n", ROOT)
    answers = judged([said_of(data, trust=trust) for trust in trusts])
    firsts = [verify(GOLDEN, DiskFiles(), trust) for trust in (GENESIS, None, GENESIS, ROOT)]
    assert [answer["verdict"] for answer in answers] == [first.verdict for first in firsts]
    assert short(answers[3]) == "failed genesis other_genesis"
    mission = answers[0]["mission"]
    assert (mission["size"], mission["root"], mission["genesis"]) == (SIZE, ROOT, GENESIS)
    assert answers[0]["simulated"] is True


def test_a_digest_that_is_none_is_no_anchor() -> None:
    data = zipped(members_of(GOLDEN / "log"))
    answers = judged(
        [said_of(data, trust=trust) for trust in (GENESIS[:-1], GENESIS.upper(), f"{GENESIS} {GENESIS}", "x")]
    )
    assert {short(answer) for answer in answers} == {"failed anchor not_a_digest"}


def test_only_the_agreement_quorum_makes_a_head_verified(tmp_path: Path) -> None:
    plain, revoked, rotated = Said(), Said(), Said()
    witness = revoked.key("co", "witness")
    revoked.say("co", "revoke", {"key": witness.public.hex(), "from_entry": 1})
    old, (key, body) = rotated.key("co", "witness"), rotated.fresh("co", "witness")
    rotated.say("co", "rotate", body | {"old": old.public.hex()}, [rotated.key("co"), old, key])
    lost = rotated.head(("co",)).splitlines(keepends=True)[-1]
    rotated.replace("co", "witness", key)
    heads = [(plain, (), b""), (plain, ("ve",), b""), (plain, ("qa", "ve"), b""), (plain, ("co", "ve"), b"")]
    heads += [(plain, ("co", "no", "qa", "ve"), b""), (plain, ("co", "co"), b""), (revoked, ("co", "ve"), b"")]
    heads += [(rotated, ("ve",), lost), (rotated, ("co", "ve"), lost)]
    requests, firsts = [], []
    for at, (said, cosigned_by, line) in enumerate(heads):
        members = said.bundle(cosigned_by)
        members["log/checkpoint"] += line
        requests.append(said_of(zipped(members), trust=said.digest))
        log = said.write(tmp_path / str(at), cosigned_by)
        (log / "checkpoint").write_bytes(members["log/checkpoint"])
        firsts.append(verify(log, DiskFiles(), said.digest).verdict)
    answers = judged(requests)
    verdicts = [answer["verdict"] for answer in answers]
    assert verdicts == firsts
    assert verdicts == [*["not agreed"] * 3, "verified", "verified", *["not agreed"] * 3, "verified"]
    assert answers[2]["mission"]["cosigned"] == ["qa", "ve"]


def test_a_head_that_is_signed_for_other_entries_fails_whoever_signed_it(tmp_path: Path) -> None:
    said, other = Said(), Said()
    said.say("ve", "unheard/1", {"n": 1})
    other.say("ve", "unheard/1", {"n": 2})
    members = said.bundle() | {"log/checkpoint": other.head(("co", "ve"))}
    log = said.write(tmp_path)
    (log / "checkpoint").write_bytes(members["log/checkpoint"])
    (answer,) = judged([said_of(zipped(members), trust=said.digest)])
    assert short(answer) == "failed root other_root"
    assert verify(log, DiskFiles(), said.digest).verdict == "failed"


def test_a_cosignature_of_another_head_rejects_the_whole_head() -> None:
    said = Said()
    older = said.head(("co",)).splitlines(keepends=True)[-1]
    said.say("ve", "unheard/1", {})
    members = said.bundle(("ve",))
    members["log/checkpoint"] += older
    (answer,) = judged([said_of(zipped(members), trust=said.digest)])
    assert short(answer) == "failed head bad_signature_line"


def test_whoever_lost_the_role_of_appender_signs_no_head() -> None:
    said = Said()
    said.say("ve", "handover", {"appender": "co"}, [said.key("ve"), said.key("co")])
    old, new = judged([said_of(zipped(said.bundle(by=by)), trust=said.digest) for by in ("ve", "co")])
    assert (short(old), short(new)) == ("failed head log_key_missing", "not agreed")


def test_silence_wrong_clocks_and_stolen_keys_are_told() -> None:
    said, stolen = Said(), Said()
    for times in (
        {"co": 0, "qa": 0, "ve": 0},
        {"co": -5, "no": 4000, "qa": 30, "ve": 10},
        {"no": 90_000, "qa": 90_000, "ve": 50},
    ):
        said.seal(times)
    said.seal({"no": 93_600, "qa": 93_600, "ve": 93_600})
    revocations(stolen)
    told, other = judged([said_of(zipped(each.bundle()), trust=each.digest) for each in (said, stolen)])
    mission = told["mission"]
    assert [seal["timeS"] - START_S for seal in mission["seals"]] == [0, 30, 90_000, 93_600]
    assert mission["silent"] == [{"party": "co", "sinceS": START_S + 90_000, "ageS": 3600}]
    off = [(row["party"], row["offS"], row["proven"]) for row in mission["wrongClocks"]]
    assert off == [("no", 3970, False), ("ve", -89_950, False)]
    first, log, second = (row["entries"] for row in other["mission"]["stolen"])
    assert (first, log, second[:2]) == ([1, 2], [], [2, 4])


def test_a_log_of_several_bundles_of_entries() -> None:
    said = Said()
    for _ in range(600):
        said.entries.append(said.entries[0])
    whole, lost = said.bundle(("co", "ve")), said.bundle()
    del lost["log/tile/entries/001"]
    # Packed, so many equal entries would pass for a bomb.
    answers = judged([said_of(zipped(members, zipfile.ZIP_STORED), trust=said.digest) for members in (whole, lost)])
    assert [short(answer) for answer in answers] == ["verified", "failed entries missing_file"]
    assert len(answers[0]["mission"]["void"]) == 600


def test_no_flipped_bit_and_no_truncation_of_a_log_goes_unnoticed() -> None:
    """But in a witness's line a changed name or key hash makes it a line of an unknown key: then nobody agreed."""
    said = Said()
    said.say("ve", "unheard/1", {})
    members = said.bundle(("co", "ve"))
    draw, requests, places = random.Random(3), [], []
    for name, data in members.items():
        bits = range(8 * len(data))
        for bit in draw.sample(bits, min(1500 if name == "log/checkpoint" else 200, len(bits))):
            changed = data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]
            requests.append(said_of(zipped(members | {name: changed}, zipfile.ZIP_STORED), trust=said.digest))
            places.append((name, bit // 8))
        for length in draw.sample(range(len(data)), min(60, len(data))):
            requests.append(said_of(zipped(members | {name: data[:length]}, zipfile.ZIP_STORED), trust=said.digest))
            places.append((name, length))
    unnoticed = []
    for place, answer in zip(places, judged(requests), strict=True):
        if answer["verdict"] != "failed":
            unnoticed.append(place)
            assert answer["verdict"] == "not agreed"
    # A cut at the end of a line leaves a sound head without the witnesses behind it.
    lines = members["log/checkpoint"].splitlines(keepends=True)
    starts = [sum(map(len, lines[:at])) for at in range(len(lines) + 1)]
    assert {name for name, _ in unnoticed} == {"log/checkpoint"}
    assert all(starts[-3] <= at for _, at in unnoticed)
    assert unnoticed


def test_a_log_that_does_not_go_on_from_the_head_that_was_kept_is_rewritten() -> None:
    said, other = Said(), Said()
    other.say("co", "unheard/1", {})
    forked = other.head()
    for _ in range(3):
        said.say("ve", "unheard/1", {})
    kept = {
        size: sign_checkpoint(Checkpoint(ORIGIN, size, said.root(size)), NoteSigner(ORIGIN, said.key("ve", "log")))
        for size in range(5)
    }
    longer = kept[4].replace(b"\n4\n", b"\n5\n")
    data = zipped(said.bundle())
    made = [*kept.values(), forked, longer, b"x", forked.replace(ORIGIN.encode(), b"elsewhere", 1)]
    answers = judged([said_of(data, trust=said.digest, earlier=b64(head)) for head in made])
    problems = ["rewritten", "earlier_is_later", "not_a_note", "other_origin"]
    assert [short(answer) for answer in answers] == ["not agreed"] * 5 + [f"failed earlier {each}" for each in problems]


def hostile_zips(members: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    good = zipped(members)
    end = len(good) - 22
    start, length = struct.unpack("<I", good[end + 16 : end + 20])[0], struct.unpack("<I", good[end + 12 : end + 16])[0]
    yield "bytes in front", b"x" + good
    yield "bytes behind", good + b"x"
    yield "a comment", good[:-2] + b"\x01\x00x"
    yield "cut off", good[:-1]
    yield "no directory", good[:start]
    yield (
        "a gap before the directory",
        good[:start] + b"x" + good[start : end + 16] + struct.pack("<I", start + 1) + b"\0\0",
    )
    yield "two directories", good[:end] + good[start:end] + good[end:]
    fewer = good[: end + 8] + struct.pack("<HH", len(members) - 1, len(members) - 1) + good[end + 12 :]
    yield "a member that is not counted", fewer
    assert length == end - start
    for name in ("../evil", "/etc/passwd", "a//b", "log/../x", "C:\\x", "a\\b", "a/./b", "ñ", "a b", "a\0b", "x" * 201):
        yield f"path {name[:12]!r}", zipped(members | {name: b"x"})
    yield "a file that does not belong", zipped(members | {"more.txt": b"x"})
    for width in (0, 31, 32, 33, 64):
        older = {"log/tile/0/000.p/1": b"\0" * width}
        yield f"an older tile of {width} other bytes", zipped(members | older)
    yield "older entries that differ", zipped(members | {"log/tile/entries/000.p/1": b"\0\1x"})
    stored = zipped(members | {"README.txt": b"to be read"}, zipfile.ZIP_STORED)
    yield "another README than its CRC-32 is of", stored.replace(b"to be read", b"to be rEad")
    yield "a bomb", zipped(members | {"README.txt": b"\0" * 50_000_000})
    for offset, bits, what in ((8, 1, "encrypted"), (8, 8, "data descriptor"), (10, 12, "method")):
        yield what, patched(good, start, offset, struct.pack("<H", bits))
    yield "a link", patched(good, start, 38, struct.pack("<I", 0o120777 << 16))
    yield "another length than unpacked", patched(good, start, 24, struct.pack("<I", 1))
    yield "zip64", patched(good, start, 24, b"\xff" * 4)
    names = sorted(members)
    twice, backwards = zip_of([*names, names[-1]], members), zip_of(names[::-1], members)
    yield "a name twice", twice
    yield "names out of order", backwards
    yield "a packed member that goes on", longer_than_stated(members)


def patched(data: bytes, entry: int, offset: int, value: bytes) -> bytes:
    at = entry + offset
    return data[:at] + value + data[at + len(value) :]


def zip_of(names: list[str], members: dict[str, bytes]) -> bytes:
    parts, at, directory = b"", 0, b""
    for name in names:
        data = members[name]
        head = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, zipfile.crc32(data), len(data), len(data), len(name), 0)
        directory += b"PK\1\2\x14\0" + head + struct.pack("<HHHII", 0, 0, 0, 0o100644 << 16, at) + name.encode()
        local = b"PK\3\4" + head + name.encode() + data
        parts, at = parts + local, at + len(local)
    end = struct.pack("<HHHHIIH", 0, 0, len(names), len(names), len(directory), at, 0)
    return parts + directory + b"PK\5\6" + end


def longer_than_stated(members: dict[str, bytes]) -> bytes:
    good = zipped(members | {"README.txt": b"a" * 1000})
    at = good.index(b"PK\3\4")
    assert good[at + 30 : at + 40] == b"README.txt"
    directory = good.index(b"PK\1\2")
    return patched(patched(good, at, 22, struct.pack("<I", 999)), directory, 24, struct.pack("<I", 999))


def test_a_zip_written_by_hand_is_read_as_one_written_by_the_library() -> None:
    members = members_of(GOLDEN / "log")
    (answer,) = judged([said_of(zip_of(sorted(members), members), trust=GENESIS)])
    assert short(answer) == "not agreed"


def test_hostile_bundles_are_refused() -> None:
    said = Said()
    said.say("ve", "unheard/1", {})
    made = dict(hostile_zips(said.bundle()))
    answers = judged([said_of(data, trust=said.digest) for data in made.values()])
    passed = [what for what, answer in zip(made, answers, strict=True) if answer["verdict"] != "failed"]
    assert (len(made) > 30, passed) == (True, [])
    problems = {answer["problem"] for answer in answers}
    assert problems >= {
        "not_a_bundle",
        "bundle_path",
        "bundle_extra",
        "bundle_too_large",
        "bundle_order",
        "bundle_damaged",
    }


def test_a_spoiled_zip_never_shows_another_log() -> None:
    members = members_of(GOLDEN / "log")
    good = zipped(members)
    draw, requests = random.Random(4), []
    for bit in draw.sample(range(8 * len(good)), 1000):
        changed = good[: bit // 8] + bytes([good[bit // 8] ^ 1 << bit % 8]) + good[bit // 8 + 1 :]
        requests.append(said_of(changed, trust=GENESIS))
    requests += [said_of(good[: draw.randrange(len(good))], trust=GENESIS) for _ in range(200)]
    requests += [said_of(draw.randbytes(draw.randrange(400)), trust=GENESIS) for _ in range(200)]
    for answer in judged(requests):
        # Dates and versions in a ZIP mean nothing: bits there may change without a trace.
        if answer["verdict"] != "failed":
            assert (answer["kind"], answer["verdict"]) in {("bundle", "not agreed"), ("checkpoint", "unanchored")}
            assert answer["mission"] is None or answer["mission"]["root"] == ROOT


def a_proof(said: Said, index: int, cosigned_by: tuple[str, ...]) -> bytes:
    leaves = [leaf_hash(entry) for entry in said.entries]
    assert len(leaves) == 4
    pair = root_of(leaves[2:]) if index < 2 else root_of(leaves[:2])
    return ProofFile(index, (leaves[index ^ 1], pair), said.head(cosigned_by)).encode()


def keys_of(said: Said, *parties: str) -> str:
    log = NoteSigner(ORIGIN, said.key("ve", "log")).verifier.text()
    rest = [CosignerKey(f"{ORIGIN}/witness/{party}", said.key(party, "witness").public).text() for party in parties]
    return "".join(f"{key}\n" for key in (log, *rest))


def test_proofs_and_heads_with_keys_from_outside() -> None:
    said = Said()
    for _ in range(3):
        said.say("ve", "unheard/1", {})
    entry, other = b64(said.entries[2]), b64(said.entries[1])
    both, alone, proof = keys_of(said, "co", "ve"), keys_of(said), a_proof(said, 2, ("co", "ve"))
    log, co, ve = both.splitlines()
    policy = f"log {log}\nwitness co {co}\nwitness ve {ve}\ngroup all 2 co ve\nquorum all\n"
    asked = {
        "keys of log and witnesses": (said_of(proof, policy=both, entry=entry), "verified"),
        "a policy": (said_of(proof, policy=policy, entry=entry), "verified"),
        "a policy that asks for nobody": (
            said_of(proof, policy=f"log {log}\nquorum none\n", entry=entry),
            "not agreed",
        ),
        "the log's word alone": (said_of(proof, policy=alone, entry=entry), "not agreed"),
        "no key": (said_of(proof, entry=entry), "unanchored"),
        "no entry": (said_of(proof, policy=both), "cannot"),
        "another entry": (said_of(proof, policy=both, entry=other), "failed inclusion other_root"),
        "one witness missing": (said_of(a_proof(said, 2, ("ve",)), policy=both, entry=entry), "not agreed"),
        "a bad key": (said_of(proof, policy="x", entry=entry), "failed keys not_a_key"),
        "another log": (said_of(proof, policy=both, entry=entry, origin="other.example"), "failed head other_origin"),
        "a head": (said_of(said.head(("co", "ve")), policy=both), "verified"),
        "a head that one cosigned": (said_of(said.head(("co",)), policy=both), "not agreed"),
        "a head without keys": (said_of(said.head()), "unanchored"),
        "nothing": (said_of(b""), "failed head not_a_note"),
    }
    answers = judged([request for request, _ in asked.values()])
    assert {what: short(answer) for what, answer in zip(asked, answers, strict=True)} == {
        what: wanted for what, (_, wanted) in asked.items()
    }


def test_a_proof_from_the_tree_of_today_does_not_go_with_the_head_of_yesterday() -> None:
    said = Said()
    for _ in range(3):
        said.say("ve", "unheard/1", {})
    today = a_proof(said, 2, ("co", "ve")).partition(b"\n\n")[0]
    older = Checkpoint(ORIGIN, 3, said.root(3))
    head = sign_checkpoint(older, NoteSigner(ORIGIN, said.key("ve", "log")))
    for party in ("co", "ve"):
        head += cosign(older.text(), CosignerSigner(f"{ORIGIN}/witness/{party}", said.key(party, "witness")), 1)
    data = today + b"\n\n" + head
    (answer,) = judged([said_of(data, policy=keys_of(said, "co", "ve"), entry=b64(said.entries[2]))])
    assert answer["verdict"] == "failed" and answer["step"] == "inclusion"
