"""Bundles: the same bytes for the same log, verified without unpacking, and hostile archives refused."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.mission.handing_in import deposit_plots, plots_file
from veedor.errors import UsageError
from veedor.log_folder.reader import LogReader
from veedor.mission.copy.append import Mission
from veedor.mission.state.fold import Refused
from veedor.mission.state.kinds import KINDS
from veedor.mission.statements.types import DEPOSIT
from veedor.mission.verification.bundle import HEADER, verify_bundle, write_bundle
from veedor.mission.verification.reveal import encode_reveal, reveal


def bundled(mission: Mission, reveals: dict[str, bytes] | None = None) -> bytes:
    reader = LogReader(mission.folder.log, mission.files)
    return b"".join(write_bundle(reader, mission.state, reveals or {}, "how to verify", b"<html>"))


@pytest.fixture
def bundle(mission: Mission, tmp_path: Path) -> bytes:
    deposit_plots(mission, plots_file(tmp_path, damaged=3))
    return bundled(mission, {"rows.json": encode_reveal(reveal(mission, 1, (3, 5), None))})


def verdict(tmp_path: Path, data: bytes, trust: str | None = None) -> tuple[str, str]:
    """The verdict and the step that failed."""
    file = tmp_path / "bundle.zip"
    file.write_bytes(data)
    result = verify_bundle(file, trust)
    return result.verdict, result.failure.name if result.failure else ""


def repacked(data: bytes, **changes: bytes | None) -> bytes:
    """The bundle with members replaced, added, or (None) left out; `log__checkpoint` means log/checkpoint."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        members = {info.filename: old.read(info) for info in old.infolist()}
        for name, content in (members | {key.replace("__", "/"): value for key, value in changes.items()}).items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def test_a_bundle_is_verified_as_the_mission_is(mission: Mission, bundle: bytes, tmp_path: Path) -> None:
    digest = mission.state.genesis_digest
    assert verdict(tmp_path, bundle, digest) == ("not agreed", "")
    assert verdict(tmp_path, bundle) == ("unanchored", "")
    assert verdict(tmp_path, bundle, "ab" * 32) == ("failed", "genesis")


def test_the_same_log_gives_the_same_bytes(mission: Mission, bundle: bytes) -> None:
    assert bundled(mission) == bundled(mission)
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        names = archive.namelist()
    assert names == sorted(names) and {HEADER, "log/checkpoint", "policy.txt", "reveals/rows.json"} <= set(names)


def test_nothing_private_goes_into_a_bundle(mission: Mission, bundle: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {
            "README.txt", HEADER, "log", "policy.txt", "reveals", "verify.html",
        }  # fmt: skip


def test_a_changed_member_fails(mission: Mission, bundle: bytes, tmp_path: Path) -> None:
    digest = mission.state.genesis_digest
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        logged = {name: archive.read(name) for name in archive.namelist() if name.startswith("log/")}
        shown = archive.read("reveals/rows.json")
    for name, data in logged.items():
        for changed in (data[:-1], data[:-3] + bytes([data[-3] ^ 1]) + data[-2:], None):
            superseded = changed is None and name.endswith(".p/1")  # an older partial tile may go
            result, _ = verdict(tmp_path, repacked(bundle, **{name: changed}), digest)
            assert result == ("not agreed" if superseded else "failed"), name
    other = shown.replace(b'"position":4', b'"position":5')
    assert other != shown
    assert verdict(tmp_path, repacked(bundle, **{"reveals/rows.json": other}), digest) == ("failed", "deposits")


def test_a_header_that_is_missing_or_names_another_log_fails(mission: Mission, bundle: bytes, tmp_path: Path) -> None:
    digest = mission.state.genesis_digest
    assert verdict(tmp_path, repacked(bundle, **{HEADER: None}), digest) == ("failed", "bundle")
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        header = archive.read(HEADER)
    for old, new in ((b'"size":2', b'"size":3'), (digest.encode(), b"ab" * 32), (b'"origin":"', b'"origin":"x')):
        assert old in header
        assert verdict(tmp_path, repacked(bundle, **{HEADER: header.replace(old, new)}), digest) == ("failed", "bundle")


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "log/../../evil", "C:evil", "log\\evil", "log//x", "a/./b", "ño", "x" * 300]
)
def test_paths_that_could_leave_the_bundle_are_refused(bundle: bytes, tmp_path: Path, name: str) -> None:
    assert verdict(tmp_path, repacked(bundle, **{name: b"x"})) == ("failed", "bundle")


def test_bombs_and_doubles_are_refused(bundle: bytes, tmp_path: Path) -> None:
    out = io.BytesIO(bundle)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(1 << 22))
    assert verdict(tmp_path, out.getvalue()) == ("failed", "bundle")
    out = io.BytesIO(bundle)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("log/checkpoint", b"another")
    assert verdict(tmp_path, out.getvalue()) == ("failed", "bundle")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), cut=st.booleans())
def test_any_damage_gives_a_verdict(bundle: bytes, tmp_path: Path, place: float, cut: bool) -> None:
    at = int(place * len(bundle))
    damaged = bundle[:at] if cut else bundle[:at] + bytes([bundle[at] ^ 0xFF]) + bundle[at + 1 :]
    assert verdict(tmp_path, damaged)[0] in ("failed", "unanchored")
    assert verdict(tmp_path, bundle[:at])[0] == "failed"


def test_a_version_of_an_accord_is_what_its_name_says(mission: Mission, bundle: bytes, tmp_path: Path) -> None:
    digest = mission.state.genesis_digest
    name = f"accords/{hashlib.sha256(b'an accord').hexdigest()}.json"
    assert verdict(tmp_path, repacked(bundle, **{name: b"an accord"}), digest) == ("not agreed", "")
    assert verdict(tmp_path, repacked(bundle, **{name: b"another"}), digest) == ("failed", "bundle")


def test_only_reveals_with_plain_names_go_in(mission: Mission, bundle: bytes) -> None:
    made = encode_reveal(reveal(mission, 0, (), None))
    with pytest.raises(UsageError):
        bundled(mission, {"../x": made})


def test_rows_of_a_deposit_that_is_void_prove_nothing(mission: Mission, bundle: bytes, tmp_path: Path) -> None:
    def refuse(held: object, statement: object, context: object) -> object:
        raise Refused("counts_do_not_reconcile")

    file = tmp_path / "bundle.zip"
    file.write_bytes(bundle)
    kinds = [replace(kind, apply=refuse) if kind.type is DEPOSIT else kind for kind in KINDS]
    result = verify_bundle(file, mission.state.genesis_digest, kinds)
    assert result.failure is not None and "is void" in result.failure.found
