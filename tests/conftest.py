"""Fixtures that many rooms use: the outside data beside the checkout."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# Machines are slow and shared: no deadline. CI draws the same examples each time, so that it fails for reasons.
settings.register_profile("veedor", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("veedor")

# Rooms whose tests share what takes long to make: one worker has all of a room's files, and it is made once.
TOGETHER = ("tests/pipeline", "tests/simulate")
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Where outside data are obligatory (CI), a skip is a failure: nothing may be left out unnoticed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("VEEDOR_REQUIRE_SHARED"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`--dist loadfile`, but rooms in TOGETHER count as one file."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByFileOrRoom(LoadFileScheduling):  # type: ignore[misc] # xdist has no types
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return next((room for room in TOGETHER if file.startswith(f"{room}/")), file)

    return ByFileOrRoom(config, log)


@pytest.fixture(scope="session", autouse=True)
def _no_wait_for_the_disk() -> Generator[None]:
    """Half of a crash test's time was this wait. A test outlives no power cut: `BrokenFiles` counts what was synced
    and takes away the rest itself, and test_disk_files sees that the disk is asked."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", os.fstat)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of outside data; obligatory where VEEDOR_REQUIRE_SHARED is set (CI), else the test is skipped."""
    if SHARED.is_dir():
        return SHARED
    if os.environ.get("VEEDOR_REQUIRE_SHARED"):
        pytest.fail(f"outside data expected at {SHARED}")
    pytest.skip("outside data (../shared/data) is not beside this checkout")
