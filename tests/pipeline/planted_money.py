"""Money that three thinned days are too few to hold: a circle through exchange houses, with the rates of its days.

Accounts that nobody else has, so that what the rest of the data shows stays as it is. SIMULATED.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pyarrow as pa

HOUR_US = 3_600_000_000
_HOUSES = {"VES": ("PLANEXVE:4000001", "PLANEXVE:4000002"), "USD": ("PLANEXUS:4000001", "PLANEXUS:4000002")}


def exchange(start_us: int) -> pa.Table:
    """Two rounds of one firm through two houses and a partner; what makes houses of these: they pay many."""
    rows = []
    for currency, houses in _HOUSES.items():
        for house in houses:
            rows += [
                _entry(start_us, house, f"PLANPEOP:{house}-{number}", 10_000 + 170 * number, number / 4, currency)
                for number in range(64)
            ]
    for at in (1, 60):
        rows += [
            _entry(start_us, "PLANFIRM:4000001", _HOUSES["VES"][0], 90_000_000, at, "VES"),
            _entry(start_us, _HOUSES["USD"][0], "PLANPART:4000001", 2_430_000, at + 6, "USD"),
            _entry(start_us, "PLANPART:4000001", _HOUSES["USD"][1], 2_400_000, at + 30, "USD"),
            _entry(start_us, _HOUSES["VES"][1], "PLANFIRM:4000001", 84_000_000, at + 36, "VES"),
        ]
    return pa.Table.from_pylist(rows)


def netting(start_us: int) -> pa.Table:
    """Two houses: customers pay in at either, as many others are paid out at the other, and nothing is settled."""
    here, there = "PLANNETV:4000001", "PLANNETU:4000001"
    rows = []
    for number in range(17):
        customer = 4_000_000 + number
        dollars, at = round(20_000 * 1.13**number), 4.0 * number
        bolivares = dollars * 36
        rows += [
            _entry(start_us, f"PLANPAYV:{customer}", here, bolivares, at, "VES"),
            _entry(start_us, there, f"PLANGETU:{customer}", dollars * 97 // 100, at + 7, "USD"),
            _entry(start_us, f"PLANPAYU:{customer}", there, dollars, at + 1, "USD"),
            _entry(start_us, here, f"PLANGETV:{customer}", bolivares * 97 // 100, at + 5, "VES"),
        ]
    # Records go on, so that chance can be counted.
    rows.append(_entry(start_us, there, "PLANGETU:late", 1_234, 250.0, "USD"))
    return pa.Table.from_pylist(rows)


def _entry(start_us: int, payer: str, payee: str, units: int, hours: float, currency: str) -> dict[str, Any]:
    time = start_us + round(hours * HOUR_US)
    return {
        "account": payer, "bank": payer[:8], "holder": f"Holder {payer}", "counterparty_account": payee,
        "counterparty_bank": payee[:8], "counterparty_name": f"Holder {payee}", "time": time, "time_is_date": False,
        "credit": False, "amount_units": units, "amount_exponent": 2, "currency": currency, "reversal": False,
        "instrument": "transfer", "simulated": True,
    }  # fmt: skip


def quoted(start_us: int) -> pa.Table:
    """A price of the dollar for each of ten days."""
    first = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=start_us)).date()
    return pa.Table.from_pylist(
        [
            {
                "day": first + timedelta(days=day), "base": "USD", "quote": "VES", "kind": "official",
                "rate_units": 3_600 + day, "rate_exponent": 2, "source": "SIMULATED", "simulated": True,
            }
            for day in range(10)
        ]
    )  # fmt: skip


def law() -> pa.Table:
    """A rule of a regulator that none is shipped for."""
    return pa.Table.from_pylist(
        [
            {
                "country": "VE", "currency": "USD", "instrument": "cash", "amount_units": 10_000, "amount_exponent": 0,
                "inclusive": True, "valid_from": date(2020, 1, 1), "source": "SIMULATED rule 1", "simulated": True,
            }
        ]
    )  # fmt: skip


def funnel(start_us: int) -> pa.Table:
    """One account into which people put cash at three places; it is taken out at a fourth near a border."""
    inland = (("Inland A", 48_000_000, -741_000_000), ("Inland B", 62_000_000, -755_700_000),
              ("Inland C", 34_000_000, -765_000_000))  # fmt: skip
    border = ("Border", 70_800_000, -707_600_000)
    rows = []
    for number in range(8):
        place, lat_e7, lon_e7 = inland[number % 3] if number < 6 else border
        units = 300_000_000 if number < 6 else 900_000_000
        rows.append(
            {
                "account": "PLANFUNL:4000001", "time": start_us + number * 5 * HOUR_US,
                "kind": "deposit" if number < 6 else "withdrawal", "amount_units": units,
                "amount_exponent": 2, "currency": "COP", "place": place, "country": "CO", "lat_e7": lat_e7,
                "lon_e7": lon_e7, "person": f"Courier {number}", "simulated": True,
            }
        )  # fmt: skip
    return pa.Table.from_pylist(rows)


_TRAVELLER = "Planted Traveller Quiroz"


def declared(start_us: int) -> pa.Table:
    """A traveller declares some dollars."""
    return pa.Table.from_pylist(
        [
            {
                "person": _TRAVELLER, "identifier": "V90000777", "time": start_us, "direction": "in",
                "amount_units": 900_000, "amount_exponent": 2, "currency": "USD", "place": "Bridge", "country": "CO",
                "simulated": True,
            }
        ]
    )  # fmt: skip


def banked(start_us: int) -> pa.Table:
    """The same man puts three times as much into two accounts."""
    return pa.Table.from_pylist(
        [
            {
                "account": f"PLANDECL:400000{number % 2}", "time": start_us + (number + 2) * 6 * HOUR_US,
                "kind": "deposit", "amount_units": 450_000, "amount_exponent": 2, "currency": "USD",
                "branch": "7", "place": "Inland A", "country": "CO", "person": _TRAVELLER.upper(), "simulated": True,
            }
            for number in range(6)
        ]
    )  # fmt: skip


_NAMES = ("Aluzen Botero", "Corvin Dastas", "Elmor Fagund", "Gilmar Hutres")
SHELLS = tuple(f"PLANSHEL:400000{number}" for number in range(4))


def customers() -> pa.Table:
    """Four of different names: one telephone, and one man who signs for all of them."""
    rows = []
    for number, account in enumerate(SHELLS):
        row = {"account": account, "bank": account[:8], "phone": "+57 6015550100", "simulated": True}
        rows += [
            row | {"role": "holder", "name": _NAMES[number]},
            row | {"role": "officer", "name": "Planted Nominee", "identifier": "V90000001"},
        ]
    return pa.Table.from_pylist(rows)


def passed_on(start_us: int) -> pa.Table:
    """An outsider's money goes through all of them in turn to another outsider."""
    way = ("PLANSRCE:4000001", *SHELLS, "PLANSINK:4000001")
    return pa.Table.from_pylist(
        [
            _entry(start_us, payer, payee, 40_000_000 - 300_000 * number, 20 * number + 3, "COP")
            for number, (payer, payee) in enumerate(pairwise(way))
        ]
    )
