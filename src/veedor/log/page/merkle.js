// The Merkle tree of RFC 6962, section 2.1, read straight from its definitions: leaves, nodes, inclusion and consistency proofs.
//
// Sizes and indices are BigInt: a tree may have more leaves than a JavaScript number counts exactly.

import { concat, equal, hex, refuse, sha256 } from "./bytes.js";

export const LARGEST_SIZE = 2n ** 63n - 1n;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (entry) => sha256(concat(LEAF, entry));
export const nodeHash = (left, right) => sha256(concat(NODE, left, right));

/** The largest power of two below `size`, which is at least 2: where the definitions split a tree. */
export const splitOf = (size) => 1n << BigInt((size - 1n).toString(2).length - 1);

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
