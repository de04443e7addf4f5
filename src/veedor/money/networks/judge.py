"""Findings from patterns over several accounts: how rare, how exact, how unlike the account's other payments they are.

The payments of the accounts that patterns are told of are read again, all of them, so that innocent explanations are
tests on the whole history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyarrow as pa

from veedor.engine.detector import Broadcast, ByKey, Owner, Read
from veedor.engine.findings import Finding, Innocent, Reason, Term, findings_table
from veedor.kernel.exactmath import log10
from veedor.kernel.parameters import parameters_digest
from veedor.money import innocence, judging
from veedor.money.amounts import permille
from veedor.money.columns import Ints
from veedor.money.distributions import Distributions
from veedor.money.judging import Assessment
from veedor.money.ledger import DAY_US, NEEDED, NOT_REVERSED, ledgers
from veedor.money.networks.subject import Network, networks
from veedor.money.search import Tracing
from veedor.tables import FINDINGS, MONEY_DISTRIBUTIONS, NETWORKS, PAYMENTS, Table

_FOUND = (("outcome", "=", "found"),)
# Of what filled an account, so much may have left it before the last of it came.
_APART_PERMILLE = 100


@dataclass(frozen=True)
class JudgeParameters(Tracing):
    """Weights in thousandths of log10."""

    least_accounts_for_rank: int = 50
    report_milli_log10: int = 3000


@dataclass(frozen=True)
class JudgeNetworks:
    """Detector `network_findings`: patterns over several accounts and the payments of those they are told of in,
    findings out."""

    parameters: JudgeParameters = JudgeParameters()
    name: str = "network_findings"
    version: int = 2
    reads: tuple[Read, ...] = (
        Read(NETWORKS, ByKey(("account",))),
        Read(PAYMENTS, ByKey(("payer", "payee")), NEEDED, NOT_REVERSED, ("found", "account")),
        Read(NETWORKS, Broadcast(), ("account", "kind", "currency", "size"), _FOUND, handed_as="found"),
        Read(MONEY_DISTRIBUTIONS, Broadcast()),
    )
    writes: Table = FINDINGS

    def run(self, tables: Mapping[str, pa.Table], owner: Owner, parameters: JudgeParameters) -> pa.Table:
        known = Distributions(tables["money_distributions"])
        made = ledgers(tables["payments"], owner, 1, tables["found"]["account"])
        findings = []
        for network in networks(tables["networks"], tables["found"], made, parameters.delay_us):
            finding = _finding(network, known, parameters)
            if finding is not None:
                findings.append(finding)
        return findings_table(findings, self.name, self.version, parameters_digest(parameters))


def _finding(network: Network, known: Distributions, parameters: JudgeParameters) -> Finding | None:
    kind = network.row["kind"]
    shared = [Assessment(2000, judging.NUMBERS, lambda: _rarity(network, known, parameters))]
    if "kept_permille" in network.numbers:
        shared.append(Assessment(600, judging.NUMBERS, lambda: _kept(network)))
    terms, innocent = _OF_KIND[kind](network)
    found = judging.judged((*shared, *terms), innocent, parameters.report_milli_log10)
    if found is None:
        return None
    start, end = network.span
    summary = {**network.numbers, "start_us": start, "end_us": end, "other": network.row["other"]}
    return Finding(
        kind=kind,
        subject=f"account:{network.row['account']}",
        start_us=start,
        end_us=end,
        place=None,
        simulated=network.row["simulated"],
        terms=found[0],
        reasons=(Reason(f"finding.{kind}", summary), Reason(f"finding.{kind}.money", summary), *_further(network)),
        evidence=network.evidence,
        innocent=found[1],
        searched=network.searched(sum(term.milli_log10 is None for term in found[0])),
    )


def _further(network: Network) -> tuple[Reason, ...]:
    """Other sinks that gather the same money."""
    further = network.row.get("further", 0)
    return (Reason("finding.scatter_gather.further", {"accounts": further}),) if further else ()


def _rarity(network: Network, known: Distributions, parameters: JudgeParameters) -> Term:
    """How many accounts of the currency have such a pattern of at least this size told of them; half of all laundering
    that takes this shape is taken to be found."""
    _, total = known.at_least(str(network.row["currency"]), "busiest_payees", 0)
    values = {"accounts_alike": network.alike, "accounts": total}
    if total < parameters.least_accounts_for_rank:
        return Term("term.network.rarity", None, judging.MEASURED, values)
    ratio = round(1000 * log10((total + 1) / (2 * (network.alike + 1))))
    return Term("term.network.rarity", max(-300, min(2000, ratio)), judging.MEASURED, values)


def _kept(network: Network) -> Term:
    """Money that is passed on keeps its size but for what those who pass it on take; more going out is other money."""
    share = network.number("kept_permille")
    weight = -400 if share > 1100 else judging.stepped(share, ((900, 600), (750, 400), (500, 100)), -300)
    return Term("term.network.kept", weight, judging.EXPERT, {"share_permille": share})


Tests = tuple[tuple[Assessment[Term], ...], tuple[Assessment[Innocent], ...]]


def _scatter_gather(network: Network) -> Tests:
    instance, went = network.instance, network.instance.side(False)
    return (
        Assessment(1200, judging.NUMBERS, lambda: _middles(network)),
        Assessment(400, judging.NUMBERS, lambda: _direct(network)),
        Assessment(300, judging.HISTORY, lambda: judging.one_off("term.scatter_gather.one_off", instance, went)),
        Assessment(300, judging.PAYMENTS, lambda: judging.round_amounts("term.round_amounts", instance, went)),
        Assessment(300, judging.WORDS, lambda: judging.corridor("term.corridor", instance, went)),
    ), (
        Assessment(0, judging.WORDS, lambda: innocence.same_holder("innocent.treasury", instance, went)),
        Assessment(150, judging.HISTORY, lambda: innocence.rhythm("innocent.payroll", instance, went)),
        Assessment(150, judging.PAYMENTS, lambda: innocence.price_list("innocent.wage_scale", instance, went)),
        Assessment(0, judging.HISTORY, lambda: innocence.clearing("innocent.clearing", instance)),
        Assessment(100, judging.HISTORY, lambda: innocence.season("innocent.season", instance, went)),
    )


def _middles(network: Network) -> Term:
    middles = network.number("middles")
    weight = judging.stepped(middles, ((8, 1200), (6, 1000), (5, 700), (4, 300)), -100)
    return Term("term.scatter_gather.middles", weight, judging.EXPERT, {"middles": middles})


def _direct(network: Network) -> Term:
    """Who may pay the other side openly has no need of middles; who never does perhaps must not be seen to."""
    instance, sink = network.instance, network.row["other"]
    ledger, history = instance.ledger, instance.history
    parties = {code: str(ledger.accounts[code].as_py()) for code in instance.others(history)}
    codes = [code for code, name in parties.items() if name == sink]
    direct = sum(int(other) in codes for other in ledger.other[history].tolist())
    return Term("term.scatter_gather.direct", -500 if direct else 400, judging.EXPERT, {"payments": direct})


def _gather_scatter(network: Network) -> Tests:
    instance = network.instance
    came, went = instance.side(True), instance.side(False)
    return (
        Assessment(900, judging.NUMBERS, lambda: _parties(network)),
        Assessment(500, judging.PAYMENTS, lambda: _share_of_all(network, came)),
        Assessment(
            300, judging.HISTORY, lambda: judging.one_off("term.gather_scatter.one_off", instance, instance.members)
        ),
        Assessment(300, judging.PAYMENTS, lambda: judging.round_amounts("term.round_amounts", instance, came)),
        Assessment(300, judging.WORDS, lambda: judging.corridor("term.corridor", instance, went)),
    ), (
        Assessment(0, judging.HISTORY, lambda: _clearing(network)),
        Assessment(200, judging.HISTORY, lambda: innocence.trade("innocent.merchant", instance, came)),
        Assessment(150, judging.PAYMENTS, lambda: innocence.price_list("innocent.price", instance, came)),
        Assessment(150, judging.HISTORY, lambda: innocence.rhythm("innocent.collection", instance, came)),
        Assessment(150, judging.HISTORY, lambda: innocence.rhythm("innocent.payroll", instance, went)),
        Assessment(0, judging.WORDS, lambda: innocence.same_holder("innocent.treasury", instance, instance.members)),
        Assessment(150, judging.PAYMENTS, lambda: innocence.agent("innocent.agent", instance, came, went, True)),
    )


def _clearing(network: Network) -> Innocent:
    """Who settles for others pays while he is paid. An account that was filled before it was emptied did not do this as
    one who settles, however many it deals with on other days."""
    test = innocence.clearing("innocent.clearing", network.instance)
    apart = network.number("mixed_permille") <= _APART_PERMILLE
    return replace(test, verdict="cannot_tell", milli_log10=0) if test.verdict == "supports" and apart else test


def _parties(network: Network) -> Term:
    few = min(network.number("payers"), network.number("payees"))
    values = {"payers": network.number("payers"), "payees": network.number("payees")}
    weight = judging.stepped(few, ((10, 900), (7, 600), (5, 300)), 0)
    return Term("term.gather_scatter.parties", weight, judging.EXPERT, values)


def _share_of_all(network: Network, came: Ints) -> Term:
    """How much of all the account ever received came in here: a business has other income beside it."""
    instance = network.instance
    everything = instance.history[instance.ledger.incoming[instance.history]]
    share = permille(instance.total(came), instance.total(everything))
    values = {"share_permille": share, "payments": len(everything)}
    weight = judging.stepped(share, ((700, 500), (400, 200), (200, 0)), -500)
    return Term("term.gather_scatter.turnover", weight, judging.EXPERT, values)


def _cycle(network: Network) -> Tests:
    instance = network.instance
    went = instance.side(False)
    return (
        Assessment(800, judging.NUMBERS, lambda: _length(network)),
        Assessment(400, judging.NUMBERS, lambda: _speed(network)),
        Assessment(300, judging.HISTORY, lambda: judging.one_off("term.cycle.one_off", instance, instance.members)),
        Assessment(300, judging.PAYMENTS, lambda: judging.round_amounts("term.round_amounts", instance, went)),
        Assessment(300, judging.WORDS, lambda: judging.corridor("term.corridor", instance, went)),
    ), (
        Assessment(0, judging.WORDS, lambda: innocence.same_holder("innocent.treasury", instance, instance.members)),
        Assessment(150, judging.HISTORY, lambda: innocence.rhythm("innocent.payroll", instance, went)),
        Assessment(0, judging.HISTORY, lambda: innocence.clearing("innocent.clearing", instance)),
        Assessment(100, judging.HISTORY, lambda: innocence.season("innocent.season", instance, went)),
    )


def _length(network: Network) -> Term:
    """Two who pay each other settle debts; the longer the way back, the less it is chance. Without an order in time it
    is hardly a way."""
    accounts, ordered = network.number("accounts"), network.row["kind"] == "cycle"
    weight = judging.stepped(accounts, ((5, 800), (4, 600), (3, 300)), -500) - (0 if ordered else 600)
    return Term("term.cycle.length", weight, judging.EXPERT, {"accounts": accounts})


def _speed(network: Network) -> Term:
    """How long the shortest way round took: in weeks, more of what anybody pays leads back by chance."""
    span = network.number("span_us")
    weight = 400 if span <= 2 * DAY_US else 200 if span <= 5 * DAY_US else 0 if span <= 10 * DAY_US else -200
    return Term("term.cycle.speed", weight, judging.EXPERT, {"span_us": span})


def _layered(network: Network) -> Tests:
    """A bipartite layer is seen from the payer with the smallest id, a stack from such a middle."""
    instance, kind = network.instance, network.row["kind"]
    went = instance.side(False)
    return (
        Assessment(900, judging.NUMBERS, lambda: _layer_parties(network)),
        Assessment(300, judging.HISTORY, lambda: judging.one_off(f"term.{kind}.one_off", instance, went)),
        Assessment(300, judging.PAYMENTS, lambda: judging.round_amounts("term.round_amounts", instance, went)),
        Assessment(300, judging.WORDS, lambda: judging.corridor("term.corridor", instance, went)),
        *([Assessment(600, judging.NUMBERS, lambda: _filled(network))] if kind == "bipartite" else []),
    ), (
        Assessment(0, judging.WORDS, lambda: innocence.same_holder("innocent.treasury", instance, went)),
        Assessment(150, judging.HISTORY, lambda: innocence.rhythm("innocent.payroll", instance, went)),
        Assessment(150, judging.PAYMENTS, lambda: innocence.price_list("innocent.wage_scale", instance, went)),
        Assessment(0, judging.HISTORY, lambda: innocence.clearing("innocent.clearing", instance)),
        Assessment(100, judging.HISTORY, lambda: innocence.season("innocent.season", instance, went)),
    )


def _layer_parties(network: Network) -> Term:
    payers, payees = network.number("payers"), network.number("payees")
    weight = judging.stepped(min(payers, payees), ((5, 900), (4, 700), (3, 500)), 0)
    return Term("term.layer.parties", weight, judging.EXPERT, {"payers": payers, "payees": payees})


def _filled(network: Network) -> Term:
    """People who shop in one town meet in some shops; hardly all of them in all."""
    share = network.number("filled_permille")
    return Term(
        "term.layer.filled",
        judging.stepped(share, ((950, 600), (800, 300)), 0),
        judging.EXPERT,
        {"share_permille": share},
    )


_OF_KIND = {
    "scatter_gather": _scatter_gather,
    "gather_scatter": _gather_scatter,
    "cycle": _cycle,
    "simple_cycle": _cycle,
    "bipartite": _layered,
    "stack": _layered,
}
"""What a pattern of each kind is judged by beside what all are."""

KINDS = tuple(_OF_KIND)
