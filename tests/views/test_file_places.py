"""Who looks at files sees which file and row a finding, a note or a rejected row speaks of."""

from __future__ import annotations

from pathlib import Path

from tests.formats import bank_messages as made
from veedor.cli.text.notes import note_lines
from veedor.cli.text.rejects import reject_lines
from veedor.formats.reader import Note
from veedor.formats.source import FileSource
from veedor.mission.deposits.intake import FileCount
from veedor.on_files import look, money_detectors
from veedor.views.file_places import FilePlaces, names_apart


def written(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    return folder / name


def test_files_of_one_name_are_told_apart_by_their_folder(tmp_path: Path) -> None:
    paths = [written(tmp_path / one, "may.xml", made.CAMT053) for one in ("a", "b")]
    paths.append(written(tmp_path / "a", "june.xml", made.CAMT053.replace(b"10.", b"11.")))
    counts = [FileCount(FileSource(path)) for path in paths]
    assert names_apart(counts) == [str(paths[0]), str(paths[1]), "june.xml"]


def test_a_note_that_many_files_share_is_told_once_and_no_other_drowns_in_it() -> None:
    shared = Note("note.edition_only", {"category": "048", "sensors": "200/1", "edition": "1.32"})
    counts = [FileCount(FileSource(Path(f"{day:02}.ast")), notes=[shared]) for day in range(30, 0, -1)]
    counts[3].notes.append(Note("note.twice", {"n": 2}))
    one, other = note_lines(counts, "en")
    assert one.startswith("01.ast and 29 more files: ")
    assert other.startswith("27.ast: ")


def test_a_row_of_a_hand_in_is_a_row_of_one_of_its_files() -> None:
    counts = [FileCount(FileSource(Path(name)), accepted, rejected) for name, accepted, rejected in
              (("a", 3, 1), ("b", 0, 0), ("c", 2, 0), ("d", 1, 0))]  # fmt: skip
    places = FilePlaces(counts, [b"1", b"1", b"1", b"2"])
    assert [places.of(b"1", row) for row in (0, 3, 4, 5)] == [("a", 0), ("a", 3), ("c", 0), ("c", 1)]
    assert places.of(b"2", 0) == ("d", 0) and places.of(b"3", 0) is None


def test_rejected_rows_and_notes_name_the_file_they_are_of(tmp_path: Path) -> None:
    broken = made.CAMT053.replace(b"CRDT", b"????", 1).replace(b"<NbOfTxs>3", b"<NbOfTxs>7")
    paths = [written(tmp_path / one, "may.xml", data) for one, data in (("a", made.CAMT053), ("b", broken))]
    looked = look(paths, money_detectors(None), "entries")
    rejects = list(reject_lines(looked.files, looked.deposits, looked.rejects, "en"))
    assert any(line.startswith(f"{paths[1]}: 3 rows accepted, 1 rejected") for line in rejects), rejects
    assert all(line.startswith(str(tmp_path)) for line in note_lines(looked.files, "en"))
