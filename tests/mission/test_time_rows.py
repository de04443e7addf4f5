"""What people see of time and authority: silence with its age, clocks that are off, quorums, what is withheld."""

from __future__ import annotations

import re

import msgspec
import pytest

from tests.mission.log_in_memory import DAY_S, START_S, InMemory
from tests.mission.stage import NOON_US, Counted, a_deposit, a_run
from veedor.cli.state import _sentence
from veedor.log.envelope import digest
from veedor.mission.rows.state import RunRow, rows_of
from veedor.mission.rows.time import (
    AdoptionRow,
    DiscrepancyRow,
    FreezeRow,
    PolicyRow,
    ReceiptRow,
    SealRow,
    TimeRow,
    WitnessRow,
)
from veedor.mission.statements.authority import Adopt, Freeze, Handover, Policy, Receipt
from veedor.mission.statements.bodies import Quorum
from veedor.mission.statements.salts import Private
from veedor.mission.statements.types import ADOPT, DEPOSIT, FREEZE, HANDOVER, POLICY, RECEIPT, RUN
from veedor.views.lines import LINES


def rows(log: InMemory, struct: type) -> list:
    return [row for row in rows_of(log.state) if isinstance(row, struct)]


@pytest.fixture
def log() -> InMemory:
    return InMemory()


def test_before_the_first_seal_there_is_no_time_and_nobody_is_silent(log: InMemory) -> None:
    assert rows(log, TimeRow) == [TimeRow(time_s=None, entries=0, seals=0, agreed=None)]
    assert not rows(log, WitnessRow)


def test_a_silent_witness_shows_since_when_and_for_how_long_by_log_time(log: InMemory) -> None:
    assert log.seals({"co": START_S, "qa": START_S, "ve": START_S}) is None
    for day in (1, 2, 3):
        assert log.seals({"qa": START_S + day * DAY_S, "ve": START_S + day * DAY_S}) is None
    co, _, ve = rows(log, WitnessRow)
    assert (co.last_s, co.silent_since_s, co.silent_s) == (START_S, START_S + DAY_S, 2 * DAY_S)
    assert (ve.last_s, ve.silent_since_s, ve.silent_s) == (START_S + 3 * DAY_S, None, None)
    assert [row.agreed for row in rows(log, SealRow)] == [True, False, False, False]
    assert rows(log, TimeRow)[0].agreed is False


def test_a_seal_shows_who_cosigned_it_and_at_what_time(log: InMemory) -> None:
    assert log.seals({"ve": START_S + 700, "qa": START_S, "co": START_S + 1}) is None
    (sealed,) = rows(log, SealRow)
    assert dict(zip(sealed.cosigned, sealed.times_s, strict=True)) == {
        "co": START_S + 1,
        "qa": START_S,
        "ve": START_S + 700,
    }
    assert rows(log, DiscrepancyRow) == [DiscrepancyRow(entry=1, party="ve", off_s=699, proven=False)]
    assert [(row.party, row.discrepancies, row.proven) for row in rows(log, WitnessRow)] == [
        ("co", 0, 0),
        ("qa", 0, 0),
        ("ve", 1, 0),
    ]


def test_the_policy_in_force_is_shown_as_how_many_of_how_many(log: InMemory) -> None:
    (first,) = rows(log, PolicyRow)
    assert (first.agreement_needs, first.parties, first.clock_needs, first.members) == (2, 2, 2, 3)
    assert (first.clock_outsiders, first.recovery) == (1, 0)
    assert log.logs("ve", POLICY, Policy(Quorum("count", 1, 0), Quorum("all", 0, 1), 2), "co") is None
    (now,) = rows(log, PolicyRow)
    assert (now.agreement, now.agreement_needs, now.clock_needs, now.recovery) == ("count", 1, 3, 2)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_row_has_its_sentence_in_both_languages(log: InMemory, language: str) -> None:
    """A log in which everything happens: no sentence falls back to its key, none leaves a value unsaid."""
    withheld = log.says("co", DEPOSIT, a_deposit(Private(Counted("withheld")), party="co"))
    log.logs("qa", RECEIPT, Receipt("co", 9, digest(withheld), NOON_US))
    log.logs("qa", RECEIPT, Receipt("co", 1, digest(withheld), NOON_US))
    log.something("co")
    adoption = log.says("ve", ADOPT, Adopt("parameters", "d" * 64, NOON_US), "co")
    log.take(adoption)
    log.logs("qa", RUN, a_run(Private(Counted()), adoption=digest(adoption)))
    log.logs("qa", RUN, a_run(Private(Counted("2"))))
    log.logs("ve", RECEIPT, Receipt("co", 1, log.state.chains["co"][0].digest, NOON_US))
    log.seals({"co": START_S, "qa": START_S, "ve": START_S})
    log.seals({"qa": START_S + 60, "ve": START_S + 6 * DAY_S})
    log.seals({"co": START_S + 90, "qa": START_S + 90, "ve": 2**53 - 1})
    log.logs("ve", HANDOVER, Handover("co"), "co")
    log.seals({"co": START_S + 120, "qa": START_S + 120})
    log.seals({"qa": START_S})
    log.logs("ve", FREEZE, Freeze("moved", "c" * 64), "co")
    seen = set()
    for row in rows_of(log.state):
        sentence = _sentence(row, language)
        assert not re.search(r"(state|word|void)\.\w|=|\{", sentence), sentence
        msgspec.json.encode(row)
        seen.add(row.schema)
    assert len(seen) == 13, seen
    assert [(row.standing, row.own) for row in rows(log, RunRow)] == [("superseded", True), ("own", True)]
    assert {row.became for row in rows(log, ReceiptRow)} == {"withheld", "contradicted", "logged"}
    assert {(row.party, row.proven) for row in rows(log, DiscrepancyRow)} == {("qa", False), ("ve", True)}
    assert [row.document for row in rows(log, AdoptionRow)] == ["parameters"]
    assert [row.successor for row in rows(log, FreezeRow)] == ["c" * 64]


def test_every_row_of_the_state_is_a_kind_of_line() -> None:
    assert {SealRow, TimeRow, WitnessRow, PolicyRow, DiscrepancyRow, AdoptionRow, FreezeRow, ReceiptRow} <= set(LINES)
