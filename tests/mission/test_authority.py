"""What the quorum decides, and what one member can hold against whoever appends."""

from __future__ import annotations

import pytest

from tests.mission.log_in_memory import DAY_S, START_S, InMemory
from tests.mission.stage import NOON_US, Counted, a_deposit, a_run
from veedor.log.envelope import digest
from veedor.mission.state.authority import adopted_of, frozen_by, receipts_of
from veedor.mission.state.fold import fold
from veedor.mission.state.kinds import KINDS, runs_of
from veedor.mission.state.seals import seals_of
from veedor.mission.statements.authority import Adopt, Freeze, Handover, Policy, Receipt
from veedor.mission.statements.bodies import Quorum, Quorums
from veedor.mission.statements.chain import BodyType
from veedor.mission.statements.salts import Private
from veedor.mission.statements.types import ADOPT, DEPOSIT, FREEZE, HANDOVER, POLICY, RECEIPT, RUN, SEAL

EVERYBODY = Quorum("all", 0, 0)
MAJORITY = Quorum("majority", 0, 1)
TWO = Quorum("count", 2, 0)
ALL = dict.fromkeys(("co", "qa", "ve"), START_S)


@pytest.fixture
def log() -> InMemory:
    return InMemory()


def test_a_policy_is_signed_by_the_old_quorum_and_counts_from_the_next_entry(log: InMemory) -> None:
    fewer = Policy(Quorum("count", 1, 0), MAJORITY, 2)
    assert log.logs("ve", POLICY, fewer) == "wrong_signers"
    assert log.logs("ve", POLICY, fewer, "qa") == "wrong_signers"
    assert log.logs("ve", POLICY, fewer, "co") is None
    assert log.state.roster.agreement == fewer.agreement and log.state.roster.recovery == 2
    assert log.logs("co", POLICY, Policy(EVERYBODY, MAJORITY, 0)) is None, "one party is enough now"


@pytest.mark.parametrize(
    ("agreement", "clock", "recovery"),
    [
        (Quorum("count", 3, 0), MAJORITY, 0),  # two parties
        (Quorum("all", 0, 1), MAJORITY, 0),  # an outsider never agrees
        (Quorum("count", 0, 0), MAJORITY, 0),
        (Quorum("all", 2, 0), MAJORITY, 0),
        (EVERYBODY, Quorum("count", 4, 0), 0),  # three members
        (EVERYBODY, Quorum("majority", 0, 2), 0),  # one of them not a party
        (EVERYBODY, MAJORITY, 1),  # one other alone takes no keys
        (EVERYBODY, MAJORITY, 3),  # two others
    ],
)
def test_a_policy_that_nobody_could_fulfil_is_void(log: InMemory, agreement: Quorum, clock: Quorum, recovery) -> None:
    assert log.logs("ve", POLICY, Policy(agreement, clock, recovery), "co") == "bad_quorum"
    assert log.state.roster == InMemory().state.roster


def test_a_new_clock_quorum_gives_time_from_its_own_count(log: InMemory) -> None:
    assert log.logs("ve", POLICY, Policy(EVERYBODY, Quorum("all", 0, 0), 0), "co") is None
    assert log.seals({"qa": START_S, "ve": START_S}) == "no_clock"
    assert log.seals({"co": START_S, "qa": START_S + 5, "ve": START_S + 9}) is None
    assert seals_of(log.state).sealed[-1].time_s == START_S + 9, "the third of three"


def test_parameters_are_adopted_by_all_parties_before_a_run_can_name_them(log: InMemory) -> None:
    adopting = log.says("co", ADOPT, Adopt("parameters", "d" * 64, NOON_US), "ve")
    private = Private(Counted())
    assert log.logs("qa", RUN, a_run(private, adoption=digest(adopting))) == "unknown_adoption"
    assert log.take(adopting) is None
    assert log.logs("qa", RUN, a_run(private, adoption=digest(adopting))) is None
    assert [run.body.adoption for run in runs_of(log.state)] == [digest(adopting)]
    assert [each.body.document for each in adopted_of(log.state)] == ["parameters"]


def test_a_run_is_adopted_by_parameters_only_and_only_by_what_counts(log: InMemory) -> None:
    borders = log.says("co", ADOPT, Adopt("borders", "d" * 64, NOON_US), "ve")
    assert log.take(borders) is None
    alone = log.says("ve", ADOPT, Adopt("parameters", "d" * 64, NOON_US))
    assert log.take(alone) == "wrong_signers"
    for adoption in (digest(borders), digest(alone), log.state.genesis_digest):
        assert log.logs("ve", RUN, a_run(Private(Counted()), adoption=adoption)) == "unknown_adoption"


