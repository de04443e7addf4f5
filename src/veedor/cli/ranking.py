"""`veedor ranking`: learn an order from one's own decisions, show what a model is, put bank files in its order."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from veedor.cli import output
from veedor.cli.means import now_us
from veedor.cli.options import AsJson, InLanguage
from veedor.cli.unread import tell_unread
from veedor.cli.working import working
from veedor.ranking.model import RankingModel, read_model, write_model
from veedor.ranking.on_bank_files import order as order_files
from veedor.ranking.on_bank_files import train as train_on_files
from veedor.ranking.saying import model_line, model_text, order_text
from veedor.views.lines import SummaryLine
from veedor.words import Language, say

ranking = App(
    name="ranking", help="A private order of payments, learned from your own decisions; nothing shared holds it."
)


@ranking.command
def train(
    *files: Path,
    labels: Path,
    model: Path,
    reviewed_from: str | None = None,
    reviewed_until: str | None = None,
    seed: int = 0,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Learn from the past which payments to look at first; needs the extra `ranking` (LightGBM).

    Parameters
    ----------
    files
        Bank files, archives and mappings (.toml) of the time that was reviewed.
    labels
        CSV of decisions: verdict (suspicious, cleared), and finding, or account with counterparty, from, until.
    model
        Write the model to this file; only its owner may read it.
    reviewed_from
        First day (2024-01-31) of the time whose alerts were all looked at. Default: that of the first payment.
    reviewed_until
        Last day of that time. Default: that of the last payment with a label.
    seed
        Of the learner's own draws.
    """
    with working() as progress:
        made, looked = train_on_files(
            *files, labels=labels, reviewed_from=reviewed_from, reviewed_until=reviewed_until, seed=seed,
            latest_us=now_us(), progress=progress,
        )  # fmt: skip
    write_model(model, made)
    _model(model, made, language, json)
    output.note(say("ranking.written", language, {"file": str(model)}))
    return tell_unread(looked, None, language)


@ranking.command
def show(model: Path, /, *, language: InLanguage = "en", json: AsJson = False) -> int:
    """Say what labels a model was trained on, and how good it was on the time after.

    Parameters
    ----------
    model
        The file that `train` wrote.
    """
    _model(model, read_model(model), language, json)
    return 0


@ranking.command
def order(
    *files: Path,
    model: Path,
    since: str | None = None,
    as_of: str | None = None,
    limit: int = 20,
    language: InLanguage = "en",
    json: AsJson = False,
) -> int:
    """Put the payments and findings of bank files in a model's order, with reasons; the findings stay what they are.

    Parameters
    ----------
    files
        Bank files, archives and mappings (.toml): also what came before, for an order looks back.
    model
        The file that `train` wrote.
    since
        First day (2024-01-31) whose payments are listed. Default: all.
    as_of
        Only what ended 24 hours before this time (ISO 8601). Default: 24 hours after the last record.
    limit
        How many payments and findings to list; 0 for all.
    """
    with working() as progress:
        ranked, looked = order_files(
            *files, model=model, since=since, as_of_us=output.moment(as_of), latest_us=now_us(), progress=progress
        )
    if json:
        for line in (*ranked.payment_lines(limit), *ranked.finding_lines(limit)):
            output.line(line)
        output.line(SummaryLine(accepted=looked.accepted, rejected=looked.rejected, refused=len(looked.refused)))
    for text in () if json else order_text(ranked, limit, language):
        output.text(text)
    return tell_unread(looked, None, language)


def _model(file: Path, model: RankingModel, language: Language, json: bool) -> None:
    if json:
        output.line(model_line(str(file), model))
        return
    for text in model_text(model, language):
        output.text(text)
