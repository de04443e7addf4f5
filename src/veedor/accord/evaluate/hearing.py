"""What each statement means to the evaluator: to whom it goes, or why it has no effect.

Only what the governing version allows has an effect; before any version is signed nothing has but signatures. A reason
is the word of `Ignored`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from veedor.accord import bodies
from veedor.accord.timeline import Fact
from veedor.mission.statements.acts import Attest
from veedor.mission.statements.authority import Adopt, Handover, Receipt
from veedor.mission.statements.bodies import Deposit, Findings, Restate

if TYPE_CHECKING:
    from veedor.accord.evaluate.engine import Engine


def hear(engine: Engine, fact: Fact) -> str | None:
    """Take one statement; the reason why it has no effect, or None."""
    engine.seen.add(fact.digest)
    if engine.receipts.pop(fact.digest, None) is not None:
        engine.ask_again()
    body, party, digest = fact.body, fact.party, fact.digest
    record, now_us = engine.record, engine.clock.now_us
    match body:
        case None:
            return None
        case Deposit():
            for key, span in record.deposit(party, body, now_us, digest):
                engine.touched(key, span)
        case Restate():
            for key, span in record.restate(party, body, digest):
                engine.touched(key, span)
        case Attest():
            engine.touched(record.document(party, body, now_us, digest))
        case Findings():
            for key in record.finding(party, body, now_us, digest):
                engine.touched(key)
        case Handover():
            engine.appender = body.appender
            engine.ask_again()
        case Receipt():
            if body.statement not in engine.seen:
                engine.receipts[body.statement].add((body.party, party))
                engine.ask_again()
        case Adopt():
            if body.document == "accord":
                for signer in fact.signers:
                    engine.versions.sign_digest(signer, body.digest, digest)
        case _ if getattr(body, "accord", None) == engine.accord:
            return _of_the_accord(engine, fact)
    return None


def _of_the_accord(engine: Engine, fact: Fact) -> str | None:
    body, party, digest = fact.body, fact.party, fact.digest
    if isinstance(body, bodies.SignAccord):
        return engine.versions.sign(party, body, digest)
    if isinstance(body, bodies.Determination | bodies.MeetingHeld | bodies.Claim | bodies.Answer):
        return None
    engine.settle_versions()
    version = engine.versions.governing
    if version is None:
        return "no_accord_yet"
    accord = version.accord
    match body:
        case bodies.EventSaid():
            return _event(engine, party, body, digest)
        case bodies.FigureSaid():
            if body.figure not in accord.figures or party not in accord.parties:
                return "unknown_rule" if body.figure not in accord.figures else "may_not_say_so"
            engine.touched(*engine.record.figure(party, body, digest))
        case bodies.Grant() | bodies.Act() | bodies.Consent() | bodies.Position():
            if body.measure not in engine.measures:
                return "unknown_rule"
            relief = engine.measures[body.measure]
            match body:
                case bodies.Grant():
                    return relief.grant(party, body, digest)
                case bodies.Act():
                    return relief.act(party, body, digest)
                case bodies.Consent():
                    return relief.consent(party, body, digest)
            return relief.position(party, body, digest)
        case bodies.Notice():
            return _notice(engine, party, body, digest)
        case bodies.Excuse() | bodies.Dispute():
            if body.obligation not in engine.obligations:
                return "unknown_rule"
            obligations = engine.obligations[body.obligation]
            if isinstance(body, bodies.Excuse):
                return obligations.excuse(party, body, digest)
            return obligations.dispute(party, body, digest)
        case bodies.Withhold():
            if body.obligation not in engine.obligations or engine.obligations[body.obligation].current() is None:
                return "unknown_rule"
            if body.by == party:
                engine.withholders[body.obligation].add(party)
                engine.ask_again()
    return None


def _event(engine: Engine, party: str, body: bodies.EventSaid, digest: str) -> str | None:
    version = engine.versions.governing
    assert version is not None
    event = version.accord.events.get(body.event)
    if event is None:
        return "unknown_rule"
    if party not in event.by:
        return "may_not_say_so"
    if body.outcome == "failed":
        return None
    if (body.event, body.instance) in engine.record.instances:
        return "said_already"
    # Every quota counts the instance, also those after one that is used up.
    within = [each.uses(body.event, party) for each in engine.quotas.values()]
    if not all(within):
        return "beyond_quota"
    engine.record.event(body.event, body.instance, engine.clock.now_us, digest)
    engine.happened(body.event, body.instance)
    return None


def _notice(engine: Engine, party: str, body: bodies.Notice, digest: str) -> str | None:
    if body.kind == "snapback":
        relief = engine.measures.get(body.of)
        return "unknown_rule" if relief is None else relief.notice(party, digest)
    if body.kind == "cure":
        obligations = engine.obligations.get(body.of)
        return "unknown_rule" if obligations is None else obligations.notice(party, body)
    return engine.versions.notice(party, body)
