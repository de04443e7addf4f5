"""Agreed is what every party's witness has cosigned; a missing one is named, with its silence; a forged line fails."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mission.log_in_memory import DAY_S, START_S
from tests.mission.stage import NOON_US, ORIGIN, PASSPHRASE, a_deposit, found, means
from veedor.log.checkpoint import Checkpoint
from veedor.log.cosignature import TIME_BYTES, CosignerSigner, cosign
from veedor.log.ed25519 import SigningKey
from veedor.log.note import SignatureLine, parse_note
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import open_mission
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.keys import Key
from veedor.mission.statements.access import Revoke
from veedor.mission.statements.authority import Cosignature, Seal
from veedor.mission.statements.types import DEPOSIT, REVOKE, SEAL
from veedor.mission.verification.verify import Verification, verify

FILES = DiskFiles()
ALL = ("co", "qa", "ve")


def line_of(path: Path, party: str, time_s: int, text: bytes, key: Key | None = None) -> bytes:
    key = key or load_key(Folder(path), party, "witness", PASSPHRASE)
    return cosign(text, CosignerSigner(f"{ORIGIN}/witness/{party}", key.signing), time_s)


def cosigned(path: Path, *parties: str, time_s: int = START_S) -> None:
    """Add the lines of these members' witnesses to the published head."""
    head = path / "log" / "checkpoint"
    text = parse_note(head.read_bytes()).text
    head.write_bytes(head.read_bytes() + b"".join(line_of(path, each, time_s, text) for each in parties))


def sealed(path: Path, given, times: dict[str, int]) -> None:
    """Log a seal of the whole log, cosigned by these members at these times."""
    with open_mission(path, given) as mission:
        note = parse_note(LogReader(path / "log", FILES).checkpoint_bytes())
        head = LogReader(path / "log", FILES).checkpoint()
        cosignatures = []
        for party, time_s in sorted(times.items()):
            (line,) = parse_note(note.text + b"\n" + line_of(path, party, time_s, note.text)).signatures
            cosignatures.append(Cosignature(party, time_s, line.signature[TIME_BYTES:].hex()))
        body = Seal(head.size, head.root.hex(), note.signatures[0].signature.hex(), tuple(cosignatures))
        mission.publish(SEAL, body, NOON_US)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A mission whose third seal co's witness did not cosign."""
    folder = tmp_path_factory.mktemp("agreed")
    found(folder)
    given = means(folder, "work")
    path = folder / "mission"
    with open_mission(path, given) as mission:
        private = mission.confidential.collect(share=False)
        mission.publish(DEPOSIT, a_deposit(private), NOON_US, private)
        digest = mission.state.genesis_digest
    for day, parties in ((0, ALL), (1, ALL), (2, ("qa", "ve")), (5, ("qa", "ve"))):
        sealed(path, given, dict.fromkeys(parties, START_S + day * DAY_S))
    return path, digest


@pytest.fixture
def path(tmp_path: Path, made: tuple[Path, str]) -> Path:
    shutil.copytree(made[0], tmp_path / "mission")
    return tmp_path / "mission"


def step(result: Verification, name: str) -> list:
    return [each for each in result.steps if each.name == name]


def test_a_head_that_every_party_cosigned_is_verified(path: Path, made: tuple[Path, str]) -> None:
    cosigned(path, "co", "ve")
    result = verify(path, FILES, made[1])
    assert result.verdict == "verified"
    (agreed,) = step(result, "agreement")
    assert (agreed.ok, agreed.expected, agreed.found) == (True, "cosignatures of 2 of 2 parties", "co, ve")
    assert verify(path, FILES).verdict == "unanchored", "keys found inside prove nothing"


def test_a_missing_party_is_named_with_its_silence_by_log_time(path: Path, made: tuple[Path, str]) -> None:
    cosigned(path, "qa", "ve")
    result = verify(path, FILES, made[1])
    assert result.verdict == "not agreed"
    who, missing = step(result, "agreement")
    assert who.found == "qa, ve" and who.ok is None
    assert missing.expected == "cosignature of co"
    day = missing.found.split(" since ")[1]
    assert day == "2026-09-23 12:00:00 UTC, for 3.0 days by log time", "two days after the first seal, at noon"


def test_the_time_of_the_entries_is_a_step_of_its_own(path: Path, made: tuple[Path, str]) -> None:
    (time,) = step(verify(path, FILES, made[1]), "time")
    assert time.ok and time.found == "4 seals, 5 of 6 entries, up to 2026-09-26 12:00:00 UTC"


