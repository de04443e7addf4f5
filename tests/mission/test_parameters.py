"""parameters.toml: read strictly, pinned to detectors, and the same bytes wherever it is pinned."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mission.handing_in import EveryHour, Nothing
from veedor.engine.parameters import configured
from veedor.errors import UsageError
from veedor.mission.copy.folder import Folder
from veedor.mission.copy.parameters import EMPTY, LARGEST_FILE, SHIPPED, load_parameters, parse_parameters, with_pins
from veedor.mission.runs.adoption import pins_of, unlike

HEAD = 'schema = "parameters/1"\n'
PIN = "1 " + "a" * 64


def test_without_the_file_the_shipped_defaults_hold(tmp_path: Path) -> None:
    assert Folder(tmp_path).parameters is SHIPPED and SHIPPED.digest is None


def test_detectors_are_named_as_they_are_called_with_their_own_parameters(tmp_path: Path) -> None:
    text = HEAD + '[detectors.air.gaps]\nleast_us = 5\n[detectors.air]\nx = 1\n[detectors.fans]\nkinds = ["a", 2]\n'
    (tmp_path / "parameters.toml").write_bytes(text.encode())
    read = Folder(tmp_path).parameters
    assert read.settings == {"air.gaps": {"least_us": 5}, "air": {"x": 1}, "fans": {"kinds": ["a", 2]}}
    assert read.digest == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "schema"),
        ('schema = "parameters/2"\n', "parameters/2"),
        (HEAD + "[detector.legs]\nx = 1\n", "detector"),
        (HEAD + "[detectors]\nleast = 1\n", "least"),
        (HEAD + "[detectors.legs]\nratio = 0.5\n", "detectors"),
        (HEAD + "detectors = 1\n", "detectors"),
        (HEAD + f'[pinned]\nlegs = "{PIN.upper()}"\n', "pinned"),
        (HEAD + f'[pinned]\nlegs = "{PIN}\\n"\n', "pinned"),
        (HEAD + f'[pinned]\nlegs = "0{PIN[1:]}"\n', "pinned"),
        (HEAD + "[pinned]\nlegs = 1\n", "pinned"),
        (HEAD + HEAD, "overwrite"),
        ("\x00", ""),
    ],
)
def test_what_is_wrong_is_named_with_its_file(text: str, named: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_parameters(text.encode(), "apure/parameters.toml")
    assert caught.value.file == "apure/parameters.toml" and named in (caught.value.found or "")


def test_a_file_that_is_not_text_or_far_too_long_is_an_error_of_use(tmp_path: Path) -> None:
    for data in (b"\xe9", b"#" * (LARGEST_FILE + 1), b"x = " + b"[" * 100_000):
        (tmp_path / "parameters.toml").write_bytes(data)
        with pytest.raises(UsageError):
            load_parameters(tmp_path / "parameters.toml")
    with pytest.raises(UsageError):
        load_parameters(tmp_path / "missing")


class TestPins:
    WRITTEN = HEAD + "# agreed in Doha\n[detectors.legs]\nx = 1   # not 2\n"

    def test_what_people_wrote_stays_and_pinning_again_changes_nothing(self) -> None:
        once = with_pins(self.WRITTEN.encode(), {"legs": PIN, "fans": PIN}, "f")
        assert once.decode().startswith(self.WRITTEN)
        assert with_pins(once, {"fans": PIN, "legs": PIN}, "f") == once
        read = parse_parameters(once, "f")
        assert (read.settings, read.pinned) == ({"legs": {"x": 1}}, {"fans": PIN, "legs": PIN})

    def test_other_pins_take_the_place_of_the_old_ones(self) -> None:
        once = with_pins(EMPTY.encode(), {"legs": PIN}, "f")
        assert parse_parameters(with_pins(once, {"fans": PIN}, "f"), "f").pinned == {"fans": PIN}

    @pytest.mark.parametrize("below", ["[detectors.legs]\nx = 1\n", "[detectors.legs]\n[pinned.more]\n"])
    def test_what_stands_below_the_pins_is_never_lost_silently(self, below: str) -> None:
        with pytest.raises(UsageError):
            with_pins(f'{HEAD}[pinned]\nlegs = "{PIN}"\n{below}'.encode(), {"legs": PIN}, "f")

    def test_a_line_that_only_looks_like_the_table_is_refused_not_cut(self) -> None:
        text = HEAD + '[detectors.legs]\nx = """\n[pinned]\n"""\n'
        with pytest.raises(UsageError):
            with_pins(text.encode(), {"legs": PIN}, "f")

    def test_pins_hold_version_and_every_parameter_also_the_defaults(self) -> None:
        detector = EveryHour()
        pinned = pins_of([detector])
        assert unlike(pinned, [detector]) == ()
        for other in (replace(detector, version=2), replace(detector, parameters=Nothing(2))):
            assert unlike(pinned, [other]) == ("test.every_hour",)
        assert unlike(pinned, []) == unlike({}, [detector]) == ("test.every_hour",)
        (same,) = configured([detector], {"test.every_hour": {"least": 1}})
        assert unlike(pinned, [same]) == (), "a default that is written out is the same parameter"
