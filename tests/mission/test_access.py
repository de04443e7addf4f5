"""Keys change hands, are lost and are stolen: each rule of the fold, held against a rival or a thief who would gain by
its absence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from tests.mission.log_in_memory import START_S, InMemory
from tests.mission.speaking import Author, reason
from tests.mission.stage import NOON_US, ORIGIN, PASSPHRASE, Counted, a_deposit, a_run, found
from veedor.log.envelope import digest
from veedor.log.folder.files import DiskFiles
from veedor.log.folder.reader import LogReader
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.keys import Key, new_keys, new_member
from veedor.mission.state.fold import State, fold
from veedor.mission.state.genesis import possession_message
from veedor.mission.state.kinds import KINDS
from veedor.mission.state.stolen import signed_while_stolen
from veedor.mission.statements.access import Delegate, Mailbox, Recover, Revoke, Rotate
from veedor.mission.statements.acts import Attest, Look
from veedor.mission.statements.authority import Handover
from veedor.mission.statements.bodies import Join
from veedor.mission.statements.chain import BodyType
from veedor.mission.statements.salts import Private
from veedor.mission.statements.types import (
    ATTEST,
    DELEGATE,
    DEPOSIT,
    HANDOVER,
    JOIN,
    LOOK,
    MAILBOX,
    RECOVER,
    REVOKE,
    ROTATE,
    RUN,
)
from veedor.mission.statements.vocabulary import KEY_ROLES, KeyRole

YEAR_US = 365 * 86_400_000_000
LOOK_BODY = Look("co", "plots", "case", 3, NOON_US, "a" * 64)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Parties ve, co, br; mediator qa; observer ec."""
    folder = tmp_path_factory.mktemp("begun")
    found(folder, others=("co", "br", "qa:mediator", "ec:observer"))
    return folder / "mission"


@pytest.fixture
def authors(begun: Path) -> Mapping[str, Author]:
    return {party: Author(begun, party) for party in ("ve", "co", "br", "qa", "ec")}


@pytest.fixture
def ve(authors: Mapping[str, Author]) -> Author:
    return authors["ve"]


@pytest.fixture
def co(authors: Mapping[str, Author]) -> Author:
    return authors["co"]


@pytest.fixture
def qa(authors: Mapping[str, Author]) -> Author:
    return authors["qa"]


@pytest.fixture(scope="module")
def start(begun: Path) -> State:
    return fold(LogReader(begun / "log", DiskFiles()).entries(), KINDS)


@pytest.fixture
def held(begun: Path):
    """Private keys of the founding, by member and role."""
    return lambda party, role: load_key(Folder(begun), party, role, PASSPHRASE)


def fresh(name: str, party: str = "ve", role: KeyRole = "statement") -> Key:
    return new_keys(party, Counted(name))[role]


def proof(key: Key, party: str = "ve", role: str = "statement", member_role: str = "party") -> str:
    return key.signing.sign(possession_message(ORIGIN, party, member_role, role, key.public)).hex()


def rotation(old: Key, new: Key, role: KeyRole = "statement", party: str = "ve", **changes: object) -> Rotate:
    said = Rotate(role, old.public, new.public, proof(new, party, role))
    return msgspec.structs.replace(said, **changes)


def recovery(new: Key, key: Key | None, role: KeyRole = "statement", party: str = "ve") -> Recover:
    return Recover(party, role, new.public, proof(new, party, role), key.public if key else "")


def after(state: State, *entries: bytes) -> State:
    """The state after entries that all count."""
    found = fold(entries, KINDS, state)
    assert found.void == state.void, found.void[len(state.void) :]
    return found


def current(state: State, party: str, role: KeyRole) -> str:
    return getattr(state.roster.members[party].keys, role)


def with_recovery_by(state: State, count: int) -> State:
    """As after a policy that lets so many other members replace a member's keys."""
    return replace(state, roster=replace(state.roster, recovery=count))


