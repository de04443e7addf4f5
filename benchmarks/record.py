"""What a benchmark says: measures with units and a ratio to something measured in the same run."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIGURES = ROOT / "docs" / "benchmarks.json"
PAGE = ROOT / "docs" / "benchmarks.md"
PEERS = ("numpy", "numba", "pyarrow", "duckdb", "cryptography", "lxml")


@dataclass(frozen=True)
class Measure:
    """One figure. `ratio` compares it with `against`, measured in the same run; `goal` is what was asked of it."""

    what: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""
    goal: str = ""
    note: str = ""


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def commit() -> str:
    command = ["git", "rev-parse", "--short=12", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def save(name: str, measures: Sequence[Measure]) -> None:
    """Puts the figures of one benchmark into docs/benchmarks.json and renders docs/benchmarks.md from all of them."""
    figures = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    figures[name] = {
        "command": f"make bench-{name}",
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "processor": processor(),
        "python": platform.python_version(),
        "versions": {peer: importlib.metadata.version(peer) for peer in PEERS},
        "measures": [asdict(measure) for measure in measures],
    }
    FIGURES.write_text(json.dumps(dict(sorted(figures.items())), indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(render(figures), encoding="utf-8")


def render(figures: dict[str, dict[str, object]]) -> str:
    """The page; never typed by hand."""
    lines = [
        "# Benchmarks",
        "",
        "Rendered from `benchmarks.json` by `python -m benchmarks render`. Each figure names its command; ratios",
        "compare with something measured in the same run, as machines differ. What falls short stands as it is.",
        "",
    ]
    for name, entry in sorted(figures.items()):
        lines += [
            f"## {name}",
            "",
            f"`{entry['command']}`, {entry['date']}, commit {entry['commit']}, {entry['processor']}, "
            f"Python {entry['python']}",
            "",
            "| what | figure | ratio | against | goal | note |",
            "|---|---|---|---|---|---|",
        ]
        measures: list[dict[str, object]] = entry["measures"]  # type: ignore[assignment] # JSON has no types
        for measure in measures:
            value = measure["value"]
            shown = f"{value:,.0f}" if isinstance(value, float | int) and abs(value) >= 100 else f"{value:.3g}"
            ratio = "" if measure["ratio"] is None else f"{measure['ratio']:.2f}"
            lines.append(
                f"| {measure['what']} | {shown} {measure['unit']} | {ratio} | {measure['against']} "
                f"| {measure['goal']} | {measure['note']} |"
            )
        lines.append("")
    return "\n".join(lines)
