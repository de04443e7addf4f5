"""Generated accords and logs: small, but with every kind of rule, claim and act, honest or not."""

# ruff: noqa: UP031 # the text of accords is full of braces
from __future__ import annotations

from hypothesis import strategies as st

from tests.accord.timelines import START_US, Days, accord_text, day_of, days, hours, instant, measure, obligation
from veedor.accord import bodies
from veedor.accord.dates import DAY_US
from veedor.accord.load import Loaded, read_accord
from veedor.accord.timeline import Fact
from veedor.mission.statements.bodies import Body, Deposit, Outage, Period, Restate
from veedor.mission.statements.vocabulary import Completeness

EFFECTS = st.sampled_from(["no_effect", "warn", "suspend"])
HOUR_US = DAY_US // 24
RULES = ("files", "radar", "talks")
WHOLE: tuple[Completeness, ...] = ("complete", "complete", "partial")


@st.composite
def an_obligation(draw: st.DrawFn) -> str:
    debtor = draw(st.sampled_from("ab"))
    window = "{each: window, first: %s, length: %s}" % (
        days("accord.in_force", draw(st.integers(0, 3))),
        days("window.start", draw(st.integers(2, 6))),
    )
    arises, due = draw(
        st.sampled_from(
            [
                ("{each: once, since: %s}" % days("accord.in_force", 1), days("accord.in_force", 5)),
                ("{each: once, since: %s}" % days("event.access", 0), days("event.access", 4)),
                (window, days("window.end", 1)),
                ("{each: event, event: ask}", hours("trigger", 36)),
            ]
        )
    )
    covered = "{test: at_least, metric: radar_%s, value: %s}" % (debtor, draw(st.sampled_from(["1/2", "9/10", "1"])))
    gap = "{test: at_most, metric: gap_%s, value: '%d'}" % (debtor, draw(st.integers(6, 60)))
    figures = "{test: at_most, metric: apart, value: 1/10}"
    access = "{test: happened, event: access}"
    papers = "{test: at_least, metric: papers, value: '1'}"
    some = draw(st.lists(st.sampled_from([covered, gap, figures, access, papers]), min_size=1, max_size=3, unique=True))
    met = draw(
        st.sampled_from(
            [
                some[0],
                "{test: all, of: [%s]}" % ", ".join(some),
                "{test: any, of: [%s]}" % ", ".join(some),
                "{test: n_of, n: 1, of: [%s]}" % ", ".join(some),
            ]
        )
    )
    cure = draw(
        st.sampled_from(
            [
                "~",
                "{starts: late, within: %s}" % days("own.late", 2),
                "{starts: notice, within: %s}" % days("own.notice", 2),
            ]
        )
    )
    excuses = draw(
        st.sampled_from(
            ["~", "{grounds: [flood], notice: %s, longest: %s}" % (days("own.since", 2), days("own.since", 3))]
        )
    )
    return obligation(
        debtor=debtor,
        creditor="b" if debtor == "a" else "a",
        arises=arises,
        due=due,
        met_when=met,
        cure=cure,
        excuses=excuses,
    )


@st.composite
def a_measure(draw: st.DrawFn) -> str:
    by = draw(st.sampled_from("ab"))
    need = {"a": "[s1, s2]", "b": "[t1, t2]"}[by]
    takes_effect = days("own.notice", draw(st.integers(0, 3)))
    snapback = "{notice_by: [a, b], takes_effect: %s, stays_if: {need: [a, b], of: 2}}" % takes_effect
    when = ", ".join("%s: %s" % (word, draw(EFFECTS)) for word in ("undetermined", "disputed", "excused"))
    then, renewal = draw(st.sampled_from(["lapse", "wind_down"])), draw(st.sampled_from(["new_grant", "none"]))
    return measure(
        by=by,
        to="b" if by == "a" else "a",
        grant="{need: %s, of: %d, by: %s}" % (need, draw(st.integers(1, 2)), days("accord.in_force", 2)),
        starts_when=draw(st.sampled_from(["[]", "[radar]"])),
        requires=draw(st.sampled_from(["[radar]", "[radar, files]", "[talks]"])),
        term="{ends: %s, then: %s, renewal: %s}" % (days("own.active", draw(st.integers(3, 15))), then, renewal),
        ladder="{warn: %s, suspend: %s}" % (days("own.late", draw(st.integers(0, 2))), days("own.breached", 1)),
        snapback=draw(st.sampled_from(["~", snapback])),
        when="{%s}" % when,
        cap="{figure: exports, limit: '1000'}",
        watch="{sources: [a, b], new_business: exports, out_of_scope: []}",
    )


