"""How long the evaluator takes: 200 rules over 10,000 and 100,000 statements, each seal covering ten of them.

Half the statements are deposits, the rest events with their answers, figures and documents, over two years; of the
rules half are obligations by window, by event and once, half measures that require them. Compared with checking one
signature for each statement, which everybody who folds the log does before, at the speed of `cryptography` here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.record import Measure
from veedor.accord import bodies
from veedor.accord.dates import DAY_US, instant_us_of
from veedor.accord.evaluate import evaluate
from veedor.accord.load import Loaded, read_accord
from veedor.accord.timeline import Batch, Fact, Timeline
from veedor.accord.whatif import a_deposit, a_document
from veedor.mission.statements.bodies import Body

START_US = instant_us_of("2026-01-01T00:00Z", "")
DAYS = 730
PER_SEAL = 10
CLASSES = ("plots", "tracks", "flight_plans", "accounts", "entries")
SIGNATURES = 2000


def measure() -> Sequence[Measure]:
    loaded = an_accord(100, 100)
    found = []
    each_s = _signature_s()
    for count, goal in ((10_000, "under 1 s"), (100_000, "under 10 s")):
        timeline = a_timeline(loaded, count)
        evaluate([loaded], a_timeline(loaded, 100), timeline.time_us)
        start = time.process_time()
        verdict = evaluate([loaded], timeline, timeline.time_us)
        spent_s = time.process_time() - start
        states = sorted({each.state for each in (*verdict.obligations, *verdict.measures)})
        changes = sum(len(one.history) for each in verdict.obligations for one in each.occurrences)
        note = (
            f"{len(timeline.batches)} seals, {changes} changes of obligations; states at the end: {', '.join(states)}"
        )
        what = f"verdict over {count} statements, 200 rules"
        found.append(
            Measure(
                what, spent_s, "s of processor", spent_s / (count * each_s), "checking as many signatures", goal, note
            )
        )
    return found


def an_accord(obligations: int, measures: int) -> Loaded:
    """Rules by turns of every kind."""
    within = "unit: hours, zone: UTC, counting: elapsed, ends: instant"
    head = [
        "schema: accord/1\naccord: bench\nversion: 1\nsupersedes: ''\ntitle: {en: Bench, es: Banco}",
        f"in_force: {{anchor: accord.signed, amount: 0, {within}}}",
        "parties: {a: {name: {en: A, es: A}}, b: {name: {en: B, es: B}}}",
        "authorities: {t: {party: b, name: {en: T, es: T}, key: ''}}\nzones: {}\ncalendars: {}\ndates: {}",
        "events: {ask: {text: {en: a, es: a}, by: [b]}, access: {text: {en: a, es: a}, by: [a]}}",
        "figures: {exports: {text: {en: e, es: e}, unit: barrels}}\nmetrics:",
        "  papers: {kind: documents_attested, party: a, document: court_document}",
        "  apart: {kind: figure_disagreement, figure: exports, sources: [a, b]}",
    ]
    head += [
        f"  m_{name}: {{kind: delivered_ratio, party: a, data_class: {name}, outages: delivered}}" for name in CLASSES
    ]
    lines = [*head, "obligations:", *(line for number in range(obligations) for line in _obligation(number, within))]
    lines += ["measures:", *(line for number in range(measures) for line in _measure(number, obligations, within))]
    lines += ["disputes: []\nquotas: {}\nperiods: {}\nmeetings: {}"]
    notice = f"{{anchor: own.notice, amount: 24, {within}}}"
    lines += [f"participation: {{suspend: {notice}, withdraw: {notice}, survives: []}}"]
    return read_accord("\n".join(lines).encode(), "bench.yaml")


def a_timeline(loaded: Loaded, count: int) -> Timeline:
    """So many statements, evenly over the days, in seals of PER_SEAL."""
    facts = list(_facts(loaded, count))
    step_us = DAYS * DAY_US // (count // PER_SEAL + 1)
    batches = [
        Batch(START_US + number // PER_SEAL * step_us, tuple(facts[number : number + PER_SEAL]))
        for number in range(0, len(facts), PER_SEAL)
    ]
    return Timeline("a", (*batches, Batch(START_US + DAYS * DAY_US, ())))


def _facts(loaded: Loaded, count: int) -> Iterator[Fact]:
    for party in ("a", "b"):
        yield Fact(party, f"sign-{party}", bodies.SignAccord("bench", 1, loaded.digest))
    for name in loaded.accord.measures:
        yield Fact("b", f"grant-{name}", bodies.Grant("bench", name, "t", ""))
    left = count - 2 - len(loaded.accord.measures)
    for number in range(max(left, 0)):
        day = number * DAYS // max(left, 1)
        party, body = _said(number, START_US + day * DAY_US)
        yield Fact(party, f"statement-{number}", body)


def _said(number: int, day_us: int) -> tuple[str, Body]:
    kind = number % 10
    if kind < 5:
        return "a", a_deposit("a", CLASSES[kind], day_us - 2 * DAY_US, day_us)
    if kind == 5:
        return "b", bodies.EventSaid("bench", "ask", number // 100 + 1, "happened", 0)
    if kind == 6:
        return "a", bodies.EventSaid("bench", "access", number // 100 + 1, "happened", 0)
    if kind == 7:
        return "a", a_document("court_document")
    return "ab"[kind - 8], bodies.FigureSaid("bench", "exports", day_us - DAY_US, day_us, f"{690 + kind}")


def _obligation(number: int, within: str) -> Iterator[str]:
    arises, due = (
        (
            f"{{each: window, first: {{anchor: accord.in_force, amount: {number}, {within}}}, "
            f"length: {{anchor: window.start, amount: {240 + number}, {within}}}}}",
            "window.end",
        ),
        ("{each: event, event: ask}", "trigger"),
        (f"{{each: once, since: {{anchor: accord.in_force, amount: {number}, {within}}}}}", "accord.in_force"),
    )[0 if number % 10 < 7 else number % 10 - 7 if number % 10 > 7 else 1]
    met = (
        f"{{test: at_least, metric: m_{CLASSES[number % 5]}, value: 9/10}}",
        "{test: any, of: [{test: happened, event: access}, {test: at_least, metric: papers, value: '3'}]}",
        "{test: at_most, metric: apart, value: 1/100}",
    )[number % 3]
    yield f"  o{number}:\n    debtor: a\n    creditor: b\n    article: Art. {number}\n    text: {{en: o, es: o}}"
    yield f"    arises: {arises}\n    due: {{anchor: {due}, amount: {72 + number}, {within}}}\n    met_when: {met}"
    yield f"    cure: {{starts: late, within: {{anchor: own.late, amount: 120, {within}}}}}\n    excuses: ~"


def _measure(number: int, obligations: int, within: str) -> Iterator[str]:
    requires = ", ".join(f"o{(number * 7 + step) % obligations}" for step in range(3))
    yield f"  w{number}:\n    by: b\n    to: a\n    instrument: waiver\n    citation: S\n    scope: {{en: s, es: s}}"
    yield f"    grant: {{need: [t], of: 1, by: {{anchor: accord.in_force, amount: 48, {within}}}}}"
    yield f"    implemented_by: {{anchor: own.active, amount: 24, {within}}}"
    yield f"    starts_when: []\n    requires: [{requires}]"
    ends = f"{{anchor: own.active, amount: {4000 + 100 * number}, {within}}}"
    yield f"    term: {{ends: {ends}, then: wind_down, renewal: none}}"
    yield f"    ladder:\n      warn: {{anchor: own.late, amount: 0, {within}}}"
    yield f"      suspend: {{anchor: own.breached, amount: 9000, {within}}}"
    length = f"{{anchor: own.suspended, amount: 1000, {within}}}"
    yield f"    wind_down: {{length: {length}, new_business: forbidden}}"
    yield "    snapback: ~\n    when: {undetermined: warn, disputed: warn, excused: no_effect}\n    cap: ~"
    yield "    watch: {sources: [], new_business: '', out_of_scope: []}"


def _signature_s() -> float:
    key = Ed25519PrivateKey.generate()
    public, message = key.public_key(), b"statement" * 100
    signature = key.sign(message)
    start = time.process_time()
    for _ in range(SIGNATURES):
        public.verify(signature, message)
    return (time.process_time() - start) / SIGNATURES
