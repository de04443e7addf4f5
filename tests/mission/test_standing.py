"""How a run stands by the log alone, whatever its author says of its parameters."""

from __future__ import annotations

import pytest

from tests.mission.log_in_memory import DAY_S, START_S, InMemory
from tests.mission.stage import DAY_US, NOON_US, Counted, a_deposit, a_run
from veedor.log.envelope import digest
from veedor.mission.state.fold import fold
from veedor.mission.state.kinds import KINDS, runs_of
from veedor.mission.state.standing import standing_of
from veedor.mission.statements.authority import Adopt
from veedor.mission.statements.bodies import Inputs, Period
from veedor.mission.statements.salts import Private
from veedor.mission.statements.types import ADOPT, DEPOSIT, RUN

BEGINS_US = NOON_US + 10 * DAY_US
AS_OF_US = NOON_US + 20 * DAY_US


class Told(InMemory):
    def adopts(self, from_us: int = NOON_US, document: str = "parameters") -> str:
        assert self.logs("ve", ADOPT, Adopt(document, "d" * 64, from_us), "co") is None  # type: ignore[arg-type]
        return digest(self.entries[-1])

    def sealed_at(self, days: int) -> None:
        assert self.seals(dict.fromkeys(("co", "qa", "ve"), START_S + days * DAY_S)) is None

    def deposits(self, begins_us: int = BEGINS_US, mode: str = "open", party: str = "co") -> None:
        body = a_deposit(Private(Counted(party)), party=party, mode=mode, period=Period(begins_us, AS_OF_US, "partial"))
        assert self.logs(party, DEPOSIT, body) is None

    def runs(self, adoption: str, set: str = "common") -> None:
        inputs = Inputs(set, 1, "a" * 64)  # type: ignore[arg-type]
        body = a_run(Private(Counted("run")), inputs=inputs, adoption=adoption, as_of_us=AS_OF_US)
        assert self.logs("ve", RUN, body) is None

    @property
    def word(self) -> str:
        return standing_of(self.state, runs_of(self.state)[-1]).word


@pytest.fixture
def log() -> Told:
    return Told()


def test_adopted_before_the_period_by_log_time(log: Told) -> None:
    adoption = log.adopts()
    log.sealed_at(1)
    log.deposits()
    log.runs(adoption)
    assert log.word == "adopted"


def test_the_period_begins_with_the_earliest_open_deposit_read_or_not(log: Told) -> None:
    adoption = log.adopts()
    log.sealed_at(1)
    log.deposits()
    log.deposits(NOON_US, "sealed")
    log.runs(adoption)
    assert log.word == "adopted", "a sealed deposit is in no joint run"
    log.deposits(NOON_US)
    assert log.word == "adopted", "what comes later was not in the run"
    log.runs(adoption)
    assert log.word == "late"


def test_without_an_open_deposit_there_is_no_period(log: Told) -> None:
    adoption = log.adopts()
    log.sealed_at(1)
    log.runs(adoption)
    assert log.word == "late"


def test_a_run_over_own_deposits_is_its_authors_whatever_it_names(log: Told) -> None:
    adoption = log.adopts()
    log.sealed_at(1)
    log.deposits()
    log.runs(adoption, set="own")
    assert log.word == "own"
    log.runs("")
    assert log.word == "own"


def test_an_adoption_that_another_replaced_is_not_in_force(log: Told) -> None:
    first = log.adopts()
    log.sealed_at(1)
    log.deposits()
    log.runs(first)
    second = log.adopts(NOON_US + DAY_US)
    log.adopts(document="accord")
    assert log.word == "adopted", "what was adopted after the run takes nothing from it"
    log.sealed_at(2)
    log.runs(first)
    assert log.word == "superseded"
    log.runs(second)
    assert log.word == "adopted"


def test_one_from_after_the_periods_end_replaces_nothing_yet(log: Told) -> None:
    first = log.adopts()
    second = log.adopts(AS_OF_US - DAY_US + 1)
    log.sealed_at(1)
    log.deposits()
    log.runs(second)
    assert log.word == "superseded"
    log.runs(first)
    assert log.word == "adopted"


def test_a_seal_that_comes_later_may_still_give_the_time(log: Told) -> None:
    adoption = log.adopts()
    log.deposits()
    log.runs(adoption)
    assert log.word == "late"
    log.sealed_at(1)
    assert log.word == "adopted"
    assert standing_of(fold(log.entries[:4], KINDS), runs_of(log.state)[0]).word == "late"
