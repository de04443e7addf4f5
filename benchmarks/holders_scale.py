"""`make bench-holders-many`: invented names resolved, ten and a hundred times as many as a real bank's 3,880, each time
in a process of its own whose memory is limited.

People have two given names and two surnames, firms three words and a form; words are made of syllables and as
unequally common as words of names are. Every tenth name is a doublet of the one before: with a slip, another order, a
word less, or in capital letters, half of them under the same account. What is told: how many doublets were compared
and joined, processor time, and the largest memory.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.record import ROOT, Measure
from veedor.money.holders import Named, resolve
from veedor.money.holders.named import Account

SEED = 20_261_127
SYLLABLES = tuple(a + b for a in "bcdfghjlmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el", "is", "or"))


def invented(count: int, seed: int) -> tuple[list[Named], list[tuple[str, str]]]:
    """Names with accounts, and the keys of those that are one."""
    chance = np.random.default_rng(seed)
    words = (
        _words(chance, 400, 2),
        _words(chance, max(2_000, count // 10), 3),
        _words(chance, max(2_000, count // 5), 4),
    )
    named: list[Named] = []
    one: list[tuple[str, str]] = []
    drawn = _unequal(chance, count, [len(each) for each in words])
    for at in range(count):
        key, account = f"{at:08}", f"{int(chance.integers(10**12)):020}"
        given, surname, firm = (each[number] for each, number in zip(words, drawn[at], strict=True))
        if at % 10 == 9:
            before = named[-1]
            one.append((before.key, key))
            same = bool(chance.integers(2))
            named.append(Named(key, _varied(before.name, chance), before.accounts if same else (Account(account),)))
        elif at % 3:
            second, last = words[0][drawn[at - 1][0]], words[1][drawn[at - 1][1]]
            named.append(Named(key, f"{given} {second} {surname} {last}", (Account(account),)))
        else:
            named.append(Named(key, f"{firm} {words[2][drawn[at - 1][2]]} {surname} C.A.", (Account(account),)))
    return named, one


def _words(chance: np.random.Generator, count: int, syllables: int) -> list[str]:
    drawn = chance.integers(len(SYLLABLES), size=(count, syllables))
    return ["".join(SYLLABLES[at] for at in word).title() for word in drawn.tolist()]


def _unequal(chance: np.random.Generator, count: int, sizes: list[int]) -> list[list[int]]:
    """Ranks, of which the first are drawn most: as the square of an even number."""
    even = chance.random((count, len(sizes)))
    return (even**2 * np.array(sizes)).astype(int).tolist()  # type: ignore[no-any-return] # numpy says Any


def _varied(name: str, chance: np.random.Generator) -> str:
    how = int(chance.integers(4))
    words = name.split()
    if how == 0:
        at = int(chance.integers(1, len(words[0]) - 1))
        return " ".join([words[0][:at] + words[0][at + 1 :], *words[1:]])
    if how == 1:
        return " ".join([*words[1:], words[0]])
    return " ".join(words[:-1]) if how == 2 else name.upper()


def run(count: int) -> dict[str, float]:
    """What resolving so many names takes."""
    named, one = invented(count, SEED)
    resolve(named[:60])
    begun = time.process_time()
    found = resolve(named)
    took = time.process_time() - begun
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    place = {each.key: at for at, each in enumerate(found.named)}
    ones, others = (np.array([place[pair[side]] for pair in one]) for side in (0, 1))
    pairs = found.known.pairs
    compared = np.isin(ones * count + others, pairs.one.astype(np.int64) * count + pairs.other)
    return {
        "names": count, "pairs": len(pairs), "seconds": took, "compared": float(compared.mean()),
        "joined": float((found.group[ones] == found.group[others]).mean()), "told": len(found.left_out) / count,
        "mib": mib,
    }  # fmt: skip


def measure() -> Sequence[Measure]:
    """All figures of the page."""
    made = []
    for times, most_mib in ((10, 1_000), (100, 3_000)):
        found = _measured(times * 3_880, most_mib)
        what = f"{found['names']:,.0f} names"
        made += [
            Measure(f"{what}: memory", found["mib"], "MiB", goal=f"under {most_mib:,}, which is enforced"),
            Measure(f"{what}: names a second", found["names"] / found["seconds"], "names/s",
                    note=f"{found['pairs']:,.0f} pairs compared; processor time"),
            Measure(f"{what}: doublets compared", found["compared"], "",
                    note=f"{found['joined']:.4f} joined; {found['told']:.2f} of names say that a budget cut"),
        ]  # fmt: skip
    return made


def _measured(count: int, most_mib: int) -> dict[str, float]:
    """The same in a process of its own that may not take more than `most_mib` for data."""
    # Arrow's own allocator sets a GiB of addresses aside at once, used or not, and the limit would count that.
    made = subprocess.run(
        [sys.executable, "-m", "benchmarks.holders_scale", str(count), str(most_mib)],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"},
    )  # fmt: skip
    found: dict[str, float] = json.loads(made.stdout)
    return found


if __name__ == "__main__":
    limit = int(sys.argv[2]) << 20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    print(json.dumps(run(int(sys.argv[1]))))
