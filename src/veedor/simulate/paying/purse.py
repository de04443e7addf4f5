"""The money side of a scenario: ordinary days and told stories together, booked period by period."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veedor.simulate.columns import Ints, column
from veedor.simulate.paying.customs import customs
from veedor.simulate.paying.further import known, with_accounts
from veedor.simulate.paying.laundering import laundering
from veedor.simulate.paying.ledger import Booked, book, entries, lowest
from veedor.simulate.paying.payments import Payments, joined, of_deals
from veedor.simulate.paying.people import People, make_people
from veedor.simulate.paying.sleepers import EARLIER_DAYS, drawn_customers, earlier_day
from veedor.simulate.paying.spending import ordinary_payments
from veedor.simulate.paying.stories import Story
from veedor.simulate.scale import DAY_S, Scale
from veedor.simulate.seeds import child
from veedor.simulate.sky import Sky

_PAYMENTS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Purse:
    """Accounts and stories; `special` are the stories' payments, serial = ordinal of the story. `drawn` are customers
    whose earlier statements are handed in; none where no story needs them."""

    seed: int
    scale: Scale
    people: People
    stories: tuple[Story, ...]
    special: Payments
    drawn: Ints


@dataclass(frozen=True)
class Period:
    """The books of some days: entries by account and time, their accounts, balances before and after by account. Days
    before the start are negative: then only some customers' statements are known."""

    first_day: int
    last_day: int
    rows: pa.Table
    account: Ints
    opening: Ints
    closing: Ints
    booked: Booked

    @property
    def earlier(self) -> bool:
        return self.first_day < 0


def make_purse(sky: Sky, scale: Scale, typologies: Sequence[str] = ()) -> Purse:
    """Accounts and stories; illicit cash follows the landings of illicit flights. `typologies` are told beside the four
    that every scenario has."""
    further = known(typologies)
    new = scale.instances_each + scale.money_lookalikes // 4 if "new_account" in further else 0
    shelf = 6 * scale.instances_each + scale.money_lookalikes // 2 if "shells" in further else 0
    people = with_accounts(sky.seed, scale, make_people(sky.seed, scale, new, shelf), further)
    landings = [
        (number, leg.landing.t)
        for number, mission in enumerate(sky.missions)
        if mission.kind == "illicit"
        for leg in mission.legs
    ]
    opened: set[int] = set()
    told = laundering(sky.seed, scale, people, landings, further, opened)
    told += customs(sky.seed, scale, people, further, opened)
    order = child(sky.seed, "story order").permutation(len(told))
    stories = tuple(told[int(n)] for n in order)
    deals = [deal for story in stories for deal in story.deals]
    serials = [number if deal.told else -1 for number, story in enumerate(stories) for deal in story.deals]
    drawn = drawn_customers(sky.seed, people) if "awakened" in further else np.zeros(0, dtype=np.int64)
    return Purse(sky.seed, scale, people, stories, of_deals(deals, serials), drawn)


def payments_of(purse: Purse, day: int) -> Payments:
    """All payments of one day, in order of time."""
    pay = purse.special
    today = pay.take(np.nonzero((pay.t >= day * DAY_S) & (pay.t < (day + 1) * DAY_S))[0])
    ordinary = max(1, purse.scale.payments_a_day - len(pay) // purse.scale.days)
    usual = ordinary_payments(purse.seed, purse.people, day, ordinary)
    late = usual.t >= purse.scale.days * DAY_S
    whole = joined([usual.take(np.nonzero(~late)[0]), today])
    return whole.take(np.argsort(whole.t, kind="stable"))


def booked_day(purse: Purse, day: int) -> Booked:
    rng = child(purse.seed, "booking", day)
    return book(rng, purse.people, payments_of(purse, day), purse.scale.days * DAY_S)


def periods(purse: Purse, start_us: int) -> Iterator[Period]:
    """The books, in as few periods as fit in memory: one for all thirty days up to a factor of about six. Before them
    the earlier statements, if any are handed in."""
    scale = purse.scale
    length = max(1, min(scale.days, _PAYMENTS_AT_ONCE // max(1, scale.payments_a_day)))
    opening = purse.people.opening
    for first in range(0, scale.days, length):
        last = min(first + length, scale.days)
        booked = _together([booked_day(purse, day) for day in range(first, last)])
        if first == 0:
            opening = _enough(purse.people, booked, start_us)
            if len(purse.drawn):
                before = _before(purse, booked, opening, start_us)
                yield before
                opening = before.closing
        rows, account, closing = entries(purse.people, booked, start_us, opening)
        yield Period(first, last - 1, rows, account, opening, closing, booked)
        opening = closing


def _enough(people: People, booked: Booked, start_us: int) -> Ints:
    """Opening balances raised so far that nobody overdraws in the first period."""
    rows, account, _ = entries(people, booked, start_us, None)
    units = rows["amount_units"].to_numpy()
    signed = np.where(rows["credit"].to_numpy(zero_copy_only=False), units, -units)
    missing = np.maximum(0, -lowest(account, signed, len(people)) - people.opening)
    return np.asarray(people.opening + missing, dtype=np.int64)


def _before(purse: Purse, month: Booked, opening: Ints, start_us: int) -> Period:
    """Earlier statements of the drawn customers; they begin with so much that nobody overdraws until the first period
    ends. Others' balances stay as they will be at the start."""
    people = purse.people
    days = [
        book(
            child(purse.seed, "earlier booking", -day), people,
            earlier_day(purse.seed, purse.scale, people, purse.drawn, day), 0.0,
        )
        for day in range(-EARLIER_DAYS, 0)
    ]  # fmt: skip
    booked = _together(days)
    is_drawn = np.isin(np.arange(len(people)), purse.drawn)
    opening = np.where(is_drawn, _enough(people, _together([booked, month]), start_us), opening)
    rows, account, closing = entries(people, booked, start_us, opening)
    kept = np.nonzero(is_drawn[account])[0]
    closing = np.where(is_drawn, closing, opening)
    return Period(-EARLIER_DAYS, -1, rows.take(column(kept)), account[kept], opening, closing, booked)


def _together(days: list[Booked]) -> Booked:
    return Booked(
        joined([day.payments for day in days]),
        np.concatenate([day.credit_t for day in days]),
        pa.concat_arrays([day.uetr for day in days]),
        pa.concat_arrays([day.end_to_end for day in days]),
        pa.concat_arrays([day.servicer for day in days]),
        (
            np.concatenate([day.named_only[0] for day in days]),
            np.concatenate([day.named_only[1] for day in days]),
        ),
    )