class TestRotation:
    def test_the_chain_goes_on_with_the_new_statement_key(self, start: State, ve: Author) -> None:
        old, new = ve.key, fresh("new")
        entry = ve.says(start, ROTATE, rotation(old, new), new)
        turned = after(start, entry)
        assert turned.next_of("ve") == (2, digest(entry))
        assert reason(turned, ve.says(turned, DEPOSIT, a_deposit(ve.private))) == "wrong_signers"
        ve.key = new
        assert reason(turned, ve.says(turned, DEPOSIT, a_deposit(ve.private))) is None
        assert reason(start, ve.says(start, DEPOSIT, a_deposit(ve.private))) == "wrong_signers"

    def test_everything_else_about_the_member_stays(self, start: State, ve: Author) -> None:
        new = fresh("new")
        turned = after(start, ve.says(start, ROTATE, rotation(ve.key, new), new))
        before, now = start.roster.members["ve"], turned.roster.members["ve"]
        assert now == msgspec.structs.replace(before, keys=msgspec.structs.replace(before.keys, statement=new.public))
        assert {**turned.roster.members, "ve": before} == start.roster.members

    @pytest.mark.parametrize("role", KEY_ROLES)
    def test_each_role_is_rotated_by_its_old_and_its_new_key(
        self, start: State, ve: Author, held, role: KeyRole
    ) -> None:
        old, new = held("ve", role), fresh("new", role=role)
        turned = after(start, ve.says(start, ROTATE, rotation(old, new, role), old, new))
        assert current(turned, "ve", role) == new.public

    @pytest.mark.parametrize("role", ["log", "recovery", "witness"])
    def test_the_thief_of_the_statement_key_alone_cannot_replace_another_key(
        self, start: State, ve: Author, held, role: KeyRole
    ) -> None:
        old, mine = held("ve", role), fresh("thief", role=role)
        assert reason(start, ve.says(start, ROTATE, rotation(old, mine, role), mine)) == "wrong_signers"
        lie = rotation(ve.key, mine, role)
        assert reason(start, ve.says(start, ROTATE, lie, mine)) == "not_current_key"

    def test_the_new_key_must_sign_too(self, start: State, ve: Author) -> None:
        assert reason(start, ve.says(start, ROTATE, rotation(ve.key, fresh("new")))) == "wrong_signers"

    def test_a_rival_cannot_rotate_another_members_key(self, start: State, ve: Author, co: Author) -> None:
        new = fresh("rival")
        entry = co.says(start, ROTATE, rotation(ve.key, new, party="co"), new)
        assert reason(start, entry) == "wrong_signers"
        with_both = co.says(start, ROTATE, rotation(ve.key, new, party="co"), ve.key, new)
        assert reason(start, with_both) == "wrong_signers", "co authors, but ve stands behind it too"

    def test_a_key_whose_possession_is_not_proven_for_this_use_is_void(self, start: State, ve: Author) -> None:
        new = fresh("new")
        for wrong in (proof(new, role="witness"), proof(new, party="co"), proof(new, member_role="mediator")):
            said = rotation(ve.key, new, possession=wrong)
            assert reason(start, ve.says(start, ROTATE, said, new)) == "no_possession"

    def test_an_old_rotation_cannot_be_played_again(self, start: State, ve: Author) -> None:
        first, second = fresh("first"), fresh("second")
        old = ve.key
        entry = ve.says(start, ROTATE, rotation(old, first), first)
        turned = after(start, entry)
        assert reason(turned, entry) == "replay"
        ve.key = first
        turned = after(turned, ve.says(turned, ROTATE, rotation(first, second), second))
        ve.key = second
        again = ve.says(turned, ROTATE, rotation(second, first), first)
        assert reason(turned, again) == "key_in_use", "a key that was left is not taken up again"
        assert reason(turned, ve.says(turned, ROTATE, rotation(second, old), old)) == "key_in_use"

    def test_no_key_of_anybody_can_be_the_new_one(self, start: State, ve: Author, held) -> None:
        for party, role in (("ve", "witness"), ("ve", "statement"), ("co", "log"), ("qa", "recovery")):
            new = held(party, role)
            assert reason(start, ve.says(start, ROTATE, rotation(ve.key, new), new)) == "key_in_use", (party, role)
        speaks = held("co", "statement")
        entry = ve.says(start, ROTATE, rotation(ve.key, speaks), speaks)
        assert reason(start, entry) == "wrong_signers", "then co stands behind it too"

    def test_a_later_member_cannot_join_with_a_key_that_somebody_had(
        self, start: State, ve: Author, authors: Mapping[str, Author]
    ) -> None:
        old, new = ve.key, fresh("new")
        turned = after(start, ve.says(start, ROTATE, rotation(old, new), new))
        ve.key = new
        keys = {**new_keys("pe", Counted("pe")), "witness": old}
        joins = Join(new_member(ORIGIN, "pe", "party", keys))
        signers = [authors["co"].key, authors["br"].key, keys["statement"]]
        assert reason(turned, ve.says(turned, JOIN, joins, *signers)) == "key_in_use"

    def test_a_later_member_has_a_key_of_its_own_for_each_role(
        self, start: State, ve: Author, authors: Mapping[str, Author]
    ) -> None:
        keys = new_keys("pe", Counted("pe"))
        joins = Join(new_member(ORIGIN, "pe", "party", {**keys, "witness": keys["log"]}))
        signers = [authors["co"].key, authors["br"].key, keys["statement"]]
        assert reason(start, ve.says(start, JOIN, joins, *signers)) == "key_in_use"


