"""A simulated month with stripped and nameless transfers, woken accounts and listed parties, from files to a score."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from veedor.cli.app import app
from veedor.simulate.paying.further import BEYOND_BOOKS

INNOCENT = {
    "wire_stripping": {"respelled", "two_accounts", "covered", "on_behalf"},
    "missing_parties": {"poor_system", "domestic_batch", "remitter", "slips"},
    "missing_beneficiaries": {"collector", "account_only_at_home", "terse_system", "forgotten_payee"},
    "listed_party": {"namesake", "namesake_by_chance"},
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Lines of the evaluation of seed 21, on which nothing was tuned; the last one holds all instances of the truth."""
    folder = tmp_path_factory.mktemp("messages")
    (folder / "passphrase").write_text("of a simulated party\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VEEDOR_STATE", str(folder / "state"))
        patch.setenv("VEEDOR_PASSPHRASE_FILE", str(folder / "passphrase"))
        files, play = str(folder / "files"), str(folder / "play")
        asked = [word for kind in BEYOND_BOOKS for word in ("--typology", kind)]
        assert app(["simulate", files, "--factor", "0.1", "--seed", "21", "--mission", play, *asked]) == 0
        for party in ("ve", "co"):
            given = sorted(str(file) for file in Path(files, party, "bank").iterdir())
            assert app(["deposit", play, *given, "--party", party, "--open", "--yes"]) == 0
        assert app(["run", play]) == 0
        out = folder / "lines"
        with out.open("w") as sink, pytest.MonkeyPatch.context() as piped:
            piped.setattr("sys.stdout", sink)
            assert app(["evaluate", play, "--truth", f"{files}/truth", "--json"]) == 0
    rows = {row["instance"]: row for row in pq.read_table(Path(files) / "truth/instances.parquet").to_pylist()}
    counts = Counter(row["typology"] for row in rows.values())
    return [*map(json.loads, out.read_text().splitlines()), {"schema": "told", "counts": counts}]


@pytest.mark.long
@pytest.mark.parametrize("kind", BEYOND_BOOKS)
def test_most_of_what_was_done_is_found(said: list[dict[str, Any]], kind: str) -> None:
    (line,) = (row for row in said if row["schema"] == "evaluation-kind/1" and row["kind"] == kind)
    assert line["truths"] == 8 and line["found"] >= 5


@pytest.mark.long
@pytest.mark.parametrize("kind", INNOCENT)
def test_innocent_look_alikes_are_told_beside_and_most_are_left_alone(said: list[dict[str, Any]], kind: str) -> None:
    told = said[-1]["counts"]
    assert sum(told[name] for name in INNOCENT[kind]) == 40
    shown_by = {"missing_beneficiaries": "missing_parties"}.get(kind, kind)
    (line,) = (row for row in said if row["schema"] == "evaluation-kind/1" and row["kind"] == shown_by)
    fooled = sum(
        row["findings"]
        for row in said
        if row["schema"] == "evaluation-fooled/1" and row["kind"] == shown_by and row["lookalike"] in INNOCENT[kind]
    )
    assert fooled <= min(20, line["findings"] - line["true"])
