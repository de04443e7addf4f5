"""What people determined stays what the log says at that size, for everybody, whatever comes later."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.accord.test_three_folders import THIN, deliver, opened, promise, says, seal_at
from tests.mission.copies import three_copies
from tests.mission.stage import DAY_US, NOON_US
from veedor.accord.at_hand import judged_here, keep
from veedor.accord.bodies import DETERMINATION, DETERMINATION_BEFORE, Determination, SchemaDetermination
from veedor.accord.determined import Determined, determined, digest_of, named_in, schema_of
from veedor.accord.explain.speaker import Speaker
from veedor.accord.load import read_accord
from veedor.export.accord_html import accord_section
from veedor.mission.state.seals import seals_of
from veedor.views.accord_around import determined_line
from veedor.views.accord_shown import accords_here

LATE_US = NOON_US + 11 * DAY_US


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """The radar log was due at noon of day 10, and has not come by day 11."""
    folder = three_copies(tmp_path / "stage")
    promise(folder)
    seal_at(folder, 11)
    return folder


def shown_to(three: Path, party: str) -> SchemaDetermination:
    """What this party would sign by its own copy."""
    with opened(three, party) as mission:
        here = judged_here(mission)
        named = named_in(here.versions, here.timeline)
        size = seals_of(mission.state).size
        digest, schema = digest_of(here.verdict), schema_of(here.verdict)
        return SchemaDetermination("radar", named[-1].digest, size, here.timeline.time_us, digest, schema)


def without_schema(own: SchemaDetermination, digest: str) -> Determination:
    """As a determination was before it named the schema of its verdict."""
    return Determination(own.accord, own.version, own.size, own.at_us, digest)


def told(three: Path, party: str) -> tuple[Determined, ...]:
    with opened(three, party) as mission:
        here = judged_here(mission)
        return determined(here.versions, here.timeline, "radar", here.timeline.time_us)


def test_what_both_parties_sign_is_one_determination_and_the_same_in_every_folder(three: Path) -> None:
    for party in ("co", "ve"):
        says(three, party, DETERMINATION, shown_to(three, party))
    assert told(three, "co") == (), "what no seal covers has no log time"
    seal_at(three, 12)
    (one,) = told(three, "qa")
    assert (set(one.parties), one.at_us, one.standing) == ({"co", "ve"}, LATE_US, "same")
    assert told(three, "co") == told(three, "ve") == (one,)


def test_it_stays_the_same_whatever_is_logged_signed_and_kept_later(three: Path) -> None:
    says(three, "co", DETERMINATION, shown_to(three, "co"))
    deliver(three)
    seal_at(three, 12)
    (before,) = told(three, "ve")
    with opened(three, "ve") as mission:
        keep(mission, read_accord(THIN.replace(b"One radar log", b"A rival draft", 1), "rival.yaml"))
        assert len(judged_here(mission).versions) == 2
    seal_at(three, 30)
    assert told(three, "ve") == (before,) and before.standing == "same"


def test_a_verdict_that_the_log_does_not_give_is_said_to_be_another(three: Path) -> None:
    own = shown_to(three, "ve")
    says(three, "ve", DETERMINATION, replace(own, verdict="0" * 64))
    says(three, "ve", DETERMINATION, replace(own, at_us=NOON_US))
    says(three, "ve", DETERMINATION, replace(own, size=own.size + 1))
    seal_at(three, 12)
    assert [each.standing for each in told(three, "co")] == ["another", "another", "not_sealed"]


def test_one_of_another_schema_is_no_disagreement(three: Path) -> None:
    """The digests of two schemas say nothing about each other, however the verdicts behind them agree."""
    own = shown_to(three, "ve")
    says(three, "ve", DETERMINATION, replace(own, verdict="4" * 64, verdict_schema=own.verdict_schema - 1))
    says(three, "ve", DETERMINATION, replace(own, verdict="6" * 64, verdict_schema=own.verdict_schema + 1))
    says(three, "ve", DETERMINATION, replace(own, size=own.size + 1, verdict_schema=own.verdict_schema - 1))
    seal_at(three, 12)
    assert [each.standing for each in told(three, "co")] == ["older_schema", "newer_schema", "not_sealed"]
    with opened(three, "co") as mission:
        for page in accords_here(mission):
            older = determined_line(page.determined[0], Speaker(page.accord, page.language))
            assert f"accord-verdict/{own.verdict_schema - 1}" in older
            assert {"en": "no disagreement", "es": "no es un desacuerdo"}[page.language] in older


def test_one_that_names_no_schema_may_be_of_an_older_one(three: Path) -> None:
    own = shown_to(three, "ve")
    says(three, "ve", DETERMINATION_BEFORE, without_schema(own, own.verdict))
    says(three, "co", DETERMINATION_BEFORE, without_schema(own, "4" * 64))
    seal_at(three, 12)
    assert [(each.standing, each.verdict_schema) for each in told(three, "qa")] == [
        ("same", None),
        ("unnamed_schema", None),
    ]


def test_pages_say_who_determined_what_in_both_languages(three: Path) -> None:
    for party in ("co", "ve"):
        says(three, party, DETERMINATION, shown_to(three, party))
    seal_at(three, 12)
    with opened(three, "co") as mission:
        for page in accords_here(mission):
            (line,) = (determined_line(each, Speaker(page.accord, page.language)) for each in page.determined)
            assert line in accord_section(page)
            assert {"en": "is the same", "es": "es el mismo"}[page.language] in line
