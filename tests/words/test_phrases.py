"""Every error can be told in Spanish: each text that the source gives to an error has its Spanish, and no other has."""

from __future__ import annotations

import errno
import os
import re
import tomllib
from typing import Annotated, Any, Literal

import msgspec
import pytest

from tests.words.error_texts import SOURCE, TOLD, shape, texts
from veedor.words import phrase, phrase_or_quote, told
from veedor.words.phrases import VALUE, find, phrases
from veedor.words.said import OWN_WORDS

NAMED = re.compile(r"--[a-z-]+|docs/[\w/]+\.md|veedor (?!flights|money)[a-z]+ |\w+\.toml|[a-z]+_[a-z_]+")
SHAPES = {shape(english): english for english in phrases()}

# What the system and the library of records say, so that it stands nowhere in the source.
OTHERS = tomllib.loads((SOURCE / "words" / "errors" / "library.toml").read_text(encoding="utf-8"))


def is_sentence(text: str) -> bool:
    """Not a name that stays as it is in every language, such as `accord/1` or --party."""
    return " " in text or text.isalpha()


def test_every_text_of_an_error_has_its_spanish() -> None:
    told_texts = {each for each in texts() if each.field in TOLD and is_sentence(each.text)}
    assert len(told_texts) > 1000
    assert sorted((each.where, each.text) for each in told_texts if shape(each.text) not in SHAPES) == []


def test_no_spanish_stands_there_for_nothing() -> None:
    used = {shape(each.text) for each in texts()} | {shape(english) for english in OTHERS}
    assert sorted(english for made, english in SHAPES.items() if made not in used) == []


def test_a_text_and_its_spanish_hold_the_same_values_options_and_papers() -> None:
    for english, spanish in phrases().items():
        names = VALUE.findall(english)
        assert sorted(VALUE.findall(spanish)) == sorted(set(names)) == sorted(names), english
        assert spanish.strip() == spanish != "", english
        assert sorted(NAMED.findall(spanish)) == sorted(NAMED.findall(english)), english


def test_a_text_made_with_values_is_told_with_them() -> None:
    assert told(phrase("the log was forked: no such thing"), "es") == "the log was forked: no such thing"
    assert told(phrase("ve is not a member of this mission"), "es") == "ve no es miembro de esta misión"
    assert told(phrase("not a bundle that will be opened: too many files"), "es").endswith(": demasiados archivos")
    assert told(phrase("line 3, column 7"), "es") == "línea 3, columna 7"
    assert find("at most 12 bytes") == ("at most {most} bytes", {"most": "12"})


def test_a_text_made_with_values_keeps_every_word_when_it_is_told_in_english() -> None:
    for english in phrases():
        made = VALUE.sub("<17>", english)
        assert phrase(made) == told(phrase(made), "en") == made


def test_a_problem_with_its_place_in_the_accord_is_told_whole() -> None:
    """The problem may hold the small words by which others are told with values, such as "of" or "or"."""
    accords = tomllib.loads((SOURCE / "words" / "errors" / "accord.toml").read_text(encoding="utf-8"))
    for english, spanish in accords.items():
        if " " in english and not VALUE.search(english):
            assert told(phrase(f"measures.waiver.grant: {english}"), "es") == f"measures.waiver.grant: {spanish}"


def test_what_an_error_found_in_a_file_is_quoted_as_it_is() -> None:
    assert told(phrase_or_quote("one of us"), "es") == "one of us"
    assert told(phrase_or_quote("7 bytes without an end"), "es") == "7 bytes sin fin"
    assert told(phrase_or_quote("none"), "es") == "ninguno"


def test_a_name_that_is_one_of_our_words_is_a_name() -> None:
    """A file may hold one, and whoever asks may type one; what errors themselves say in one word is named in `said`."""
    assert told(phrase_or_quote("accepted"), "es") == "accepted"
    assert told(phrase("findings is not a member of this mission"), "es") == "findings no es miembro de esta misión"
    assert told(phrase("none is not a member of this mission"), "es") == "ninguno no es miembro de esta misión"
    typed = frozenset({"none", "no file"})
    assert told(phrase("none is not a member of this mission", typed), "es") == "none no es miembro de esta misión"
    assert told(phrase_or_quote("no file", typed), "es") == "no file" != told(phrase_or_quote("no file"), "es")


def test_every_word_that_an_error_says_it_found_is_one_of_ours() -> None:
    found = {each.text for each in texts() if each.field == "found" and each.constant and each.text.isalpha()}
    assert found & set(phrases()) == set(OWN_WORDS)


class Said(msgspec.Struct, forbid_unknown_fields=True):
    """A record whose fields are wrong in each way in which a file's may be."""

    word: Literal["one", "two"] = "one"
    text: Annotated[str, msgspec.Meta(min_length=2, max_length=3, pattern="^[a-z]*$")] = "ab"
    maybe: str | None = None
    whole: Annotated[int, msgspec.Meta(ge=1, le=5)] = 1
    row: Annotated[tuple[int, ...], msgspec.Meta(min_length=1, max_length=2)] = (1,)
    table: Annotated[dict[str, int], msgspec.Meta(min_length=1, max_length=2)] | None = None
    flag: bool = True


@pytest.mark.parametrize(
    ("given", "spanish"),
    [
        ({"other": 1}, "ningún campo `other` aquí"),
        ({"word": "three"}, "una de las palabras previstas, no 'three', en `$.word`"),
        ({"text": []}, "un texto, no una lista, en `$.text`"),
        ({"text": "a"}, "un texto de longitud 2 o mayor, en `$.text`"),
        ({"text": "abcd"}, "un texto de longitud 3 o menor, en `$.text`"),
        ({"text": "AB"}, "un texto según el patrón '^[a-z]*$', en `$.text`"),
        ({"maybe": 1}, "un texto o nada (~), no un número entero, en `$.maybe`"),
        ({"whole": {}}, "un número entero, no una tabla, en `$.whole`"),
        ({"whole": 0}, "un número entero, 1 o mayor, en `$.whole`"),
        ({"whole": 6}, "un número entero, 5 o menor, en `$.whole`"),
        ({"row": "x"}, "una lista, no un texto, en `$.row`"),
        ({"row": []}, "una lista de longitud 1 o mayor, en `$.row`"),
        ({"table": 1}, "una tabla (clave: valor) o nada (~), no un número entero, en `$.table`"),
        ({"table": {}}, "una tabla con 1 claves o más, en `$.table`"),
        ({"flag": 1.5}, "true o false, no un número decimal, en `$.flag`"),
    ],
)
def test_what_is_wrong_with_a_field_of_a_record_is_told_in_spanish(given: dict[str, Any], spanish: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(given, Said)
    assert told(phrase_or_quote(str(caught.value)), "es") == spanish


def test_what_the_system_says_of_a_file_is_told_in_spanish() -> None:
    for number in (errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOTDIR, errno.ENOSPC, errno.EROFS, errno.EIO):
        assert told(phrase_or_quote(os.strerror(number)), "es") != os.strerror(number)