class TestRecovery:
    def test_any_member_logs_it_where_the_recovery_key_and_the_new_key_sign(
        self, start: State, authors: Mapping[str, Author], held
    ) -> None:
        key, new = held("ve", "recovery"), fresh("new")
        for author in authors.values():
            healed = after(start, author.says(start, RECOVER, recovery(new, key), key, new))
            assert current(healed, "ve", "statement") == new.public

    def test_what_a_thief_of_the_statement_key_did_is_healed(self, start: State, ve: Author, qa: Author, held) -> None:
        stolen, thiefs, new = ve.key, fresh("thief"), fresh("new")
        state = after(start, ve.says(start, ROTATE, rotation(stolen, thiefs), thiefs))
        key = held("ve", "recovery")
        state = after(state, qa.says(state, RECOVER, recovery(new, key), key, new))
        ve.key = thiefs
        assert reason(state, ve.says(state, DEPOSIT, a_deposit(ve.private))) == "wrong_signers"
        ve.key = new
        assert reason(state, ve.says(state, DEPOSIT, a_deposit(ve.private))) is None

    def test_another_recovery_key_than_the_members_own_recovers_nothing(
        self, start: State, ve: Author, co: Author, held
    ) -> None:
        rivals, new = held("co", "recovery"), fresh("new")
        assert reason(start, co.says(start, RECOVER, recovery(new, rivals), rivals, new)) == "not_current_key"
        key, later = held("ve", "recovery"), fresh("later", role="recovery")
        state = after(start, ve.says(start, ROTATE, rotation(key, later, "recovery"), key, later))
        assert reason(state, co.says(state, RECOVER, recovery(new, key), key, new)) == "not_current_key"

    def test_the_recovery_key_itself_must_sign(self, start: State, co: Author, held) -> None:
        key, new = held("ve", "recovery"), fresh("new")
        assert reason(start, co.says(start, RECOVER, recovery(new, key), new)) == "wrong_signers"
        assert reason(start, co.says(start, RECOVER, recovery(new, key), key)) == "wrong_signers"

    def test_beside_the_recovery_key_nobody_else_signs(self, start: State, co: Author, qa: Author, held) -> None:
        key, new = held("ve", "recovery"), fresh("new")
        assert reason(start, co.says(start, RECOVER, recovery(new, key), key, new, qa.key)) == "wrong_signers"

    def test_a_stranger_or_a_used_or_unproven_key_is_refused(self, start: State, co: Author, held) -> None:
        key, new = held("ve", "recovery"), fresh("new")
        assert reason(start, co.says(start, RECOVER, recovery(new, key, party="xx"), key, new)) == "unknown_party"
        used = held("br", "log")
        assert reason(start, co.says(start, RECOVER, recovery(used, key), key, used)) == "key_in_use"
        said = msgspec.structs.replace(recovery(new, key), possession=proof(new, role="log"))
        assert reason(start, co.says(start, RECOVER, said, key, new)) == "no_possession"

    def test_other_members_may_replace_nobodys_keys_until_a_policy_lets_them(
        self, start: State, authors: Mapping[str, Author]
    ) -> None:
        new = fresh("new")
        others = [author.key for party, author in authors.items() if party not in ("ve", "co")]
        entry = authors["co"].says(start, RECOVER, recovery(new, None), new, *others)
        assert reason(start, entry) == "recovery_quorum"

    @pytest.mark.parametrize(
        ("count", "signers", "enough"),
        [
            (2, ("co", "qa"), True),
            (2, ("co", "ec"), True),
            (2, ("co", "br"), False),  # nobody who is not a party
            (2, ("qa",), False),
            (2, ("qa", "ve"), False),  # the member itself is not counted
            (2, ("ve", "co", "qa"), True),
            (3, ("co", "qa"), False),
            (3, ("co", "br", "qa"), True),
            (1, ("qa",), False),  # never fewer than two
            (1, ("qa", "ec"), True),
        ],
    )
    def test_as_many_others_as_the_policy_says_one_of_them_not_a_party(
        self, start: State, authors: Mapping[str, Author], count: int, signers: tuple[str, ...], enough: bool
    ) -> None:
        new, state = fresh("new"), with_recovery_by(start, count)
        entry = authors[signers[0]].says(
            state, RECOVER, recovery(new, None), new, *(authors[each].key for each in signers[1:])
        )
        assert reason(state, entry) == (None if enough else "recovery_quorum")

    def test_where_the_member_is_the_only_one_that_is_not_a_party_the_parties_are_enough(self, tmp_path: Path) -> None:
        found(tmp_path, others=("co", "qa:mediator"))
        path, new = tmp_path / "mission", fresh("new", "qa")
        state = with_recovery_by(fold(LogReader(path / "log", DiskFiles()).entries(), KINDS), 2)
        said = Recover("qa", "statement", new.public, proof(new, "qa", "statement", "mediator"), "")
        entry = Author(path, "ve").says(state, RECOVER, said, new, Author(path, "co").key)
        assert reason(state, entry) is None

    def test_two_keys_of_one_member_are_one_member(self, start: State, co: Author, held) -> None:
        new, state = fresh("new"), with_recovery_by(start, 2)
        entry = co.says(state, RECOVER, recovery(new, None), new, held("co", "witness"))
        assert reason(state, entry) == "wrong_signers"


