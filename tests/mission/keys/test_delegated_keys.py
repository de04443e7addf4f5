"""Keys beside the four roles: of devices and mailboxes; and what a revoked key spoils in other statements."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from tests.mission.key_stage import LOOK_BODY, YEAR_US, after, fresh, mailbox_key, proof, rotation
from tests.mission.log_in_memory import START_S, InMemory
from tests.mission.speaking import Author, reason
from tests.mission.stage import NOON_US, ORIGIN, Counted, a_deposit, a_run
from veedor.log.envelope import digest
from veedor.mission.copy.keys import Key, new_keys, new_member
from veedor.mission.state.fold import State
from veedor.mission.state.stolen import signed_while_stolen
from veedor.mission.statements.access import Delegate, Mailbox, Revoke, Rotate
from veedor.mission.statements.acts import Attest
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
    REVOKE,
    ROTATE,
    RUN,
)


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


def at(monkeypatch: pytest.MonkeyPatch, time_us: int) -> None:
    """As if the last seal gave this time."""
    monkeypatch.setattr("veedor.mission.state.fold._Folding._log_time_us", lambda self: time_us)
