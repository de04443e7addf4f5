"""What lies after the time a deposit claims is rejected, and whoever reads the deposit later finds the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.mission.handing_in import EveryHour
from tests.mission.stage import DAY_US, NOON_US, ORIGIN, Counted, means
from veedor.formats.archive import open_sources
from veedor.formats.bank.camt053 import encode_statement
from veedor.formats.reader import Options
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.means import Means
from veedor.mission.deposits import deposit as depositing
from veedor.mission.deposits.cover import Cover
from veedor.mission.deposits.deposit import Deposited, deposit
from veedor.mission.deposits.hand_ins import hand_ins
from veedor.mission.deposits.held import held_deposits
from veedor.mission.deposits.intake import Intake
from veedor.mission.deposits.reread import hand_in_again
from veedor.mission.founding.founding import init_mission, invitations, terms_of
from veedor.mission.show import show
from veedor.mission.state.kinds import deposits_of
from veedor.mission.verification.checks import checks
from veedor.mission.verification.verify import verify

NOON = datetime.fromtimestamp(NOON_US // 1_000_000, UTC)
LATE = NOON + timedelta(days=2)
# Well after the future has come: no clock of a later reader can be taken for the deposit's.
YEARS_LATER_US = NOON_US + 3 * 365 * DAY_US


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Mission]:
    """A mission that is not simulated: only there is a future record wrong."""
    given = means(tmp_path)
    terms = terms_of(
        mission="real", origin=ORIGIN, invited=invitations("ve", ()), appender="ve", created_us=NOON_US
    )  # fmt: skip
    init_mission(tmp_path / "real", "ve", terms, given)
    with open_mission(tmp_path / "real", given) as opened:
        yield opened


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def plots_csv(moments: list[datetime]) -> bytes:
    lines = [f"r1,{moment:%Y-%m-%dT%H:%M:%SZ},PSR,7.1,-72.4" for moment in moments]
    return "\n".join(["sensor,time,mode,latitude_deg,longitude_deg", *lines, ""]).encode()


def opensky(moments: list[datetime]) -> bytes:
    lines = [f"{seconds(moment)},abc123,7.1,-72.4,80,90,0,HK1,{seconds(moment)}" for moment in moments]
    head = "time,icao24,lat,lon,velocity,heading,vertrate,callsign,lastposupdate"
    return "\n".join([head, *lines, ""]).encode()


def readsb(moments: list[datetime]) -> bytes:
    start = seconds(moments[0])
    points = ",".join(f"[{seconds(moment) - start},7.1,-72.4,9000,155,null,0,null,null]" for moment in moments)
    return f'{{"icao":"abc123","timestamp":{start}.0,"trace":[{points}]}}'.encode()


def traffic(moments: list[datetime]) -> bytes:
    one = '{{"timestamp":{}000,"icao24":"4b1815","latitude":7.1,"longitude":-72.4}}'
    return ("[" + ",".join(one.format(seconds(moment)) for moment in moments) + "]").encode()


def bank_csv(moments: list[datetime]) -> bytes:
    lines = [f"A1,{moment:%Y-%m-%dT%H:%M:%SZ},5.00,EUR,B1,E{n}" for n, moment in enumerate(moments)]
    head = "account,booked,amount,currency,counterparty_account,end_to_end_id"
    return "\n".join([head, *lines, ""]).encode()


def camt(moments: list[datetime]) -> bytes:
    rows = len(moments)
    table = pa.table(
        {
            "account": ["DE89370400440532013000"] * rows,
            "time": pa.array(moments, pa.timestamp("us", "UTC")),
            "time_is_date": [False] * rows,
            "credit": [True] * rows,
            "amount_units": pa.array([1_000] * rows, pa.int64()),
            "amount_exponent": pa.array([2] * rows, pa.int8()),
            "currency": ["EUR"] * rows,
        }
    )
    whole = encode_statement(
        table, message_id="M1", created=NOON, account="DE89370400440532013000", holder="H", bank="COBADEFFXXX",
        currency="EUR", opening_units=0, closing_units=0, exponent=2, opening_date=date(2026, 1, 1),
        closing_date=date(2026, 1, 31), simulated=False,
    )  # fmt: skip
    return b"".join(whole)


FILES = {
    "plots.csv": plots_csv, "states.csv": opensky, "trace.json": readsb, "traffic.json": traffic,
    "bank.csv": bank_csv, "statement.xml": camt,
}  # fmt: skip


def hand(mission: Mission, folder: Path, name: str, data: bytes, at_us: int = NOON_US) -> Deposited:
    (folder / name).write_bytes(data)
    (one,) = hand_ins(open_sources([folder / name]), Options())
    return deposit(mission, one, Cover(), "open", at_us, Counted(name))


def three(name: str) -> bytes:
    """Before, long after, and before the deposit: out of order on purpose."""
    return FILES[name]([NOON - timedelta(hours=2), LATE, NOON - timedelta(hours=3)])


def agrees_later(mission: Mission, given: Means) -> bool:
    """Whether verification, which reads everything again, finds files and both record roots as stated."""
    asked = checks(given.files, lambda: open_mission(mission.folder.path, given), [EveryHour()], rederive=True)
    result = verify(mission.folder.path, given.files, mission.state.genesis_digest, asked)
    return [step.ok for step in result.steps if step.name == "deposits"] == [True, True]


@pytest.mark.parametrize("name", FILES)
def test_the_one_record_of_the_future_is_rejected_and_stays_so(real: Mission, tmp_path: Path, name: str) -> None:
    done = hand(real, tmp_path, name, three(name))
    assert done.rejected == 1
    (held,) = held_deposits(real.folder, real.files, real.state)
    again = hand_in_again(held)
    assert (held.latest_us, again.options.latest_us) == (NOON_US, NOON_US)
    late = done.accepted + done.rejected - 2
    (shown,) = show(real, f"{held.batch}:{late}")
    assert (shown.table, shown.fields["reason"]) == ("rejects", "reject.time_future")
    assert agrees_later(real, means(tmp_path))


def test_the_period_of_a_deposit_does_not_reach_into_the_future(real: Mission, tmp_path: Path) -> None:
    hand(real, tmp_path, "plots.csv", three("plots.csv"))
    (stated,) = deposits_of(real.state)
    assert stated.body.period.end_us <= NOON_US + DAY_US // 24


def test_a_reader_with_another_limit_would_not_agree(real: Mission, tmp_path: Path) -> None:
    hand(real, tmp_path, "bank.csv", three("bank.csv"))
    (held,) = held_deposits(real.folder, real.files, real.state)
    roots = {}
    for latest_us in (NOON_US, YEARS_LATER_US, None):
        again = hand_in_again(replace(held, latest_us=latest_us))
        intake = Intake(held.deposit, again.reader, again.options, again.sources, held.secret)
        for _ in intake.rows():
            pass
        roots[latest_us] = (intake.accepted.root(), intake.rejected.root())
    stated = held.statement.body.commitments
    assert [root.hex() for root in roots[NOON_US]] == [stated.accepted, stated.rejected]
    assert roots[NOON_US] != roots[YEARS_LATER_US] == roots[None]


def test_a_booking_of_today_is_not_of_the_future_anywhere(real: Mission, tmp_path: Path) -> None:
    days = [NOON.date(), NOON.date() + timedelta(days=1), NOON.date() + timedelta(days=2)]
    lines = [f"A1,{day},5.00,EUR,B1,E{n}" for n, day in enumerate(days)]
    data = "\n".join([bank_csv([]).decode().strip(), *lines, ""]).encode()
    # At noon in Greenwich it is already tomorrow 14 hours further east.
    assert hand(real, tmp_path, "bank.csv", data).accepted == 2
    assert agrees_later(real, means(tmp_path))


def test_a_deposit_goes_on_after_a_crash_with_the_time_it_was_begun(
    real: Mission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException):
        pass

    def die(*given: object) -> None:
        raise Died

    with monkeypatch.context() as patched, pytest.raises(Died):
        patched.setattr(Mission, "publish", die)
        hand(real, tmp_path, "bank.csv", three("bank.csv"))
    done = hand(real, tmp_path, "bank.csv", three("bank.csv"), YEARS_LATER_US)
    (stated,) = deposits_of(real.state)
    assert (done.accepted, done.rejected, stated.chain.at_us) == (2, 1, NOON_US)
    assert agrees_later(real, means(tmp_path))
    assert not [name for name in real.files.list(real.folder.deposits) if name.endswith(".begun")]


def test_a_deposit_from_before_this_was_asked_reads_as_it_did_then(
    real: Mission, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlimited(digest: bytes, reader: object, options: Options, *rest: object) -> Intake:
        return Intake(digest, reader, replace(options, latest_us=None), *rest)

    with monkeypatch.context() as patched:
        patched.setattr(depositing, "DETAILS_DOMAIN", "deposit-details/1")
        patched.setattr(depositing, "Intake", unlimited)
        assert hand(real, tmp_path, "bank.csv", three("bank.csv")).rejected == 0
    (held,) = held_deposits(real.folder, real.files, real.state)
    assert held.latest_us is None
    assert agrees_later(real, means(tmp_path))
