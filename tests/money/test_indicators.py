"""Every kind of finding about money answers a published indicator; every other indicator says what data it lacks."""

from __future__ import annotations

from veedor.money.indicators import INDICATORS, SOURCES
from veedor.money.networks.judge import KINDS
from veedor.words import known

ALL_KINDS = {
    "pass_through", "fan_in", "fan_out", "structuring", "wire_stripping", "missing_parties", "exchange_round_trip",
    "house_netting", "funnel", "beyond_declared", "shells", "listed_party", *KINDS,
}  # fmt: skip


def test_every_kind_of_finding_answers_an_indicator() -> None:
    assert {kind for each in INDICATORS for kind in each.kinds} == ALL_KINDS
    assert all(known(f"kind.{kind}") for kind in ALL_KINDS)


def test_every_indicator_is_answered_or_says_what_data_it_would_need() -> None:
    for each in INDICATORS:
        assert bool(each.kinds) != bool(each.needs), each
        assert each.source in SOURCES and each.heading and each.says
    assert {each.source for each in INDICATORS} == set(SOURCES)
