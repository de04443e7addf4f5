"""An evaluation as lines of text: a table of kinds, errors of place, reliability, and what fooled the detectors."""

from __future__ import annotations

from collections.abc import Iterator

from veedor.simulate.scoring.score import Score
from veedor.views.audience import Audience
from veedor.words import Language, say


def lines_of(score: Score, language: Language, audience: Audience) -> Iterator[str]:
    """Plain text, widths fixed, headings in the given language."""
    yield say("evaluate.simulated", language)
    yield ""
    heads = [say(f"evaluate.head.{name}", language) for name in ("kind", "findings", "true", "again", "precision")]
    heads += [say(f"evaluate.head.{name}", language) for name in ("truths", "found", "recall", "seen", "recall_seen")]
    yield f"{heads[0]:<14}" + "".join(f"{head:>11}" for head in heads[1:])
    for k in score.kinds:
        cells = [str(k.findings), str(k.true), str(k.again), _share(k.precision), str(k.truths), str(k.found)]
        cells += [_share(k.recall), str(k.seen), _share(k.recall_seen)]
        yield f"{k.kind:<14}" + "".join(f"{cell:>11}" for cell in cells)
    yield ""
    for place in score.places:
        values: dict[str, int | str | None] = {
            "kind": place.kind,
            "n": place.count,
            "median": round(place.median_m * 1000),
        }
        yield say("evaluate.place", language, {**values, "p90": round(place.p90_m * 1000)})
    yield say("evaluate.reliability", language)
    for one in score.reliability:
        share = _share(one.true / one.findings)
        yield f"  10^{one.low / 1000:+.1f} .. 10^{one.high / 1000:+.1f}: {one.findings:>5} {share:>7}"
    for fooled in score.fooled:
        said: dict[str, int | str | None] = {
            "kind": fooled.kind, "lookalike": fooled.lookalike, "n": fooled.findings,
        }  # fmt: skip
        yield say("evaluate.fooled", language, said)
    if score.not_scored:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in score.not_scored)
        yield say("evaluate.not_scored", language, {"kinds": kinds})
    yield say("findings.audience", language, {"audience": say(f"audience.{audience}", language)})


def _share(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"
