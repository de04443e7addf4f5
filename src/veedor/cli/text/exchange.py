"""How `sync`, `append`, `share`, `receipt` and `log recover` say what they did."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, to_builtins

from veedor.cli import output
from veedor.cli.means import reading
from veedor.cli.text.published import published_line
from veedor.mission.copy.append import Mission
from veedor.mission.copy.appender import Appended
from veedor.mission.copy.outbox import Named
from veedor.mission.exchange.carry import Carried
from veedor.mission.exchange.receipts import Received
from veedor.mission.exchange.recover import Recovered
from veedor.mission.exchange.share import Shared
from veedor.mission.exchange.sync import Synced
from veedor.mission.rows.state import read_state
from veedor.views.exchange_lines import (
    AppendedLine,
    AsideLine,
    CarriedLine,
    HeardLine,
    ReceivedLine,
    SharedLine,
    SyncedLine,
)
from veedor.views.lines import SummaryLine
from veedor.words import Language, Value, known, say


def synced(source: str, done: Synced, language: Language, json: bool) -> int:
    """Prints one sync; 3 where something beside the log was wrong, else 0."""
    log = done.log
    said = SyncedLine(
        source=source,
        before=log.before,
        after=log.after,
        remote=log.remote,
        fetched=log.fetched,
        resumed=log.resumed,
        cosigned=log.cosigned,
        taken=len(done.outbox.taken),
    )
    if json:
        output.line(said)
    else:
        output.text(say("exchange.log_new" if log.after > log.before else "exchange.log_same", language, values(said)))
        if said.cosigned:
            output.text("  " + say("exchange.cosigned", language))
        if said.taken:
            output.text("  " + say("exchange.taken", language, {"n": said.taken}))
    for refused in done.outbox.refused:
        _aside(refused.named, refused.reason, language, json)
    return max(carried(source, done.carried, language, json), 3 if done.outbox.refused else 0)


def carried(source: str, done: Carried, language: Language, json: bool) -> int:
    """Prints what came by digest, where anything did; 3 where something of it was wrong, else 0."""
    said = CarriedLine(
        source=source, openings=done.openings, files=done.files, payloads=done.payloads, wrong=len(done.wrong)
    )
    if json:
        output.line(said)
    elif said.openings or said.files or said.payloads:
        output.text("  " + say("exchange.carried", language, values(said)))
    for error in done.wrong:
        output.complain(error, language)
    return 3 if done.wrong else 0


def appended(mission: Mission, done: Appended, language: Language, json: bool) -> int:
    for each in done.appended:
        index = mission.state.index_of(each.party, each.digest)
        said = AppendedLine(party=each.party, seq=each.seq, statement=each.digest, entry=index)
        output.line(said) if json else output.text(say("exchange.appended", language, values(said)))
    for refusal in (*done.refused, *done.later):
        _aside(refusal.waiting.named, refusal.reason, language, json, kept=refusal in done.later)
    if not done.appended and not json:
        output.text(say("exchange.nothing_waits", language))
    return 3 if done.refused else 0


def shared(folder: Path, done: Shared, language: Language, json: bool) -> None:
    said = SharedLine(
        folder=str(folder),
        before=done.log.before,
        after=done.log.after,
        waiting=done.waiting,
        deposits=done.deposits,
        payloads=done.payloads,
    )
    if json:
        output.line(said)
        output.line(SummaryLine(folder=str(folder), size=said.after))
    else:
        output.text(say("exchange.shared", language, values(said)))


def receipted(mission: Mission, given: Sequence[Received], language: Language, json: bool) -> int:
    fine = ("logged", "receipted", "own")
    for each in given:
        said = ReceivedLine(
            party=each.named.party,
            seq=each.named.seq,
            statement=each.named.digest,
            receipt=each.receipt.digest if each.receipt else None,
            reason=each.reason,
        )
        if json:
            output.line(said)
        else:
            told = {**values(said), "why": _why(each.reason or "", language)}
            output.text(say("exchange.no_receipt" if each.reason else "exchange.receipt", language, told))
            if each.receipt is not None:
                output.text("  " + published_line(mission, each.receipt, language))
    return 3 if any(each.reason and each.reason not in fine for each in given) else 0


def recovered(done: Recovered, language: Language, json: bool) -> None:
    for each in done.heard:
        said = HeardLine(party=each.party, size=each.checkpoint.size, time_s=each.time_s, source=each.source)
        if json:
            output.line(said)
        else:
            output.text(say("exchange.heard", language, {**values(said), "time_us": each.time_s * 1_000_000}))
    if json:
        output.line(SummaryLine(size=done.head.size, root=done.head.root.hex()))
        return
    if done.silent:
        output.text(say("exchange.silent", language, {"parties": ", ".join(done.silent)}))
    output.text(say("exchange.recovered", language, {"size": done.head.size, "root": done.head.root.hex()}))


def summary(mission: Path, json: bool) -> None:
    """The last line of `--json`."""
    if json:
        state = read_state(mission, reading().files)
        output.line(SummaryLine(size=state.size, genesis=state.genesis_digest, simulated=state.genesis.simulated))


def values(said: Struct) -> dict[str, Value]:
    """The fields of a line, to be put into a sentence."""
    found: dict[str, Value] = to_builtins(said)
    return found


def _aside(named: Named, reason: str, language: Language, json: bool, kept: bool = False) -> None:
    said = AsideLine(party=named.party, seq=named.seq, statement=named.digest, reason=reason, waits=kept)
    if json:
        output.line(said)
    else:
        told = {**values(said), "why": _why(reason, language)}
        output.note(say("exchange.waits" if kept else "exchange.aside", language, told))


def _why(reason: str, language: Language) -> str:
    key = f"aside.{reason}"
    return say(key if known(key) else f"void.{reason}", language)
