"""`make bench-names`: names held against labelled pairs, slips, scripts, and lists; how fast, and beside WRatio and,
where it is installed (names_peer.py), nomenklatura's logic-v2.

Labelled data lie beside the checkout (../shared/data/money). What weights were fitted on
(registers/names/weights.py): pairs and names whose digest is even, every second name with a slip,
`yente_negatives_global`.
What is judged here is the other half; in the cross-validation weights and threshold are fitted anew in every fold, on
its other nine tenths.
"""

from __future__ import annotations

import csv
import hashlib
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
from lxml import etree
from rapidfuzz import fuzz, process, utils

from benchmarks.names_beside import beside
from benchmarks.names_fit import best_threshold, f1, fit
from benchmarks.names_peer import WHERE, Peer, logic_v2
from benchmarks.record import ROOT, Measure
from veedor.money.screening import Party, Seen, screen
from veedor.money.screening.lists import MOST_CANDIDATES, most_compared
from veedor.registers.names import (
    REPORT_MILLI_LOG10,
    NameIndex,
    PreparedName,
    name_index,
    prepare,
    rarity,
    score,
)  # fmt: skip
from veedor.registers.names.compare import compare_many, scratch
from veedor.registers.names.features import COUNT, FEATURES
from veedor.registers.names.readings import is_read
from veedor.registers.names.score import terms_of
from veedor.registers.names.table import name_table
from veedor.registers.names.weights import WEIGHTS
from veedor.registers.sanctions import ListFile, Listing, read_lists
from veedor.registers.sanctions.listed import ListedEntry

DATA = ROOT.parent / "shared" / "data" / "money"
SCALE = np.array([WEIGHTS[name][1] for name in FEATURES], np.float64)
_LOOKED_AT = {"another script (original of the list)": "; the one missing before was looked at (ABDUR REHMAN)"}
ROUNDS, FOLDS = 10, 10
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def measure() -> Sequence[Measure]:
    """All figures of the page."""
    rows = _rows("names/pairs_part_a.csv")
    pairs = [(row["name1"], row["name2"]) for row in rows]
    truth = np.array([row["is_match"] == "true" for row in rows])
    listings = _lists()
    names = [name.name for listing in listings for entry in listing.entries for name in entry.names]
    common = rarity(prepare(" ".join(name.name for name in e.names)) for each in listings for e in each.entries)
    index = name_index([prepare(name, common) for name in names])
    changes = _changes()
    invented = [row for half in ("global", "us") for row in _rows(f"names/yente_negatives_{half}.csv")]
    return [
        *_pairs(pairs, truth, [row["schema"] for row in rows]),
        *_speed(pairs, names, listings),
        *_slips(index, [entry for each in listings for entry in each.entries for _ in entry.names], common),
        *_classes(index, common, changes),
        _other_writing(),
        *beside(changes, invented, listings, _today(listings), lambda name: not _even(name)),
    ]


