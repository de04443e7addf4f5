"""`python -m benchmarks NAME`: runs one benchmark and writes its figures; `render` only rewrites the page."""

from __future__ import annotations

import importlib
import json
import sys

from benchmarks.record import FIGURES, PAGE, render, save

# name -> module with `measure() -> Sequence[Measure]`, or module:function
BENCHMARKS = {
    "accord": "benchmarks.accord",
    "asterix": "benchmarks.asterix",
    "deposit": "benchmarks.deposit",
    "deposit-large": "benchmarks.deposit_large",
    "engine": "benchmarks.engine_scale",
    "scale-air": "benchmarks.scale:air",
    "scale-money": "benchmarks.scale:money",
    "legs": "benchmarks.legs",
    "money": "benchmarks.money",
    "money-large": "benchmarks.money_large",
    "names": "benchmarks.names",
    "holders": "benchmarks.holders",
    "holders-many": "benchmarks.holders_scale",
    "laundromat": "benchmarks.laundromat",
    "laundering": "benchmarks.laundering",
    "log": "benchmarks.log",
    "page": "benchmarks.page",
    "patterns": "benchmarks.patterns",
    "ranking-across": "benchmarks.ranking_across",
    "ranking-alone": "benchmarks.ranking_alone",
    "ranking-alone-seeds": "benchmarks.ranking_alone:seeds",
    "ranking-amlgentex": "benchmarks.ranking:amlgentex",
    "ranking-amlgentex-seeds": "benchmarks.ranking_amlgentex",
    "ranking-amlsim": "benchmarks.ranking:amlsim",
    "ranking-simulator": "benchmarks.ranking_simulator",
    "ranking-synthfin": "benchmarks.ranking:synthfin",
    "receivers": "benchmarks.receivers",
    "simulate": "benchmarks.simulate_rate",
    "statements": "benchmarks.statements",
    "strips": "benchmarks.strips",
    "corridors": "benchmarks.corridors",
    "unexplained": "benchmarks.unexplained",
    "explanations": "benchmarks.explanations",
    "quality": "benchmarks.quality",
    "biases": "benchmarks.biases",
    "tracker": "benchmarks.tracker",
}
# name -> the benchmarks that it stands for
GROUPS = {
    "scale": ("scale-air", "scale-money"),
    # Without the one whose sets have to be made first.
    "ranking": tuple(name for name in BENCHMARKS if name.startswith("ranking-") and not name.endswith("-seeds")),
    "air": ("asterix", "biases", "tracker", "legs", "patterns", "strips", "corridors", "unexplained", "explanations"),
}


def main() -> None:
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name == "render":
        PAGE.write_text(render(json.loads(FIGURES.read_text(encoding="utf-8"))), encoding="utf-8")
    elif name in BENCHMARKS or name in GROUPS:
        for each in GROUPS.get(name, (name,)):
            module, _, function = BENCHMARKS[each].partition(":")
            save(each, getattr(importlib.import_module(module), function or "measure")())
    else:
        sys.exit(f"usage: python -m benchmarks {{{','.join([*BENCHMARKS, *GROUPS, 'render'])}}}")


if __name__ == "__main__":
    main()
