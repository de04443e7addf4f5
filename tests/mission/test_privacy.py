"""Nothing confidential occurs in log/, nor in payloads/ in the clear: 1,000 planted identifiers and their hashes are
looked for in every form."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

import msgspec

from tests.mission.member_copies import as_member, copy_for, give_mailbox
from tests.mission.stage import NOON_US, a_deposit, a_run, some_findings
from veedor.log.envelope import parse_envelope
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.acts.attestations import attest
from veedor.mission.acts.looks import look
from veedor.mission.acts.payloads import payloads_here
from veedor.mission.copy.append import Mission
from veedor.mission.copy.enclosed import Named
from veedor.mission.copy.means import Means
from veedor.mission.statements.salts import check_opening
from veedor.mission.statements.types import DEPOSIT, FINDINGS, RUN


def forms(identifier: str) -> set[bytes]:
    """The identifier as text, and its plain hashes, as bytes, hex and base64."""
    plain = identifier.encode()
    found = {plain, plain.lower(), identifier.encode("utf-16-le"), plain.hex().encode(), *within_base64(plain)}
    for name in ("sha256", "sha1", "md5", "sha512", "sha3_256", "blake2b"):
        digest = hashlib.new(name, plain).digest()
        found |= {digest, digest.hex().encode(), digest.hex().upper().encode(), base64.b64encode(digest)}
        found |= {base64.urlsafe_b64encode(digest), base64.b32encode(digest)}
    return found


def within_base64(plain: bytes) -> set[bytes]:
    """What of `plain` shows in the base64 of a longer text, at each of the three alignments."""
    return {base64.b64encode(bytes(shift) + plain + bytes(-(len(plain) + shift) % 3))[4:-4] for shift in range(3)}


def test_a_thousand_planted_identifiers_and_their_hashes_occur_nowhere_in_the_log(mission: Mission) -> None:
    identifiers = [f"VE{number:04d}0102030405060708{number:04d}" for number in range(1000)]
    digest = hashlib.sha256("".join(identifiers).encode()).digest()
    private = mission.confidential.collect(share=False)
    for each in identifiers:
        private.commit("deposit-details/1", each.encode())
        private.commit("identifier/1", hashlib.sha256(each.encode()).digest())
    mission.publish(DEPOSIT, a_deposit(private, digest), NOON_US, private)
    private = mission.confidential.collect(share=False)
    run = mission.publish(RUN, a_run(private, [digest]), NOON_US, private)
    private = mission.confidential.collect(share=False)
    mission.publish(FINDINGS, some_findings(private, run.digest), NOON_US, private)

    haystack = public_bytes(mission)
    assert b"urn:veedor:deposit:1" in haystack
    needles = {form for each in identifiers for form in forms(each)} | {digest, digest.hex().encode()}
    assert occurring(needles, haystack) == set()


def test_a_thousand_identifiers_in_queries_documents_and_openings_that_are_sent_stay_out_of_sight(
    tmp_path: Path, stage: Means, mission: Mission
) -> None:
    """Each is in a query, in a document, in the document's name, or in what an open deposit opens to all."""
    for party in ("ve", "co", "qa"):
        give_mailbox(tmp_path / "mission", stage, party)
    identifiers = [f"CO{number:04d}Perez{number:04d}Juan{number:04d}" for number in range(1000)]
    groups = [identifiers[start : start + 50] for start in range(0, 1000, 50)]
    for number, group in enumerate(groups):
        text = ", ".join(group)
        match number % 3:
            case 0:
                look(mission, "co", "entries", "joint_monitoring", len(group), text, NOON_US)
            case 1:
                name = f"{group[0]} {group[1]}.pdf"
                attest(mission, Named(name, text.encode()), "court_document", NOON_US, ["co"], NOON_US)
            case _:
                private = mission.confidential.collect(share=True)
                body = a_deposit(private, hashlib.sha256(text.encode()).digest(), mode="open")
                details = private.commit("deposit-details/2", text.encode())
                commitments = msgspec.structs.replace(body.commitments, details=details)
                kept = [each for each in private.openings("").openings if each.domain != "details/1"]
                exact = mission.confidential.collect(share=True)
                for each in kept:
                    exact.keep(bytes.fromhex(each.salt), each.domain, bytes.fromhex(each.value))
                mission.publish(DEPOSIT, msgspec.structs.replace(body, commitments=commitments), NOON_US, exact)
    haystack = public_bytes(mission)
    assert haystack.count(b"veedor/payload/1\0") == len(groups) and b"urn:veedor:attest:1" in haystack
    needles = {form for each in identifiers for form in forms(each)}
    assert len(needles) > 20_000 and occurring(needles, haystack) == set()

    inside = set()
    for party in ("qa", "co"):
        copy = as_member(party, copy_for(party, tmp_path / "mission", tmp_path / f"copy of {party}"))
        for each in payloads_here(copy, copy.keys.mailboxes()):
            if each.contents is not None:
                values = b", ".join(bytes.fromhex(opening.value) for opening in each.contents.head.openings)
                inside |= set((each.contents.document + b", " + values).decode("latin1").split(", "))
    assert set(identifiers) <= inside, "they were there to be found"


def occurring(needles: set[bytes], haystack: bytes) -> set[bytes]:
    """Those needles that stand somewhere in the haystack: by length, against all its stretches of that length."""
    found = set()
    for length in {len(each) for each in needles}:
        stretches = {haystack[at : at + length] for at in range(len(haystack) - length + 1)}
        found |= stretches & needles
    return found


def public_bytes(mission: Mission) -> bytes:
    """Everything in the folders that go round: log, payloads, outbox; statements also decoded from their base64."""
    folders = (mission.folder.log, mission.folder.payloads, mission.folder.outbox)
    stored = [path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()]
    names = [path.name.encode() for folder in folders for path in folder.rglob("*")]
    statements = [parse_envelope(entry).payload for entry in LogReader(mission.folder.log, DiskFiles()).entries()]
    return b"\0".join([*stored, *names, *statements, *(each.lower() for each in statements)])


def test_what_the_log_hides_the_private_openings_can_show(mission: Mission) -> None:
    private = mission.confidential.collect(share=False)
    made = mission.publish(DEPOSIT, a_deposit(private, b"\7" * 32), NOON_US, private)
    values = {opening.domain: check_opening(opening) for opening in mission.confidential.openings(made.digest)}
    assert values["deposit/1"] == b"\7" * 32


def test_salts_of_an_own_run_are_marked_for_nobody_and_those_of_a_common_run_for_everybody(mission: Mission) -> None:
    for share, word in ((True, "everybody"), (False, "nobody")):
        private = mission.confidential.collect(share=share)
        made = mission.publish(RUN, a_run(private), NOON_US, private)
        file = mission.folder.openings / f"{made.digest}.json"
        assert json.loads(file.read_bytes())["share"] == word
        assert file.parent.stat().st_mode & 0o077 == 0


def test_no_salt_is_used_twice(mission: Mission) -> None:
    salts = []
    for digest in (b"\1" * 32, b"\1" * 32, b"\2" * 32):
        private = mission.confidential.collect(share=False)
        made = mission.publish(DEPOSIT, a_deposit(private, digest), NOON_US, private)
        salts += [opening.salt for opening in mission.confidential.openings(made.digest)]
    assert len(set(salts)) == len(salts) and all(len(salt) == 64 for salt in salts)
