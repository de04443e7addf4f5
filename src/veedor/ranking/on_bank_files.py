"""The verbs: learn an order from bank files and labels, put bank files in that order; nothing is kept but the model.

`veedor ranking train`, `veedor ranking order`; `vd.ranking.train(…)`, `vd.ranking.order(…)`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from veedor import house
from veedor.engine.execute import Progress
from veedor.errors import InputError
from veedor.formats.named_time import day_us
from veedor.money.ledger import DAY_US
from veedor.on_files import Looked, look
from veedor.ranking import boosting
from veedor.ranking.flows import Flows, flows
from veedor.ranking.labels import CLEARED, SUSPICIOUS, apply, read_labels
from veedor.ranking.model import RankingModel, read_model
from veedor.ranking.ordering import Ranked, rank
from veedor.ranking.training import Reviewed, learn
from veedor.tables import PAYMENTS

Watch = Callable[[Progress], None] | None
_EVER = 2**62


def train(
    *paths: str | Path,
    labels: str | Path,
    reviewed_from: str | None = None,
    reviewed_until: str | None = None,
    seed: int = 0,
    latest_us: int | None = None,
    progress: Watch = None,
) -> tuple[RankingModel, Looked]:
    """A model from bank files and a CSV of decisions (labels.py), and what else the files gave.

    `reviewed_from`, `reviewed_until`: first and last day (2024-01-31) of the time whose alerts were all looked at;
    payments of it that no label names count as cleared. Default: from the first payment to the last that is labelled.
    Errors as for `vd.money`; InputError for labels, UsageError where there are too few or LightGBM is not installed.
    """
    boosting.library()
    content = _content(Path(labels))
    decisions = read_labels(str(labels), content)
    begin, end = day_us(reviewed_from), day_us(reviewed_until)
    looked, made = _looked(paths, latest_us, progress)
    applied = apply(decisions, made, looked.findings)
    named = made.known[(applied.verdict == SUSPICIOUS) | (applied.verdict == CLEARED)]
    until = end + DAY_US - 1 if end is not None else int(named.max(initial=-_EVER))
    digest = hashlib.sha256(content).hexdigest()
    return learn(
        made, Reviewed(applied, len(decisions), digest, -_EVER if begin is None else begin, until), seed
    ), looked


def order(
    *paths: str | Path,
    model: str | Path | RankingModel,
    since: str | None = None,
    as_of_us: int | None = None,
    latest_us: int | None = None,
    progress: Watch = None,
) -> tuple[Ranked, Looked]:
    """Payments and findings of bank files in the order of a model (or of the file that holds it), and what the files
    gave: the same findings as `vd.money` gives.

    `since`: the first day (2024-01-31) whose payments are listed. Only payments that were known 24 h before `as_of_us`
    are, as for findings.
    """
    used = model if isinstance(model, RankingModel) else read_model(Path(model))
    begin = day_us(since)
    looked, made = _looked(paths, latest_us, progress, as_of_us)
    ranked = rank(made, looked.findings, used, -_EVER if begin is None else begin, looked.as_of_us - DAY_US)
    return ranked, looked


def _looked(
    paths: Sequence[str | Path], latest_us: int | None, progress: Watch, as_of_us: int | None = None
) -> tuple[Looked, Flows]:
    given = [Path(path) for path in paths]
    looked = look(
        given, house.MONEY, "entries", as_of_us, progress=progress, latest_us=latest_us, keep=(PAYMENTS,), workers=2
    )
    return looked, flows(looked.kept[PAYMENTS.name])


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            "these labels cannot be read", file=str(file), place="the file", expected="a CSV file of labels",
            found=error.strerror or "none", next_step="name the file of labels",
        ) from None  # fmt: skip