def _pairs(pairs: Sequence[tuple[str, str]], truth: npt.NDArray[np.bool_], schemas: Sequence[str]) -> list[Measure]:
    features = _features([prepare(one) for one, _ in pairs], [prepare(other) for _, other in pairs])
    ours, theirs = features / SCALE, _wratio(pairs)
    logic = logic_v2([(schema, *pair) for schema, pair in zip(schemas, pairs, strict=True)])
    if logic is None:
        print(f"bench-names: nomenklatura is not installed ({WHERE}), so its figures are left out", file=sys.stderr)
    peers = {"theirs": theirs} | ({} if logic is None else {"logic": logic.values})
    chance = np.random.default_rng(20_261_126)
    own: list[float] = []
    differences: dict[str, list[tuple[float, float]]] = {name: [] for name in peers}
    peer: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(ROUNDS):
        order = chance.permutation(len(truth))
        said = {name: np.zeros(len(truth), np.bool_) for name in ("ours", *peers)}
        for fold in range(FOLDS):
            test = order[fold::FOLDS]
            train = np.setdiff1d(order, test)
            weights = fit(ours[train], truth[train])
            for name, values in (("ours", ours @ weights), *peers.items()):
                said[name][test] = values[test] > best_threshold(values[train], truth[train])
        own.append(f1(said["ours"], truth))
        for name in peers:
            peer[name].append(f1(said[name], truth))
            differences[name].append(_paired(said["ours"], said[name], truth, chance))
    low, high = _interval(differences["theirs"])
    wratio = float(np.mean(peer["theirs"]))
    shipped = terms_of(features).sum(axis=1).astype(np.float64)
    tuned = np.array([_even("|".join(pair)) for pair in pairs])
    threshold = best_threshold(shipped[tuned], truth[tuned])
    held = f1(shipped[~tuned] > threshold, truth[~tuned])
    peer_held = f1(theirs[~tuned] > best_threshold(theirs[tuned], truth[tuned]), truth[~tuned])
    ties = len(np.unique(shipped[truth])) / truth.sum()
    return [
        Measure("pairs: F1 out of fold, 10 x 10", float(np.mean(own)), "", float(np.mean(own) / wratio),
                "WRatio in the same folds", ".803 (logic-v2, on 826)",
                f"{len(truth)} labelled pairs; WRatio {wratio:.3f}"),
        Measure("pairs: F1 less that of WRatio, low end", low, "", goal="> 0",
                note=f"95 % bootstrap interval {low:.3f} to {high:.3f} of the paired difference, mean over rounds"),
        *([] if logic is None else _logic(logic, own, peer["logic"], differences["logic"])),
        Measure("pairs: F1 of the shipped weights", held, "", held / peer_held, "WRatio on the same half", "",
                "threshold from the tuning half, judged on the other"),
        Measure("pairs: distinct scores among true pairs", float(ties), "of pairs", note="no saturated top band"),
    ]  # fmt: skip


def _logic(
    logic: Peer, own: Sequence[float], peer: Sequence[float], differences: Sequence[tuple[float, float]]
) -> list[Measure]:
    low, high = _interval(differences)
    return [
        Measure("pairs: F1 less that of logic-v2, low end", low, "", float(np.mean(own) / np.mean(peer)),
                "logic-v2 in the same folds", "> 0",
                f"95 % bootstrap interval {low:.3f} to {high:.3f} of the paired difference, mean over rounds; "
                f"nomenklatura {logic.version}, names alone: F1 {np.mean(peer):.3f}, "
                f"{logic.pairs_a_second:,.0f} pairs/s, {len(np.unique(logic.values))} distinct scores"),
    ]  # fmt: skip


