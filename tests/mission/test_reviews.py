"""A hit on a list is reviewed by a signed document: it stays shown, by whom and why, until it is over or changes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mission.member_copies import as_member, copy_for, give_mailbox
from tests.mission.stage import NOON_US
from tests.money.bank_table import bank_table
from tests.money.deposited_lists import MARCH, OTHER, PERSON, UN
from tests.money.test_screening import QUINTERO, TODAY, a_list, day_of, listed, named
from veedor.cli.app import app
from veedor.errors import UsageError
from veedor.mission.acts.payloads import payloads_here, take_over
from veedor.mission.acts.reviews import reviews_of, sign_review
from veedor.mission.copy.append import Mission, open_mission
from veedor.mission.copy.means import Means
from veedor.money.reviewing.reviews import (
    Hit,
    Review,
    SignedReview,
    Standing,
    decode_review,
    encode_review,
    hit_of,
    standing,
)  # fmt: skip
from veedor.money.screening import Party, screen
from veedor.registers.sanctions import ListedEntry
from veedor.views.finding import finding_views
from veedor.views.reviews import day_of as day_of_moment
from veedor.views.reviews import standings, with_reviews
from veedor.words import LANGUAGES

PARTY = named("Rodolfo Quintero Mejia", countries=("VE",))
LATER = "2027-01-01"


def hit(party: Party = PARTY, entry: ListedEntry = QUINTERO) -> Hit:
    (row,) = screen([party], [a_list(entry)], TODAY).findings.to_pylist()
    found = hit_of(row)
    assert found is not None
    return found


def review(of: Hit, verdict: str = "different", scope: str = "account", until: str = LATER) -> Review:
    return Review(verdict=verdict, scope=scope, subject=of.subject, party=of.party, list=of.list, entry=of.entry,  # type: ignore[arg-type]
                  entry_data=of.entry_data, reason="Passport shows another father", until=until)  # fmt: skip


def signed(made: Review, by: str = "ve", number: int = 0) -> SignedReview:
    return SignedReview(made, by, number, f"{number:064x}")


def known(of: Hit, *reviews: SignedReview, day: date = TODAY) -> str | None:
    found = standing(of, reviews, day)
    return None if found is None else found.known


def test_a_review_holds_for_its_hit_only() -> None:
    of = hit()
    assert known(of, signed(review(of))) == "different" and known(of) is None
    elsewhere = replace(of, subject="account:X9")
    assert known(elsewhere, signed(review(of))) is None, "another account under the same name"
    assert known(elsewhere, signed(review(of, scope="name"))) == "different"
    assert known(replace(of, entry="2"), signed(review(of))) is None, "another entry of the list"


@pytest.mark.parametrize(
    "changed",
    [
        hit(replace(PARTY, countries=("CO",))),
        hit(replace(PARTY, born=day_of("1958-12-10"))),
        hit(entry=replace(QUINTERO, programmes=("OTHER",))),
        hit(entry=replace(QUINTERO, born=(day_of("1958-12-11"),))),
    ],
    ids=["country of the account", "birth date of the holder", "programme of the entry", "birth date of the entry"],
)
def test_the_hit_is_open_again_when_entry_or_holder_changes(changed: Hit) -> None:
    assert known(changed, signed(review(hit()))) == "open_again"


def test_more_payments_and_another_place_in_the_file_change_nothing() -> None:
    later = replace(PARTY, seen=(*PARTY.seen, replace(PARTY.seen[0], row=7)))
    assert known(hit(later, replace(QUINTERO, place="line 9")), signed(review(hit()))) == "different"


def test_a_review_is_over_on_its_day() -> None:
    of = hit()
    assert known(of, signed(review(of)), day=date(2026, 12, 31)) == "different"
    assert known(of, signed(review(of)), day=date(2027, 1, 1)) == "expired"


def test_the_last_word_of_each_counts_and_opposites_are_disputed() -> None:
    of = hit()
    first, second = signed(review(of, "unsure"), number=0), signed(review(of, "different"), number=1)
    assert known(of, second, first) == "different"
    other = signed(review(of, "same"), "co", 2)
    assert known(of, first, second, other) == "disputed"
    assert known(of, first, signed(review(of, "same"), "co", 2)) == "same", "unsure yields"


@given(st.binary(max_size=200))
def test_any_other_document_is_no_review(data: bytes) -> None:
    assert decode_review(data) is None
    made = encode_review(review(hit()))
    assert decode_review(made) == review(hit()) and decode_review(made[:-3]) is None
    assert decode_review(made.replace(b"2027-01-01", b"2027-13-01")) is None


def test_a_signed_review_reaches_a_member_and_nobody_else_and_the_log_says_nothing_of_it(
    tmp_path: Path, stage: Means
) -> None:
    whole = tmp_path / "mission"
    for party in ("ve", "co", "qa"):
        give_mailbox(whole, stage, party)
    made = review(hit())
    with open_mission(whole, stage) as mission:
        statement = sign_review(mission, made, ["co"], NOON_US).digest
        assert [(each.by, each.review, each.statement) for each in reviews_of(mission)] == [("ve", made, statement)]
    for party, expected in (("co", [made]), ("qa", [])):
        copy = as_member(party, copy_for(party, whole, tmp_path / party))
        assert reviews_of(copy) == ()
        for here in payloads_here(copy, copy.keys.mailboxes()):
            if here.standing == "readable":
                take_over(copy, here)
        assert [each.review for each in reviews_of(copy)] == expected
    logged = b"".join(path.read_bytes() for path in (whole / "log").rglob("*") if path.is_file())
    assert b"Passport" not in logged and b"Quintero" not in logged and made.party.encode() not in logged


def test_a_document_that_was_changed_since_is_no_review(tmp_path: Path, mission: Mission) -> None:
    made = sign_review(mission, review(hit()), [], NOON_US)
    place = mission.folder.documents / made.digest
    place.write_bytes(encode_review(msgspec.structs.replace(review(hit()), verdict="same")))
    assert reviews_of(mission) == ()
    place.unlink()
    assert reviews_of(mission) == ()


def test_a_review_needs_a_reason_and_days_to_hold(mission: Mission) -> None:
    made = review(hit())
    for wrong in (msgspec.structs.replace(made, reason=" "), msgspec.structs.replace(made, until="2020-01-01"),
                  msgspec.structs.replace(made, reason="x" * 70_000)):  # fmt: skip
        with pytest.raises(UsageError):
            sign_review(mission, wrong, [], NOON_US)


def test_a_reviewed_finding_stays_and_says_so_in_both_languages() -> None:
    table = screen([PARTY, named("Kestrel Dawn")], [a_list(QUINTERO, listed("2", "Kestrel Dawn"))], TODAY).findings
    of = hit()
    for verdict in ("different", "same", "unsure"):
        found = standings(table, [signed(review(hit_of_named(table, of.name), verdict))], TODAY)
        for language in LANGUAGES:
            views = with_reviews(finding_views(table, language), found, language)
            assert len(views) == table.num_rows == 2
            assert sum("another father" in view.reasons[0] for view in views) == 1
            said = [text for view in views for text in (view.title, *view.reasons)]
            assert not [text for text in said if "review." in text or text.startswith("finding.")]
    for known_as in ("disputed", "expired", "open_again"):
        by = {next(iter(found)): Standing(known_as, (signed(review(of)),))}  # type: ignore[arg-type]
        marked = with_reviews(finding_views(table, "es"), by, "es")
        assert sum("(revisado: " in view.title for view in marked) == 1


def hit_of_named(table: object, name: str) -> Hit:
    hits = [hit_of(row) for row in table.to_pylist()]  # type: ignore[attr-defined]
    return next(each for each in hits if each is not None and each.name == name)


def test_a_day_is_that_of_utc() -> None:
    assert day_of_moment(NOON_US) == date(2026, 9, 21)


@pytest.mark.long
def test_from_run_to_review_to_the_next_run(
    tmp_path: Path, stage: Means, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "passphrase").write_text("only for tests\n")
    monkeypatch.setenv("VEEDOR_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("VEEDOR_PASSPHRASE_FILE", str(tmp_path / "passphrase"))
    folder, un = str(tmp_path / "mission"), str(tmp_path / "un.xml")
    bank, mapping = map(str, bank_table(tmp_path, "A1,Comercial Andina,B1,Rodolfo Quintero Mejia,2026-03-08,5,USD"))
    Path(un).write_text(MARCH[1])

    def veedor(*words: str) -> list[dict[str, object]]:
        capsys.readouterr()
        assert app([*words, "--json"]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    def reviewed() -> list[object]:
        veedor("run", folder, "--as-of", "2026-09-01")
        lines = veedor("findings", folder)
        assert sum(line["schema"] == "finding/1" for line in lines) == 1, "a reviewed hit never vanishes"
        return [line["known"] for line in lines if line["schema"] == "reviewed/1"]

    handed_in = ("--open", "--yes")
    veedor("deposit", folder, bank, mapping, *handed_in)
    veedor("deposit", folder, un, *handed_in)
    assert reviewed() == []
    (finding,) = (line["id"] for line in veedor("findings", folder) if line["schema"] == "finding/1")
    veedor("review", "sign", folder, str(finding)[:12], "--verdict", "different", "--reason", "Another father",
           "--until", "2099-01-01")  # fmt: skip
    assert reviewed() == ["different"]
    assert app(["findings", folder, "--full", "--language", "es"]) == 0
    assert "Revisado por ve: no es la parte de la lista" in capsys.readouterr().out
    assert [line["by"] for line in veedor("review", "list", folder) if line["schema"] == "review/1"] == ["ve"]
    changed = PERSON.format(number=1).replace("<UN_LIST_TYPE>TEST", "<UN_LIST_TYPE>OTHER") + OTHER.format(number=2)
    Path(un).write_text(UN.format(day="2026-03-08", people=changed))
    veedor("deposit", folder, un, *handed_in)
    assert reviewed() == ["open_again"]
