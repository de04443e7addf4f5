"""A simulated month from files to a score: what `veedor evaluate` counts is what the truth holds and the run found."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from veedor.cli.app import app


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs commands on a mission with the banks of a simulated scenario; gives the lines of the last one."""
    (tmp_path / "passphrase").write_text("of a simulated party\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VEEDOR_STATE", "state")
    monkeypatch.setenv("VEEDOR_PASSPHRASE_FILE", "passphrase")
    assert app(["simulate", "files", "--factor", "0.1", "--seed", "12", "--mission", "play"]) == 0
    for party in ("ve", "co"):
        files = sorted(str(file) for file in Path("files", party, "bank").iterdir())
        assert app(["deposit", "play", *files, "--party", party, "--open", "--yes"]) == 0
    assert app(["run", "play"]) == 0

    def run(*words: str) -> list[str]:
        capsys.readouterr()
        assert app(list(words)) == 0
        return capsys.readouterr().out.splitlines()

    return run


@pytest.mark.long
def test_what_is_scored_reconciles_with_the_truth_and_with_the_findings(said: Any) -> None:
    lines = [json.loads(line) for line in said("evaluate", "play", "--truth", "files/truth", "--json")]
    kinds = {line["kind"]: line for line in lines if line["schema"] == "evaluation-kind/1"}
    true = Counter(
        row["typology"]
        for row in {row["instance"]: row for row in pq.read_table("files/truth/instances.parquet").to_pylist()}.values()
        if row["illicit"]
    )
    for typology, count in true.items():
        assert kinds[typology]["truths"] == count >= kinds[typology]["found"]
    found = [json.loads(line) for line in said("findings", "play", "--json")]
    counted = Counter(line["kind"] for line in found if line["schema"].startswith("finding/"))
    for kind in true:
        assert kinds[kind]["findings"] == counted[kind]
    summary = lines[-1]
    assert summary["simulated"] is True and summary["true"] == sum(line["true"] for line in kinds.values())

    # The public sees figures and no case.
    public = [
        json.loads(line)
        for line in said("evaluate", "play", "--truth", "files/truth", "--audience", "public", "--json")
    ]
    schemas = [{line["schema"] for line in part} for part in (public, lines)]
    assert schemas[1] - schemas[0] == {"evaluation-instance/1"} and "evaluation-kind/1" in schemas[0]