class TestRevocation:
    def test_a_revoked_key_signs_nothing_more_and_only_recovery_goes_on(
        self, start: State, ve: Author, qa: Author, held
    ) -> None:
        state = after(start, ve.says(start, REVOKE, Revoke(ve.key.public, 1)))
        late = ve.says(state, RUN, a_run(ve.private))
        assert reason(state, late) == "revoked_key"
        assert fold([late], KINDS, state).next_of("ve") == state.next_of("ve"), "it does not lengthen the chain"
        new, old = fresh("new"), ve.key
        assert reason(state, ve.says(state, ROTATE, rotation(old, new), new)) == "revoked_key"
        key = held("ve", "recovery")
        state = after(state, qa.says(state, RECOVER, recovery(new, key), key, new))
        ve.key = new
        assert reason(state, ve.says(state, RUN, a_run(ve.private))) is None

    def test_a_revoked_statement_key_agrees_to_nothing(self, start: State, authors: Mapping[str, Author]) -> None:
        ve, co = authors["ve"], authors["co"]
        keys = new_keys("pe", Counted("pe"))
        joins = Join(new_member(ORIGIN, "pe", "party", keys))
        state = after(start, co.says(start, REVOKE, Revoke(co.key.public, 1)))
        entry = ve.says(state, JOIN, joins, co.key, authors["br"].key, keys["statement"])
        assert reason(start, entry) is None
        assert reason(state, entry) == "revoked_key"

    def test_a_revoked_key_of_another_role_cannot_be_rotated(self, start: State, ve: Author, held) -> None:
        old, new = held("ve", "witness"), fresh("new", role="witness")
        state = after(start, ve.says(start, REVOKE, Revoke(old.public, 1)))
        entry = ve.says(state, ROTATE, rotation(old, new, "witness"), old, new)
        assert reason(state, entry) == "revoked_key"

    def test_nobody_revokes_anothers_key(self, start: State, co: Author, held) -> None:
        for role in KEY_ROLES:
            entry = co.says(start, REVOKE, Revoke(held("ve", role).public, 1))
            assert reason(start, entry) == "not_its_key"
        assert reason(start, co.says(start, REVOKE, Revoke("a" * 64, 1))) == "not_its_key"

    def test_the_thief_of_a_statement_key_cannot_take_the_way_back_from_its_owner_nor_end_the_log(
        self, start: State, ve: Author, co: Author, held
    ) -> None:
        assert reason(start, ve.says(start, REVOKE, Revoke(held("ve", "recovery").public, 1))) == "cannot_revoke"
        assert reason(start, ve.says(start, REVOKE, Revoke(held("ve", "log").public, 1))) == "cannot_revoke"
        assert reason(start, co.says(start, REVOKE, Revoke(held("co", "log").public, 1))) is None

    def test_keys_that_were_replaced_can_be_reported_stolen(self, start: State, ve: Author, held) -> None:
        old, new = held("ve", "recovery"), fresh("new", role="recovery")
        state = after(start, ve.says(start, ROTATE, rotation(old, new, "recovery"), old, new))
        assert reason(state, ve.says(state, REVOKE, Revoke(old.public, 1))) is None
        assert reason(state, ve.says(state, REVOKE, Revoke(new.public, 1))) == "cannot_revoke"

    def test_a_theft_cannot_begin_in_the_future(self, start: State, ve: Author) -> None:
        assert reason(start, ve.says(start, REVOKE, Revoke(ve.key.public, start.size))) is None
        assert reason(start, ve.says(start, REVOKE, Revoke(ve.key.public, start.size + 1))) == "from_later"

    def test_a_theft_may_turn_out_to_be_older_never_younger(self, start: State, ve: Author, held) -> None:
        key = held("ve", "witness").public
        state = start
        for _ in range(3):
            state = after(state, ve.says(state, RUN, a_run(ve.private)))
        state = after(state, ve.says(state, REVOKE, Revoke(key, 3)))
        entry = state.roster.keys.revocations[key].entry
        for later in (3, 4):
            assert reason(state, ve.says(state, REVOKE, Revoke(key, later))) == "revoked_already"
        state = after(state, ve.says(state, REVOKE, Revoke(key, 2)))
        assert state.roster.keys.revocations[key].from_entry == 2
        assert state.roster.keys.revocations[key].entry == entry, "it signs nothing from the first revocation on"

    def test_what_a_stolen_key_signed_is_listed_and_stays_what_it_was(
        self, start: State, ve: Author, authors: Mapping[str, Author]
    ) -> None:
        stolen, new, co = ve.key, fresh("new"), authors["co"]
        entries = []
        state = start
        for author in (ve, co, ve):
            entries.append(author.says(state, RUN, a_run(author.private)))
            state = after(state, entries[-1])
        turn = ve.says(state, ROTATE, rotation(stolen, new), new)
        state = after(state, turn)
        ve.key = new
        state = after(state, ve.says(state, RUN, a_run(ve.private)))
        state = after(state, ve.says(state, REVOKE, Revoke(stolen.public, 2)))
        listed = signed_while_stolen(state)
        assert [(each.party, each.link.index, each.key) for each in listed] == [
            ("ve", 3, stolen.public),
            ("ve", 4, stolen.public),
        ], "entry 1 came before the theft, entry 2 is another's, entry 5 was signed with the new key"
        assert len(state.slices["runs"]) == 4, "nothing is taken back"

    def test_an_agreement_that_a_stolen_key_signed_for_its_owner_is_listed_too(
        self, start: State, authors: Mapping[str, Author]
    ) -> None:
        ve, co, br = authors["ve"], authors["co"], authors["br"]
        keys = new_keys("pe", Counted("pe"))
        joins = Join(new_member(ORIGIN, "pe", "party", keys))
        state = after(start, ve.says(start, JOIN, joins, co.key, br.key, keys["statement"]))
        assert signed_while_stolen(state) == ()
        state = after(state, co.says(state, REVOKE, Revoke(co.key.public, 1)))
        assert [(each.party, each.link.index) for each in signed_while_stolen(state)] == [("ve", 1)]


