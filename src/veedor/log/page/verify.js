// The second verifier of a log, from a key to a leaf: a head, an entry under a head, and that one head goes on from another.
//
// It judges bytes against keys, and needs WebCrypto and nothing else. Whose keys to trust, how many cosignatures are enough and
// what the entries say is judged by whoever asks: for a mission by src/veedor/mission/page. Written from the specifications and
// not from the Python code, so that a fault or a lie in one of the two shows as a disagreement. What does not hold is refused.

import { refuse } from "./bytes.js";
import { checkConsistency, checkInclusion, leafHash } from "./merkle.js";
import { parseCheckpoint, parseNote, parseProof, verifyNote } from "./note.js";

/**
 * A head that one of the log's keys signed: {origin, size, root, extensions, cosignatures}, of which each is {key, seconds}.
 * `trusted` is {logs, witnesses}, keys as parseKey gives them; `origin` is asked for where it is not the name of the log's key.
 */
export async function verifyHead(bytes, { logs, witnesses }, origin = "", file = "") {
  const note = parseNote(bytes, file);
  const head = parseCheckpoint(note.text, file);
  const ours = logs.filter((key) => (origin || key.name) === head.origin);
  if (!ours.length) refuse("other_origin", { file, expected: origin || logs.map((key) => key.name), found: head.origin });
  const lines = await verifyNote(note, [...ours, ...witnesses]);
  if (!lines.some((line) => ours.includes(line.key))) refuse("log_key_missing", { file, expected: ours.map((key) => key.name) });
  return { ...head, cosignatures: lines.filter((line) => line.seconds !== null) };
}

/** A tlog-proof that this entry is in the log; `entry` is null where the proof brings it along. The head, {index} and {entry}. */
export async function verifyProof(bytes, trusted, { entry = null, origin = "" } = {}) {
  const { index, hashes, extra, checkpoint } = parseProof(bytes);
  const head = await verifyHead(checkpoint, trusted, origin);
  const proven = entry ?? extra ?? refuse("no_entry");
  await checkInclusion(index, head.size, await leafHash(proven), hashes, head.root);
  return { ...head, index, entry: proven };
}

/** That the log of the later head begins with that of the earlier one, by the hashes of a consistency proof. The later head. */
export async function verifyConsistency(earlier, later, hashes, trusted, origin = "") {
  const [before, after] = [await verifyHead(earlier, trusted, origin), await verifyHead(later, trusted, origin)];
  if (before.origin !== after.origin) refuse("other_origin", { expected: before.origin, found: after.origin });
  await checkConsistency(before.size, after.size, hashes, before.root, after.root);
  return after;
}
