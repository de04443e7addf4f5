"""Payments as flat arrays, before any bank books them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from veedor.simulate.columns import Floats, Ints
from veedor.simulate.paying.wires import Leg

TRANSFER, CASH, CARD = 0, 1, 2
INSTRUMENTS = ("transfer", "cash", "card")
NOBODY = -1  # cash has no account on its other side
PURPOSES = (
    "compra", "transferencia", "remesa familiar", "servicio mensual", "nomina", "pago proveedor", "barrido tesoreria",
    "deposito en efectivo", "retiro en efectivo", "cosecha", "cuota", "factura", "prestamo", "alquiler",
)  # fmt: skip
PURPOSE = {name: number for number, name in enumerate(PURPOSES)}


@dataclass(frozen=True)
class Payments:
    """One entry per payment: indices of accounts, hundredths, seconds from the start, and the instance (-1: none).
    `shown` is whom the payee's bank was told as payer: mostly the payer, another where a message says so, or nobody."""

    payer: Ints
    shown: Ints
    payee: Ints
    units: Ints
    t: Floats
    instrument: Ints
    purpose: Ints
    serial: Ints

    def __len__(self) -> int:
        return len(self.t)

    def take(self, wanted: Ints) -> Payments:
        return Payments(**{item.name: getattr(self, item.name)[wanted] for item in fields(Payments)})


def joined(parts: Sequence[Payments]) -> Payments:
    """All payments, in the order of the parts."""
    return Payments(**{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Payments)})


@dataclass(frozen=True)
class Deal:
    """One payment of a story, written by hand: who, to whom, hundredths, when, how. `legs` are the messages that banks
    sent each other for it, `shown` whom the last of them names as payer (None: the payer). What is not `told` goes
    beside a story and is no part of it."""

    payer: int
    payee: int
    units: int
    t: float
    instrument: int
    purpose: str
    legs: tuple[Leg, ...] = ()
    shown: int | None = None
    told: bool = True


def of_deals(deals: Sequence[Deal], serials: Sequence[int]) -> Payments:
    whole = [
        [d.payer, d.payee, d.units, d.instrument, PURPOSE[d.purpose], d.payer if d.shown is None else d.shown]
        for d in deals
    ]
    columns = np.array(whole, dtype=np.int64).reshape(len(deals), 6)
    return Payments(
        payer=columns[:, 0], shown=columns[:, 5], payee=columns[:, 1], units=columns[:, 2],
        t=np.array([d.t for d in deals], dtype=np.float64),
        instrument=columns[:, 3], purpose=columns[:, 4], serial=np.array(serials, dtype=np.int64),
    )  # fmt: skip