class TestRevokedKeysElsewhere:
    @pytest.fixture
    def log(self) -> InMemory:
        return InMemory()

    def test_a_revoked_witness_key_gives_no_time(self, log: InMemory) -> None:
        assert log.seals({"co": START_S, "qa": START_S, "ve": START_S}) is None
        assert log.logs("co", REVOKE, Revoke(log.keys["co"]["witness"].public, 1)) is None
        assert log.seals({"co": START_S + 1, "qa": START_S + 1, "ve": START_S + 1}) == "bad_cosignature"
        assert log.seals({"qa": START_S + 1, "ve": START_S + 1}) is None

    def test_seals_that_a_stolen_witness_key_cosigned_are_listed(self, log: InMemory) -> None:
        old, new = log.keys["co"]["witness"], fresh("new", "co", "witness")
        for number in (0, 1):
            assert log.seals({"co": START_S + number, "qa": START_S + number, "ve": START_S + number}) is None
        assert log.seals({"qa": START_S + 2, "ve": START_S + 2}) is None
        said = Rotate("witness", old.public, new.public, proof(new, "co", "witness"))
        assert log.take(co_author(log).says(log.state, ROTATE, said, old, new)) is None
        log.keys["co"] = {**log.keys["co"], "witness": new}
        assert log.seals({"co": START_S + 3, "qa": START_S + 3, "ve": START_S + 3}) is None
        assert signed_while_stolen(log.state) == ()
        assert log.logs("co", REVOKE, Revoke(old.public, 2)) is None
        listed = [(each.party, each.link.index, each.key) for each in signed_while_stolen(log.state)]
        assert listed == [("ve", 2, old.public), ("co", 4, old.public)], "the second seal, and the rotation itself"

    def test_the_log_is_not_handed_to_a_member_whose_log_key_is_revoked(self, log: InMemory) -> None:
        assert log.logs("co", REVOKE, Revoke(log.keys["co"]["log"].public, 1)) is None
        assert log.logs("ve", HANDOVER, Handover("co"), "co") == "revoked_key"
        assert log.logs("ve", HANDOVER, Handover("qa"), "co") is None

    def test_a_real_seal_ends_a_delegation(self, log: InMemory) -> None:
        device = fresh("device")
        said = Delegate(device.public, "browser", ("look",), (START_S + 60) * 1_000_000)
        co = co_author(log)
        assert log.take(co.says(log.state, DELEGATE, said, device)) is None
        co.key = device
        assert log.take(co.says(log.state, LOOK, LOOK_BODY)) is None
        assert log.seals({"co": START_S + 59, "qa": START_S + 59, "ve": START_S + 59}) is None
        assert log.take(co.says(log.state, LOOK, LOOK_BODY)) is None
        assert log.seals({"co": START_S + 60, "qa": START_S + 60, "ve": START_S + 60}) is None
        assert log.take(co.says(log.state, LOOK, LOOK_BODY)) == "wrong_signers"


