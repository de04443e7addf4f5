"""Names are compared as people who know them would: slips, scripts, surnames left out; and the score says why."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veedor.registers.names import REPORT_MILLI_LOG10, name_index, names_nobody, prepare, rarity, score, scores
from veedor.registers.names.features import FEATURES
from veedor.registers.names.fold import fold
from veedor.registers.names.sounds import sound
from veedor.registers.names.spelled import letters_off
from veedor.registers.names.table import name_table
from veedor.registers.names.vocabulary import with_slips
from veedor.registers.names.weights import WEIGHTS


def total(one: str, other: str) -> int:
    return score(prepare(one), prepare(other)).milli_log10


@pytest.mark.parametrize(
    ("written", "plain"),
    [("Müller-Lüdenscheidt", "muller ludenscheidt"), ("Łukasz Żuraw", "lukasz zuraw"), ("Щербаков", "shcherbakov"),
     ("Γεώργιος Παπαδόπουλος", "georgios papadopoylos"), ("O'Brien & Söhne", "obrien and sohne"), ("Ñandú", "nandu"),
     ("ＡＢＣ　１２", "abc 12"), ("Йорданка Їжак", "yordanka izhak"), ("", "")],
)  # fmt: skip
def test_a_spelling_is_brought_to_plain_letters(written: str, plain: str) -> None:
    assert fold(written) == plain


@pytest.mark.parametrize(
    ("one", "other"),
    [("gonzalez", "gonzales"), ("jimenez", "gimenez"), ("quiroga", "kiroga"), ("chavez", "chabes"),
     ("mohammed", "muhamad"),
     ("philip", "filip"), ("yanez", "llanes"), ("zeballos", "ceballos"), ("wilson", "vilson"), ("hussein", "husayn")],
)  # fmt: skip
def test_spellings_of_one_sound_have_one_key(one: str, other: str) -> None:
    assert sound(one) == sound(other) != ""


@pytest.mark.parametrize(
    ("written", "latin"),
    [("جواد", "Jawad"), ("جمال", "Djamel"), ("عكاشة", "Akkacha"), ("انتصار", "Intissar"), ("محمد", "Muhammad"),
     ("قدرت", "Qudrat"), ("الراوي", "Rawi"), ("وزیری", "Waziri"), ("אברהם", "Abraham")],
)  # fmt: skip
def test_a_word_without_vowels_has_the_bones_of_its_latin_spellings(written: str, latin: str) -> None:
    (one,), (other,) = prepare(written).words, prepare(latin).words
    assert one.skeleton and not other.skeleton and one.bones == other.bones != ""


@pytest.mark.parametrize(
    ("written", "latin", "off"),
    [("محمد", "Mohammed", 0), ("محمود", "Mahmoud", 0), ("محمود", "Mohammed", 1), ("يحيى", "Yahya", 0),
     ("عمر", "Omar", 0), ("أمير", "Omar", 1), ("الدين", "Uddin", 0), ("الدين", "Eddine", 0), ("حيدر", "Haider", 0),
     ("خضر", "Khadr", 0), ("خضر", "Haider", 1), ("משה", "Moshe", 0), ("אברהם", "Abraham", 0), ("حسن", "Carlos", 4)],
)  # fmt: skip
def test_a_latin_word_is_a_spelling_or_so_many_letters_off(written: str, latin: str, off: int) -> None:
    one, other = name_table([prepare(written)]), name_table([prepare(latin)])
    rows = np.zeros((2, 30), np.int32)
    found = letters_off(one.ways, 0, len(one.ways), other.letters, 0, len(other.letters), 3, rows)
    assert found == off


def test_a_long_vowel_that_is_written_must_be_spelled() -> None:
    """What tells Mahmoud from Mohammed is a letter; the same consonants alone say less."""
    (spelled,) = score(prepare("محمود"), prepare("Mahmoud")).met
    (consonants,) = score(prepare("محمود"), prepare("Mohammed")).met
    assert (spelled.how, consonants.how) == ("script", "consonants")


def test_titles_and_articles_of_another_script_are_no_names() -> None:
    found = score(prepare("الشيخ عبد الرزاق المداني"), prepare("Sheikh Abdul Razzaq Al-Madani"))
    assert {each.name for each in found.terms} == {"name.script", "name.equal", "name.whole"} - (
        set() if any(each.how == "equal" for each in found.met) else {"name.equal"}
    )


def test_names_without_vowels_are_found_and_compared_by_consonants() -> None:
    latin = ["Qudratullah Jamal", "Abdul Rahman Zahed", "Hamdullah Sunani", "Rosaura Pinto", "Kamal Jumblatt"]
    index = name_index([prepare(each) for each in latin])
    for place, written in enumerate(["قدرت الله جمال", "عبدالرحمان زاهد", "حمد الله سنانی"]):
        found = [score(prepare(written), name).milli_log10 for name in index.names]
        assert place in index.candidates(prepare(written), 50) and max(found) == found[place]
        assert found[place] >= REPORT_MILLI_LOG10
        assert place in index.candidates(prepare(latin[place]), 50)
    back = name_index([prepare("قدرت الله جمال")])
    assert 0 in back.candidates(prepare("Qudratullah Jamal"), 50), "a list in Arabic letters, a name in Latin ones"


@pytest.mark.parametrize(
    ("written", "listed"),
    [("عبد الرحمن", "Abdur Rehman"), ("عبد الرحمن", "Abdul Rahman"), ("Abd al-Rahman", "Abdul Rahman")],
)
def test_a_short_name_is_not_hidden_by_the_many_that_contain_it(written: str, listed: str) -> None:
    surnames = ("Zahed", "Yasin", "Tahir", "Qasim", "Nuri", "Mansur", "Latif", "Jabir")
    longer = [prepare(f"Abdul Rahman {one} {other}") for one in surnames for other in surnames if one != other]
    index = name_index([*longer, prepare(listed)])
    assert len(longer) > 50 and len(longer) in index.candidates(prepare(written), 50)


def test_a_slip_in_a_spelling_of_a_word_is_a_slip_in_that_word() -> None:
    for slip in ("Adbul", "Abbdul", "Abdlu"):
        assert {each.how for each in score(prepare(f"{slip} Bari"), prepare("Abdul Bari")).met} == {"equal"}
    found = score(prepare("Badul Bari"), prepare("Abdul Bari")).met
    assert len(found) == 1, "first letters are seldom mistaken: another word"
    assert with_slips({"abdul": "abd", "abudl": "another"})["abudl"] == "another", "a spelling of its own is no slip"


def test_two_words_written_as_one_lead_to_a_name_as_much_as_two_apart() -> None:
    """Who is written Abdullah must not be crowded out by those who are written Abd Allah."""
    apart = [prepare(f"Abd Allah {each}") for each in ("Zahed", "Yasin", "Tahir", "Qasim", "Nuri", "Mansur", "Latif")]
    index = name_index([*apart, prepare("Abdullah")])
    assert len(apart) in index.candidates(prepare("عبد الله"), 3)


@pytest.mark.parametrize(
    ("written", "listed"),
    [("عبد القادر", "Abdelkader"), ("عبد القادر", "Abdoulkader"), ("عبدالعزيز", "Abdulaziz"), ("عبد الله", "Abdallah"),
     ("عبد الرحمن", "Abdurrahman"), ("نور الدين", "Nureldin"), ("نور الدين", "Noureddine")],
)  # fmt: skip
def test_a_name_that_keeps_the_article_of_its_second_part_is_found_across_scripts(written: str, listed: str) -> None:
    arabic, latin = prepare(written), prepare(listed)
    assert 0 in name_index([latin]).candidates(arabic, 5)
    assert 0 in name_index([arabic]).candidates(latin, 5)


def test_a_left_out_last_name_is_forgiven_where_the_others_are_rare() -> None:
    rare, common = ("Evangelina Turpial", "Evangelina Turpial Sotomayor"), ("Ana Paz", "Ana Paz Soto")
    assert "contained" in FEATURES
    for pair, rarely in ((rare, True), (common, False)):
        found = {term.name for term in score(prepare(pair[0]), prepare(pair[1])).terms}
        assert ("name.contained" in found) is rarely
    assert "name.contained" not in {term.name for term in score(prepare(rare[0]), prepare(rare[0])).terms}
    other = score(prepare("Evangelina Turpial Rojas"), prepare(rare[1]))
    assert "name.contained" not in {term.name for term in other.terms}, "another last name is not a missing one"


ONE_PERSON = [
    ("Rodolfo Arístides Quintero Mejía", "QUINTERO MEJIA, Rodolfo Aristides"),
    ("Rodolfo Quintero", "Rodolfo Quintero Mejía"),
    ("Evangelina Zambrano", "Evangelina Zambrano de Urdaneta"),
    ("Rodolfo Aristides Quintero", "Rodolfo Quintero"),
    ("Rodolfo de la Quintana y Mejía", "QUINTANA MEJIA, RODOLFO"),
    ("Evangelina Zambrano Vda. de Urdaneta", "Evangelina Zambrano"),
    ("Rodolfo dos Quintais", "Rodolfo Quintais"),
    ("Rodolfo Qiuntero", "Rodolfo Quintero"),
    ("R. Quintero Mejía", "Rodolfo Quintero Mejía"),
    ("Вячеслав Тихомиров", "Vyacheslav Tikhomirov"),
    ("Vyacheslav Borisovich Tikhomirov", "Vyacheslav Tikhomirov"),
    ("عبد الرزاق بن طاهر", "Abdul Razzaq bin Tahir"),
    ("Isa bin Tarif Zubeydi", "Isa Zubeydi"),
    ("Sr. Rodolfo Quintero", "Rodolfo Quintero"),
    ("Transportes Orinoquia S.A.", "TRANSPORTES ORINOQUIA SOCIEDAD ANONIMA"),
    ("Transportes Orinoquia", "Transportes Orinoquia, C.A."),
    ("M/V Kestrel Dawn", "KESTREL DAWN"),
    ("P.D.V. Marítima", "PDV Maritima"),
    ("Costa Norte", "Costanorte"),
]
OTHERS = [
    ("Rodolfo Quintero", "Evangelina Zambrano"),
    ("Rodolfo Quintero", "Rodolfo Zambrano"),
    ("Rodolfo Quintero", "Quintero"),
    ("Maria", "Maria Zambrano Urdaneta"),
    ("Rodolfo Aristides Quintero", "Rodolfo Evaristo Quintero"),
    ("Viktor Borisovich Tikhomirov", "Viktor Petrovich Tikhomirov"),
    ("Transportes Orinoquia", "Transportes Caroni"),
    ("Banco Orinoco", "Banco Caroni"),
    ("Emma LLC", "Emma Zambrano"),
    ("Antonia Zambrano", "Antonio Zambrano"),
]


@pytest.mark.parametrize(("one", "other"), ONE_PERSON)
def test_ways_to_write_one_name_reach_the_report(one: str, other: str) -> None:
    assert total(one, other) >= REPORT_MILLI_LOG10, score(prepare(one), prepare(other))


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_one_shared_word_or_a_contradiction_never_reaches_it(one: str, other: str) -> None:
    assert total(one, other) < REPORT_MILLI_LOG10, score(prepare(one), prepare(other))


def test_a_contradicted_patronymic_weighs_far_more_than_a_missing_one() -> None:
    whole, missing, other = "Viktor Borisovich Tikhomirov", "Viktor Tikhomirov", "Viktor Petrovich Tikhomirov"
    assert total(whole, whole) > total(whole, missing) > total(whole, other) + 1000


def test_the_top_band_has_an_order() -> None:
    """Equal names are not all alike: rare and long ones say more than common and short ones."""
    names = ["Li Wu", "Juan Garcia", "Ali Khan", "Rodolfo Quintero", "Evangelina Zambrano Urdaneta"]
    assert len({total(name, name) for name in names}) == len(names)
    assert total("Juan Garcia", "Juan Garcia") < total("Yusleidy Quiñonez", "Yusleidy Quiñonez")


def test_a_word_that_is_common_on_the_list_says_less() -> None:
    many = [prepare(f"Quintero {other}") for other in "abcdefghijklmnop"]
    common = rarity(many)
    rare, often = prepare("Quintero Zabaleta"), prepare("Quintero Zabaleta", common)
    assert score(often, often).milli_log10 < score(rare, rare).milli_log10


def test_terms_add_up_and_words_that_met_are_shown() -> None:
    found = score(prepare("R. Qiuntero Mejía"), prepare("Rodolfo Quintero"))
    assert found.milli_log10 == sum(term.milli_log10 for term in found.terms)
    assert {(each.one, each.other, each.how) for each in found.met} == {
        ("r", "rodolfo", "initial"), ("qiuntero", "quintero", "typo"),
    }  # fmt: skip
    assert {term.name for term in found.terms} <= {f"name.{name}" for name in FEATURES}
    assert set(WEIGHTS) == set(FEATURES)


def test_two_words_written_as_one_are_found() -> None:
    (met,) = score(prepare("Polpot"), prepare("Pol Pot")).met
    assert (met.one, met.other, met.how) == ("polpot", "pol pot", "joined")


ANY = st.text("abcdefghijklmnoprstuvzñéüБв محمد.,-'1 ", max_size=40)


@given(ANY, ANY)
def test_it_does_not_matter_which_name_comes_first(one: str, other: str) -> None:
    forth, back = score(prepare(one), prepare(other)), score(prepare(other), prepare(one))
    assert abs(forth.milli_log10 - back.milli_log10) <= 1500 and bool(forth.met) == bool(back.met)


@given(st.text(max_size=60))
def test_any_text_is_a_name_and_equals_itself(text: str) -> None:
    name = prepare(text)
    found = score(name, name)
    assert all(each.how == "equal" for each in found.met)
    assert len(found.met) == len(name.words)


def test_a_name_with_a_slip_is_found_in_a_list_and_blocking_loses_none() -> None:
    chance = random.Random(7)
    syllables = ["qui", "ro", "zam", "bra", "te", "ol", "mun", "far", "gel", "ita", "ور", "su", "nes", "kov", "la"]
    made = [" ".join("".join(chance.sample(syllables[:10], 3)) for _ in range(3)) for _ in range(400)]
    index = name_index([prepare(name) for name in made])
    for place, name in enumerate(made):
        at = chance.randrange(1, len(name) - 2)
        slip = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        assert place in index.candidates(prepare(slip), 20)


def test_many_pairs_at_once_give_what_single_ones_give() -> None:
    names = [one for one, _ in ONE_PERSON]
    others = [other for _, other in ONE_PERSON]
    places = np.arange(len(names))
    left, right = (name_table([prepare(each) for each in every]) for every in (names, others))
    found = scores(left, places, right, places)
    assert found.tolist() == [total(one, other) for one, other in ONE_PERSON]


@pytest.mark.parametrize(
    ("written", "latin"),
    [("习近平", "Xi Jinping"), ("習近平", "XI Jin-ping"), ("張志強", "Chang Chih-chiang"), ("陳大文", "Chan Tai Man"),
     ("김정은", "KIM, Jong Un"), ("김정은", "Kim Jong-un"), ("박지성", "Park Ji Sung"), ("이민호", "Rhee Minho"),
     ("金正恩", "Kim Jongun"), ("たなか ゆうこ", "Tanaka Yuko"), ("タナカ ユウコ", "Tanaka Yuuko"),
     ("まつもと", "Matumoto")],
)  # fmt: skip
def test_every_word_of_a_name_in_syllables_is_read_as_lists_spell_it(written: str, latin: str) -> None:
    one, other = prepare(written), prepare(latin)
    assert {term.name for term in score(one, other).terms} <= {"name.script", "name.joined", "name.whole",
                                                             "name.single"}  # fmt: skip
    assert 0 in name_index([other]).candidates(one, 5) and 0 in name_index([one]).candidates(other, 5)


@pytest.mark.parametrize(
    ("written", "latin"),
    [("김정은", "Kim Jong Il"), ("习近平", "Xi Jinpang"), ("李明", "Wang Ming"), ("たなか", "Takana")],
)
def test_another_syllable_is_another_name(written: str, latin: str) -> None:
    assert total(written, latin) < REPORT_MILLI_LOG10
    assert "name.whole" not in {term.name for term in score(prepare(written), prepare(latin)).terms}


def test_homophones_are_read_alike_but_are_not_equal() -> None:
    """Wang Wei may be either; as characters they are two names."""
    assert total("王伟", "Wang Wei") == total("王薇", "Wang Wei")
    assert total("王伟", "王伟") > total("王伟", "王薇")


def test_common_syllables_are_not_a_whole_name_but_rare_ones_are() -> None:
    common = rarity([prepare(f"Kim {given}") for given in ("Song Hun", *("Song " + "x" * n for n in range(2, 60)))])
    names = prepare("김성훈", common), prepare("Kim Song Hun", common)
    assert "name.whole" not in {term.name for term in score(*names).terms}
    assert "name.whole" in {term.name for term in score(prepare("欧阳志强"), prepare("Ouyang Zhiqiang")).terms}


def test_a_name_in_syllables_may_have_its_surname_at_either_end_and_no_other_order() -> None:
    assert total("김정은", "Kim Jong Un") == total("김정은", "Jong Un Kim") == total("김정은", "KIM, Jong Un")
    assert "name.order" in {term.name for term in score(prepare("김정은"), prepare("Kim Un Jong")).terms}


@given(st.text("김정은박훈王李陳歐たなゃーッ々a ", max_size=12))
def test_names_in_syllables_are_found_by_themselves(text: str) -> None:
    name = prepare(text)
    if any(word.kind == 0 for word in name.words):
        assert 0 in name_index([name]).candidates(name, 3)


@pytest.mark.parametrize(
    "name",
    [
        "UNKNOWN", "Not provided", "One of our customers", "uno de nuestros CLIENTES", "N/A", "null", "Não informado",
        "xxxxx", "XX", "0000", "----", "", "ABCDEFG", "qwerty", "12345", "????",
    ],
)  # fmt: skip
def test_fillers_and_words_for_whoever_name_nobody(name: str) -> None:
    assert names_nobody(name)


@pytest.mark.parametrize(
    "name", ["AAA", "Nil", "Jennifer Null", "Abcd Ltd", "Cliente Pérez", "Anónimo García", "李", "محمد", "X Y Li", "Xu"]
)
def test_names_that_somebody_may_have_name_somebody(name: str) -> None:
    assert not names_nobody(name)
