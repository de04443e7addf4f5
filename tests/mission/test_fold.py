"""What counts and what is void: each rule of the fold, held against statements that a hostile member could log."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mission.speaking import Author, reason
from tests.mission.stage import (
    NOON_US,
    ORIGIN,
    Counted,
    a_deposit,
    a_run,
    found,
    some_findings,
)
from veedor.errors import VerifyError
from veedor.log.canonical_json import canonical_bytes
from veedor.log.envelope import STATEMENT_TYPE, Signature, digest, pae, parse_envelope, seal
from veedor.log_folder.files import DiskFiles
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.folder import Folder, load_key
from veedor.mission.copy.keys import Key, new_keys, new_member
from veedor.mission.state.fold import State, fold
from veedor.mission.state.kinds import KINDS, deposits_of
from veedor.mission.state.roles import RULES
from veedor.mission.statements.bodies import Join, Period
from veedor.mission.statements.chain import BodyType, Chain, signed
from veedor.mission.statements.salts import Private
from veedor.mission.statements.types import DEPOSIT, FINDINGS, JOIN, RUN


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("begun")
    found(folder)
    return folder / "mission"


@pytest.fixture(scope="module")
def ve(begun: Path) -> Author:
    return Author(begun, "ve")


@pytest.fixture(scope="module")
def co(begun: Path) -> Author:
    return Author(begun, "co")


@pytest.fixture(scope="module")
def qa(begun: Path) -> Author:
    return Author(begun, "qa")


@pytest.fixture(scope="module")
def start(begun: Path) -> State:
    return fold(LogReader(begun / "log", DiskFiles()).entries(), KINDS)


def test_a_deposit_signed_by_its_party_counts_and_lengthens_its_chain(start: State, ve: Author) -> None:
    entry = ve.says(start, DEPOSIT, a_deposit(ve.private))
    after = fold([entry], KINDS, start)
    assert [each.digest for each in deposits_of(after)] == [digest(entry)]
    assert after.next_of("ve") == (2, digest(entry))
    assert after.next_of("co") == (1, start.genesis_digest)


def test_a_replayed_statement_is_void(start: State, ve: Author) -> None:
    entry = ve.says(start, DEPOSIT, a_deposit(ve.private))
    assert reason(fold([entry], KINDS, start), entry) == "replay"


def test_two_statements_for_one_place_of_a_chain_show_as_a_fork(start: State, ve: Author) -> None:
    first = ve.says(start, DEPOSIT, a_deposit(ve.private))
    second = ve.says(start, DEPOSIT, a_deposit(ve.private, b"\2" * 32))
    assert reason(fold([first], KINDS, start), second) == "fork"


def test_an_omitted_statement_shows_as_a_gap(start: State, ve: Author) -> None:
    first = ve.says(start, DEPOSIT, a_deposit(ve.private))
    second = ve.says(fold([first], KINDS, start), DEPOSIT, a_deposit(ve.private, b"\2" * 32))
    assert reason(start, second) == "gap"


def test_reordered_statements_leave_only_what_still_is_in_order(start: State, ve: Author) -> None:
    first = ve.says(start, DEPOSIT, a_deposit(ve.private))
    second = ve.says(fold([first], KINDS, start), DEPOSIT, a_deposit(ve.private, b"\2" * 32))
    after = fold([second, first], KINDS, start)
    assert [void.reason for void in after.void] == ["gap"]
    assert [each.digest for each in deposits_of(after)] == [digest(first)]


def test_a_statement_that_follows_something_else_than_the_last_is_void(start: State, ve: Author) -> None:
    assert reason(start, ve.says(start, DEPOSIT, a_deposit(ve.private), prev="c" * 64)) == "wrong_prev"


def test_a_statement_of_another_mission_is_void(start: State, ve: Author) -> None:
    assert reason(start, ve.says(start, DEPOSIT, a_deposit(ve.private), genesis="c" * 64)) == "wrong_genesis"


def test_a_stranger_cannot_speak(start: State, ve: Author) -> None:
    assert reason(start, ve.says(start, DEPOSIT, a_deposit(ve.private), party="xx")) == "unknown_party"


def test_one_member_cannot_speak_for_another(start: State, ve: Author, co: Author) -> None:
    as_co = ve.says(start, DEPOSIT, a_deposit(ve.private), party="co")
    assert reason(start, as_co) == "wrong_signers"
    claimed = ve.says(start, DEPOSIT, a_deposit(ve.private), party="co", signers=(co.key.public,))
    assert reason(start, claimed) == "bad_signature"


def test_a_key_of_another_role_does_not_speak_for_its_party(begun: Path, start: State, ve: Author) -> None:
    for role in ("log", "witness", "recovery"):
        thief = Author(begun, "ve")
        thief.key = load_key(Folder(begun), "ve", role, b"only for tests")
        assert reason(start, thief.says(start, DEPOSIT, a_deposit(ve.private))) == "wrong_signers"


def test_nobody_can_add_or_take_away_a_signature(start: State, ve: Author, co: Author) -> None:
    entry = ve.says(start, DEPOSIT, a_deposit(ve.private))
    parsed, key = parse_envelope(entry), co.key.signing
    added = seal(parsed.payload, [*parsed.signatures, Signature(key.key_id, key.sign(pae(parsed.payload)))])
    assert reason(start, added) == "bad_signature"
    both = ve.says(start, DEPOSIT, a_deposit(ve.private), co.key)
    rows = json.loads(both)
    rows["signatures"] = [row for row in rows["signatures"] if row["keyid"] == ve.key.signing.key_id]
    assert reason(start, json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()) == "bad_signature"


def test_a_deposit_with_a_second_signer_is_not_what_its_rule_asks_for(start: State, ve: Author, co: Author) -> None:
    assert reason(start, ve.says(start, DEPOSIT, a_deposit(ve.private), co.key)) == "wrong_signers"


def test_a_mediator_may_run_but_not_deposit(start: State, qa: Author) -> None:
    assert reason(start, qa.says(start, DEPOSIT, a_deposit(qa.private, party="qa"))) == "not_allowed"
    assert reason(start, qa.says(start, RUN, a_run(qa.private))) is None


def test_a_second_genesis_is_void(begun: Path, start: State) -> None:
    assert reason(start, LogReader(begun / "log", DiskFiles()).entry(0)) == "second_genesis"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"period": Period(NOON_US, NOON_US, "complete")}, "bad_period"),
        ({"classes": ("sensors", "plots")}, "list_not_sorted"),
        ({"classes": ("plots", "plots")}, "list_not_sorted"),
        ({"simulated": False}, "simulated_mark"),
        ({"party": "xx"}, "unknown_originator"),
    ],
)
def test_a_deposit_that_contradicts_itself_is_void(start: State, ve: Author, changes: dict, why: str) -> None:
    assert reason(start, ve.says(start, DEPOSIT, a_deposit(ve.private, **changes))) == why


def test_more_bytes_accounted_for_than_were_handed_in_is_void(start: State, ve: Author) -> None:
    good = a_deposit(ve.private)
    rows = msgspec.structs.replace(good.rows, accepted_bytes=101)
    entry = ve.says(start, DEPOSIT, msgspec.structs.replace(good, rows=rows))
    assert reason(start, entry) == "counts_do_not_reconcile"


def test_a_void_statement_still_takes_its_place_in_its_authors_chain(start: State, ve: Author) -> None:
    bad = ve.says(start, DEPOSIT, a_deposit(ve.private, simulated=False))
    after = fold([bad], KINDS, start)
    assert after.void and after.next_of("ve") == (2, digest(bad))
    assert reason(after, ve.says(after, DEPOSIT, a_deposit(ve.private))) is None


def test_a_type_that_this_version_does_not_know_shows_as_unknown_and_keeps_the_chain(start: State, ve: Author) -> None:
    later = BodyType("seal", 9, DEPOSIT.struct)
    entry = ve.says(start, later, a_deposit(ve.private))
    after = fold([entry], KINDS, start)
    assert [(each.party, each.urn) for each in after.unknown] == [("ve", "urn:veedor:seal:9")]
    assert not after.void and after.next_of("ve") == (2, digest(entry))


def test_every_version_sees_the_same_chains_whatever_types_it_knows(start: State, ve: Author, co: Author) -> None:
    first = ve.says(start, DEPOSIT, a_deposit(ve.private, simulated=False))
    second = co.says(start, DEPOSIT, a_deposit(co.private, party="co"))
    knows, knows_nothing = fold([first, second], KINDS, start), fold([first, second], [], start)
    assert knows.chains == knows_nothing.chains


def test_findings_name_an_earlier_run_of_their_own_author_once(start: State, ve: Author, co: Author) -> None:
    run = ve.says(start, RUN, a_run(ve.private))
    after = fold([run], KINDS, start)
    assert reason(start, ve.says(start, FINDINGS, some_findings(ve.private, digest(run)))) == "unknown_run"
    assert reason(after, co.says(after, FINDINGS, some_findings(co.private, digest(run)))) == "unknown_run"
    findings = ve.says(after, FINDINGS, some_findings(ve.private, digest(run)))
    told = fold([findings], KINDS, after)
    assert not told.void
    again = ve.says(told, FINDINGS, some_findings(ve.private, digest(run)))
    assert reason(told, again) == "findings_already"
    wrong = ve.says(after, FINDINGS, some_findings(ve.private, digest(run), total=4))
    assert reason(after, wrong) == "counts_do_not_reconcile"


def test_no_run_can_call_itself_adopted_before_adoption_exists(start: State, ve: Author) -> None:
    assert reason(start, ve.says(start, RUN, a_run(ve.private, adoption="d" * 64))) == "unknown_adoption"


def test_a_later_member_joins_when_all_parties_and_itself_sign(
    start: State, ve: Author, co: Author, qa: Author
) -> None:
    keys = new_keys("br", Counted("br"))
    joins = Join(new_member(ORIGIN, "br", "party", keys))
    newcomer = keys["statement"]
    assert reason(start, ve.says(start, JOIN, joins)) == "wrong_signers"
    assert reason(start, ve.says(start, JOIN, joins, co.key)) == "wrong_signers"
    assert reason(start, ve.says(start, JOIN, joins, newcomer)) == "wrong_signers"
    assert reason(start, ve.says(start, JOIN, joins, qa.key, newcomer)) == "wrong_signers"
    after = fold([ve.says(start, JOIN, joins, co.key, newcomer)], KINDS, start)
    assert not after.void and after.roster.members["br"].role == "party"
    br = replace_author(co, "br", newcomer)
    assert reason(start, br.says(start, DEPOSIT, a_deposit(br.private, party="br"))) == "unknown_party"
    assert reason(after, br.says(after, DEPOSIT, a_deposit(br.private, party="br"))) is None


def test_keys_are_counted_by_party_so_one_party_cannot_agree_twice(start: State, ve: Author, begun: Path) -> None:
    keys = new_keys("br", Counted("br"))
    joins = Join(new_member(ORIGIN, "br", "party", keys))
    second_key = load_key(Folder(begun), "ve", "recovery", b"only for tests")
    assert reason(start, ve.says(start, JOIN, joins, second_key, keys["statement"])) == "wrong_signers"


def test_a_join_with_a_used_key_or_without_possession_is_void(start: State, ve: Author, co: Author) -> None:
    keys = new_keys("br", Counted("br"))
    member = new_member(ORIGIN, "br", "party", {**keys, "witness": co.key})
    entry = ve.says(start, JOIN, Join(member), co.key, keys["statement"])
    assert reason(start, entry) == "key_in_use"
    elsewhere = new_member("veedor.example/other", "br", "party", keys)
    entry = ve.says(start, JOIN, Join(elsewhere), co.key, keys["statement"])
    assert reason(start, entry) == "no_possession"
    named_ve = new_member(ORIGIN, "ve", "party", keys)
    assert reason(start, ve.says(start, JOIN, Join(named_ve), co.key, keys["statement"])) == "member_already"


def test_the_fold_of_a_prefix_continued_is_the_fold_of_the_whole(start: State, ve: Author, co: Author) -> None:
    entries, state = [b"not a statement"], start
    for author in (ve, co, ve):
        entries.append(author.says(state, DEPOSIT, a_deposit(author.private, party=author.party)))
        state = fold(entries[-1:], KINDS, state)
    whole = fold(entries, KINDS, start)
    for cut in range(len(entries) + 1):
        assert fold(entries[cut:], KINDS, fold(entries[:cut], KINDS, start)) == whole


@settings(max_examples=60, deadline=None)
@given(noise=st.binary(max_size=300))
def test_any_bytes_are_an_entry_that_does_not_count(start: State, noise: bytes) -> None:
    assert reason(start, noise) == "not_a_statement"


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_changed_byte_anywhere_in_a_statement_makes_it_void(start: State, ve: Author, data: st.DataObject) -> None:
    entry = bytearray(ve.says(start, DEPOSIT, a_deposit(ve.private)))
    at = data.draw(st.integers(0, len(entry) - 1))
    entry[at] ^= data.draw(st.integers(1, 255))
    assert reason(start, bytes(entry)), "void, whichever rule sees it first"


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_hostile_json_signed_by_a_member_never_stops_the_fold(start: State, ve: Author, data: st.DataObject) -> None:
    """A member signs what no honest program would: the header is right, the body is anything."""
    plain = st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=10),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
        max_leaves=10,
    )
    body = data.draw(plain)
    seq, prev = start.next_of("ve")
    chain = Chain(start.genesis_digest, "ve", seq, prev, NOON_US, (ve.key.public,))
    for kind in (DEPOSIT, RUN, FINDINGS, JOIN):
        statement = {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": "genesis", "digest": {"sha256": start.genesis_digest}}],
            "predicateType": kind.urn,
            "predicate": {"chain": msgspec.to_builtins(chain), "body": body},
        }
        assert reason(start, signed(canonical_bytes(statement), [ve.key.signing])) == "bad_body"


def test_an_empty_log_or_a_bad_entry_0_is_refused_for_there_is_no_mission(start: State, ve: Author) -> None:
    for entries in ([], [b"noise"], [ve.says(start, DEPOSIT, a_deposit(ve.private))]):
        with pytest.raises(VerifyError):
            fold(entries, KINDS)


def test_the_table_of_roles_covers_every_type_of_this_room() -> None:
    assert {kind.type.name for kind in KINDS} == set(RULES)
    assert all("observer" not in RULES[name].authors for name in ("deposit", "join"))


def replace_author(model: Author, party: str, key: Key) -> Author:
    made = object.__new__(Author)
    made.party, made.key, made.private = party, key, Private(Counted(party))
    return made