def _interval(each: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return float(np.mean([low for low, _ in each])), float(np.mean([high for _, high in each]))


def _paired(
    ours: npt.NDArray[np.bool_],
    theirs: npt.NDArray[np.bool_],
    truth: npt.NDArray[np.bool_],
    chance: np.random.Generator,
) -> tuple[float, float]:
    drawn = chance.integers(0, len(truth), (500, len(truth)))
    found = [f1(ours[each], truth[each]) - f1(theirs[each], truth[each]) for each in drawn]
    return float(np.quantile(found, 0.025)), float(np.quantile(found, 0.975))


def _speed(pairs: Sequence[tuple[str, str]], names: Sequence[str], listings: Sequence[Listing]) -> list[Measure]:
    ones, others = [prepare(one) for one, _ in pairs], [prepare(other) for _, other in pairs]
    left, right = name_table(ones), name_table(others)
    many = np.tile(np.arange(len(pairs)), 1_000)
    out = np.zeros((len(many), COUNT), np.int32)
    took = _processor(lambda: compare_many(left, many, right, many, out, *scratch()))
    against = _processor(lambda: _wratio(pairs * 20)) / 20
    sample = list(names)[::3]
    preparing = _processor(lambda: [prepare(name) for name in sample])
    queries = [row["full_name"] for half in ("us", "global") for row in _rows(f"names/yente_negatives_{half}.csv")]
    queries = list(dict.fromkeys(queries))
    parties = [Party(f"name:{each}", each, "named", (Seen(bytes(32), 0, None, ""),)) for each in queries]
    today = _today(listings)
    screen(parties[:2], listings, today)
    # Once only: a second time the parts of these names would still be remembered.
    short, long = (_processor(lambda some=some: screen(some, listings, today)) for some in (parties[:2], parties))
    all_pairs = _processor(lambda: process.cdist(queries[:100], names, scorer=fuzz.ratio, workers=1))
    screening, exhaustive = (len(queries) - 2) / (long - short), 100 / all_pairs
    return [
        Measure("pairs a second, prepared", len(many) / took, "pairs/s", (len(many) / took) / (len(pairs) / against),
                "WRatio with its own preparation", "50,000", "processor time"),
        Measure("preparing a name", preparing / len(sample) * 1e6, "µs", note="once for each name"),
        Measure("screening a name", screening, "names/s", screening / exhaustive,
                "fuzz.ratio of a name with all names, by cdist", "1,500",
                note=f"candidates, scores, findings; {len(names)} names of un and ofac; making the lists ready "
                f"takes {short:.1f} s once"),
    ]  # fmt: skip


def _slips(index: NameIndex, entries: Sequence[ListedEntry], common: Mapping[str, int]) -> list[Measure]:
    treated = [row["full_name"] for row in _rows("names/yente_positives_un_treated.csv")]
    truly = [row["full_name"] for row in _rows("names/yente_positives_un_untreated.csv")]
    wanted = [prepare(name, common).whole for name in truly]
    held = {name.whole for name in index.names}
    judged = [at for at in range(len(treated)) if wanted[at] in held]
    of_name: dict[str, set[int]] = defaultdict(set)
    for name, entry in zip(index.names, entries, strict=True):
        of_name[name.whole].add(id(entry))
    tops, blocked, right, right_spelling = [], 0, 0, 0
    for at in judged:
        places, totals = _look_up(index, prepare(treated[at], common))
        hits = [total for place, total in zip(places, totals, strict=True) if index.names[place].whole == wanted[at]]
        blocked += bool(hits)
        right_spelling += bool(hits) and max(hits) == max(totals)
        best = [place for place, total in zip(places, totals, strict=True) if total == max(totals)]
        right += any(id(entries[place]) in of_name[wanted[at]] for place in best)
        tops.append(max(hits, default=-(10**9)))
    odd = np.array([at % 2 == 1 for at in judged])
    false = {
        name: np.array([max(_look_up(index, prepare(row["full_name"], common))[1], default=-(10**9))
                        for row in _rows(f"names/yente_negatives_{name}.csv")])
        for name in ("global", "us")
    }  # fmt: skip
    both = np.concatenate([false["global"], false["us"]])
    strict = int(np.sort(both)[::-1][1])  # 1 of 2,000 is .05 %
    at_least = np.array(tops)
    shares = {name: float((every >= REPORT_MILLI_LOG10).mean() * 100) for name, every in false.items()}
    return [
        Measure("slips: recall at the shipped threshold", float((at_least[odd] >= REPORT_MILLI_LOG10).mean()), "",
                goal=".99", note="names with slips that weights were not fitted on; un and ofac together"),
        Measure("slips: false alerts at the shipped threshold", float((both >= REPORT_MILLI_LOG10).mean() * 100), "%",
                goal=".05", note=f"2,000 invented people; of the 1,000 not fitted on {shares['us']:.2f} %, of those "
                f"fitted on {shares['global']:.2f} %"),
        Measure("slips: recall at .05 % false alerts of all 2,000", float((at_least[odd] > strict).mean()), "",
                goal=".99", note=f"threshold {strict} thousandths of log10, chosen on these 2,000"),
        Measure("slips: the right entry comes first", right / len(judged), "", goal=".975",
                note=f"by any of its names; by the very spelling that the slip was made in "
                f"{right_spelling / len(judged):.3f}: the same name in Arabic letters fits both spellings"),
        Measure("blocking recall", blocked / len(judged), "", goal=".995",
                note=f"true name among at most {MOST_CANDIDATES} candidates of {len(index.names)}"),
    ]  # fmt: skip


def _changes() -> dict[str, list[tuple[str, str]]]:
    """Names of the UN's list changed in one way each, beside the name as listed."""
    root = etree.parse(
        DATA / "un" / "UN_consolidated.xml", etree.XMLParser(resolve_entities=False, no_network=True)
    ).getroot()
    names = []
    scripts = []
    for element in root.iter("INDIVIDUAL"):
        parts = [(element.findtext(f"{each}_NAME") or "").strip() for each in ("FIRST", "SECOND", "THIRD", "FOURTH")]
        name = " ".join(part for part in parts if part)
        names.append(name)
        if element.findtext("NAME_ORIGINAL_SCRIPT"):
            scripts.append((element.findtext("NAME_ORIGINAL_SCRIPT").strip(), name))
    three = [name for name in names if 3 <= len(name.split()) <= 5]
    return {
        "order": [(" ".join([*name.split()[-1:], *name.split()[:-1]]), name) for name in three],
        "surname first with comma": [(f"{name.split()[-1]}, {' '.join(name.split()[:-1])}", name) for name in three],
        "dropped last name": [(" ".join(name.split()[:-1]), name) for name in three],
        "initial for the first name": [(f"{name[0]}. {' '.join(name.split()[1:])}", name) for name in three],
        "another script (original of the list)": scripts,
    }


def _classes(
    index: NameIndex, common: dict[str, int], changes: Mapping[str, Sequence[tuple[str, str]]]
) -> list[Measure]:
    """Changed names: reported against their own entry, and found by the index."""
    measures = []
    for what, all_of_them in changes.items():
        every = [pair for pair in all_of_them if not _even(pair[1])]
        reported = 0
        blocked = 0
        for written, name in every:
            wanted = prepare(name, common).whole
            places, totals = _look_up(index, prepare(written, common))
            hits = [total for place, total in zip(places, totals, strict=True) if index.names[place].whole == wanted]
            reported += max(hits, default=-(10**9)) >= REPORT_MILLI_LOG10
            blocked += bool(hits)
        note = f"{len(every)} names not fitted on; among the candidates {blocked / len(every):.3f}"
        note += _LOOKED_AT.get(what, "")
        measures.append(Measure(f"recall by class: {what}", reported / len(every), "", note=note))
    return measures


def _other_writing() -> Measure:
    """Chinese, Korean and Japanese names beside Latin ones: whether every word of the one is a reading of the other."""
    lines = (DATA / "names" / "watchman_cross_script_pairs.csv").read_text(encoding="utf-8").splitlines()
    pairs = [row[:2] for row in csv.reader(each for each in lines if not each.startswith("#")) if len(row) > 2]
    pairs = [(one, other) for one, other in pairs if is_read(one)]
    index = name_index([prepare(other) for _, other in pairs])
    found = read = 0
    for at, (one, other) in enumerate(pairs):
        found += at in index.candidates(prepare(one), MOST_CANDIDATES)
        said = score(prepare(one), prepare(other))
        read += bool(said.met) and {each.name for each in said.terms} <= {"name.script", "name.joined", "name.whole"}
    note = (
        f"{len(pairs)} labelled pairs, on which the tables were tried: no held-out figure; among the candidates "
        f"{found / len(pairs):.3f}. Japanese readings of Chinese characters are unknown"
    )
    return Measure("Chinese, Korean, Japanese: every word is a reading", read / len(pairs), "", note=note)


def _today(listings: Sequence[Listing]) -> date:
    return max(each.version for each in listings if each.version is not None)


def _look_up(index: NameIndex, name: PreparedName) -> tuple[list[int], list[int]]:
    places = index.candidates(name, most_compared(name, MOST_CANDIDATES)).astype(np.int64)
    out = np.zeros((len(places), COUNT), np.int32)
    table = name_table([name])
    compare_many(table, np.zeros(len(places), np.int64), index.table, places, out, *scratch())
    return places.tolist(), terms_of(out).sum(axis=1).tolist()


def _features(ones: Sequence[PreparedName], others: Sequence[PreparedName]) -> npt.NDArray[np.int32]:
    out = np.zeros((len(ones), COUNT), np.int32)
    every = np.arange(len(ones))
    compare_many(name_table(ones), every, name_table(others), every, out, *scratch())
    return out


def _wratio(pairs: Sequence[tuple[str, str]]) -> Floats:
    return np.array([fuzz.WRatio(one, other, processor=utils.default_process) for one, other in pairs], np.float64)


def _even(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _lists() -> tuple[Listing, ...]:
    files = [DATA / "un" / "UN_consolidated.xml", *sorted((DATA / "ofac").glob("*.csv"))]
    return read_lists([ListFile(file.name, file.read_bytes()) for file in files])


def _processor(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
