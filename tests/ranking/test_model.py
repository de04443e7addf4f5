"""A model: the learner's own score again from plain trees, the same bytes each time, a file that cannot do harm."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ranking.making import town
from veedor.errors import InputError, UsageError, VeedorError
from veedor.ranking import boosting, order, read_model, train, write_model
from veedor.ranking.features import NAMES
from veedor.ranking.model import RankingModel
from veedor.ranking.saying import feature_words, model_text
from veedor.ranking.trees import Packed, Tree, check
from veedor.words import LANGUAGES, known


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, RankingModel]:
    folder = tmp_path_factory.mktemp("town")
    file, labels = town(folder)
    model, _ = train(file, labels=labels, reviewed_until="2020-02-29")
    write_model(folder / "model.json", model)
    return file, folder / "model.json", model


def test_it_learns_what_the_labels_say(trained: tuple[Path, Path, RankingModel]) -> None:
    _, _, model = trained
    assert model.measured.suspicious >= 5
    assert model.measured.average_precision > 0.8
    assert model.trained.simulated


def test_plain_trees_give_the_learners_own_score() -> None:
    library = boosting.library()
    draws = np.random.default_rng(5)
    rows = draws.normal(size=(600, 7))
    suspicious = rows[:, 2] + draws.normal(size=600) > 1.2
    first, later = slice(0, 400), slice(400, 600)
    trees = boosting.boost(rows[first], suspicious[first], rows[later], suspicious[later], 1)
    theirs = library.train(
        {**boosting.SETTINGS, "seed": 1}, library.Dataset(rows[first], suspicious[first].astype(np.int8)), len(trees)
    )
    packed = Packed(trees)
    assert np.array_equal(packed.scores(rows), theirs.predict(rows, raw_score=True))
    assert packed.parts(rows).sum(axis=1) == pytest.approx(packed.scores(rows), abs=1e-9)
    assert trees == boosting.boost(rows[first], suspicious[first], rows[later], suspicious[later], 1)


def test_several_models_speak_with_their_mean() -> None:
    draws = np.random.default_rng(6)
    rows = draws.normal(size=(600, 7))
    suspicious = rows[:, 2] + draws.normal(size=600) > 1.2
    given = rows[:400], suspicious[:400], rows[400:], suspicious[400:]
    together = Packed(boosting.boost_several(*given, 2)).scores(rows)
    each = [Packed(boosting.boost(*given, seed)).scores(rows) for seed in (6, 7, 8)]
    assert together == pytest.approx(np.mean(each, axis=0), abs=1e-9)
    assert np.ptp(each, axis=0).max() > 0.01, "the seeds must matter, or there is nothing to average"


def test_the_same_past_gives_the_same_file(trained: tuple[Path, Path, RankingModel], tmp_path: Path) -> None:
    file, kept, _ = trained
    again, _ = train(file, labels=kept.with_name("labels.csv"), reviewed_until="2020-02-29")
    write_model(tmp_path / "again.json", again)
    assert (tmp_path / "again.json").read_bytes() == kept.read_bytes()
    assert kept.stat().st_mode & 0o077 == 0


def test_a_place_in_the_order_says_what_put_it_there(trained: tuple[Path, Path, RankingModel]) -> None:
    file, kept, model = trained
    ranked, looked = order(file, model=kept, since="2020-02-15")
    lines = list(ranked.payment_lines(10))
    assert [line.place for line in lines] == list(range(1, 11))
    assert [line.score_milli for line in lines] == sorted((line.score_milli for line in lines), reverse=True)
    everything = model.packed().parts(ranked.rows[ranked.payments[:10]])
    assert everything.sum(axis=1) * 1000 == pytest.approx([line.score_milli for line in lines], abs=1)
    assert lines[0].parts and {part.feature for line in lines for part in line.parts} <= set(NAMES)
    assert looked.findings.num_rows == len(list(ranked.finding_lines()))


def test_every_feature_has_words_in_both_languages(trained: tuple[Path, Path, RankingModel]) -> None:
    for name in NAMES:
        told = {feature_words(name, language) for language in LANGUAGES}
        assert len(told) == 2 and not any("{" in each or "ranking." in each for each in told)
    for language in LANGUAGES:
        assert "ranking." not in " ".join(model_text(trained[2], language))
    assert known("ranking.head")


def test_without_the_learner_a_model_is_used_and_training_says_what_is_missing(
    trained: tuple[Path, Path, RankingModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, kept, _ = trained
    with_learner = list(order(file, model=kept)[0].payment_lines())
    monkeypatch.setitem(sys.modules, "lightgbm", None)
    assert list(order(file, model=kept)[0].payment_lines()) == with_learner
    with pytest.raises(UsageError) as told:
        train(file, labels=kept.with_name("labels.csv"))
    assert "veedor[ranking]" in str(told.value)


def test_too_few_labels_teach_nothing(trained: tuple[Path, Path, RankingModel], tmp_path: Path) -> None:
    labels = tmp_path / "few.csv"
    labels.write_text("account,from,until,verdict\none:1,2020-01-04,2020-01-05,suspicious\n")
    with pytest.raises(UsageError, match="too few suspicious payments"):
        train(trained[0], labels=labels)


def test_a_tree_that_would_lead_round_or_outside_is_refused() -> None:
    good = Tree((0, 0, 0), (1.0, 0.0, 0.0), (1, -1, -1), (2, -1, -1), (0.0, 1.0, -1.0))
    check([good], 1, "m")
    for change in (
        {"lower": (0, -1, -1)}, {"higher": (3, -1, -1)}, {"feature": (1, 0, 0)}, {"value": (0.0, 1.0)},
        {"lower": (1, -1, 1)}, {"threshold": (float("inf"), 0.0, 0.0)},
    ):  # fmt: skip
        with pytest.raises(InputError):
            check([msgspec.structs.replace(good, **change)], 1, "m")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=6))
def test_a_damaged_model_is_refused_or_still_a_model(
    trained: tuple[Path, Path, RankingModel], tmp_path: Path, at: int, put: bytes
) -> None:
    content = bytearray(trained[1].read_bytes())
    at %= len(content)
    content[at : at + len(put)] = put
    file = tmp_path / "damaged.json"
    file.write_bytes(bytes(content))
    rows = np.zeros((2, len(NAMES)))
    try:
        read_model(file).packed().scores(rows)
    except VeedorError as error:
        assert error.file
