"""A trained ranking as one private file: trees, what they were trained on, and how good they were afterwards.

It belongs to whoever trained it. No room below this one can read it (import-linter holds that), so nothing of it can
get into a finding, a digest, a statement or a bundle; no reader of deposits takes it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from veedor.errors import InputError
from veedor.export.report_file import write_report
from veedor.ranking import features
from veedor.ranking.quality import Quality
from veedor.ranking.trees import Packed, Tree, check

MOST_BYTES = 256 << 20


class Trained(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What labels a model learned from. `others` are payments of that time that no label names, taken as cleared;
    `disputed` were labelled both ways and left out, `idle` labels fit no payment. Times: first and last payment of what
    it learned from, of what set its length and line, and of what it was measured on."""

    labels: int
    labels_sha256: str
    idle: int
    suspicious: int
    cleared: int
    others: int
    disputed: int
    learned_us: tuple[int, int]
    chosen_us: tuple[int, int]
    measured_us: tuple[int, int]
    simulated: bool


class RankingModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file. `line`: the score from which F1 was best on the payments of `chosen_us`; `measured` on those after."""

    schema: Literal["ranking-model/1"] = "ranking-model/1"
    veedor: str
    library: str
    seed: int
    features: tuple[str, ...]
    line: float
    trained: Trained
    measured: Quality
    amount_alone: float
    trees: tuple[Tree, ...]

    def packed(self) -> Packed:
        return Packed(self.trees)


def write_model(file: Path, model: RankingModel) -> None:
    """Writes it so that only its owner may read it."""
    write_report(file, [model])


def read_model(file: Path) -> RankingModel:
    """The model of a file, checked; InputError where it is none, is damaged, or asks for other features."""
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise _no_model(file, "a file that can be read", error.strerror or "none") from None
    try:
        model = msgspec.json.decode(content, type=RankingModel)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_model(file, "ranking-model/1", str(error)[:200]) from None
    if model.features != features.NAMES:
        other = [name for name in model.features if name not in features.NAMES]
        raise _no_model(file, "the features of this version of Veedor", ", ".join(other)[:200] or "others")
    check(model.trees, len(model.features), str(file))
    return model


def _no_model(file: Path, expected: str, found: str) -> InputError:
    return InputError(
        "this is no ranking model that can be used here", file=str(file), place="the file", expected=expected,
        found=found, next_step="train one with `veedor ranking train`",
    )  # fmt: skip
