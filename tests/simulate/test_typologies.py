"""Further typologies: each leaves the shape that its name promises, and moves nothing of what was there."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise

import pytest

from veedor.errors import UsageError
from veedor.simulate.paying.customer_file import customers
from veedor.simulate.paying.further import FURTHER
from veedor.simulate.paying.laundering import TYPOLOGIES
from veedor.simulate.paying.networks import NETWORKS
from veedor.simulate.paying.people import BANKS, ROLES, make_people
from veedor.simulate.paying.purse import Purse, make_purse
from veedor.simulate.paying.stories import Story
from veedor.simulate.scale import scale
from veedor.simulate.sky import make_sky


@cache
def _purse() -> Purse:
    size = scale(0.1)
    return make_purse(make_sky(6, size), size, ("all",))


def _stories(kind: str) -> list[Story]:
    return [story for story in _purse().stories if story.kind == kind]


def _edges(story: Story) -> list[tuple[int, int]]:
    return [(deal.payer, deal.payee) for deal in story.deals]


def test_every_typology_is_told_as_often_as_the_others_with_look_alikes_of_its_own() -> None:
    told = Counter(story.kind for story in _purse().stories if story.illicit)
    assert told == dict.fromkeys((*TYPOLOGIES, *FURTHER), 8)
    innocent = sum(not story.illicit for story in _purse().stories)
    assert innocent == scale(0.1).money_lookalikes * (4 + len(FURTHER)) // 4


def test_whatever_the_seed_and_the_size_every_typology_is_told_as_often_as_asked() -> None:
    """100 seeds at one of two sizes; the few accounts of a rare role must not all be at banks outside the accord."""
    small = replace(scale(0.1), instances_each=4, money_lookalikes=12)
    sky = make_sky(6, small)
    for seed in range(100):
        size = replace(small, people=(400, 2_400)[seed % 2])
        purse = make_purse(replace(sky, seed=seed), size, ("all",))
        told = Counter(story.kind for story in purse.stories if story.illicit)
        assert told == dict.fromkeys((*TYPOLOGIES, *FURTHER), 4), seed
        assert all(story.deals for story in purse.stories), seed


def test_two_accounts_of_every_role_are_at_banks_under_the_accord() -> None:
    under = {number for number, bank in enumerate(BANKS) if bank.form}
    for seed in range(300):
        people = make_people(seed, replace(scale(0.1), people=400), 8)
        for roles in people.roles:
            assert all(len([one for one in roles[role] if people.bank[one] in under]) >= 2 for role in ROLES), seed


def test_what_a_mule_gets_goes_on_to_one_receiver_and_a_little_stays_with_each() -> None:
    for story in _stories("scatter_gather"):
        source, sink = story.deals[0].payer, story.deals[1].payee
        got = {deal.payee: deal for deal in story.deals if deal.payer == source}
        sent = {deal.payer: deal for deal in story.deals if deal.payee == sink}
        assert got.keys() == sent.keys() and len(got) >= 4
        assert all(0 < sent[mule].units <= got[mule].units and sent[mule].t >= got[mule].t for mule in got)


def test_a_hub_is_filled_before_it_is_emptied() -> None:
    for story in _stories("gather_scatter"):
        last_in = max(deal.t for deal in story.deals if deal.payee == story.subject)
        first_out = min(deal.t for deal in story.deals if deal.payer == story.subject)
        assert last_in <= first_out


def test_a_cycle_comes_back_to_where_it_began_with_no_more_than_went_out() -> None:
    for story in _stories("cycle"):
        edges = _edges(story)
        assert all(one[1] == other[0] for one, other in pairwise(edges))
        assert edges[-1][1] == edges[0][0] == story.subject
        assert story.deals[-1].units <= story.deals[0].units


def test_nobody_of_the_receiving_side_of_a_bipartite_network_pays_in_it() -> None:
    for story in _stories("bipartite"):
        payers, payees = {a for a, _ in _edges(story)}, {b for _, b in _edges(story)}
        assert not payers & payees and len(payers) >= 4 and len(payees) >= 4


def test_each_layer_of_a_stack_pays_the_next_after_it_was_paid() -> None:
    for story in _stories("stack"):
        depth = {a: 0 for a, _ in _edges(story)}
        for deal in sorted(story.deals, key=lambda deal: deal.t):
            depth[deal.payee] = depth.get(deal.payer, 0) + 1
        assert max(depth.values()) in (2, 3)


def test_accounts_opened_for_one_job_were_empty_and_are_emptied_again() -> None:
    people = _purse().people
    for story in _stories("new_account"):
        assert people.opening[story.subject] == 0
        received = sum(deal.units for deal in story.deals if deal.payee == story.subject)
        assert 0 <= received - sum(deal.units for deal in story.deals if deal.payer == story.subject) <= received * 0.06
        others = [each for each in _purse().stories if each is not story]
        assert not any(story.subject in edge for each in others for edge in _edges(each))


def test_an_exchange_round_trip_ends_in_the_currency_it_began_in_at_a_loss() -> None:
    people = _purse().people
    for story in _stories("exchange_round_trip"):
        out = sum(deal.units for deal in story.deals if deal.payer == story.subject)
        back = sum(deal.units for deal in story.deals if deal.payee == story.subject)
        assert 0.8 * out < back < out
        assert {int(people.market[max(edge)]) for edge in _edges(story)} > {int(people.market[story.subject])}


def test_brokers_who_net_pay_out_what_customers_bring_and_send_each_other_nothing() -> None:
    people = _purse().people
    for story in _stories("house_netting"):
        counts = Counter(end for edge in _edges(story) for end in edge)
        brokers = {account for account, _ in counts.most_common(2)}
        assert all(len({*edge} & brokers) == 1 for edge in _edges(story))
        assert len({int(people.market[broker]) for broker in brokers}) == 2
        for broker in brokers:
            came = sum(deal.units for deal in story.deals if deal.payee == broker)
            went = sum(deal.units for deal in story.deals if deal.payer == broker)
            assert 0.6 * came < went < came * 1.6


def test_what_goes_into_shells_comes_out_of_them_again_and_they_have_something_in_common() -> None:
    people = _purse().people
    of_account: dict[int, set[str]] = {}
    for at, _, _, _, one in customers(_purse()):
        of_account[at] = {one.address, one.phone, one.email, one.device, one.officer[1]} - {""}
    for story in _stories("shells"):
        firms = set(story.tied)
        came = sum(deal.units for deal in story.deals if deal.payer not in firms)
        went = sum(deal.units for deal in story.deals if deal.payee not in firms)
        assert 0.75 * came < went < came
        assert any(of_account[one] & of_account[other] for one, other in combinations(sorted(firms), 2))
        assert all(people.opening[firm] == 0 for firm in firms)


def test_stories_that_are_told_anyway_stay_as_they_are_but_for_new_accounts() -> None:
    size = scale(0.1)
    sky = make_sky(6, size)
    asked = tuple(kind for kind in NETWORKS if kind != "new_account")
    plain, more = make_purse(sky, size), make_purse(sky, size, asked)
    assert (plain.people.account == more.people.account[: len(plain.people)]).all()
    assert set(plain.stories) < set(more.stories)


def test_a_typology_that_does_not_exist_is_named() -> None:
    size = scale(0.1)
    with pytest.raises(UsageError, match="no such typology") as told:
        make_purse(make_sky(6, size), size, ("cycles",))
    assert told.value.found == "cycles"
