"""A head under a key that this copy does not know: seals among the entries lead to it, strangers lead nowhere far."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mission.copies import Spied, fill, genesis_of, head_of, opened, synced, three_copies, witness_signer
from tests.mission.stage import NOON_US, ORIGIN, PASSPHRASE
from veedor.errors import VerifyError
from veedor.log.checkpoint import sign_checkpoint
from veedor.log.cosignature import TIME_BYTES, cosign
from veedor.log.ed25519 import SigningKey
from veedor.log.note import NoteSigner, parse_note
from veedor.mission.acts.change_keys import rotate
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.exchange import pull
from veedor.mission.statements.authority import Cosignature, Seal
from veedor.mission.statements.types import SEAL

MOST = 40


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pull, "MOST_UNDER_UNKNOWN_KEY", MOST)
    return three_copies(tmp_path / "stage")


def seal(stage: Path) -> None:
    with opened(stage, "ve") as mission:
        head = head_of(stage / "ve")
        time_s = NOON_US // 1_000_000 + head.size
        cosigned = []
        for party in ("co", "qa", "ve"):
            line = cosign(head.text(), witness_signer(stage, party), time_s)
            (read,) = parse_note(head.text() + b"\n" + line).signatures
            cosigned.append(Cosignature(party, time_s, read.signature[TIME_BYTES:].hex()))
        signature = load_key(Folder(stage / "ve"), "ve", "log", PASSPHRASE).signing.sign(head.text()).hex()
        mission.publish(SEAL, Seal(head.size, head.root.hex(), signature, tuple(cosigned)), NOON_US)


def grow(stage: Path, stretches: int, *, sealed: bool, length: int = MOST - 10) -> None:
    """So many stretches of entries, each shorter than the limit, and then a new log key."""
    for _ in range(stretches):
        fill(stage, length)
        if sealed:
            seal(stage)
    with opened(stage, "ve") as mission:
        rotate(mission, "log", NOON_US)


def emptied(stage: Path) -> str:
    """co's copy without any of the log, for a first sync."""
    genesis = genesis_of(stage)
    shutil.rmtree(stage / "co/log")
    return genesis


@pytest.mark.parametrize("first", [True, False])
def test_a_long_log_with_seals_is_followed_to_its_new_key(stage: Path, first: bool) -> None:
    grow(stage, 8, sealed=True)
    assert head_of(stage / "ve").size > 6 * MOST
    trust = emptied(stage) if first else None
    synced(stage, "co", stage / "ve", trust)
    assert head_of(stage / "co") == head_of(stage / "ve")
    again = synced(stage, "co", stage / "ve").log
    assert (again.before, again.fetched) == (again.after, 0), "tiles are whole: nothing is fetched twice"


@pytest.mark.parametrize("first", [True, False])
def test_without_seals_it_is_not(stage: Path, first: bool) -> None:
    grow(stage, 8, sealed=False)
    trust = emptied(stage) if first else None
    with pytest.raises(VerifyError, match="no log key that this copy knows"):
        synced(stage, "co", stage / "ve", trust)


@pytest.mark.parametrize("over", [0, 1])
def test_the_last_entry_that_is_taken_on_trust(stage: Path, over: int) -> None:
    """With the rotation at the very limit it is found; one entry later it is not looked for."""
    have = head_of(stage / "co").size
    fill(stage, MOST - 1 + over)
    with opened(stage, "ve") as mission:
        rotate(mission, "log", NOON_US)
    assert head_of(stage / "ve").size == have + MOST + over
    if over:
        with pytest.raises(VerifyError, match="no log key that this copy knows"):
            synced(stage, "co", stage / "ve")
    else:
        synced(stage, "co", stage / "ve")
        assert head_of(stage / "co") == head_of(stage / "ve")


def test_a_stranger_who_goes_on_from_a_real_log_gets_no_further_than_the_limit(stage: Path) -> None:
    for _ in range(3):
        fill(stage, MOST - 10)
        seal(stage)
    real = head_of(stage / "ve").size
    fill(stage, 20 * 256)
    stranger = NoteSigner(ORIGIN, SigningKey(b"\x09" * 32))
    source = Spied(
        stage / "ve",
        lambda path, data: sign_checkpoint(head_of(stage / "ve"), stranger) if path.endswith("checkpoint") else data,
    )
    before = head_of(stage / "co")
    with pytest.raises(VerifyError, match="no log key that this copy knows"):
        synced(stage, "co", source)
    assert head_of(stage / "co") == before
    assert len(source.bundles) <= (real + MOST) // 256 + 2, "bundles come whole"