def co_author(log: InMemory) -> Author:
    made = object.__new__(Author)
    made.party, made.key, made.private = "co", log.keys["co"]["statement"], Private(Counted("co"))
    return made


class TestDelegation:
    @pytest.fixture
    def device(self) -> Key:
        return fresh("device")

    def given(self, state: State, author: Author, device: Key, *scope: str, end_us: int = YEAR_US) -> State:
        said = Delegate(device.public, "browser", scope or ("look",), end_us)  # type: ignore[arg-type]
        return after(state, author.says(state, DELEGATE, said, device))

    def by_device(self, state: State, author: Author, device: Key, kind: BodyType, body: object) -> bytes:
        owner, author.key = author.key, device
        try:
            return author.says(state, kind, body)
        finally:
            author.key = owner

    def test_it_signs_what_its_scope_names_and_nothing_else(self, start: State, ve: Author, device: Key) -> None:
        assert reason(start, self.by_device(start, ve, device, LOOK, LOOK_BODY)) == "wrong_signers"
        state = self.given(start, ve, device)
        looked = self.by_device(state, ve, device, LOOK, LOOK_BODY)
        assert after(state, looked).next_of("ve") == (3, digest(looked))
        attest = Attest("other", NOON_US, "a" * 64, "")
        assert reason(state, self.by_device(state, ve, device, ATTEST, attest)) == "wrong_signers"
        for kind, body in (
            (DEPOSIT, a_deposit(ve.private)),
            (RUN, a_run(ve.private)),
            (REVOKE, Revoke(ve.key.public, 1)),
            (MAILBOX, Mailbox("9" * 64)),
        ):
            assert reason(state, self.by_device(state, ve, device, kind, body)) == "wrong_signers"

    def test_it_cannot_delegate_or_rotate(self, start: State, ve: Author, device: Key) -> None:
        state, second = self.given(start, ve, device, "attest", "look", "receipt"), fresh("second")
        said = Delegate(second.public, "device", ("look",), YEAR_US)
        owner, ve.key = ve.key, device
        assert reason(state, ve.says(state, DELEGATE, said, second)) == "wrong_signers"
        assert reason(state, ve.says(state, ROTATE, rotation(owner, second), second)) == "wrong_signers"

    def test_it_speaks_for_who_delegated_it_only(self, start: State, ve: Author, co: Author, device: Key) -> None:
        state = self.given(start, ve, device)
        assert reason(state, self.by_device(state, co, device, LOOK, LOOK_BODY)) == "wrong_signers"

    def test_it_signs_alone_not_beside_the_statement_key(self, start: State, ve: Author, device: Key) -> None:
        state = self.given(start, ve, device)
        assert reason(state, ve.says(state, LOOK, LOOK_BODY, device)) == "wrong_signers"

    def test_it_ends_in_log_time(self, start: State, ve: Author, device: Key, monkeypatch: pytest.MonkeyPatch) -> None:
        state = self.given(start, ve, device, end_us=NOON_US)
        entry = self.by_device(state, ve, device, LOOK, LOOK_BODY)
        at(monkeypatch, NOON_US - 1)
        assert reason(state, entry) is None
        at(monkeypatch, NOON_US)
        assert reason(state, entry) == "wrong_signers"
        late = Delegate(fresh("late").public, "device", ("look",), NOON_US)
        assert reason(state, ve.says(state, DELEGATE, late, fresh("late"))) == "delegation_over"

    def test_its_owner_revokes_it_and_nobody_else(self, start: State, ve: Author, co: Author, device: Key) -> None:
        state = self.given(start, ve, device)
        assert reason(state, co.says(state, REVOKE, Revoke(device.public, 1))) == "not_its_key"
        state = after(state, ve.says(state, REVOKE, Revoke(device.public, 1)))
        assert reason(state, self.by_device(state, ve, device, LOOK, LOOK_BODY)) == "revoked_key"

    def test_one_key_is_delegated_once_by_one_member(
        self, start: State, ve: Author, co: Author, device: Key, held
    ) -> None:
        state = self.given(start, ve, device)
        again = Delegate(device.public, "browser", ("attest", "look"), YEAR_US)
        assert reason(state, ve.says(state, DELEGATE, again, device)) == "key_in_use"
        assert reason(state, co.says(state, DELEGATE, again, device)) == "key_in_use"
        key = held("ve", "log")
        own = Delegate(key.public, "browser", ("look",), YEAR_US)
        assert reason(start, ve.says(start, DELEGATE, own, key)) == "key_in_use"
        assert reason(state, ve.says(state, ROTATE, rotation(ve.key, device), device)) == "key_in_use"

    def test_nobody_delegates_a_key_that_he_does_not_hold(self, start: State, ve: Author, device: Key) -> None:
        said = Delegate(device.public, "browser", ("look",), YEAR_US)
        assert reason(start, ve.says(start, DELEGATE, said)) == "wrong_signers"

    def test_a_scope_is_in_order(self, start: State, ve: Author, device: Key) -> None:
        for scope in (("look", "attest"), ("look", "look")):
            said = Delegate(device.public, "browser", scope, YEAR_US)
            assert reason(start, ve.says(start, DELEGATE, said, device)) == "list_not_sorted"

    def test_it_outlives_the_statement_key_that_delegated_it(self, start: State, ve: Author, device: Key) -> None:
        new = fresh("new")
        state = self.given(start, ve, device)
        state = after(state, ve.says(state, ROTATE, rotation(ve.key, new), new))
        assert reason(state, self.by_device(state, ve, device, LOOK, LOOK_BODY)) is None

    def test_a_delegated_key_agrees_to_nothing(self, start: State, authors: Mapping[str, Author], device: Key) -> None:
        co = authors["co"]
        state = self.given(start, co, device, "attest", "look", "receipt")
        keys = new_keys("pe", Counted("pe"))
        joins = Join(new_member(ORIGIN, "pe", "party", keys))
        entry = authors["ve"].says(state, JOIN, joins, device, authors["br"].key, keys["statement"])
        assert reason(state, entry) == "wrong_signers"