def test_outsiders_and_strangers_agree_to_nothing(path: Path, made: tuple[Path, str]) -> None:
    cosigned(path, "qa")
    head = path / "log" / "checkpoint"
    stranger = CosignerSigner("elsewhere.example/witness", SigningKey(b"\7" * 32))
    text = parse_note(head.read_bytes()).text
    head.write_bytes(head.read_bytes() + cosign(text, stranger, START_S))
    result = verify(path, FILES, made[1])
    assert result.verdict == "not agreed" and step(result, "agreement")[0].found == "qa"


def test_one_bad_line_of_a_known_witness_rejects_the_head(path: Path, made: tuple[Path, str]) -> None:
    """Whatever the others say (c2sp.org/signed-note); a cosignature of an older head is such a line."""
    cosigned(path, "co", "ve")
    head = path / "log" / "checkpoint"
    good, member = head.read_bytes(), load_key(Folder(path), "qa", "witness", PASSPHRASE)
    older = Checkpoint(ORIGIN, 1, b"\0" * 32).text()
    key_hash = parse_note(good + line_of(path, "qa", START_S, parse_note(good).text)).signatures[-1].key_hash
    for bad in (
        line_of(path, "qa", START_S, older),
        SignatureLine(f"{ORIGIN}/witness/qa", key_hash, b"\0" * 72).text(),
        SignatureLine(f"{ORIGIN}/witness/qa", key_hash, member.signing.sign(parse_note(good).text)).text(),
    ):
        head.write_bytes(good + bad)
        result = verify(path, FILES, made[1])
        assert result.verdict == "failed" and result.failure is not None and result.failure.name == "agreement"


def test_under_a_members_name_only_its_own_key_counts(path: Path, made: tuple[Path, str]) -> None:
    text = parse_note((path / "log" / "checkpoint").read_bytes()).text
    head = path / "log" / "checkpoint"
    cosigned(path, "ve")
    own = load_key(Folder(path), "ve", "witness", PASSPHRASE)
    head.write_bytes(head.read_bytes() + line_of(path, "co", START_S, text, own))
    assert verify(path, FILES, made[1]).verdict == "not agreed", "another key hash: a stranger's line"


def test_two_cosignatures_of_one_witness_are_one(path: Path, made: tuple[Path, str]) -> None:
    cosigned(path, "ve")
    cosigned(path, "ve", time_s=START_S + 60)
    result = verify(path, FILES, made[1])
    assert result.verdict == "not agreed" and step(result, "agreement")[0].found == "ve"


def test_a_revoked_witness_key_agrees_to_nothing_any_more(path: Path, made: tuple[Path, str], tmp_path: Path) -> None:
    shutil.copytree(made[0].parent / "state", tmp_path / "state")
    with open_mission(path, means(tmp_path, "revoking"), "co") as mission:
        mission.publish(REVOKE, Revoke(mission.state.roster.members["co"].keys.witness, 1), NOON_US)
    cosigned(path, "co", "ve")
    result = verify(path, FILES, made[1])
    assert result.verdict == "not agreed" and step(result, "agreement")[0].found == "ve"


def test_the_next_head_begins_without_cosignatures_and_the_same_one_keeps_them(tmp_path: Path) -> None:
    found(tmp_path)
    path, given = tmp_path / "mission", means(tmp_path, "work")
    cosigned(path, "co", "ve")
    kept = (path / "log" / "checkpoint").read_bytes()
    with open_mission(path, given) as mission:
        mission.deliver()
        assert (path / "log" / "checkpoint").read_bytes() == kept
        private = mission.confidential.collect(share=False)
        mission.publish(DEPOSIT, a_deposit(private), NOON_US, private)
    assert len(parse_note((path / "log" / "checkpoint").read_bytes()).signatures) == 1


def test_a_clock_that_is_off_shows_in_the_verification(tmp_path: Path) -> None:
    found(tmp_path)
    path, given = tmp_path / "mission", means(tmp_path, "work")
    sealed(path, given, {"co": START_S, "qa": START_S + 5, "ve": START_S + 900})
    steps = step(verify(path, FILES), "time")
    assert [each.ok for each in steps] == [True, None]
    assert steps[1].found == "ve's witness: off in 1 seals, by up to 895 s; 0 proven" and "ve" in steps[1].expected
