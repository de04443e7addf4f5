"""Position reports read by their bits say what pyais reads in the same letters, whatever the letters are."""

from __future__ import annotations

from functools import reduce
from operator import xor

import pyais
from hypothesis import example, given
from hypothesis import strategies as st

from veedor.formats import BytesSource
from veedor.formats.receivers.ais import READER
from veedor.formats.receivers.ais_positions import LETTERS, SAID, identity, is_whole, positions, reported

from .conftest import read_all

ALPHABET = "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw"
whole = st.tuples(st.sampled_from("1239B"), st.text(ALPHABET, min_size=LETTERS - 1, max_size=LETTERS - 1)).map("".join)
anything = st.text(ALPHABET + "XYZ^_x~ é", max_size=60)


def sentence(letters: str, spare: int = 0, of: int = 1, number: int = 1) -> str:
    body = f"AIVDM,{of},{number},,A,{letters},{spare}"
    return f"!{body}*{reduce(xor, body.encode('latin-1'), 0):02X}"


@given(st.lists(whole, min_size=1, max_size=20))
@example(["1" + "w" * 27, "2" + "0" * 27, "9" + "w" * 27, "B" + "w" * 27])
def test_whole_reports_are_what_pyais_reads(reports: list[str]) -> None:
    letters = [each.encode() for each in reports]
    assert all(is_whole(each) for each in letters)
    columns = positions(letters)
    rows = list(zip(*(columns[name].to_pylist() for name in SAID), strict=True))
    assert rows == [reported(pyais.decode(sentence(each))) for each in reports]
    assert [identity(each) for each in letters] == [row[0] for row in rows]


@given(anything | whole, st.integers(0, 9), st.integers(1, 2), st.integers(1, 2))
def test_any_letters_are_the_row_that_pyais_makes_of_them_or_none(
    letters: str, spare: int, of: int, number: int
) -> None:
    line = sentence(letters, spare, of, number).encode("latin-1", "replace")
    found = read_all(READER, BytesSource(b"1720267200," + line, "ais.nmea"))
    plots = found.tables["plots"].to_pylist() if found.tables else []
    if of == 2:
        assert not plots, "a part of a message is no report"
        return
    try:
        message = pyais.decode(line)
        said = reported(message) if message.msg_type in (1, 2, 3, 9, 18, 19, 27) else None
    except (pyais.exceptions.AISBaseException, ValueError, TypeError, KeyError, IndexError, AttributeError):
        assert not plots and len(found.rejects) == 1
        return
    if said is None:
        assert not plots and not found.rejects, "other messages are framing"
    elif found.rejects:
        assert not plots and len(found.rejects) == 1, "a place or a speed that cannot be"
    else:
        (plot,) = plots
        lat, lon = (None if plot[name] is None else plot[name] / 1e7 for name in ("lat_e7", "lon_e7"))
        assert (plot["mmsi"], lat, lon) == said[:3]
