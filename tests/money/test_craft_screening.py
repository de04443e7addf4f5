"""Aircraft and vessels are looked up by the marks that plots show; names of ships are weak; no hit is stored."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import veedor as vd
from tests.formats.test_ais import STATIC, sentence
from tests.money.deposited_lists import pieces
from tests.money.making import deposit
from tests.money.running import run_one
from veedor.engine.detector import Owner
from veedor.money.screening import Craft, craft_of, screen_craft
from veedor.money.screening.find import FindListedCraft, LookUpCraft
from veedor.money.screening.marks import DAY_US, ListMarks, marks_of
from veedor.registers.american_marks import address_of_mark
from veedor.registers.sanctions import ListedEntry, ListedName, Listing
from veedor.registers.sanctions.listed import ListedIdentifier
from veedor.registers.sanctions.numbers import listed_number
from veedor.tables import LIST_PIECES, PLOTS
from veedor.tables.plots import ADSB, AIS, GHOST
from veedor.views.finding import finding_views
from veedor.words import LANGUAGES

BEGIN = datetime(2026, 3, 2, 22, tzinfo=UTC)
TODAY = date(2026, 3, 20)
# Addresses lie in the blocks of Venezuela (0D8000 to 0DFFFF), Colombia (0AC000 to 0ACFFF), the United States.
VENEZUELAN, COLOMBIAN = 0x0D8123, 0x0AC111


def plot(hours: float, **said: Any) -> dict[str, Any]:
    made: dict[str, Any] = dict.fromkeys(PLOTS.schema.names)
    made |= {"sensor": "north", "time": BEGIN + timedelta(hours=hours), "time_source": "record", "flags": 0,
             "mode": AIS if said.get("mmsi") else ADSB, "deposit": deposit("radar"), "file": 0,
             "offset": 0, "length": 1}  # fmt: skip
    return made | said


def plots(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist([row | {"row": at} for at, row in enumerate(rows)], schema=PLOTS.schema)


def number(scheme: str, value: str) -> ListedIdentifier:
    return ListedIdentifier(scheme, value, None)


def a_list(*entries: ListedEntry, version: date = date(2026, 1, 1)) -> Listing:
    return Listing("test", "made", version, entries, (), (), len(entries), ())


def aircraft(name: str, *numbers: ListedIdentifier, **said: Any) -> ListedEntry:
    own = number("tail_number", name.replace("-", ""))
    return ListedEntry(name, "aircraft", (ListedName(name, "primary"),), ("TEST",), identifiers=(own, *numbers), **said)


YV = aircraft("YV-9981", number("icao_address", "0D8123"))
SHIP = ListedEntry("s", "vessel", (ListedName("KESTREL DAWN", "primary"),), ("TEST",),
                   identifiers=(number("imo", "9074729"), number("mmsi", "351759000")))  # fmt: skip


def seen(*rows: dict[str, Any]) -> tuple[Craft, ...]:
    return craft_of(marks_of(plots(*rows), Owner()))


def found(*rows: dict[str, Any], lists: tuple[Listing, ...] = (a_list(YV, SHIP),)) -> list[dict[str, Any]]:
    return screen_craft(seen(*rows), lists, TODAY).findings.to_pylist()


def many(**said: Any) -> list[dict[str, Any]]:
    return [plot(hours, **said) for hours in range(4)]


def verdicts(row: dict[str, Any]) -> dict[str, str]:
    return {test["key"].removeprefix("innocent.listed_"): test["verdict"] for test in row["innocent"]}


def test_an_aircraft_is_found_by_its_address_and_its_plots_are_the_evidence() -> None:
    (row,) = found(*many(address=VENEZUELAN, call_sign="AVA123"))
    assert (row["kind"], row["subject"]) == ("listed_party", "aircraft:0d8123")
    parts = [term["milli_log10"] or 0 for term in row["terms"]] + [test["milli_log10"] for test in row["innocent"]]
    assert row["score_milli_log10"] == sum(parts) >= 3500
    assert {(each["role"], each["row"]) for each in row["evidence"]} == {
        ("role.screened_aircraft", 0), ("role.screened_aircraft", 2),
    }, "the first plot of each day"  # fmt: skip


@pytest.mark.parametrize("written", ["YV-9981", "YV9981", " yv9981 "])
def test_a_registration_is_found_however_it_is_written(written: str) -> None:
    (row,) = found(*many(address=VENEZUELAN + 1, registration=written), lists=(a_list(aircraft("YV-9981")),))
    assert verdicts(row)["passed_on"] == "cannot_tell", "the list says no address: whether it was sold cannot be told"


def test_a_mark_on_another_transponder_than_the_listed_one_was_passed_on() -> None:
    """The list says which address bore the registration; sold and re-registered, another bears it now."""
    rows = found(*many(address=VENEZUELAN + 1, registration="YV9981"))
    assert [verdicts(row)["passed_on"] for row in rows] == ["supports"]
    both = found(*many(address=VENEZUELAN, registration="YV9981"))
    assert verdicts(both[0])["passed_on"] == "contradicts"
    assert both[0]["score_milli_log10"] > rows[0]["score_milli_log10"] + 2000


def test_a_call_sign_is_no_registration() -> None:
    lists = (a_list(aircraft("YV-9981")),)
    (own,) = found(*many(address=VENEZUELAN + 1, call_sign="YV9981"), lists=lists)
    assert verdicts(own)["no_registration"] == "contradicts"
    assert found(*many(address=COLOMBIAN, call_sign="YV9981"), lists=lists) == [], "registered in another state"
    screening = screen_craft(seen(*many(address=COLOMBIAN, call_sign="YV9981")), lists, TODAY)
    rows = {row["value"]: row for row in screening.screened.to_pylist()}
    assert rows["YV9981"]["hits"] == 0 and rows["YV9981"]["best_milli_log10"] is not None


def test_a_flight_number_is_not_looked_up() -> None:
    (craft,) = seen(*many(address=VENEZUELAN, call_sign="AVA123"))
    assert [each.number.scheme for each in craft.marks] == ["icao_address"]


def test_one_plot_may_be_one_wrong_bit() -> None:
    (often,), (once,) = found(*many(address=VENEZUELAN)), found(plot(0, address=VENEZUELAN))
    assert (verdicts(often)["few"], verdicts(once)["few"]) == ("contradicts", "supports")
    assert once["score_milli_log10"] < often["score_milli_log10"]


def test_what_a_radar_does_not_hold_for_a_target_is_no_sighting() -> None:
    assert seen(plot(0, address=VENEZUELAN, flags=GHOST), plot(0, time=None, address=VENEZUELAN)) == ()


def test_american_marks_have_their_address_by_computation() -> None:
    """N1, N99999 and the ends of the block as the registry publishes them; N628TS is in everybody's examples."""
    known = {"N1": 0xA00001, "N1A": 0xA00002, "N1AA": 0xA00003, "N99999": 0xADF7C7, "N628TS": 0xA835AF}
    assert {mark: address_of_mark(mark) for mark in known} == known
    (row,) = found(*many(address=0xA835AF), lists=(a_list(aircraft("N628TS")),))
    assert row["subject"] == "aircraft:a835af"
    stated = aircraft("N628TS", number("icao_address", "ABCDEF"))
    assert found(*many(address=0xA835AF), lists=(a_list(stated),)) == [], "what the list states counts"


