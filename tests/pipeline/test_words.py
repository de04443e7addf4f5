"""Whatever detectors say of a finding has a sentence in both languages, with a value for every place in it."""

from __future__ import annotations

import pytest

from tests.pipeline.conftest import Ran
from veedor.views.finding import finding_views
from veedor.views.rows import plain_rows
from veedor.words import LANGUAGES
from veedor.words.catalogue import keys


def test_every_key_of_every_finding_is_in_the_catalogue(ran: Ran) -> None:
    used: set[str] = set()
    for row in plain_rows(ran.found["findings"]):
        used.add(f"kind.{row['kind']}")
        used |= {term["name"] for term in row["terms"]} | {f"source.{term['source']}" for term in row["terms"]}
        used |= {item["key"] for item in (*row["reasons"], *row["innocent"], *row["searched"])}
        used |= {item["role"] for item in row["evidence"]}
    assert used - keys().keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_is_left_with_an_empty_place(ran: Ran, language: str) -> None:
    for view in finding_views(ran.found["findings"], language):
        sentences = [
            *view.reasons,
            *view.searched,
            *(t.label for t in view.terms),
            *(t.sentence for t in view.innocent),
        ]
        for sentence in sentences:
            assert "{" not in sentence and "=" not in sentence, sentence
