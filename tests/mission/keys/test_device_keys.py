"""A delegated key speaks for its party in a copy without the party's own keys, and nowhere beyond its delegation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mission.copies import contents, means_of, opened
from tests.mission.device_stage import DEVICE_PASSPHRASE, LATER_US, Stage, looks
from tests.mission.key_stage import fresh
from tests.mission.log_in_memory import START_S, InMemory
from tests.mission.stage import NOON_US
from veedor.errors import StoreError, UsageError
from veedor.log_folder.files import DiskFiles
from veedor.mission.acts import change_keys
from veedor.mission.acts.attestations import attest
from veedor.mission.copy.append import open_mission
from veedor.mission.copy.device import load_device_key, need_delegated
from veedor.mission.copy.enclosed import Named
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.keys import Key
from veedor.mission.exchange.receipts import give_receipts
from veedor.mission.rows.state import read_state
from veedor.mission.state.fold import State
from veedor.mission.statements.access import Delegate, Revoke
from veedor.mission.statements.chain import read_header
from veedor.mission.statements.types import DELEGATE, REVOKE

SEALS = {"co": START_S, "qa": START_S, "ve": START_S}


@pytest.fixture
def of_co(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "stage", "co")


def test_a_copy_without_the_statement_key_looks_attests_and_receipts(of_co: Stage) -> None:
    with opened(of_co.path, "qa") as mission:
        withheld = looks(mission, "ve")
        (envelope,) = (each.envelope for each in mission.waiting() if each.digest == withheld.digest)
    assert not (of_co.path / "phone/keys").exists()
    with of_co.phone() as mission:
        made = looks(mission)
        assert attest(mission, Named("a.pdf", b"a sentence"), "other", NOON_US, (), NOON_US).seq == made.seq + 1
        (given,) = give_receipts(mission, [envelope], NOON_US)
        assert given.receipt is not None and given.receipt.seq == made.seq + 2
        signers = {key for each in mission.waiting() for key in read_header(each.envelope)[0].signers}
        assert give_receipts(mission, [envelope], NOON_US)[0].reason == "receipted", "its own outbox is known to it"
    assert signers == {load_device_key(DiskFiles(), of_co.key, DEVICE_PASSPHRASE).public}
    of_co.carry("phone", "ve")
    of_co.append()
    assert of_co.chain() == ["delegate", "look", "attest", "receipt"]
    state = read_state(of_co.path / "ve", DiskFiles())
    assert state.void == ()
    of_co.carry("ve", "phone")
    with of_co.phone() as mission:
        assert mission.outbox.names() == (), "what the log holds has left the outbox"
        assert looks(mission).seq == made.seq + 3


@pytest.mark.parametrize("party", ["ve", "co"])
def test_what_the_phone_said_goes_on_in_the_partys_own_copy(tmp_path: Path, party: str) -> None:
    stage = Stage(tmp_path / "stage", party)
    if party == "co":
        stage.carry("ve", "co")
    with stage.phone() as mission:
        said = looks(mission)
    stage.carry("phone", party)
    with opened(stage.path, party) as mission:
        assert looks(mission).seq == said.seq + 1, "no fork: the copy knows what its phone said"
    stage.carry("co", "ve") if party == "co" else None
    stage.append()
    assert stage.chain() == ["delegate", "look", "look"]


def test_only_what_delegated_keys_signed_is_taken_in_for_a_member_of_this_copy(of_co: Stage) -> None:
    of_co.carry("ve", "co")
    twin = of_co.path / "twin"
    shutil.copytree(of_co.path / "co", twin)
    with open_mission(twin, means_of(of_co.path, "co", seed="twin"), "co") as mission:
        looks(mission)
    of_co.carry("twin", "co")
    with opened(of_co.path, "co") as mission:
        assert mission.outbox.names() == ()


def test_what_a_phone_said_too_late_is_not_taken_in(of_co: Stage) -> None:
    of_co.carry("ve", "co")
    with opened(of_co.path, "co") as mission:
        said = looks(mission, "ve")
    with of_co.phone() as mission:
        looks(mission)
    of_co.carry("phone", "co")
    with opened(of_co.path, "co") as mission:
        assert [each.digest for each in mission.outbox.names()] == [said.digest], "two statements for one place"
        assert looks(mission).seq == said.seq + 1


def test_the_appenders_phone_appends_nothing_itself(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "stage", "ve")
    with stage.phone("ve") as mission:
        assert looks(mission).index is None
        assert looks(mission).seq == 3
    stage.append()
    assert stage.chain() == ["delegate", "look", "look"]


class TestRefusals:
    """Each cause is told for what it is, before anything is written."""

    def refused(self, stage: Stage, words: str) -> None:
        phone = stage.path / "phone"
        before = contents(phone)
        with pytest.raises(UsageError, match=words), stage.phone() as mission:
            looks(mission)
        assert contents(phone) == before

    def test_a_type_beyond_its_scope(self, tmp_path: Path) -> None:
        self.refused(Stage(tmp_path / "stage", "co", ("attest", "receipt")), "may not sign this type of statement")

    def test_a_key_that_this_log_does_not_know(self, of_co: Stage) -> None:
        with opened(of_co.path, "co", seed="second") as mission:
            of_co.key = of_co.path / "second.json"
            change_keys.delegate(mission, "device", ("look",), LATER_US, of_co.key, DEVICE_PASSPHRASE, NOON_US)
        self.refused(of_co, "not delegated in the log of this copy")

    def test_a_revoked_key(self, of_co: Stage) -> None:
        public = change_keys.public_of(of_co.key)
        of_co.carry("ve", "co")
        with opened(of_co.path, "co") as mission:
            change_keys.revoke(mission, public, None, NOON_US)
        of_co.carry("co", "ve")
        of_co.append()
        of_co.carry("ve", "phone")
        self.refused(of_co, "revoked: it signs nothing any more")

    def test_a_wrong_passphrase_and_a_key_of_a_role(self, of_co: Stage) -> None:
        means = means_of(of_co.path, "phone")
        with pytest.raises(UsageError, match="does not open this key"):
            load_device_key(DiskFiles(), of_co.key, means.passphrase)
        statement = Folder(of_co.path / "co").key_file("co", "statement")
        with pytest.raises(UsageError, match="no key of a browser or device"):
            load_device_key(DiskFiles(), statement, means.passphrase)

    def test_a_statement_that_the_log_overtook_is_told_with_its_reason(self, of_co: Stage) -> None:
        with of_co.phone() as mission:
            looks(mission)
        of_co.carry("ve", "co")
        with opened(of_co.path, "co") as mission:
            change_keys.revoke(mission, change_keys.public_of(of_co.key), None, NOON_US)
        of_co.carry("co", "ve")
        of_co.append()
        of_co.carry("ve", "phone")
        with pytest.raises(StoreError, match="revoked_key"), of_co.phone() as mission:
            looks(mission)


class TestByLogTime:
    """The same causes by the state alone; time is log time, whatever the clock of the device says."""

    END_US = (START_S + 60) * 1_000_000

    @pytest.fixture
    def key(self) -> Key:
        return Key("co", "device", fresh("device", "co").signing)

    def delegated(self, key: Key) -> InMemory:
        log = InMemory()
        said = Delegate(key.public, "device", ("look",), self.END_US)
        log.keys["phone"] = {"statement": key}
        assert log.logs("co", DELEGATE, said, "phone") is None
        return log

    def told(self, state: State, key: Key, party: str = "co", type_name: str = "look") -> str | None:
        try:
            need_delegated(state, key, party, type_name)
        except UsageError as error:
            return str(error)
        return None

    def test_it_is_over_with_the_seal_that_reaches_its_end(self, key: Key) -> None:
        log = self.delegated(key)
        assert self.told(log.state, key) is None
        assert log.seals(dict.fromkeys(SEALS, START_S + 59)) is None
        assert self.told(log.state, key) is None
        assert log.seals(dict.fromkeys(SEALS, START_S + 60)) is None
        said = self.told(log.state, key)
        assert said is not None and "over in log time" in said

    def test_it_speaks_for_nobody_else(self, key: Key) -> None:
        state = self.delegated(key).state
        assert "another party" in str(self.told(state, key, "ve"))
        stranger = Key("ve", "device", key.signing)
        assert "not delegated" in str(self.told(state, stranger, "ve")), "a file that lies about its owner"

    def test_each_refusal_is_one_that_the_fold_makes_too(self, key: Key) -> None:
        log = self.delegated(key)
        assert "may not sign" in str(self.told(log.state, key, type_name="attest"))
        assert log.logs("co", REVOKE, Revoke(key.public, 1)) is None
        assert "revoked" in str(self.told(log.state, key))
