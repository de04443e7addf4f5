"""mission.toml is read strictly: a misspelt key is an error, never ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

from veedor.errors import UsageError
from veedor.mission.copy.settings import default_settings, load_settings, parse_settings

HEAD = '[mission]\nname = "test"\nparty = "ve"\n'


def test_the_file_that_init_writes_is_read_back_with_the_defaults() -> None:
    settings = parse_settings(default_settings("apure", "ve"), "mission.toml")
    assert (settings.mission.name, settings.mission.party) == ("apure", "ve")
    assert settings.engine == parse_settings(HEAD, "mission.toml").engine


def test_parameters_of_detectors_are_sent_to_their_own_file() -> None:
    with pytest.raises(UsageError, match="a file of their own") as caught:
        parse_settings(HEAD + "[detectors.air.gaps]\nleast_us = 5\n", "mission.toml")
    assert "parameters.toml" in (caught.value.next_step or "")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "mission"),
        (HEAD + "[engine]\nbukets = 3\n", "bukets"),
        (HEAD + "[engine]\nbuckets = 0\n", "buckets"),
        (HEAD + '[engine]\nbuckets = "64"\n', "buckets"),
        (HEAD + "[engine]\nmemory_mib = 1.5\n", "memory_mib"),
        (HEAD + '[border]\npolicy = "ours"\n', "policy"),
        (HEAD + "detectors = 1\n", "detectors"),
        ("[mission]\nname = 'Free Text'\nparty = 've'\n", "name"),
        (HEAD + HEAD, "mission"),
        ("\x00", ""),
    ],
)
def test_what_is_wrong_is_named_with_its_file(text: str, named: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_settings(text, "apure/mission.toml")
    assert caught.value.file == "apure/mission.toml" and named in (caught.value.found or "")


def test_a_file_that_is_not_there_or_not_text_is_an_error_of_use(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b"\xe9")
    for name in ("latin", "missing"):
        with pytest.raises(UsageError) as caught:
            load_settings(tmp_path / name)
        assert str(tmp_path / name) == caught.value.file
