"""Nothing confidential occurs in log/: 1,000 planted identifiers and their hashes are looked for in every form."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from tests.mission.stage import NOON_US, a_deposit, a_run, some_findings
from veedor.log.envelope import parse_envelope
from veedor.log.files import DiskFiles
from veedor.log.reader import LogReader
from veedor.mission.copy.append import Mission
from veedor.mission.statements.salts import check_opening
from veedor.mission.statements.types import DEPOSIT, FINDINGS, RUN


def forms(identifier: str) -> set[bytes]:
    """The identifier as text, and its plain hashes, as bytes, hex and base64."""
    plain = identifier.encode()
    found = {plain, plain.lower(), base64.b64encode(plain)}
    for name in ("sha256", "sha1", "md5", "sha512", "sha3_256", "blake2b"):
        digest = hashlib.new(name, plain).digest()
        found |= {digest, digest.hex().encode(), digest.hex().upper().encode(), base64.b64encode(digest)}
    return found


def test_a_thousand_planted_identifiers_and_their_hashes_occur_nowhere_in_the_log(
    tmp_path: Path, mission: Mission
) -> None:
    identifiers = [f"VE{number:04d}0102030405060708{number:04d}" for number in range(1000)]
    digest = hashlib.sha256("".join(identifiers).encode()).digest()
    private = mission.private(share=False)
    for each in identifiers:
        private.commit("deposit-details/1", each.encode())
        private.commit("identifier/1", hashlib.sha256(each.encode()).digest())
    mission.publish(DEPOSIT, a_deposit(private, digest), NOON_US, private)
    private = mission.private(share=False)
    run = mission.publish(RUN, a_run(private, [digest]), NOON_US, private)
    private = mission.private(share=False)
    mission.publish(FINDINGS, some_findings(private, run.digest), NOON_US, private)

    stored = [path.read_bytes() for path in (tmp_path / "mission/log").rglob("*") if path.is_file()]
    payloads = [parse_envelope(entry).payload for entry in LogReader(mission.folder.log, DiskFiles()).entries()]
    haystack = b"\0".join([*stored, *payloads, *(payload.lower() for payload in payloads)])
    assert b"urn:veedor:deposit:1" in haystack
    needles = {form for each in identifiers for form in forms(each)} | {digest, digest.hex().encode()}
    assert [form for form in needles if form in haystack] == []


def test_what_the_log_hides_the_private_openings_can_show(mission: Mission) -> None:
    private = mission.private(share=False)
    made = mission.publish(DEPOSIT, a_deposit(private, b"\7" * 32), NOON_US, private)
    values = {opening.domain: check_opening(opening) for opening in mission.openings(made.digest)}
    assert values["deposit/1"] == b"\7" * 32


def test_salts_of_an_own_run_are_marked_for_nobody_and_those_of_a_common_run_for_everybody(mission: Mission) -> None:
    for share, word in ((True, "everybody"), (False, "nobody")):
        private = mission.private(share=share)
        made = mission.publish(RUN, a_run(private), NOON_US, private)
        file = mission.folder.openings / f"{made.digest}.json"
        assert json.loads(file.read_bytes())["share"] == word
        assert file.parent.stat().st_mode & 0o077 == 0


def test_no_salt_is_used_twice(mission: Mission) -> None:
    salts = []
    for digest in (b"\1" * 32, b"\1" * 32, b"\2" * 32):
        private = mission.private(share=False)
        made = mission.publish(DEPOSIT, a_deposit(private, digest), NOON_US, private)
        salts += [opening.salt for opening in mission.openings(made.digest)]
    assert len(set(salts)) == len(salts) and all(len(salt) == 64 for salt in salts)
