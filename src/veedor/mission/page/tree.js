// A whole log: the tree that its entries make, and the static files that hold both (c2sp.org/tlog-tiles).

import { concat, refuse, sha256, utf8 } from "../../log/page/bytes.js";
import { nodeHash, splitOf } from "../../log/page/merkle.js";

/** A tree that grows: it holds the root of every complete subtree, so it gives the root of every size that it had. */
export class Tree {
  levels = [[]];

  get size() {
    return this.levels[0].length;
  }

  async append(leaf) {
    for (let height = 0, hash = leaf; ; height += 1) {
      const row = (this.levels[height] ??= []);
      row.push(hash);
      if (row.length % 2) return;
      hash = await nodeHash(...row.slice(-2));
    }
  }

  /** MTH of the first `size` leaves. */
  async rootAt(size = this.size) {
    if (size === 0) return sha256(utf8(""));
    const over = async (start, count) => {
      const complete = (count & (count - 1)) === 0;
      if (complete) return this.levels[Math.log2(count)][start / count];
      const split = Number(splitOf(BigInt(count)));
      return nodeHash(await over(start, split), await over(start + split, count - split));
    };
    return over(0, size);
  }

  /** Every hash tile, complete and partial, as {level, index, width, bytes} (c2sp.org/tlog-tiles). */
  *tiles() {
    for (let level = 0; this.levels[8 * level]?.length; level += 1) {
      const row = this.levels[8 * level];
      for (let index = 0; 256 * index < row.length; index += 1) {
        const hashes = row.slice(256 * index, 256 * index + 256);
        yield { level, index, width: hashes.length, bytes: concat(...hashes) };
      }
    }
  }
}

/** The path of a tile below the log's folder (c2sp.org/tlog-tiles); `level` is a number or "entries". */
export function tilePath(level, index, width = 256) {
  const groups = [String(index % 1000).padStart(3, "0")];
  for (let rest = Math.floor(index / 1000); rest; rest = Math.floor(rest / 1000)) {
    groups.unshift("x" + String(rest % 1000).padStart(3, "0"));
  }
  return `tile/${level}/${groups.join("/")}` + (width < 256 ? `.p/${width}` : "");
}

/** The entries of a bundle: each after its length as two bytes, exactly `width` of them, and not a byte more. */
export function entriesOf(bundle, width, file, largest = 49152) {
  const entries = [];
  for (let at = 0; at < bundle.length; ) {
    const end = at + 2 + bundle[at] * 256 + bundle[at + 1];
    // An odd last byte makes `end` not a number, which no comparison lets pass.
    if (!(end <= bundle.length)) refuse("bundle_breaks_off", { file });
    if (end - at - 2 > largest) refuse("entry_too_large", { file, expected: largest, found: end - at - 2 });
    entries.push(bundle.subarray(at + 2, end));
    at = end;
  }
  if (entries.length !== width) refuse("bundle_count", { file, expected: width, found: entries.length });
  return entries;
}
