"""A copy changes its keys: the new one is kept before anybody hears of it, the old one until the log has the new."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from tests.mission.stage import CHEAP, NOON_US, PASSPHRASE, Counted, a_run, found, means
from veedor.errors import StoreError, UsageError
from veedor.log_folder.files import DiskFiles
from veedor.mission.acts.change_keys import delegate, recover, revoke, rotate
from veedor.mission.acts.proposal import decode_proposal, encode_proposal, sign
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.key_store import find_key, keep_new, new_keys_of, settle
from veedor.mission.copy.keys import new_key, open_key, seal_key
from veedor.mission.copy.outbox import Outbox
from veedor.mission.statements.acts import Look
from veedor.mission.statements.bodies import Body
from veedor.mission.statements.chain import BodyType, Chain, payload, signed
from veedor.mission.statements.types import LOOK, RUN
from veedor.mission.statements.vocabulary import KEY_ROLES, KeyRole
from veedor.mission.verification.verify import verify

DAY_US = 86_400_000_000


def say_something(mission: Mission) -> None:
    private = mission.confidential.collect(share=False)
    made = mission.publish(RUN, a_run(private), NOON_US, private)
    assert made.index is None or mission.state.holds(mission.party, made.digest)


def key_of(mission: Mission, role: KeyRole) -> str:
    return getattr(mission.state.roster.members[mission.party].keys, role)


def apart(tmp_path: Path, party: str = "co") -> Path:
    """A copy of the mission that holds the keys of one member, which does not append."""
    copy = tmp_path / party
    shutil.copytree(tmp_path / "mission", copy)
    for other in ("ve", "co", "qa"):
        if other != party:
            shutil.rmtree(copy / "keys" / other)
    return copy


def carry_outbox(source: Path, target: Path) -> None:
    outbox = Outbox(source / "outbox", DiskFiles())
    for each in outbox.waiting({named.party for named in outbox.names()}):
        Outbox(target / "outbox", DiskFiles()).put(each.party, each.seq, each.envelope)


def carry_log(source: Path, target: Path) -> None:
    shutil.rmtree(target / "log")
    shutil.copytree(source / "log", target / "log")


@pytest.mark.parametrize("role", KEY_ROLES)
def test_after_a_rotation_the_mission_goes_on_with_the_new_key_and_verifies(
    tmp_path: Path, mission: Mission, role: KeyRole
) -> None:
    before, old_file = key_of(mission, role), mission.folder.key_file("ve", role).read_bytes()
    say_something(mission)
    made = rotate(mission, role, NOON_US)
    say_something(mission)
    assert made.index == 2 and key_of(mission, role) != before and not mission.state.void
    file = mission.folder.key_file("ve", role)
    assert open_key(file.read_bytes(), PASSPHRASE, file).public == key_of(mission, role)
    assert old_file not in [path.read_bytes() for path in mission.folder.keys.rglob("*.json")]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(mission.folder.new_keys("ve").stat().st_mode) == 0o700
    result = verify(tmp_path / "mission", DiskFiles(), mission.state.genesis_digest)
    assert result.verdict == "not agreed", result.failure


def test_the_appender_takes_new_log_keys_again_and_again(tmp_path: Path, mission: Mission) -> None:
    for _ in range(3):
        rotate(mission, "log", NOON_US)
        say_something(mission)
        result = verify(tmp_path / "mission", DiskFiles(), mission.state.genesis_digest)
        assert result.verdict == "not agreed", result.failure


def test_the_old_key_file_stays_until_the_log_holds_the_rotation(tmp_path: Path, mission: Mission) -> None:
    copy = apart(tmp_path)
    with open_mission(copy, means(tmp_path, "co"), "co") as of_co:
        file = of_co.folder.key_file("co", "statement")
        old = file.read_bytes()
        assert rotate(of_co, "statement", NOON_US).index is None
        say_something(of_co)  # signed with the new key, and waits behind the rotation
        assert file.read_bytes() == old
        carry_outbox(copy, tmp_path / "mission")
        mission.append_all()
        assert mission.state.next_of("co")[0] == 3 and not mission.state.void
        carry_log(tmp_path / "mission", copy)
    with open_mission(copy, means(tmp_path, "later"), "co") as of_co:
        say_something(of_co)
        assert file.read_bytes() != old
        assert open_key(file.read_bytes(), PASSPHRASE, file).public == key_of(of_co, "statement")
        assert not list(new_keys_of(DiskFiles(), of_co.folder, "co"))


def test_a_key_that_the_log_does_not_know_signs_nothing(tmp_path: Path, mission: Mission) -> None:
    """A thief rotated it, or an old copy of keys/ was put back."""
    shutil.copytree(mission.folder.keys, tmp_path / "old")
    rotate(mission, "statement", NOON_US)
    shutil.rmtree(mission.folder.keys)
    shutil.copytree(tmp_path / "old", mission.folder.keys)
    with (
        open_mission(tmp_path / "mission", means(tmp_path, "again")) as again,
        pytest.raises(UsageError, match="statement key of ve that the log has is not in this folder") as caught,
    ):
        say_something(again)
    assert caught.value.expected == key_of(mission, "statement") and "theft" in (caught.value.next_step or "")


def test_nothing_is_kept_of_a_change_that_would_be_void(mission: Mission) -> None:
    revoke(mission, key_of(mission, "witness"), None, NOON_US)
    for refused in (
        lambda: rotate(mission, "witness", NOON_US),
        lambda: recover(mission, "ve", "log", NOON_US, author="ve", others=("co",)),
        lambda: delegate(mission, "device", ("look",), 0, mission.folder.path / "d.json", b"x", NOON_US),
        lambda: revoke(mission, key_of(mission, "recovery"), None, NOON_US),
    ):
        with pytest.raises(UsageError, match="would be void"):
            refused()
    assert not list(mission.folder.keys.rglob("new/*")) and not (mission.folder.path / "d.json").exists()


def test_a_revoked_witness_key_is_recovered_with_the_recovery_key_in_one_step(mission: Mission) -> None:
    old = key_of(mission, "witness")
    revoke(mission, old[:8], 1, NOON_US)
    progress = recover(mission, "ve", "witness", NOON_US, author="ve")
    assert progress.published is not None and not mission.state.void
    assert mission.keys.of("witness").public == key_of(mission, "witness") != old


def test_a_stolen_statement_key_is_recovered_in_a_statement_of_another_member(
    tmp_path: Path, mission: Mission, of_co: Mission
) -> None:
    copy = apart(tmp_path, "qa")
    stolen = key_of(of_co, "statement")
    revoke(of_co, stolen, 1, NOON_US)
    with pytest.raises(UsageError, match="would be void"):
        say_something(of_co)
    progress = recover(of_co, "co", "statement", NOON_US, author="qa")
    assert progress.published is None and progress.waits_for == ("qa",)
    stick = encode_proposal(progress.proposal)
    carry_log(tmp_path / "mission", copy)
    with open_mission(copy, means(tmp_path, "qa"), "qa") as of_qa:
        done = sign(of_qa, decode_proposal(stick, "stick"))
        assert done.published is not None and done.published.index is None
        carry_outbox(copy, tmp_path / "mission")
    mission.append_all()
    say_something(of_co)
    assert key_of(of_co, "statement") != stolen and not of_co.state.void


def test_the_recovery_key_may_be_kept_elsewhere(tmp_path: Path, mission: Mission) -> None:
    kept = tmp_path / "safe.json"
    mission.folder.key_file("ve", "recovery").rename(kept)
    with pytest.raises(UsageError, match="recovery key of ve that the log has is not in this folder"):
        recover(mission, "ve", "witness", NOON_US, author="ve")
    assert recover(mission, "ve", "witness", NOON_US, author="ve", recovery_key=kept).published
    other = mission.folder.key_file("co", "recovery")
    with pytest.raises(UsageError, match="not the recovery key"):
        recover(mission, "ve", "log", NOON_US, author="ve", recovery_key=other)


def test_a_device_gets_a_key_of_its_own_under_a_passphrase_of_its_own(tmp_path: Path, mission: Mission) -> None:
    file = tmp_path / "phone.json"
    delegate(mission, "device", ("look", "attest", "look"), NOON_US + DAY_US, file, b"of the phone", NOON_US)
    key = open_key(file.read_bytes(), b"of the phone", file)
    given = mission.state.roster.keys.delegations[key.public]
    assert given.scope == {"look", "attest"} and given.end_us == NOON_US + DAY_US
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="passphrase does not open"):
        open_key(file.read_bytes(), PASSPHRASE, file)
    with pytest.raises(StoreError):
        delegate(mission, "device", ("look",), NOON_US + DAY_US, file, b"x", NOON_US)
    assert len(mission.state.roster.keys.delegations) == 1, "no file is replaced, and nothing said without one"


def test_a_device_signs_the_partys_next_statement_within_its_scope(tmp_path: Path, mission: Mission) -> None:
    """As a browser does: this copy says what comes next, the device signs it, this copy publishes it."""
    file = tmp_path / "phone.json"
    delegate(mission, "device", ("look",), NOON_US + DAY_US, file, b"of the phone", NOON_US)
    key = open_key(file.read_bytes(), b"of the phone", file)

    def by_device(kind: BodyType, body: Body) -> bytes:
        state = mission.pending()
        seq, prev = state.next_of("ve")
        chain = Chain(state.genesis_digest, "ve", seq, prev, NOON_US, (key.public,))
        return signed(payload(kind, chain, body), [key.signing])

    made = mission.publish_signed(by_device(LOOK, Look("co", "plots", "case", 1, NOON_US, "a" * 64)))
    assert made.index == 2
    with pytest.raises(UsageError, match="would be void"):
        mission.publish_signed(by_device(RUN, a_run(mission.confidential.collect(share=False))))
    say_something(mission)
    assert mission.state.next_of("ve")[0] == 4 and not mission.state.void


@pytest.mark.parametrize("text", ["", "abcdefg", "zzzzzzzz", "0" * 64])
def test_which_key_is_revoked_is_never_guessed(mission: Mission, text: str) -> None:
    with pytest.raises(UsageError, match="which key"):
        revoke(mission, text, None, NOON_US)


def test_a_key_file_under_anothers_name_is_not_taken(tmp_path: Path) -> None:
    found(tmp_path)
    folder, entropy = Folder(tmp_path / "mission"), Counted("swap")
    key = new_key("ve", "witness", entropy)
    keep_new(DiskFiles(), folder, key, PASSPHRASE, entropy, CHEAP)
    assert find_key(folder, "ve", "witness", key.public, PASSPHRASE).public == key.public
    for party, role in (("ve", "log"), ("co", "witness")):
        with pytest.raises(UsageError, match="not in this folder"):
            find_key(folder, party, role, key.public, PASSPHRASE)
    lie = folder.new_keys("ve") / f"{key.public}.json"
    lie.write_bytes(seal_key(new_key("ve", "witness", entropy), PASSPHRASE, entropy, CHEAP))
    with pytest.raises(UsageError, match="not in this folder"):
        find_key(folder, "ve", "witness", key.public, PASSPHRASE)


def test_settling_twice_is_settling_once(tmp_path: Path, mission: Mission) -> None:
    rotate(mission, "witness", NOON_US)
    held = {path: path.read_bytes() for path in mission.folder.keys.rglob("*.json")}
    assert settle(DiskFiles(), mission.folder, mission.state.roster) == ()
    assert held == {path: path.read_bytes() for path in mission.folder.keys.rglob("*.json")}


def test_a_new_file_that_holds_another_key_than_its_name_says_takes_no_place(mission: Mission) -> None:
    place, public = mission.folder.key_file("ve", "witness"), key_of(mission, "witness")
    other, entropy = new_key("ve", "witness", Counted("other")), Counted("lie")
    lie = mission.folder.new_keys("ve") / f"{public}.json"
    lie.parent.mkdir()
    lie.write_bytes(seal_key(other, PASSPHRASE, entropy, CHEAP))
    assert settle(DiskFiles(), mission.folder, mission.state.roster) == ()
    assert open_key(place.read_bytes(), PASSPHRASE, place).public == public