def a_file(rules: dict[str, str], reliefs: dict[str, str]) -> str:
    names = [("s1", "a"), ("s2", "a"), ("t1", "b"), ("t2", "b")]
    authorities = ", ".join("%s: {party: %s, name: {en: T, es: T}, key: ''}" % each for each in names)
    metrics = ", ".join(
        f"radar_{each}: {{kind: delivered_ratio, party: {each}, data_class: plots, outages: delivered}}, "
        f"gap_{each}: {{kind: longest_gap_hours, party: {each}, data_class: plots, outages: delivered}}"
        for each in "ab"
    )
    quota = "{each: window, first: %s, length: %s}" % (days("accord.in_force", 0), days("window.start", 10))
    return accord_text(
        rules,
        reliefs,
        authorities="{%s}" % authorities,
        metrics="{%s, apart: {kind: figure_disagreement, figure: exports, sources: [a, b]}, "
        "papers: {kind: documents_attested, party: a, document: court_document}}" % metrics,
        events="{ask: {text: {en: asked, es: pedido}, by: [a, b]}, access: {text: {en: given, es: dado}, by: [a, b]}}",
        quotas="{asks: {event: ask, party: b, windows: %s, most: 2}}" % quota,
    )


@st.composite
def accords(draw: st.DrawFn) -> Loaded:
    """An accord of three obligations and two measures."""
    rules = {name: draw(an_obligation()) for name in RULES}
    return read_accord(a_file(rules, {name: draw(a_measure()) for name in ("waiver", "release")}).encode(), "g.yaml")


@st.composite
def a_body(draw: st.DrawFn, day: int) -> Body:
    """Anything that a party may say on this day."""
    rule, relief = draw(st.sampled_from(RULES)), draw(st.sampled_from(["waiver", "release"]))
    word = draw(
        st.sampled_from(
            [
                "grant",
                "grant",
                "grant",
                "act",
                "event",
                "event",
                "figure",
                "notice",
                "excuse",
                "dispute",
                "withhold",
                "position",
            ]
        )
    )
    authority = draw(st.sampled_from(["s1", "s2", "t1", "t2"]))
    start_us = START_US + draw(st.integers(0, day)) * DAY_US
    match word:
        case "grant":
            return bodies.Grant("test", relief, authority, "")
        case "act":
            did = draw(st.sampled_from(["implemented", "warned", "suspended", "ended", "withdrawn"]))
            return bodies.Act("test", relief, authority, "", did, "", 0, "")
        case "event":
            event = draw(st.sampled_from(["ask", "access"]))
            outcome = draw(st.sampled_from(["happened", "happened", "failed"]))
            return bodies.EventSaid("test", event, draw(st.integers(1, 4)), outcome, 0)
        case "figure":
            value = draw(st.sampled_from(["700", "650", "690.5", "0"]))
            return bodies.FigureSaid("test", "exports", start_us, start_us + 2 * DAY_US, value)
        case "notice":
            kind = draw(
                st.sampled_from(["snapback", "cure", "suspend_participation", "resume_participation", "withdraw"])
            )
            of = {"snapback": relief, "cure": rule}.get(kind, "")
            return bodies.Notice("test", kind, of, draw(st.integers(0, 2)))
        case "excuse":
            return bodies.Excuse("test", rule, "flood", start_us, draw(st.sampled_from([0, start_us + DAY_US])))
        case "dispute":
            step, outcome = draw(
                st.sampled_from([("open", "none"), ("settle", "met"), ("settle", "breached"), ("settle", "excused")])
            )
            return bodies.Dispute("test", rule, draw(st.integers(1, 3)), step, outcome)
        case "withhold":
            return bodies.Withhold("test", rule, draw(st.sampled_from("ab")))
    return bodies.Position("test", relief, draw(st.sampled_from(["valid", "invalid"])), "")


@st.composite
def said_anew(draw: st.DrawFn, deposit: Fact) -> Restate:
    """More or less than what a deposit covers, or an outage in it."""
    first = draw(st.integers(0, 20))
    period = Period(instant(first), instant(first + draw(st.integers(1, 6))), draw(st.sampled_from(WHOLE)))
    dark = draw(st.lists(st.integers(first, first + 5), max_size=2))
    return Restate(deposit.digest, period, tuple(Outage(instant(day), instant(day + 0.5)) for day in dark))


@st.composite
def logs(draw: st.DrawFn, least: int = 0) -> Days:
    """A generated accord, signed on day 0, and what was said on the twenty days after."""
    told = Days([draw(accords())]).signed()
    for _ in range(draw(st.integers(least, 25))):
        day, party = draw(st.integers(0, 20)), draw(st.sampled_from("ab"))
        half = draw(st.sampled_from([0, 0.5]))
        word = draw(st.sampled_from(["deposit", "deposit", "restate", "document", "body", "body", "body"]))
        if word == "deposit":
            first = draw(st.integers(0, max(day - 1, 0)))
            told.deposit(day + half, first, first + draw(st.integers(1, 6)), party)
        elif word == "restate":
            earlier = [(at, fact) for at, fact in told.said if isinstance(fact.body, Deposit)]
            if earlier:
                at_us, deposit = draw(st.sampled_from(earlier))
                told.on(max(day + half, day_of(at_us)), deposit.party, draw(said_anew(deposit)))
        elif word == "document":
            told.document(day + half, party)
        else:
            told.on(day + half, party, draw(a_body(day)))
    told.seals |= {START_US + draw(st.integers(0, 50)) * DAY_US // 2 for _ in range(draw(st.integers(0, 5)))}
    return told
