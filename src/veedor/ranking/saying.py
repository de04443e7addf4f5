"""A private order in words: each place with what put it there, and what the model was trained on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from veedor.ranking.model import RankingModel
from veedor.ranking.ordering import Ranked
from veedor.views.ranked import RankedFindingLine, RankedPaymentLine, RankingLine
from veedor.words import Language, say

_PATTERN = re.compile(r"([a-z_]+)_(\d+)d")
_SIDE = re.compile(r"(payer_out|payer_in|payee_out|payee_in)_([a-z_]+?)(?:_(\d+)d)?")


def feature_words(name: str, language: Language) -> str:
    """What a feature is, for people."""
    found = _SIDE.fullmatch(name)
    if found is None:
        pattern = _PATTERN.fullmatch(name)
        if pattern is None:
            return say(f"ranking.what.{name}", language)
        return say(f"ranking.what.{pattern[1]}", language, {"days": int(pattern[2])})
    side, what, days = found.groups()
    return say(
        f"ranking.what.{what}", language,
        {"side": say(f"ranking.side.{side}", language), "days": None if days is None else int(days)},
    )  # fmt: skip


def model_line(file: str, model: RankingModel) -> RankingLine:
    """What a model is, in integers."""
    trained, measured = model.trained, model.measured
    return RankingLine(
        file=file, library=model.library, labels=trained.labels, labels_sha256=trained.labels_sha256,
        idle=trained.idle, suspicious=trained.suspicious, cleared=trained.cleared, others=trained.others,
        disputed=trained.disputed, learned_us=trained.learned_us, chosen_us=trained.chosen_us,
        measured_us=trained.measured_us, measured=measured.payments, measured_suspicious=measured.suspicious,
        average_precision_permille=_permille(measured.average_precision),
        precision_at_100_permille=_permille(measured.precision_at_100),
        amount_at_100_permille=_permille(model.amount_alone), precision_permille=_permille(measured.precision),
        recall_permille=_permille(measured.recall), f1_permille=_permille(measured.f1),
        false_per_10_000=round(measured.false_per_10_000), trees=len(model.trees), simulated=trained.simulated,
    )  # fmt: skip


def _permille(share: float) -> int:
    return round(share * 1000)


def model_text(model: RankingModel, language: Language) -> Iterator[str]:
    """What it learned from, and how good it was on what it had not seen."""
    said = model_line("", model)
    yield say("ranking.head", language, {"library": said.library, "labels": said.labels})
    if said.simulated:
        yield say("ranking.simulated", language)
    yield say(
        "ranking.trained", language,
        {"learned": _span(said.learned_us, language), "chosen": _span(said.chosen_us, language),
         "suspicious": said.suspicious, "cleared": said.cleared, "others": said.others, "disputed": said.disputed},
    )  # fmt: skip
    if said.idle:
        yield say("ranking.idle", language, {"idle": said.idle})
    yield say(
        "ranking.measured", language,
        {"measured": _span(said.measured_us, language), "payments": said.measured,
         "suspicious": said.measured_suspicious, "at_100": said.precision_at_100_permille,
         "amount": said.amount_at_100_permille, "precision": said.precision_permille,
         "recall": said.recall_permille, "f1": said.f1_permille, "false": said.false_per_10_000,
         "average": said.average_precision_permille},
    )  # fmt: skip


def _span(ends: tuple[int, int], language: Language) -> str:
    return say("ranking.span", language, {"first": ends[0], "last": ends[1]})


def order_text(ranked: Ranked, limit: int, language: Language) -> Iterator[str]:
    """The first `limit` payments (0: all), each with its reasons, then the findings."""
    yield from model_text(ranked.model, language)
    yield ""
    above = int((ranked.scores[ranked.payments] >= ranked.model.line).sum())
    values = {"payments": len(ranked.payments), "above": above, "shown": _shown(len(ranked.payments), limit)}
    yield say("ranking.payments", language, values)
    for payment in ranked.payment_lines(limit):
        yield from _payment(payment, language)
    yield ""
    count = len(ranked.findings)
    yield say("ranking.findings", language, {"findings": count, "shown": _shown(count, limit)})
    for finding in ranked.finding_lines(limit):
        yield _finding(finding, language)


def _shown(count: int, limit: int) -> int:
    return min(count, limit) if limit else count


def _payment(line: RankedPaymentLine, language: Language) -> Iterator[str]:
    exponent = line.amount_exponent
    amount = f"{Decimal(line.amount_units).scaleb(-exponent):f} {line.currency}"
    values: dict[str, int | str | None] = {
        "place": line.place, "score": line.score_milli, "known": line.known_us, "payer": line.payer,
        "payee": line.payee, "amount": amount,
    }  # fmt: skip
    yield say("ranking.payment", language, values) + (" [SIMULATED]" if line.simulated else "")
    for part in line.parts:
        yield "      " + say(
            "ranking.part", language,
            {"milli": part.milli, "feature": feature_words(part.feature, language),
             "value": _value(part.value_milli, language)},
        )  # fmt: skip
    for record in line.records:
        yield f"      {record.deposit[:16]}:{record.row}"


def _value(milli: int, language: Language) -> str:
    """-1 stands for nothing on record."""
    if milli == -1000:
        return say("ranking.none", language)
    text = f"{Decimal(milli).scaleb(-3).normalize():f}"
    return text if language == "en" else text.replace(".", ",")


def _finding(line: RankedFindingLine, language: Language) -> str:
    return say(
        "ranking.finding", language,
        {"place": line.place, "score": line.score_milli, "kind": say(f"kind.{line.kind}", language),
         "subject": line.subject, "finding": line.finding[:10]},
    )  # fmt: skip
