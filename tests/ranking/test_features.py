"""What is said of a payment is what was known when it was made, whatever came later and in whatever order rows lie."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.money.making import DAY_US, payment
from tests.ranking.making import some_flows
from veedor.ranking import activity, features
from veedor.ranking.flows import Flows, flows
from veedor.tables import PAYMENTS

Row = tuple[str | None, str | None, int, float]
_ACCOUNT = st.sampled_from([None, "A", "B", "C", "D", "E"])
_HOURS = st.integers(0, 9) | st.integers(0, 900)
_ROWS = st.lists(
    st.tuples(_ACCOUNT, _ACCOUNT, st.sampled_from([101, 5_000, 9_807, 10_000, 70_013]), _HOURS),
    min_size=2, max_size=30,
)  # fmt: skip


def said(made: Flows) -> dict[int, tuple[float, ...]]:
    ids = made.payments["payment"].to_pylist()
    return dict(zip(ids, map(tuple, features.features(made).tolist()), strict=True))


@given(_ROWS, _HOURS, st.booleans())
def test_what_comes_later_changes_nothing(rows: list[Row], cut: int, dates: bool) -> None:
    """Also where only dates are known: then a day is known at its end, and no day knows the next."""
    table = pa.Table.from_pylist(
        [payment(n, *row, time_is_date=dates) for n, row in enumerate(rows)], schema=PAYMENTS.schema
    )
    every = flows(table)
    moment = int(every.known.min(initial=0)) + cut * 3_600_000_000 if len(every) else 0
    early = pa.array(every.known <= moment, pa.bool_())
    ids = every.payments.filter(early)["payment"]
    before = flows(table.filter(pa.compute.is_in(table["payment"], value_set=ids.combine_chunks())))
    whole = said(every)
    assert said(before) == {number: whole[number] for number in ids.to_pylist()}


@given(_ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows: list[Row], shuffle: object) -> None:
    table = pa.Table.from_pylist([payment(n, *row) for n, row in enumerate(rows)], schema=PAYMENTS.schema)
    order = list(range(len(rows)))
    shuffle.shuffle(order)  # type: ignore[attr-defined] # hypothesis gives a Random
    assert said(flows(table.take(pa.array(order, pa.int64())))) == said(flows(table))


@given(_ROWS)
def test_names_of_accounts_change_nothing(rows: list[Row]) -> None:
    other = {"A": "Z9", "B": "K", "C": "Y", "D": "B", "E": "A", None: None}
    renamed = [(other[payer], other[payee], amount, hours) for payer, payee, amount, hours in rows]
    assert said(some_flows(renamed)) == said(some_flows(rows))


@given(_ROWS)
def test_what_an_account_did_is_counted_as_anybody_would(rows: list[Row]) -> None:
    """Against a plain count over all payments known by then."""
    made = some_flows(rows)
    found = activity.activity(made)
    ids = made.payments["payment"].to_pylist()
    told = [rows[number] for number in ids]
    for at in range(len(made)):
        for who, whose in (("payer", told[at][0]), ("payee", told[at][1])):
            for way, end in (("out", 0), ("in", 1)):
                mine = [
                    n for n, row in enumerate(told)
                    if whose is not None and row[end] == whose and made.known[n] <= made.known[at]
                ]  # fmt: skip
                for days in activity.WINDOWS_DAYS:
                    late = [n for n in mine if made.known[n] > made.known[at] - days * DAY_US]
                    column = activity.NAMES.index(f"{who}_{way}_count_{days}d")
                    total, others = found[at, column + 1], found[at, column + 2]
                    if whose is None:
                        assert found[at, column] == -1
                        continue
                    assert found[at, column] == len(late)
                    assert total == pytest.approx(sum(told[n][2] for n in late) / 100)
                    assert others == len({told[n][1 - end] for n in late})


def one(made: Flows, payment_id: int, name: str) -> float:
    return said(made)[payment_id][features.NAMES.index(name)]


def test_a_payment_that_brings_money_back_closes_a_circle() -> None:
    way = [("A", "B", 10_000, 0.0), ("B", "C", 9_800, 5.0), ("C", "D", 9_700, 9.0), ("D", "A", 9_600, 20.0)]
    made = some_flows(way)
    assert [one(made, number, "cycle_length_30d") for number in range(4)] == [0, 0, 0, 4]
    assert [one(made, number, "chain_length_30d") for number in range(4)] == [1, 2, 3, 4]
    assert one(some_flows([*way[:3], ("D", "A", 900, 20.0)]), 3, "cycle_length_30d") == 0


def test_a_quick_circle_and_a_slow_one_are_told_apart() -> None:
    slow = some_flows([("A", "B", 10_000, 0.0), ("B", "C", 9_800, 24.0 * 9), ("C", "A", 9_700, 24.0 * 15)])
    quick = some_flows([("A", "B", 10_000, 0.0), ("B", "C", 9_800, 24.0), ("C", "A", 9_700, 24.0 * 5)])
    assert [one(slow, 2, f"cycle_length_{days}d") for days in (10, 30)] == [0, 3]
    assert [one(quick, 2, f"cycle_length_{days}d") for days in (10, 30)] == [3, 3]


def test_middles_are_counted_as_they_come() -> None:
    out = [("S", f"M{n}", 10_000, float(n)) for n in range(4)]
    back = [(f"M{n}", "T", 9_500, 30.0 + n) for n in range(4)]
    made = some_flows([*out, *back])
    assert [one(made, 4 + n, "middles_30d") for n in range(4)] == [1, 2, 3, 4]
    assert [one(made, n, "middles_30d") for n in range(4)] == [0, 0, 0, 0]


def test_a_layer_shows_by_what_its_payers_share() -> None:
    rows = [(f"P{a}", f"Q{b}", 1_000 * a + b + 500, float(3 * a + b)) for a in range(3) for b in range(3)]
    made = some_flows(rows)
    assert one(made, 8, "shared_payees_30d") == 2
    assert one(made, 8, "shared_payers_30d") == 2
    assert one(made, 0, "shared_payees_30d") == 0


def test_hubs_are_looked_at_by_their_newest_payments() -> None:
    """A budget in steps: what an account got before its newest payments is not searched."""
    rows = [("A", "B", 10_000, 0.0), *[(f"C{n}", "B", 700, 1.0 + n / 100) for n in range(100)], ("B", "A", 9_900, 9.0)]
    assert one(some_flows(rows), len(rows) - 1, "cycle_length_30d") == 0
    assert one(some_flows([rows[0], *rows[60:]]), len(rows) - 60, "cycle_length_30d") == 2
    assert np.isfinite(features.features(some_flows(rows))).all()


def test_a_payment_of_which_only_the_day_is_known_is_known_at_its_end() -> None:
    rows = [payment(0, "A", "B", 500, 5, time_is_date=True), payment(1, "A", "C", 700, 20), payment(2, "A", "C", 1, 25)]
    made = flows(pa.Table.from_pylist(rows, schema=PAYMENTS.schema))
    counted = [one(made, number, "payer_out_ever_count") for number in range(3)]
    assert counted == [2, 1, 3]


def test_nothing_within_the_next_hour_is_known_nor_shows_in_a_rounding() -> None:
    late = [("A", "C", 9_000, 1.0), ("C", "A", 9_000, 0.5), ("C", "B", 5_000, 0.9), ("B", "A", 4_990, 1.0)]
    alone = said(some_flows([("A", "B", 5_000, 0.0)]))[0]
    assert said(some_flows([("A", "B", 5_000, 0.0), *late]))[0] == alone
