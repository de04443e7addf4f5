"""How fast ASTERIX data blocks become integer columns and back, beside libasterix and copying memory in the same run.

CAT048 and CAT062 as radars and a tracking centre sent them (the samples beside the checkout, repeated), and CAT048 with
every item there or not at random, which no processor can foresee; decoded in pieces as a reader does, in processor
seconds of one thread, after a first small call that loads the compiled walker. Framing, times and tables are not in
these figures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.record import ROOT, Measure
from tests.support.asterix_samples import sample_blocks
from veedor.formats.asterix.categories import find
from veedor.formats.asterix.decode import Decoded, decode
from veedor.formats.asterix.encode import blocks, encode
from veedor.formats.asterix.layout import Category, leaves

SAMPLES = ROOT.parent / "shared" / "data" / "air" / "asterix"
OCTETS = 40_000_000
PIECE_OCTETS = 1_000_000
PEER_RECORDS = 1_000
RANDOM_RECORDS, RECORDS_PER_BLOCK, SEED = 300_000, 20, 4_001

# What a plot needs: where, when, who, which kind, how sure, what the radar doubts.
PLOT_ITEMS = ("010", "020", "030", "040", "042", "070", "090", "110", "130", "140", "161", "170", "200", "220", "240")

# As published or measured by others (facts, section 3.1): not of this run.
PUBLISHED = "of others: jASTERIX 120,183 records/s (C++, threads), aviconv-asterix 13,799, asterix-decoder 5,532"


@dataclass(frozen=True)
class Stream:
    """A category's sample blocks, one after another, as often as fill OCTETS."""

    category: Category
    data: npt.NDArray[np.uint8]
    blocks: npt.NDArray[np.int64]
    sample: list[bytes]

    def pieces(self) -> list[npt.NDArray[np.int64]]:
        each = max(1, PIECE_OCTETS * len(self.blocks) // len(self.data))
        return [self.blocks[at : at + each] for at in range(0, len(self.blocks), each)]

    def decoded(self, items: Sequence[str] | None) -> tuple[int, float]:
        """Records, and processor seconds for all pieces, each forgotten before the next."""
        decode(self.data, self.blocks[:1], self.category, items)
        records, started = 0, time.process_time()
        for piece in self.pieces():
            records += len(decode(self.data, piece, self.category, items))
        return records, time.process_time() - started


def stream(number: int, edition: str, file: str) -> Stream:
    sample = [block for block in sample_blocks(SAMPLES)[file] if block[0] == number]
    times = OCTETS // sum(map(len, sample))
    lengths = np.tile([len(block) for block in sample], times)
    rows = np.stack([np.cumsum(lengths) - lengths, lengths], axis=1)
    return Stream(find(number, edition), np.frombuffer(b"".join(sample) * times, np.uint8), rows, sample)


def random_stream(edition: str) -> Stream:
    """Random values; each item, and each part of it, is there in every second record."""
    category, random = find(48, edition), np.random.default_rng(SEED)
    values, has = {}, {}
    for item in category.items:
        for leaf in (each for each in leaves(item) if each.bits is not None and not each.repeated):
            values[leaf.path] = random.integers(0, 1 << leaf.bits.width - leaf.bits.signed, RANDOM_RECORDS)
            has[leaf.path] = random.random(RANDOM_RECORDS) < 0.5
    has["010.SAC"][:] = True
    framed = blocks(
        category,
        encode(category, RANDOM_RECORDS, values, has),
        np.arange(0, RANDOM_RECORDS, RECORDS_PER_BLOCK),
    )
    rows = np.stack([framed.offsets[:-1], np.diff(framed.offsets)], axis=1)
    return Stream(category, framed.data, rows, [])


def seconds(work: Callable[[], object], times: int = 1) -> float:
    started = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - started) / times


def peer_rate(plots: Stream) -> float:
    """Records per second that libasterix parses, values not taken out."""
    from asterix import base
    from asterix.generated import Cat_048_1_32

    bodies = (plots.sample * (PEER_RECORDS // len(plots.sample) + 1))[:PEER_RECORDS]
    parsed: list[list[object]] = []
    spent = seconds(lambda: parsed.extend(Cat_048_1_32.cv_uap.parse(base.Bits.from_bytes(body[3:])) for body in bodies))
    return sum(map(len, parsed)) / spent


def encode_again(decoded: Decoded) -> object:
    return encode(decoded.category, len(decoded), decoded.values, decoded.has, decoded.lists)


def measure() -> Sequence[Measure]:
    plots, tracks = stream(48, "1.32", "cat_034_048.pcap"), stream(62, "1.21", "cat_062_065.pcap")
    copied = len(plots.data) / seconds(plots.data.copy, 10) / 1e6
    peer = peer_rate(plots)
    measures = []
    for what, source, items, goal, more in (
        ("CAT048, what a plot needs", plots, PLOT_ITEMS, "at least 1,000,000", f"; {PUBLISHED}"),
        ("CAT048, all items", plots, None, "", ""),
        ("CAT048 at random, what a plot needs", random_stream("1.32"), PLOT_ITEMS, "", ""),
        ("CAT062, all items", tracks, None, "", ""),
    ):
        records, spent = source.decoded(items)
        size, speed = len(source.data) / records, len(source.data) / spent / 1e6
        note = f"{size:.0f} octets a record; {speed:.0f} MB/s, copying memory {copied:.0f} MB/s{more}"
        ratio, against = (records / spent / peer, "libasterix in this run") if source is plots else (None, "")
        measures.append(Measure(f"decode {what}", records / spent, "records per CPU s", ratio, against, goal, note))
    some = decode(plots.data, plots.pieces()[0], plots.category)
    rate = len(some) / seconds(lambda: encode_again(some), 3)
    measures.append(Measure("encode CAT048 by columns, all items", rate, "records per CPU s"))
    measures.append(Measure("libasterix parses CAT048", peer, "records per CPU s", note="values not taken out"))
    return measures
