"""Keys change hands, are lost and are stolen: each rule of the fold, held against a rival or a thief who would gain by
its absence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from tests.mission.key_stage import after, current, fresh, proof, recovery, rotation, with_recovery_by
from tests.mission.speaking import Author, reason
from tests.mission.stage import ORIGIN, Counted, a_deposit, a_run, found
from veedor.log.envelope import digest
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.keys import new_keys, new_member
from veedor.mission.state.fold import State, fold
from veedor.mission.state.kinds import KINDS
from veedor.mission.state.stolen import signed_while_stolen
from veedor.mission.statements.access import Recover, Revoke
from veedor.mission.statements.bodies import Join
from veedor.mission.statements.types import (
    DEPOSIT,
    JOIN,
    RECOVER,
    REVOKE,
    ROTATE,
    RUN,
)
from veedor.mission.statements.vocabulary import KEY_ROLES, KeyRole


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
