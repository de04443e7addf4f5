"""Obligations in words: one sentence for what is owed, one for its cure, one for what excuses."""

from __future__ import annotations

from collections.abc import Iterator

from veedor.accord.explain.conditions import condition_in_words
from veedor.accord.explain.speaker import Speaker
from veedor.accord.model.obligations import Arises, ByEvent, Obligation, Once, Windows
from veedor.accord.sharing import Shared


def obligation_in_words(name: str, obligation: Obligation, speaker: Speaker) -> Iterator[tuple[str, str]]:
    """(rule, sentence): the obligation, `.cure`, `.excuses`."""
    debtor, creditor = speaker.party(obligation.debtor), speaker.party(obligation.creditor)
    yield (
        "",
        speaker.say(
            "rule.obligation",
            article=obligation.article,
            scope=arises_in_words(obligation.arises, speaker),
            debtor=debtor,
            creditor=creditor,
            due=speaker.when(obligation.due),
            text=speaker.text(obligation.text),
            id=speaker.id(name),
            condition=condition_in_words(obligation.met_when, obligation.arises, speaker),
        ),
    )
    cure = obligation.cure
    if cure is None:
        yield ".cure", speaker.say("rule.cure.none", debtor=debtor, id=speaker.id(name))
    elif cure.starts == "late":
        within = speaker.when(cure.within)
        yield ".cure", speaker.say("rule.cure.late", debtor=debtor, id=speaker.id(name), within=within)
    else:
        within = speaker.when(cure.within)
        said = speaker.say("rule.cure.notice", debtor=debtor, creditor=creditor, id=speaker.id(name), within=within)
        yield ".cure", said
    excuses = obligation.excuses
    if excuses is None:
        yield ".excuses", speaker.say("rule.excuses.none", id=speaker.id(name))
        return
    yield (
        ".excuses",
        speaker.say(
            "rule.excuses",
            id=speaker.id(name),
            grounds=speaker.either_of(excuses.grounds),
            debtor=debtor,
            notice=speaker.when(excuses.notice),
            longest=speaker.when(excuses.longest),
        ),
    )


def shared_in_words(each: Shared, speaker: Speaker) -> Iterator[tuple[str, str]]:
    """What one document or event does twice: for other obligations, and for two periods of this one."""
    name = each.obligation
    if each.others:
        others = speaker.ids(each.others)
        yield f"obligations.{name}.shared", speaker.say("rule.shared", id=speaker.id(name), others=others)
    if each.overlaps:
        yield f"obligations.{name}.overlaps", speaker.say("rule.overlaps", id=speaker.id(name))


def arises_in_words(arises: Arises, speaker: Speaker) -> str:
    """How often: once, for each period, with each event."""
    match arises:
        case Once(since):
            return speaker.say("arises.once", since=speaker.when(since))
        case Windows(first, length):
            return speaker.say("arises.window", first=speaker.when(first), length=speaker.when(length))
        case ByEvent(event):
            return speaker.say("arises.event", event=speaker.event(event))