def test_when_the_appender_stalls_the_quorum_hands_over_and_the_new_log_key_seals() -> None:
    """Two of three parties agree, so the party that appends cannot hold on to it."""
    log = InMemory(
        {"br": "party", "co": "party", "qa": "mediator", "ve": "party"}, Quorums(TWO, Quorum("majority", 0, 1))
    )
    times = {"br": START_S, "co": START_S, "qa": START_S}
    assert log.logs("co", HANDOVER, Handover("co"), "br") is None
    assert log.state.roster.appender == "co"
    assert log.logs("qa", HANDOVER, Handover("br"), "co") == "wrong_signers", "a mediator does not agree"
    assert log.logs("qa", HANDOVER, Handover("br"), "co", "ve") is None, "but may propose"
    assert log.state.roster.appender == "br"
    for former in ("ve", "co"):
        assert log.logs(former, SEAL, log.a_seal(times)) == "not_appender"
    assert log.seals(times, log_key=log.keys["ve"]["log"]) == "bad_signature"
    assert log.seals(times) is None
    assert {each.party for each in seals_of(log.state).watches if each.silent_since_s} == {"ve"}


def test_nobody_but_a_member_can_be_handed_the_log(log: InMemory) -> None:
    assert log.logs("ve", HANDOVER, Handover("xx"), "co") == "unknown_party"
    assert log.logs("ve", HANDOVER, Handover("qa"), "co") is None, "a mediator may append"


def test_after_a_freeze_nothing_but_seals_counts(log: InMemory) -> None:
    before = log.something()
    assert log.logs("ve", FREEZE, Freeze("moved", "c" * 64)) == "wrong_signers"
    assert log.logs("ve", FREEZE, Freeze("moved", "c" * 64), "co") is None
    frozen = frozen_by(log.state)
    assert frozen is not None and frozen.body.successor == "c" * 64
    assert log.logs("co", DEPOSIT, a_deposit(Private(Counted()), party="co")) == "frozen"
    assert log.logs("co", BodyType("deposit", 9, DEPOSIT.struct), a_deposit(Private(Counted()), party="co")) == "frozen"
    assert log.logs("ve", FREEZE, Freeze("ended", ""), "co") == "frozen"
    assert log.logs("ve", POLICY, Policy(EVERYBODY, MAJORITY, 0), "co") == "frozen"
    assert log.seals(ALL) is None
    assert frozen_by(log.state) == frozen and seals_of(log.state).covering(before) is not None
    assert len(log.state.chains["co"]) == 3, "void or not, chains go on"


def receipt_of(entry: bytes, party: str, seq: int) -> Receipt:
    return Receipt(party, seq, digest(entry), NOON_US)


def test_a_receipt_ages_by_log_time_until_the_statement_is_in_the_log(log: InMemory) -> None:
    withheld = log.says("co", DEPOSIT, a_deposit(Private(Counted()), party="co"))
    assert log.logs("qa", RECEIPT, receipt_of(withheld, "co", 1)) is None
    (found,) = receipts_of(log.state)
    assert (found.became, found.since_s, found.age_s) == ("withheld", None, None)
    for day in range(3):
        assert log.seals(dict.fromkeys(ALL, START_S + day * DAY_S)) is None
        (found,) = receipts_of(log.state)
        assert (found.became, found.since_s, found.age_s) == ("withheld", START_S, day * DAY_S)
    assert log.take(withheld) is None
    (found,) = receipts_of(log.state)
    assert (found.became, found.age_s) == ("logged", None)


def test_a_party_that_puts_another_statement_in_its_place_cannot_blame_the_appender(log: InMemory) -> None:
    shown = log.says("co", DEPOSIT, a_deposit(Private(Counted("one")), party="co"))
    assert log.logs("qa", RECEIPT, receipt_of(shown, "co", 1)) is None
    log.something("co")
    assert [each.became for each in receipts_of(log.state)] == ["contradicted"]
    assert log.take(shown) == "fork"


def test_nobody_gives_a_receipt_for_its_own_statement_or_a_strangers(log: InMemory) -> None:
    entry = log.says("co", DEPOSIT, a_deposit(Private(Counted()), party="co"))
    assert log.logs("co", RECEIPT, receipt_of(entry, "co", 1)) == "not_allowed"
    assert log.logs("qa", RECEIPT, receipt_of(entry, "xx", 1)) == "unknown_party"
    assert not list(receipts_of(log.state))


def test_what_was_decided_is_the_same_however_the_fold_is_cut(log: InMemory) -> None:
    log.something()
    log.seals(ALL)
    log.logs("ve", POLICY, Policy(EVERYBODY, MAJORITY, 2), "co")
    log.logs("co", ADOPT, Adopt("parameters", "d" * 64, NOON_US), "ve")
    log.logs("co", HANDOVER, Handover("co"), "ve")
    log.seals(ALL)
    log.logs("qa", RECEIPT, receipt_of(b"", "co", 9))
    log.logs("ve", FREEZE, Freeze("ended", ""), "co")
    log.seals(ALL)
    assert not log.state.void
    for cut in range(1, len(log.entries)):
        assert fold(log.entries[cut:], KINDS, fold(log.entries[:cut], KINDS)) == log.state
