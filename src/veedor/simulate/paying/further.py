"""All typologies that a scenario tells only where it is asked: those in the shape of payments, and those that show in
messages, in statements of months before, and in names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from veedor.errors import UsageError
from veedor.simulate.paying.correspondents import HOME_TO_PAYEES, TO_PAYEES, with_correspondents
from veedor.simulate.paying.listed import dealing, namesake, namesake_by_chance, with_listed
from veedor.simulate.paying.nameless import domestic_batch, missing, poor_system, remitter, slips
from veedor.simulate.paying.nameless_payees import (
    account_only_at_home,
    collector,
    forgotten_payee,
    terse_system,
    unnamed,
)
from veedor.simulate.paying.neighbours import LIKE_NETWORKS
from veedor.simulate.paying.networks import NETWORKS
from veedor.simulate.paying.people import MARKETS, People
from veedor.simulate.paying.sleepers import awakened, legacy, off_season, savings_for_a_house, with_sleepers
from veedor.simulate.paying.stories import Story, Teller
from veedor.simulate.paying.stripped import covered, on_behalf, respelled, stripping, two_accounts
from veedor.simulate.scale import Scale

BEYOND_BOOKS: Mapping[str, Callable[[Teller, float, int], Story]] = {
    "wire_stripping": stripping,
    "missing_parties": missing,
    "missing_beneficiaries": unnamed,
    "awakened": awakened,
    "listed_party": dealing,
}
"""They show in more than a month's books: each brings accounts and files of its own."""
FURTHER: Mapping[str, Callable[[Teller, float, int], Story]] = {**NETWORKS, **BEYOND_BOOKS}
_BY_CHANCE = 4
"""One in so many namesakes bears the very name."""
# What a typology may be taken for, or be hidden among.
LIKE: Mapping[str, tuple[Callable[[Teller, float], Story], ...]] = {
    **LIKE_NETWORKS,
    "wire_stripping": (respelled, two_accounts, covered, on_behalf),
    "missing_parties": (poor_system, domestic_batch, remitter, slips),
    "missing_beneficiaries": (collector, account_only_at_home, terse_system, forgotten_payee),
    "awakened": (savings_for_a_house, off_season, legacy),
    "listed_party": (*(namesake,) * (_BY_CHANCE - 1), namesake_by_chance),
}
# Stories that show in messages and names alone, by the kind of finding that can show them: it shows no other story.
SHOWN_ONLY_BY: Mapping[str, tuple[str, ...]] = {
    "wire_stripping": ("wire_stripping", "respelled", "two_accounts", "covered", "on_behalf"),
    "missing_parties": (
        *("missing_parties", "poor_system", "domestic_batch", "remitter", "slips"),
        *("missing_beneficiaries", "collector", "account_only_at_home", "terse_system", "forgotten_payee"),
    ),
    "listed_party": ("listed_party", "namesake", "namesake_by_chance"),
}
ORDINARY = 4  # typologies that every scenario has
_FRONTS = 4  # banks abroad whose customers stand in for others


def known(names: Sequence[str]) -> tuple[str, ...]:
    """These typologies, each once, in the order of the list (`all`: all); UsageError names one that does not exist."""
    for name in names:
        if name not in (*FURTHER, "all"):
            raise UsageError(
                "there is no such typology", expected=", ".join((*FURTHER, "all")), found=name,
                next_step="name one of these",
            )  # fmt: skip
    return tuple(kind for kind in FURTHER if kind in names or "all" in names)


def with_accounts(seed: int, scale: Scale, people: People, told: Sequence[str]) -> People:
    """The same people, and the accounts that these typologies bring, with those of what looks like them."""
    each, like = scale.instances_each, scale.money_lookalikes // ORDINARY
    if "missing_parties" in told:
        people = with_correspondents(seed, people, each + like + _FRONTS, like)
    elif "wire_stripping" in told:
        people = with_correspondents(seed, people, _FRONTS, 0)
    if "missing_beneficiaries" in told:
        people = with_correspondents(seed, people, each + like, like, (TO_PAYEES, HOME_TO_PAYEES))
    if "awakened" in told:
        people = with_sleepers(seed, people, each + like)
    if "listed_party" in told:
        people = with_listed(seed, people, listed_accounts(scale), like, -(-like // _BY_CHANCE))
    return people


def listed_accounts(scale: Scale) -> int:
    """Accounts of listed parties in each currency."""
    return -(-scale.instances_each // len(MARKETS))
