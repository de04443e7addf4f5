"""Identifiers that authorities and banks publish are read; a wrong character is found where the scheme promises it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.errors import UsageError
from veedor.registers.identifiers import SCHEMES, Identifier, Judgement, Written, Wrong, judge, read, recognise
from veedor.registers.identifiers.countries import COUNTRIES, country_code
from veedor.registers.identifiers.iban import LENGTHS, with_check_digits
from veedor.registers.identifiers.pa_ruc import check_number
from veedor.registers.identifiers.ve_account import check_digits
from veedor.words import LANGUAGES, say

# From the standards, authorities' own examples, numbers that firms and associations publish, and test vectors of
# libraries (python-stdnum, panama-ruc-dv-calculator, bank-account-validator-venezuela).
GOOD = [
    ("iban", "GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432"),
    ("iban", "IBAN DE89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ("iban", "ES91 2100 0418 4502 0005 1332", "ES9121000418450200051332"),
    ("iban", "BR18 0036 0305 0000 1000 9795 493C 1", "BR1800360305000010009795493C1"),
    ("iban", "MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"),
    ("bic", "AGRIFRPP882", "AGRIFRPP882"),
    ("bic", "ABNA NL 2A XXX", "ABNANL2A"),
    ("lei", "213800KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D15"),
    ("lei", "5493006MHB84DD0ZWV18", "5493006MHB84DD0ZWV18"),
    ("imo", "IMO 9319466", "9319466"),
    ("imo", "9074729", "9074729"),
    ("ve_account", "0105-0194-65-1194079423", "01050194651194079423"),
    ("ve_account", "0105-0026-5410-2642-4518", "01050026541026424518"),
    ("ve_rif", "V-11470283-4", "V114702834"),
    ("ve_rif", "J-00002967-9", "J000029679"),
    ("ve_rif", "G-20009997-6", "G200099976"),
    ("co_nit", "213.123.432-1", "2131234321"),
    ("br_cpf", "390.533.447-05", "39053344705"),
    ("br_cnpj", "16.727.230/0001-97", "16727230000197"),
    ("br_cnpj", "12.ABC.345/01DE-35", "12ABC34501DE35"),
    ("mx_clabe", "032180000118359719", "032180000118359719"),
    ("mx_rfc", "GODE 561231 GR8", "GODE561231GR8"),
    ("mx_rfc", "MAB-930714-8T4", "MAB9307148T4"),
    ("ar_cbu", "28505909 40090418135201", "2850590940090418135201"),
    ("ar_cuit", "20-05536168-2", "20055361682"),
    ("ar_cuit", "20-26756539-3", "20267565393"),
    ("pa_ruc", "2588017-1-831938 DV 20", "2588017-1-831938"),
    ("pa_ruc", "253-92-57027 DV 76", "253-92-57027"),
    ("pa_ruc", "15565624-2-2017 DV 63", "15565624-2-2017"),
    ("pa_ruc", "8-769-1080 DV56", "8-769-1080"),
    ("pa_ruc", "E-8-127703 DV 5", "E-8-127703"),
    ("ec_ruc", "1792060346-001", "1792060346001"),
    ("ec_ruc", "1714307103001", "1714307103001"),
    ("us_aba", "111000025", "111000025"),
]
BAD = [
    ("iban", "GB82WEST12345698765433", "identifier.check"),
    ("iban", "GB82WEST1234569876543", "identifier.length"),
    ("iban", "VE8201050194651194079423", "identifier.country"),
    ("iban", "G882WEST12345698765432", "identifier.country"),
    ("iban", "ÁB82WEST12345698765432", "identifier.characters"),
    ("bic", "AGRIF2PP", "identifier.characters"),
    ("bic", "AGRIQQPP", "identifier.country"),
    ("bic", "AGRIFRPP8", "identifier.length"),
    ("lei", "213800KUD8LXJWSQ9D15", "identifier.check"),
    ("imo", "8814274", "identifier.check"),
    ("ve_account", "01340946340001361695", "identifier.check"),
    ("ve_rif", "V-11470283-3", "identifier.check"),
    ("ve_rif", "X-11470283-4", "identifier.characters"),
    ("br_cpf", "231.002.999-00", "identifier.check"),
    ("br_cpf", "111.111.111-11", "identifier.same_digit"),
    ("br_cnpj", "16.727.230.0001-98", "identifier.check"),
    ("mx_rfc", "GODE561331GR8", "identifier.date"),
    ("ar_cbu", "2810590940090418135201", "identifier.check"),
    ("ar_cuit", "20267565392", "identifier.check"),
    ("ar_cuit", "21267565393", "identifier.kind"),
    ("pa_ruc", "253-92-57027 DV 77", "identifier.check"),
    ("ec_ruc", "1763154690001", "identifier.check"),
    ("ec_ruc", "2513154690001", "identifier.country"),
    ("us_aba", "112000025", "identifier.check"),
    ("us_aba", "991000025", "identifier.kind"),
]


@pytest.mark.parametrize(("scheme", "text", "value"), GOOD)
def test_a_published_identifier_is_read_to_its_one_spelling(scheme: str, text: str, value: str) -> None:
    found = read(scheme, text)
    assert isinstance(found, Identifier) and found.value == value
    assert found.checked == (scheme != "bic")
    assert found in recognise(text)


# As the examples of the IBAN registry say which part is the account.
@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("GB82WEST12345698765432", "98765432"), ("DE89370400440532013000", "0532013000"),
        ("ES9121000418450200051332", "0200051332"), ("AD1200012030200359100100", "200359100100"),
        ("AE070331234567890123456", "1234567890123456"), ("CR05015202001026284066", "02001026284066"),
        ("GT82TRAJ01020000001210029690", "0000001210029690"), ("PT50000201231234567890154", "1234567890154"),
        ("DO28BAGR00000001212453611324", "00000001212453611324"), ("EE382200221020145685", "221020145685"),
        ("SV62CENR00000000000000700025", "00000000000000700025"),
    ],
)  # fmt: skip
def test_the_account_inside_an_iban_begins_where_the_country_says(text: str, account: str) -> None:
    found = read("iban", text)
    assert isinstance(found, Identifier) and found.parts["account"] == account


@pytest.mark.parametrize(("scheme", "text", "why"), BAD)
def test_a_wrong_identifier_says_why_in_both_languages(scheme: str, text: str, why: str) -> None:
    found = read(scheme, text)
    assert isinstance(found, Wrong) and found.why == why
    for language in LANGUAGES:
        assert found.found in say(why, language, {"expected": found.expected, "found": found.found})


# Where the scheme finds every wrong digit, and which characters of the value it looks at.
EVERY_DIGIT = {
    "iban": slice(2, None), "lei": slice(None), "ve_rif": slice(1, None), "co_nit": slice(None), "br_cpf": slice(None),
    "br_cnpj": slice(None), "mx_clabe": slice(None), "ar_cbu": slice(None), "ar_cuit": slice(2, None),
    "us_aba": slice(2, None),
}  # fmt: skip
# This check digit stands for two remainders: a change may hide behind it.
TWO_REMAINDERS = {"ve_rif": "0", "co_nit": "1", "br_cpf": "0", "br_cnpj": "0"}


@pytest.mark.parametrize(("scheme", "text", "value"), [each for each in GOOD if each[0] in EVERY_DIGIT])
def test_one_wrong_digit_is_found(scheme: str, text: str, value: str) -> None:
    missed = 0
    tried = 0
    for at in range(len(value))[EVERY_DIGIT[scheme]]:
        for digit in "0123456789":
            if value[at].isdigit() and digit != value[at]:
                tried += 1
                missed += isinstance(read(scheme, value[:at] + digit + value[at + 1 :]), Identifier)
    assert tried > 60
    hidden = TWO_REMAINDERS.get(scheme, "none") in value[-2:]
    assert missed <= tried // 8 if hidden else missed == 0


@given(st.text("0123456789", min_size=20, max_size=20), st.integers(0, 19), st.integers(1, 9))
def test_a_venezuelan_account_with_one_wrong_digit_is_found_but_where_ten_and_eleven_meet_one_and_zero(
    digits: str, at: int, by: int
) -> None:
    bank, office, account = digits[:4], digits[4:8], digits[10:]
    whole = bank + office + check_digits(bank, office, account) + account
    assert isinstance(read("ve_account", whole), Identifier)
    changed = whole[:at] + str((int(whole[at]) + by) % 10) + whole[at + 1 :]
    found = read("ve_account", changed)
    if isinstance(found, Identifier):
        # 10 is written as 0 and 11 as 1, so a digit 0 or 1 stands for two remainders.
        assert at not in (8, 9) and set(changed[8:10]) & {"0", "1"}


@given(st.sampled_from(sorted(LENGTHS)), st.data())
def test_an_iban_finds_every_wrong_character_and_every_swap_of_neighbours(country: str, data: st.DataObject) -> None:
    size = LENGTHS[country] - 4
    bban = data.draw(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=size, max_size=size))
    iban = with_check_digits(country, bban)
    assert isinstance(read("iban", iban), Identifier)
    at = data.draw(st.integers(4, len(iban) - 2))
    swapped = iban[:at] + iban[at + 1] + iban[at] + iban[at + 2 :]
    if swapped != iban and iban[at].isdigit() == iban[at + 1].isdigit():
        assert isinstance(read("iban", swapped), Wrong)
    for other in "0123456789":
        if other != iban[at] and iban[at].isdigit():
            assert isinstance(read("iban", iban[:at] + other + iban[at + 1 :]), Wrong)


@given(st.text(max_size=40))
def test_any_text_is_an_identifier_or_has_a_reason(text: str) -> None:
    for scheme in SCHEMES:
        found = read(scheme, text)
        if isinstance(found, Identifier):
            again = read(scheme, found.value)
            assert isinstance(again, Identifier) and again.value == found.value
        else:
            assert found.why.startswith("identifier.")


def test_check_numbers_of_panama_follow_the_tax_office_for_old_and_new_firms() -> None:
    for ruc, dv in [("1489806-1-645353", "68"), ("1956569-1-732877", "00"), ("797609-1-493865", "12"),
                    ("10102-64-103462", "30"), ("1102-85-117211", "95"), ("41425-516-58123", "41"),
                    ("32425-254-85621", "68"), ("12388-184-921", "62"), ("1-184-921", "49"), ("2-7-89", "20"),
                    ("E-8-96407", "29")]:  # fmt: skip
        assert check_number(*ruc.split("-")) == dv, ruc


def test_numbers_that_authorities_issue_without_a_valid_check_stay_recognised_and_unchecked() -> None:
    rfc, ruc = read("mx_rfc", "VACE-460910-SX6"), read("ec_ruc", "1793221293001")
    assert isinstance(rfc, Identifier) and not rfc.checked
    assert isinstance(ruc, Identifier) and ruc.value == "1793221293001"


def test_an_unknown_scheme_is_the_callers_mistake() -> None:
    with pytest.raises(UsageError):
        read("passport", "x")


ES = "ES9121000418450200051332"
JUDGEMENTS = [
    (Written(ES), Written("es91 2100 0418 4502 0005 1332"), "same"),
    (Written(ES), Written("2100 0418 45 0200051332"), "same"),
    (Written(ES), Written("0200051332"), "likely"),
    (Written(ES, "CAIXESBB"), Written("200051332", "CAIXESBBXXX"), "same"),
    (Written(ES, "CAIXESBB"), Written("0200051332", "BBVAESMM"), "different"),
    (Written(ES), Written("0200051332", country="VE"), "different"),
    (Written(ES), Written("51332"), "cannot_tell"),
    (Written("0105-0194-65-1194079423"), Written("01050194651194079423"), "same"),
    (Written("0105-0194-65-1194079423"), Written("1194079423"), "likely"),
    (Written("01050194651194079423"), Written("01050026541026424518"), "different"),
    (Written("004711000", "Banco Uno"), Written("4711000", "BANCO UNO"), "same"),
    (Written("4711000"), Written("4711000"), "likely"),
    (Written("4711000"), Written("4711001"), "cannot_tell"),
]


@pytest.mark.parametrize(("one", "other", "verdict"), JUDGEMENTS)
def test_two_spellings_of_an_account_are_judged_with_reasons_whichever_comes_first(
    one: Written, other: Written, verdict: str
) -> None:
    found = judge(one, other)
    assert found.verdict == verdict and found == judge(other, one)
    for reason in found.reasons:
        assert say(reason, "en") != reason


def test_a_number_that_proves_nothing_alone_is_never_called_the_same() -> None:
    assert judge(Written("12345678"), Written("12345678")) == Judgement(
        "likely", ("same_account.equal", "same_account.bank_unknown")
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [("Venezuela (Bolivarian Republic of)", "VE"), ("  democratic people’s republic of korea ", "KP"), ("España", "ES"),
     ("br", "BR"), ("Atlantis", None), ("", None)],
)  # fmt: skip
def test_a_country_is_known_by_code_and_by_the_names_lists_use(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_every_country_with_ibans_is_a_country() -> None:
    assert set(LENGTHS) <= COUNTRIES