@given(st.integers(1, 9), st.text("0123456789", max_size=4), st.text("ABCDEFGHJKLMNPQRSTUVWXYZ", max_size=2))
def test_every_american_mark_has_an_address_of_its_own_in_the_order_of_marks(
    first: int, digits: str, letters: str
) -> None:
    mark = f"N{first}{digits}{letters}"
    address = address_of_mark(mark)
    if len(mark) > 6:
        assert address is None
        return
    assert address is not None and 0xA00001 <= address <= 0xADF7C7
    if len(mark) < 6 and not letters:
        nested = [address_of_mark(mark + end) for end in ("A", "Z", "0", "9")]
        assert [address, *nested] == sorted({address, *nested}), "a mark, then its letters, then its digits"


@pytest.mark.parametrize("text", ["N", "N0", "N01", "NI1", "N1I", "N123456", "YV1234", "", "N1OO", "N١"])
def test_no_american_mark_has_no_address(text: str) -> None:
    assert address_of_mark(text) is None


def test_a_vessel_is_found_by_its_number_and_flying_a_new_flag_changes_nothing() -> None:
    (row,) = found(*many(mmsi=636012345, registration="IMO9074729", call_sign="A8AB1"))
    assert row["subject"] == "vessel:636012345" and verdicts(row)["passed_on"] == "contradicts"
    assert any(reason["key"] == "finding.listed_craft.imo" for reason in row["reasons"])


def test_an_mmsi_that_another_hull_uses_now_was_passed_on() -> None:
    (row,) = found(*many(mmsi=351759000, registration="IMO9134270"))
    assert verdicts(row)["passed_on"] == "supports"
    assert not any(each.number.scheme == "imo" for one in seen(*many(mmsi=1, registration="IMO9134271"))
                   for each in one.marks), "a number without its check digit is none"  # fmt: skip


def test_a_mark_is_held_against_the_list_of_its_day() -> None:
    listed = aircraft("YV-9981", listed_on=date(2026, 3, 10))
    (row,) = found(*many(address=VENEZUELAN, registration="YV9981"), lists=(a_list(listed),))
    assert {test["key"]: test["verdict"] for test in row["innocent"]}["innocent.listed_then"] == "supports"
    off = (a_list(YV), a_list(SHIP, version=date(2026, 3, 15)))
    (row,) = found(*many(address=VENEZUELAN), lists=off)
    assert any(reason["key"] == "finding.listed_party.not_today" for reason in row["reasons"]), "taken off since"


