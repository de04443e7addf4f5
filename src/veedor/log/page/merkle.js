// The Merkle tree of RFC 6962, section 2.1, read straight from its definitions: roots, inclusion and consistency proofs, tiles.
//
// Sizes and indices are BigInt: a tree may have more leaves than a JavaScript number counts exactly.

import { concat, equal, hex, refuse, sha256, utf8 } from "./bytes.js";

export const LARGEST_SIZE = 2n ** 63n - 1n;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (entry) => sha256(concat(LEAF, entry));
export const nodeHash = (left, right) => sha256(concat(NODE, left, right));

/** The largest power of two below `size`, which is at least 2: where the definitions split a tree. */
const splitOf = (size) => 1n << BigInt((size - 1n).toString(2).length - 1);

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

function checkHashes(hashes) {
  for (const each of hashes) if (each.length !== 32) refuse("hash_length", { expected: 32, found: each.length });
}

function checkRoot(found, expected) {
  if (!equal(found, expected)) refuse("other_root", { expected: hex(expected), found: hex(found) });
}

/** The outermost hash of a proof stands last: it is the one that its recursive definition adds at the end. */
function take(proof) {
  return proof.pop() ?? refuse("proof_too_short");
}

/** PATH (2.1.1): refuses unless the leaf stands at `index` in the tree of `size` leaves with this root. */
export async function checkInclusion(index, size, leaf, proof, root) {
  if (!(0n <= index && index < size && size <= LARGEST_SIZE)) refuse("no_such_leaf", { expected: `< ${size}`, found: index });
  checkHashes([leaf, root, ...proof]);
  const rest = [...proof];
  const above = async (m, n) => {
    if (n === 1n) return leaf;
    const [split, sibling] = [splitOf(n), take(rest)];
    return m < split ? nodeHash(await above(m, split), sibling) : nodeHash(sibling, await above(m - split, n - split));
  };
  const found = await above(index, size);
  if (rest.length) refuse("proof_too_long", { found: proof.length });
  checkRoot(found, root);
}

/** PROOF (2.1.2): refuses unless the tree of `size` leaves begins with the tree of `old` leaves. Size 0 proves nothing. */
export async function checkConsistency(old, size, proof, oldRoot, root) {
  if (!(1n <= old && old <= size && size <= LARGEST_SIZE)) refuse("no_such_size", { expected: `1 to ${size}`, found: old });
  checkHashes([oldRoot, root, ...proof]);
  const rest = [...proof];
  // Both roots of the subtree of n leaves of which m are old; `known` while it is the whole old tree.
  const above = async (m, n, known) => {
    if (m === n) {
      const same = known ? oldRoot : take(rest);
      return [same, same];
    }
    const [split, last] = [splitOf(n), take(rest)];
    if (m <= split) {
      const [before, after] = await above(m, split, known);
      return [before, await nodeHash(after, last)];
    }
    const [before, after] = await above(m - split, n - split, false);
    return [await nodeHash(last, before), await nodeHash(last, after)];
  };
  const [before, after] = await above(old, size, true);
  if (rest.length) refuse("proof_too_long", { found: proof.length });
  checkRoot(before, oldRoot);
  checkRoot(after, root);
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
