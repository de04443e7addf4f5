"""All patterns on 20 million payments between a million accounts: seconds and memory for each.

`VEEDOR_LARGE` (default 1; 0.1 for a trial) is the share of both. A few accounts pay and are paid much more often than
others (Zipf, 0.75 and 0.9: the busiest are in more than 100,000 payments each), and one payment in fifty belongs to
a planted pattern. Two processes, one after the other, one worker each: all detectors by the engine from stored
payments to findings, and the patterns over several accounts alone, on one graph of all payments. Making the payments
is not counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from benchmarks.money_streams import DAY_US, Stream, one_pattern
from benchmarks.record import Measure
from benchmarks.scale import Peak

SEED, GOAL, ACCOUNTS, DAYS = 71, 20_000_000, 1_000_000, 60
PAYER_ZIPF, PAYEE_ZIPF, PLANTED = 0.75, 0.9, 50
MINUTES, MEMORY = 15, 8 << 30
NAMES = (
    "account_profiles", "money_distributions", "threshold_coverage", "pass_through", "chains", "fans", "structuring",
    "networks", "network_findings",
)  # fmt: skip
START_US = 1_767_225_600_000_000


def measure() -> Sequence[Measure]:
    share = float(os.environ.get("VEEDOR_LARGE", "1"))
    count, accounts = round(GOAL * share), round(ACCOUNTS * share)
    size = f"{count / 1e6:g} million payments, {accounts:,} accounts"
    with tempfile.TemporaryDirectory(prefix="veedor-large-") as folder:
        _in_process("make", folder, str(count), str(accounts))
        whole, wall, processor, peak = _in_process("run", folder)
        alone, *_ = _in_process("patterns", folder)
    goal = f"{MINUTES} min and 8 GB for {GOAL / 1e6:g} million"
    parts = "; ".join(f"{name} {seconds:.1f} s" for name, seconds in sorted(whole["seconds"].items()))
    return [
        Measure("all detectors, payments to findings: processor time", processor, "s", None, "", goal,
                f"{size}; {parts}"),
        Measure("all detectors: wall time, one worker", wall, "s", wall / (MINUTES * 60 * count / GOAL),
                "the goal in proportion", goal),
        Measure("all detectors: memory of the process tree", peak / 2**20, "MiB", peak / MEMORY, "8 GiB", goal),
        Measure("all detectors: findings", whole["findings"], "findings"),
        *(
            Measure(f"{name}, one graph: processor time", said["seconds"], "s", None, "", "",
                    f"{said['wall']:.1f} s of wall time, {said['peak'] >> 20:,} MiB; {said['rows']}")
            for name, said in alone.items()
        ),
    ]  # fmt: skip


def _in_process(step: str, *arguments: str) -> tuple[dict, float, float, int]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "benchmarks.money_large", step, *arguments],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with Peak(process.pid) as peak:
        out, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{step} ended with {process.returncode}")
    return json.loads(out), time.perf_counter() - began, peak.spent, peak.bytes


def tables(count: int, accounts: int) -> Iterator[pa.Table]:
    """`count` payments in order of time, half a day at a time."""
    random = np.random.default_rng(SEED)
    numbers = np.arange(1, accounts + 1)
    shares = [np.cumsum(1 / numbers**exponent) for exponent in (PAYER_ZIPF, PAYEE_ZIPF)]
    places = [random.permutation(accounts) for _ in shares]
    parts, made = 2 * DAYS, 0
    waiting: list[np.ndarray] = []
    for part in range(parts):
        wanted = count * (part + 1) // parts - made
        until = START_US + (part + 1) * DAY_US // 2
        plain = wanted * (PLANTED - 1) // PLANTED
        payer, payee = (
            place[np.searchsorted(share, random.random(plain) * share[-1])]
            for place, share in zip(places, shares, strict=True)
        )
        moment = random.integers(until - DAY_US // 2, until, plain)
        amount = random.lognormal(9, 1.4, plain).astype(np.int64) + 1
        waiting.append(np.stack((payer, payee, moment, amount)))
        held = 0
        while held < wanted - plain:
            edges = np.stack(one_pattern(random, DAY_US // 2, accounts))
            edges[2] += until - DAY_US // 2
            waiting.append(edges)
            held += edges.shape[1]
        # What is planted may last longer than this half day.
        whole = np.concatenate(waiting, axis=1)
        whole = whole[:, whole[0] != whole[1]]
        now = whole[2] < until
        waiting = [whole[:, ~now]]
        rows = whole[:, now][:, np.argsort(whole[2][now], kind="stable")]
        yield Stream(*rows).table(made, accounts)
        made += rows.shape[1]


def _make(folder: Path, count: int, accounts: int) -> dict:
    from veedor.engine.records import RecordStore
    from veedor.tables import PAYMENTS

    store = RecordStore(folder / "payments", memory_bytes=1 << 30, tables=[PAYMENTS])
    store.append("large", PAYMENTS, tables(count, accounts))
    return {}


def _snapshot(folder: Path):
    from veedor.engine.read import derived
    from veedor.tables import PAYMENTS

    return derived(folder / "payments", PAYMENTS)


def _run(folder: Path) -> dict:
    from veedor import house
    from veedor.engine.execute import execute
    from veedor.engine.read import derived

    detectors = [each for each in house.MONEY if each.name in NAMES]
    # Whatever else they read is empty.
    given = {read.table.name: derived(folder, read.table) for each in detectors for read in each.reads}
    given = {name: table for name, table in given.items() if name not in {each.writes.name for each in detectors}}
    given["payments"] = _snapshot(folder)
    # One worker, in this process: the seconds of a stage are its processor time.
    result = execute(detectors, given, folder / "out", workers=1, memory_bytes=MEMORY, clock=time.process_time)
    seconds = {stage.detector: stage.seconds for stage in result.stages}
    return {"seconds": seconds, "findings": result.tables["findings"].rows}


def _patterns(folder: Path) -> dict:
    from veedor.engine.detector import Owner
    from veedor.engine.partition import Feed
    from veedor.money.networks import find
    from veedor.money.networks.graph import graphs

    detector = find.FindNetworks()
    payments = Feed(detector.reads[0], _snapshot(folder).groups)
    said: dict = {}
    graph = said.setdefault("graph", _spent(lambda: list(graphs(payments)))).pop("found")[0]
    said["graph"]["rows"] = f"{len(graph.time):,} payments, {len(graph.accounts):,} accounts"
    whole, parameters = (graph, Owner(), detector.parameters), detector.parameters
    for name, search in (
        ("scatter-gather", lambda: find._scatter_gathers(*whole)),
        ("gather-scatter", lambda: find._gather_scatters(*whole)),
        ("cycles in time", lambda: find._cycles(graph, Owner(), parameters, True)),
        ("cycles in any order", lambda: find._cycles(graph, Owner(), parameters, False)),
        ("layers and stacks", lambda: find._layers(*whole)),
    ):
        said[name] = _spent(lambda search=search: list(search()))
        found = said[name].pop("found")
        kinds = sorted({(row.kind, row.outcome) for row in found})
        counts = [f"{kind} {how} {sum((r.kind, r.outcome) == (kind, how) for r in found):,}" for kind, how in kinds]
        said[name]["rows"] = ", ".join(counts)
    return said


def _spent(run) -> dict:
    began, processor = time.perf_counter(), time.process_time()
    with Peak(os.getpid(), 0.02) as peak:
        found = run()
    return {
        "found": found, "seconds": time.process_time() - processor, "wall": time.perf_counter() - began,
        "peak": peak.bytes,
    }  # fmt: skip


def main() -> None:
    step, folder, *sizes = sys.argv[1:]
    steps = {"make": _make, "run": _run, "patterns": _patterns}
    sys.stdout.write(json.dumps(steps[step](Path(folder), *map(int, sizes))) + "\n")


if __name__ == "__main__":
    main()