def test_no_hit_is_a_row_for_every_mark_and_list() -> None:
    lists = (a_list(YV), a_list(SHIP, version=date(2026, 3, 3)))
    rows = screen_craft(seen(*many(address=COLOMBIAN, registration="HK1234")), lists, TODAY).screened.to_pylist()
    said = {(row["value"], row["scheme"], str(row["version"]), row["hits"]) for row in rows}
    assert said == {(name, role, version, 0) for name, role in (("0AC111", "icao_address"), ("HK1234", "tail_number"))
                    for version in ("2026-01-01", "2026-03-03")}  # fmt: skip


OFAC = (
    '36,"YV-9981","aircraft","TEST",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Aircraft Mode S Transponder Code 0D8123; '
    'Aircraft Model X; Aircraft Tail Number YV9981; Linked To: NOBODY."\n'
)


def test_in_a_mission_and_in_any_cut_of_time_and_buckets() -> None:
    tables = {"plots": plots(*many(address=VENEZUELAN), *many(mmsi=351759000), plot(90, address=VENEZUELAN)),
              "list_pieces": pieces(("sdn.csv", OFAC), day=date(2026, 3, 1))}  # fmt: skip
    whole = run_one(ListMarks(), tables, 1)
    start = int(BEGIN.timestamp()) * 1_000_000 // DAY_US * DAY_US
    cut = [ListMarks().run(tables, Owner(start_us=at, end_us=at + 2 * DAY_US), ListMarks().parameters)
           for at in range(start - DAY_US, start + 6 * DAY_US, 2 * DAY_US)]  # fmt: skip
    assert pa.concat_tables(cut).sort_by([("subject", "ascending"), ("day", "ascending")]).equals(whole)
    made = []
    for buckets in (1, 3):
        more = tables | {"craft_marks": whole}
        more["screened_craft"] = run_one(LookUpCraft(), more, buckets)
        made.append((more["screened_craft"], run_one(FindListedCraft(), more, buckets)))
    assert made[0][0].equals(made[1][0]) and made[0][1].equals(made[1][1])
    assert made[0][1]["subject"].to_pylist() == ["aircraft:0d8123"]
    assert {item["role"] for item in made[0][1].to_pylist()[0]["evidence"]} >= {"role.list_file"}
    assert run_one(ListMarks(), tables | {"list_pieces": LIST_PIECES.empty()}, 1).num_rows == 0


def test_a_list_calls_a_transponder_by_many_words() -> None:
    for called in ("Aircraft Mode S Transponder Code", "Mode S Transponder"):
        assert listed_number(called, "0d8123", None) == number("icao_address", "0D8123")


def test_every_sentence_is_known_in_both_languages() -> None:
    screening = screen_craft(
        seen(*many(address=VENEZUELAN, registration="YV9981"), *many(mmsi=351759000, registration="IMO9074729"),
             *many(mmsi=351759000, call_sign="A8AB1"), *many(address=VENEZUELAN, registration="YV1000")),
        (a_list(YV, SHIP, aircraft("YV1000")),), TODAY,
    )  # fmt: skip
    for language in LANGUAGES:
        for view in finding_views(screening.findings, language):
            said = [
                view.title,
                *view.reasons,
                *(term.label for term in view.terms),
                *(each.role for each in view.evidence),
            ]
            said += [test.sentence for test in view.innocent]
            assert not [each for each in said if each.startswith(("finding.", "term.", "innocent.", "role.", "kind."))]


def test_files_of_receivers_are_screened_without_a_mission(tmp_path: Path) -> None:
    position = sentence(1, lat=10.5, lon=-71.5, speed=12.5, course=90.0)[0]
    noon = 1_720_267_200
    lines = [*(f"{noon},{part}" for part in STATIC), *(f"{noon + at},{position}" for at in range(60, 400, 60))]
    (tmp_path / "ais.nmea").write_text("\n".join(lines) + "\n")
    listed = {"id": "v1", "schema": "Vessel", "properties": {"name": ["BLUE HERON"], "imoNumber": ["IMO 9134270"]}}
    (tmp_path / "list.json").write_text(json.dumps(listed) + "\n")
    looked = vd.screen(tmp_path / "ais.nmea", lists=[tmp_path / "list.json"])
    assert looked.findings["subject"].to_pylist() == ["vessel:351759000"] and looked.parties == 1
    hits = {row["scheme"]: row["hits"] for row in looked.craft.to_pylist()}
    assert hits == {"imo": 1, "mmsi": 0, "call_sign": 0}
