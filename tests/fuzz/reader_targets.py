"""Readers of foreign files: any bytes give rows and rejects for every record, or the one error of a whole file."""

from __future__ import annotations

from dataclasses import dataclass

from tests.formats.every_format import FORMATS, Format
from tests.fuzz.target import Target
from veedor.errors import InputError
from veedor.formats.source import head_of

LONGEST = 1 << 28
# Rows of a site table take up the lines that made them; periods of one sensor may share them.
SHARING = ("sites",)


@dataclass(frozen=True)
class Reading:
    """A file, and the spans of what it gave, in order."""

    data: bytes
    spans: tuple[tuple[int, int, int], ...]


def read(form: Format, packed: bytes) -> Reading:
    """One pass over a file that holds a reader to its contract: ordinals from 0, spans inside the file, in order and
    without octets that belong to two records, raw bytes of rejects those of the file, errors that say the way on."""
    found = []
    source = form.source(packed)
    data = head_of(source, LONGEST) if packed else b""
    try:
        for batch in form.reader.read(source, form.options):
            found += [(each.row, each.offset, each.length) for each in batch.rejects]
            found += zip(*(batch.rows[name].to_pylist() for name in ("row", "offset", "length")), strict=True)
            for each in batch.rejects:
                assert each.raw == data[each.offset : each.offset + each.length][: len(each.raw)]
                assert each.expected
    except InputError as error:
        assert error.file == source.name
        assert all((error.place, error.expected, error.found, error.next_step))
        raise
    found.sort()
    assert [row for row, _, _ in found] == list(range(len(found)))
    end = 0
    for _, offset, length in found:
        assert end <= offset <= offset + length <= len(data)
        end = offset if form.reader.name in SHARING else offset + length
    return Reading(packed, tuple(found))


def reading(form: Format) -> Target:
    """The same bytes give the same spans again."""
    return Target(
        lambda data: read(form, data),
        lambda value: value.data,  # type: ignore[attr-defined]
        form.files,
        InputError,
        one_spelling=False,
    )


READER_TARGETS = {f"read {name}": reading(form) for name, form in FORMATS.items()}
