"""Lists are read whole: every record is an entry, part of one, or a reject with its place; bombs are refused."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.errors import InputError, VeedorError
from veedor.registers.sanctions import ListedEntry, ListFile, Listing, in_force, read_lists
from veedor.registers.sanctions.days import born
from veedor.registers.sanctions.listed import ListedName, listed_table, unlisted_table
from veedor.words import say

# Invented parties; the shapes are those of the authorities' files.
SDN = (
    b'101,"QUINTERO MEJIA, Rodolfo","individual","SDNTK] [VENEZUELA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    b'"DOB 10 Dec 1958; alt. DOB 1959; POB Caracas, Venezuela; nationality Venezuela; Cedula No. 5111222 (Venezuela); '
    b"Passport D0011223 (Venezuela) expires 2014; a.k.a. 'EL TURPIAL'.\"\r\n"
    b'102,"TRANSPORTES ORINOQUIA, C.A.",-0- ,"VENEZUELA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    b'"RIF # J-00002967-9 (Venezuela)."\r\n'
    b'103,"KESTREL DAWN","vessel","VENEZUELA",-0- ,"YYAB","Crude Oil Tanker",-0- ,-0- ,"Panama",-0- ,'
    b'"Vessel Registration Identification IMO 9074729; MMSI 372003000."\r\n'
    b'104,"YV-4321","aircraft","VENEZUELA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    b'"Aircraft Tail Number YV4321; Aircraft Manufacturer\'s Serial Number (MSN) 5587213."\r\n'
    b"\x1a"
)
ALT = b'101,1,"aka","QUINTERO, Fito",-0- \r\n999,2,"aka","NOBODY KNOWN",-0- \r\n'
ADD = b'102,1,"Av. Uno","Caracas","Venezuela",-0- \r\n998,2,-0- ,"Havana","Cuba",-0- \r\n'
UN = b"""<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:09.554Z"><INDIVIDUALS><INDIVIDUAL><DATAID>7</DATAID>
<FIRST_NAME>RODOLFO</FIRST_NAME><SECOND_NAME>QUINTERO</SECOND_NAME><UN_LIST_TYPE>DRC</UN_LIST_TYPE>
<REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER><LISTED_ON>2012-12-31</LISTED_ON>
<NATIONALITY><VALUE>Democratic Republic of the Congo</VALUE></NATIONALITY>
<INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Turpial</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Fito Quintero</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1956</FROM_YEAR><TO_YEAR>1958</TO_YEAR>
</INDIVIDUAL_DATE_OF_BIRTH><INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>OB 0243318</NUMBER>
<ISSUING_COUNTRY>Democratic Republic of the Congo</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT></INDIVIDUAL></INDIVIDUALS>
<ENTITIES><ENTITY><DATAID>8</DATAID><FIRST_NAME>ORINOQUIA MINING</FIRST_NAME><LISTED_ON>2014-01-02</LISTED_ON></ENTITY>
<ENTITY><DATAID>9</DATAID></ENTITY></ENTITIES></CONSOLIDATED_LIST>"""
EU = (
    b"fileGenerationDate;Entity_LogicalId;Entity_DesignationDate;Entity_SubjectType;Entity_Regulation_Programme;"
    b"NameAlias_WholeName;NameAlias_FirstName;NameAlias_MiddleName;NameAlias_LastName;BirthDate_BirthDate;BirthDate_Year;"
    b"BirthDate_Circa;Identification_Number;Identification_TypeDescription;Identification_CountryIso2Code;"
    b"Citizenship_CountryIso2Code\n"
    b"27/02/2026;13;2018-06-25;person;VEN;Rodolfo Quintero;;;;;;;;;;\n"
    b"27/02/2026;13;2018-06-25;person;VEN;;;;;1958-12-10;;false;;;;\n"
    b"27/02/2026;13;2018-06-25;person;VEN;;;;;;;;D0011223;Passport;VE;VE\n"
    b"27/02/2026;14;;enterprise;VEN;;;;;;;;;;;\n"
    b"27/02/2026;x;;;;;;;;;;;;;;\n"
    b"27/02/2026;15\n"
)


def ftm(schema: str, identity: str, /, **said: list[str]) -> str:
    return json.dumps({"id": identity, "schema": schema, "properties": said})


FTM = "\n".join(
    [
        ftm(
            "Person", "q1", name=["Rodolfo Quintero"], weakAlias=["Turpial"], birthDate=["1958-12"], topics=["sanction"]
        ),
        ftm("Company", "c1", name=["Orinoquia Mining"], jurisdiction=["ve"]),
        ftm("Vessel", "v1", name=["Kestrel Dawn"], imoNumber=["IMO9074729"], topics=["sanction"]),
        ftm("Sanction", "s1", entity=["q1"], startDate=["2018-06-25"], endDate=["2024-01-01"], program=["VEN"]),
        ftm("Ownership", "o1", owner=["q1"], asset=["c1"], percentage=["60%"], startDate=["2019-01-01"]),
        '{"id":"bad","schema":"Person","properties":{"name":"not a list"}}',
        "not json",
        "[" * 100_000,
    ]
).encode()
ADVANCED = b"""<?xml version="1.0"?><Sanctions xmlns="http://www.un.org/sanctions/1.0"><DateOfIssue><Year>2026</Year>
<Month>2</Month><Day>3</Day></DateOfIssue><ReferenceValueSets>
<PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType><PartyType ID="1">Individual</PartyType>
<FeatureType ID="8">Birthdate</FeatureType><Country ID="11" ISO2="VE">Venezuela</Country>
<IDRegDocType ID="1571">Passport</IDRegDocType></ReferenceValueSets><IDRegDocuments>
<IDRegDocument ID="1" IDRegDocTypeID="1571" IdentityID="77" IssuedBy-CountryID="11">
<IDRegistrationNo>D0011223</IDRegistrationNo></IDRegDocument></IDRegDocuments><DistinctParties>
<DistinctParty FixedRef="101"><Comment/><Profile ID="101" PartySubTypeID="4"><Identity ID="77">
<Alias Primary="true" LowQuality="false"><DocumentedName><DocumentedNamePart>
<NamePartValue>Quintero</NamePartValue></DocumentedNamePart><DocumentedNamePart>
<NamePartValue>Rodolfo</NamePartValue></DocumentedNamePart></DocumentedName></Alias>
<Alias Primary="false" LowQuality="true"><DocumentedName><DocumentedNamePart>
<NamePartValue>Turpial</NamePartValue></DocumentedNamePart></DocumentedName></Alias></Identity>
<Feature FeatureTypeID="8"><FeatureVersion><DatePeriod><Start Approximate="false"><From><Year>1958</Year>
<Month>12</Month><Day>10</Day></From></Start><End Approximate="false"><To><Year>1958</Year><Month>12</Month>
<Day>10</Day></To></End></DatePeriod></FeatureVersion></Feature></Profile></DistinctParty>
<DistinctParty FixedRef="102"><Profile/></DistinctParty></DistinctParties><SanctionsEntries>
<SanctionsEntry ProfileID="101"><EntryEvent><Date><Year>2018</Year><Month>5</Month><Day>18</Day></Date>
</EntryEvent><SanctionsMeasure><Comment>SDNTK</Comment></SanctionsMeasure></SanctionsEntry></SanctionsEntries></Sanctions>"""
FILES = {
    "ofac": [ListFile("sdn.csv", SDN), ListFile("alt.csv", ALT), ListFile("add.csv", ADD)],
    "un": [ListFile("un.xml", UN)],
    "eu": [ListFile("eu.csv", EU)],
    "ftm": [ListFile("ftm.json", FTM)],
    "advanced": [ListFile("sdn_advanced.xml", ADVANCED)],
}


def listing(name: str) -> Listing:
    (found,) = read_lists(FILES[name])
    return found


def entry(name: str, number: str) -> ListedEntry:
    (found,) = [each for each in listing(name).entries if each.entry == number]
    return found


@pytest.mark.parametrize(
    ("name", "number"), [("ofac", "101"), ("un", "XXi.001"), ("eu", "13"), ("ftm", "q1"), ("advanced", "101")]
)
def test_every_format_gives_the_same_person(name: str, number: str) -> None:
    person = entry(name, number)
    assert person.kind == "person"
    assert any(set(each.name.casefold().replace(",", "").split()) >= {"rodolfo", "quintero"} for each in person.names)
    assert any(each.first <= date(1958, 12, 10) <= each.last for each in person.born)
    if name != "eu":
        assert [each.name.upper().removeprefix("EL ") for each in person.names if each.quality == "weak"] == ["TURPIAL"]
    if name in ("ofac", "eu", "advanced"):
        assert ("passport", "D0011223", "VE") in {(i.scheme, i.value, i.country) for i in person.identifiers}
    if name != "ofac":
        assert person.listed_on is not None


def test_vessels_aircraft_and_firms_have_their_numbers() -> None:
    ship, aircraft, firm = entry("ofac", "103"), entry("ofac", "104"), entry("ofac", "102")
    assert {(i.scheme, i.value) for i in ship.identifiers} >= {
        ("imo", "9074729"),
        ("mmsi", "372003000"),
        ("call_sign", "YYAB"),
    }
    assert ship.kind == "vessel" and ship.countries == ("PA",)
    assert {(i.scheme, i.value) for i in aircraft.identifiers} >= {
        ("tail_number", "YV4321"),
        ("serial_number", "5587213"),
    }
    assert firm.kind == "entity" and firm.countries == ("VE",)
    assert ("ve_rif", "J000029679") in {(i.scheme, i.value) for i in firm.identifiers}


@pytest.mark.parametrize(
    ("name", "rows", "reasons"),
    [
        ("ofac", 8, ["reject.listed_alone"]),
        ("un", 3, ["reject.listed_name"]),
        ("eu", 6, ["reject.listed_name", "reject.listed_number", "reject.columns"]),
        ("ftm", 8, ["reject.not_an_entity"] * 3),
        ("advanced", 2, ["reject.listed_name"]),
    ],
)
def test_counts_reconcile_and_rejects_say_where_and_why(name: str, rows: int, reasons: list[str]) -> None:
    found = listing(name)
    assert found.rows == rows and found.used == rows - len(reasons)
    assert [each.reason for each in found.rejects] == reasons
    for each in found.rejects:
        assert (
            say(each.reason, "es") != each.reason and each.place.startswith(FILES[name][-1].name[:3]) and each.expected
        )
    table, rejects = listed_table([found]), unlisted_table([found])
    assert table.num_rows == len(found.entries) and rejects.num_rows == len(reasons)


def test_an_alias_whose_entry_is_missing_is_not_lost() -> None:
    assert entry("ofac", "999").names == (ListedName("NOBODY KNOWN", "strong"),)


def test_ownership_has_its_share_and_days() -> None:
    (share,) = listing("ftm").shares
    assert (share.owner, share.asset, share.permille, share.first) == ("q1", "c1", 600, date(2019, 1, 1))
    assert entry("ftm", "c1").programmes == ("owned",)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [("10 Dec 1948", date(1948, 12, 10), date(1948, 12, 10)), ("Feb 1960", date(1960, 2, 1), date(1960, 2, 29)),
     ("1956 to 1958", date(1956, 1, 1), date(1958, 12, 31)), ("1948-12", date(1948, 12, 1), date(1948, 12, 31)),
     ("01 Jan 1950 to 31 Dec 1951.", date(1950, 1, 1), date(1951, 12, 31))],
)  # fmt: skip
def test_a_birth_date_leaves_these_days_possible(text: str, first: date, last: date) -> None:
    found = born(text)
    assert found is not None and (found.first, found.last, found.about) == (first, last, False)


@pytest.mark.parametrize(
    "text", ["", "unknown", "31 Feb 1950", "1958 to 1956", "10 Foo 1948", "1 to 2 to 3", "9999999"]
)
def test_a_date_that_does_not_exist_is_none(text: str) -> None:
    assert born(text) is None


def test_circa_is_a_year_either_way() -> None:
    found = born("circa 1960")
    assert found is not None and found.about and found.first < date(1959, 6, 1) and found.last > date(1961, 6, 1)


def test_the_version_in_force_is_the_latest_that_is_not_later() -> None:
    old, new = listing("un").dated(date(2020, 1, 1)), listing("un")
    (past,), (today,), (before,) = (
        in_force([new, old], day) for day in (date(2021, 1, 1), date(2026, 3, 1), date(2019, 1, 1))
    )
    assert (past.listing.version, past.assumed) == (date(2020, 1, 1), False)
    assert (today.listing.version, today.assumed) == (date(2026, 2, 27), False)
    assert (before.listing.version, before.assumed) == (date(2020, 1, 1), True)
    (same_day,) = in_force([old, new], date(2026, 2, 27))
    assert same_day.listing.version == date(2026, 2, 27)
    person = entry("ftm", "q1")
    assert [person.in_force(date(year, 7, 1)) for year in (2017, 2020, 2024)] == [False, True, False]


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><CONSOLIDATED_LIST>&b;</CONSOLIDATED_LIST>'


@pytest.mark.parametrize(
    "content", [BOMB, b"", b"hello", b"<html/>", b'{"a":1}', b"\x00" * 5000, b"<CONSOLIDATED_LIST", b"PK\x03\x04"]
)
def test_a_file_that_is_no_list_is_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_lists([ListFile("x", content)])
    assert caught.value.file == "x" and caught.value.next_step


def test_a_damaged_namespace_does_not_escape() -> None:
    """Found by fuzzing."""
    content = ADVANCED.replace(b'"http://www.un', b'"http://}www.un')
    (found,) = read_lists([ListFile("sdn_advanced.xml", content)])
    assert len(found.entries) == 1


def test_a_list_that_breaks_off_keeps_what_was_whole() -> None:
    cut = UN[: UN.index(b"<ENTITIES>") + 40]
    (found,) = read_lists([ListFile("un.xml", cut)])
    assert len(found.entries) == 1 and [each.reason for each in found.rejects] == ["reject.not_well_formed"]


@given(st.sampled_from(sorted(FILES)), st.integers(0, 10_000), st.binary(max_size=6), st.integers(0, 8))
def test_damaged_bytes_give_rows_or_the_house_error_and_counts_that_reconcile(
    name: str, at: int, put: bytes, less: int
) -> None:
    content = FILES[name][0].content
    at %= len(content)
    try:
        found = read_lists([ListFile("damaged", content[:at] + put + content[at + less :]), *FILES[name][1:]])
    except VeedorError:
        return
    for each in found:
        assert 0 <= each.used <= each.rows
        assert len({reject.row for reject in each.rejects}) == len(each.rejects)
        listed_table([each])
        unlisted_table([each])


def test_the_published_lists_are_read_without_a_lost_name(shared_data: Path) -> None:
    (un,) = read_lists([ListFile("un.xml", (shared_data / "money/un/UN_consolidated.xml").read_bytes())])
    assert (un.version, len(un.entries), un.rejects) == (date(2026, 2, 27), 1003, ())
    files = [ListFile(path.name, path.read_bytes()) for path in sorted((shared_data / "money/ofac").iterdir())]
    (ofac,) = read_lists(files)
    assert sum(each.kind != "unknown" for each in ofac.entries) == 8976
    assert {each.reason for each in ofac.rejects} == {"reject.listed_alone"}
    assert sum(each.quality != "weak" for one in ofac.entries for each in one.names) >= 8976 + 19486


MORE = (
    b'105,"MOLINA SUR, Ana",individual,"SDNTK",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    b"\"DOB circa 1979-1982; Digital Currency Address - XBT 1BoatSLRHtKNngkdXEeobR76b53LETtpyT; a.k.a. ''ABD AL-SUR'; "
    b'Folio Mercantil No. 3048*1 (Mexico)."\r\n'
    b'106,"YV-1","aircraft","VENEZUELA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,'
    b'"Aircraft Construction Number (also called L/N or S/N or F/N) 8401; '
    b"Aircraft Manufacturer's Serial Number (MSN) 115.\"\r\n"
    b'107,"OLD FLAG","vessel","VENEZUELA",-0- ,-0- ,-0- ,-0- ,-0- ,"Panama",-0- ,"Former Vessel Flag Malta; '
    b'alt. Former Vessel Flag Liberia; Vessel Registration Identification IMO 12345."\r\n'
)
COMMENTS = b'105,"a.k.a. \'LA SUR\'; Passport X9988776 (Venezuela)."\r\n997,"DOB 1970."\r\n'


def more(number: str) -> ListedEntry:
    (found,) = read_lists([ListFile("sdn.csv", MORE), ListFile("sdn_comments.csv", COMMENTS)])
    assert found.used + len(found.rejects) == found.rows == 5
    assert [(each.reason, each.found) for each in found.rejects] == [("reject.listed_alone", "997")]
    (one,) = [each for each in found.entries if each.entry == number]
    return one


def test_remarks_that_go_on_in_a_second_file_are_read_as_if_they_had_not_been_cut() -> None:
    person = more("105")
    assert [each.name for each in person.names if each.quality == "weak"] == ["'ABD AL-SUR", "LA SUR"]
    said = {(each.scheme, each.value) for each in person.identifiers}
    assert said >= {
        ("digital_currency", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
        ("registration", "3048*1"),
        ("passport", "X9988776"),
    }  # fmt: skip
    (born_on,) = person.born
    assert born_on.about and born_on.first < date(1979, 1, 1) and born_on.last > date(1982, 12, 30)


def test_aircraft_have_both_of_their_makers_numbers_and_ships_the_flags_they_bore() -> None:
    serials = {each.value for each in more("106").identifiers if each.scheme == "serial_number"}
    assert serials == {"8401", "115"}
    ship = more("107")
    assert set(ship.countries) == {"PA", "MT", "LR"}
    assert [(each.scheme, each.value) for each in ship.identifiers] == [("other", "12345")], "no IMO number"


def test_the_un_gives_birth_dates_of_aliases_and_numbers_out_of_notes() -> None:
    content = UN.replace(
        b"<ALIAS_NAME>Fito Quintero</ALIAS_NAME>",
        b"<ALIAS_NAME>Fito Quintero</ALIAS_NAME><DATE_OF_BIRTH>3 Mar. 1961</DATE_OF_BIRTH>",
    ).replace(b"<NUMBER>OB 0243318</NUMBER>", b"<NOTE>Passport number L 191609 issued on 28 Feb. 1996</NOTE>")
    content = content.replace(
        b"<FIRST_NAME>ORINOQUIA MINING</FIRST_NAME>",
        b"<FIRST_NAME>ORINOQUIA SHIPPING</FIRST_NAME><COMMENTS1>IMO number: 9074729. Linked to others.</COMMENTS1>",
    )
    (found,) = read_lists([ListFile("un.xml", content)])
    person, firm = found.entries
    assert date(1961, 3, 3) in {each.first for each in person.born} and len(person.born) == 2
    assert ("passport", "L191609", "CD") in {(i.scheme, i.value, i.country) for i in person.identifiers}
    assert ("imo", "9074729") in {(i.scheme, i.value) for i in firm.identifiers}


def test_a_birth_year_of_another_calendar_is_not_read_as_ours() -> None:
    header = EU.split(b"\n")[0].replace(b"BirthDate_Circa", b"BirthDate_Circa;BirthDate_CalendarType;BirthDate_Month")
    line = b"27/02/2026;13;2018-06-25;person;VEN;Rodolfo Quintero;;;;;%b;false;%b;%b;;;;"
    rows = [line % (b"1340", b"ISLAMIC", b"5"), line % (b"1958", b"GREGORIAN", b"12"), line % (b"1961", b"", b"")]
    (found,) = read_lists([ListFile("eu.csv", b"\n".join([header, *rows, b""]))])
    spans = [(each.first, each.last) for each in found.entries[0].born]
    assert spans == [(date(1958, 12, 1), date(1958, 12, 31)), (date(1961, 1, 1), date(1961, 12, 31))]


def test_documents_that_are_entities_of_their_own_belong_to_their_holder() -> None:
    lines = [
        ftm("Person", "q1", name=["Rodolfo Quintero"], topics=["sanction"]),
        ftm("Passport", "p1", holder=["q1"], number=["D0011223"], country=["ve"]),
        ftm("Identification", "i1", holder=["q1"], number=["5111222"], country=["ve"], type=["Cedula"]),
        ftm("CryptoWallet", "w1", holder=["q1"], publicKey=["1BoatSLRHtKNngkdXEeobR76b53LETtpyT"]),
        ftm("Airplane", "a1", name=["YV4321"], icaoCode=["0D8123"], registrationNumber=["YV-4321"]),
        ftm("Sanction", "s1", entity=["q1"], listingDate=["2018-06-25"]),
    ]
    (found,) = read_lists([ListFile("ftm.json", "\n".join(lines).encode())])
    person, aircraft = found.entries
    assert {(i.scheme, i.value, i.country) for i in person.identifiers} == {
        ("passport", "D0011223", "VE"), ("national_id", "5111222", "VE"),
        ("digital_currency", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", None),
    }  # fmt: skip
    assert {(i.scheme, i.value) for i in aircraft.identifiers} == {
        ("icao_address", "0D8123"),
        ("tail_number", "YV4321"),
    }
    assert person.listed_on == date(2018, 6, 25)


def test_the_advanced_list_says_countries_by_places_and_aircraft_by_their_registration() -> None:
    content = (
        ADVANCED.replace(b"<IDRegDocuments>",
            b'<Locations><Location ID="5"><LocationCountry CountryID="11"/></Location></Locations><IDRegDocuments>')
        .replace(b'<FeatureType ID="8">', b'<FeatureType ID="10">Nationality Country</FeatureType>'
            b'<FeatureType ID="9">Place of Birth</FeatureType><PartySubType ID="3">Aircraft</PartySubType>'
            b'<FeatureType ID="8">')
        .replace(b"</Profile></DistinctParty>", b'<Feature FeatureTypeID="10"><FeatureVersion>'
            b'<VersionLocation LocationID="5"/></FeatureVersion></Feature></Profile></DistinctParty>'
            b'<DistinctParty FixedRef="103"><Profile ID="103" PartySubTypeID="3"><Identity ID="78">'
            b'<Alias Primary="true">'
            b"<DocumentedName><DocumentedNamePart><NamePartValue>YV-4321</NamePartValue></DocumentedNamePart>"
            b'</DocumentedName></Alias></Identity><Feature FeatureTypeID="9"><FeatureVersion>'
            b'<VersionLocation LocationID="5"/></FeatureVersion></Feature></Profile></DistinctParty>', 1)
    )  # fmt: skip
    (found,) = read_lists([ListFile("sdn_advanced.xml", content)])
    person, aircraft = found.entries
    assert person.countries == ("VE",) and person.born
    assert aircraft.countries == (), "where somebody was born is no nationality"
    assert ("tail_number", "YV4321") in {(i.scheme, i.value) for i in aircraft.identifiers}