class TestMailbox:
    def test_the_last_one_is_written_to(self, start: State, ve: Author) -> None:
        state = start
        for number in (1, 2):
            state = after(state, ve.says(state, MAILBOX, Mailbox(mailbox_key(number))))
        assert state.roster.keys.mailboxes == {"ve": mailbox_key(2)}
        assert reason(state, ve.says(state, MAILBOX, Mailbox(mailbox_key(1)))) == "key_in_use"

    def test_nobody_takes_anothers(self, start: State, ve: Author, co: Author) -> None:
        state = after(start, ve.says(start, MAILBOX, Mailbox(mailbox_key(1))))
        assert reason(state, co.says(state, MAILBOX, Mailbox(mailbox_key(1)))) == "key_in_use"

    @pytest.mark.parametrize(
        "encoded",
        [
            # The table of points of small order and their other encodings, as in libsodium's tests of RFC 7748.
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ],
    )
    def test_a_point_to_which_anybody_could_read_is_refused(self, start: State, ve: Author, encoded: str) -> None:
        with pytest.raises(ValueError):
            X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(encoded)))
        assert reason(start, ve.says(start, MAILBOX, Mailbox(encoded))) == "bad_key"
        high = (int.from_bytes(bytes.fromhex(encoded), "little") | 1 << 255).to_bytes(32, "little").hex()
        assert reason(start, ve.says(start, MAILBOX, Mailbox(high))) == "bad_key"

    def test_a_second_spelling_of_a_key_is_refused(self, start: State, ve: Author) -> None:
        u = int.from_bytes(bytes.fromhex(mailbox_key(1)), "little")
        assert reason(start, ve.says(start, MAILBOX, Mailbox((u | 1 << 255).to_bytes(32, "little").hex()))) == "bad_key"

    def test_it_cannot_be_revoked_only_replaced(self, start: State, ve: Author) -> None:
        state = after(start, ve.says(start, MAILBOX, Mailbox(mailbox_key(1))))
        assert reason(state, ve.says(state, REVOKE, Revoke(mailbox_key(1), 1))) == "not_its_key"


def mailbox_key(number: int) -> str:
    return X25519PrivateKey.from_private_bytes(bytes([number]) * 32).public_key().public_bytes_raw().hex()


def at(monkeypatch: pytest.MonkeyPatch, time_us: int) -> None:
    """As if the last seal gave this time."""
    monkeypatch.setattr("veedor.mission.state.fold._Folding._log_time_us", lambda self: time_us)
