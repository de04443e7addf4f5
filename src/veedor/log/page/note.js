// Signed notes and what log heads are made of: c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature, tlog-proof.
//
// A key is known by its name and a four-byte hash, which only finds it and proves nothing. Lines of unknown keys are
// ignored; one bad line of a known key rejects the whole note.

import { base64, concat, fromBase64, hex, refuse, sha256, textOf, utf8 } from "./bytes.js";
import { isSoundKey, verifySignature } from "./ed25519.js";
import { LARGEST_SIZE } from "./merkle.js";

export const LOG_KEY = 1;
export const WITNESS_KEY = 4;
const DECIMAL = /^(0|[1-9][0-9]{0,18})$/;

/** A key under its name, of algorithm 1 (signs the text) or 4 (a witness: signs a time and the text). */
export async function namedKey(name, publicKey, algorithm = LOG_KEY) {
  if (!/^[^\p{White_Space}+\x00-\x1f]+$/u.test(name)) refuse("key_name", { found: name });
  const hash = await sha256(concat(utf8(name + "\n"), Uint8Array.of(algorithm), publicKey));
  return { name, publicKey, algorithm, hash: hex(hash.slice(0, 4)) };
}

/** A key from NAME+HASH+KEY. */
export async function parseKey(text) {
  const [, name, hash, encoded] = /^([^+]*)\+([^+]*)\+(.*)$/s.exec(text) ?? refuse("not_a_key", { found: text });
  const bytes = fromBase64(encoded);
  if (bytes[0] !== LOG_KEY && bytes[0] !== WITNESS_KEY) refuse("key_algorithm", { expected: "1, 4", found: bytes[0] });
  if (!isSoundKey(bytes.slice(1))) refuse("weak_key", { found: text });
  const key = await namedKey(name, bytes.slice(1), bytes[0]);
  if (key.hash !== hash) refuse("key_hash", { expected: key.hash, found: hash });
  return key;
}

/** A note's text, with its final line feed, and its signature lines; nothing is verified yet. */
export function parseNote(bytes, file) {
  if (bytes.length > 1_000_000) refuse("note_too_long", { file, expected: "1,000,000", found: bytes.length });
  const whole = textOf(bytes, file);
  const gap = whole.lastIndexOf("\n\n");
  if (gap < 0 || gap + 2 === whole.length || !whole.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(whole)) {
    refuse("not_a_note", { file });
  }
  const lines = whole.slice(gap + 2, -1).split("\n");
  if (lines.length > 100) refuse("too_many_signatures", { file, expected: 100, found: lines.length });
  return { text: whole.slice(0, gap + 1), lines: lines.map((line) => signatureLine(line, file)), file };
}

function signatureLine(line, file) {
  const [, name, encoded] = /^— ([^ ]+) ([^ ]*)$/.exec(line) ?? refuse("signature_line", { file, found: line });
  if (/[\p{White_Space}+]/u.test(name)) refuse("key_name", { file, found: name });
  const bytes = fromBase64(encoded, file);
  if (bytes.length < 5) refuse("signature_line", { file, found: line });
  return { name, hash: hex(bytes.slice(0, 4)), signature: bytes.slice(4) };
}

/** The latest time of a cosignature that its specification allows. */
const LATEST = 2n ** 63n - 1n;

/** The verified lines of known keys, each {key, seconds}: `seconds` is the time that a witness signed, else null. */
export async function verifyNote(note, keys) {
  const known = new Map();
  for (const key of keys) {
    const before = known.get(`${key.name} ${key.hash}`) ?? key;
    if (before.algorithm !== key.algorithm || hex(before.publicKey) !== hex(key.publicKey)) refuse("ambiguous_keys", { found: key.name });
    known.set(`${key.name} ${key.hash}`, key);
  }
  const verified = [];
  for (const { name, hash, signature } of note.lines) {
    const key = known.get(`${name} ${hash}`);
    if (!key) continue;
    const seconds = key.algorithm === WITNESS_KEY ? timeOf(signature) : null;
    const [message, plain] = seconds === null ? [note.text, signature] : [cosignedText(seconds, note.text), signature.slice(8)];
    if (seconds > LATEST || !(await verifySignature(key.publicKey, utf8(message), plain))) {
      refuse("bad_signature_line", { file: note.file, expected: `${name}+${hash}`, found: base64(signature) });
    }
    verified.push({ key, seconds });
  }
  return verified;
}

/** What a witness signs: a time and the text of the head (tlog-cosignature, version 1). */
export const cosignedText = (seconds, text) => `cosignature/v1\ntime ${seconds}\n${text}`;

/** The first eight bytes as POSIX seconds; a shorter signature has none and will not verify. */
const timeOf = (signature) => BigInt("0x0" + hex(signature.slice(0, 8)));

/** Origin, size and root from a note's text. An origin may have spaces: the Go checksum database has one. */
export function parseCheckpoint(text, file) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.includes("")) refuse("not_a_checkpoint", { file });
  const [origin, size, root, ...extensions] = lines;
  if (!DECIMAL.test(size) || BigInt(size) > LARGEST_SIZE) refuse("tree_size", { file, found: size });
  const rootBytes = fromBase64(root, file);
  if (rootBytes.length !== 32) refuse("hash_length", { file, expected: 32, found: rootBytes.length });
  return { origin, size: BigInt(size), root: rootBytes, extensions };
}

/** The parts of a tlog-proof file. `extra` (null if there is none) is authenticated by nothing in the file's format. */
export function parseProof(bytes, file) {
  if (bytes.length > 1_200_000) refuse("proof_file_too_long", { file, expected: "1,200,000", found: bytes.length });
  const gap = bytes.findIndex((byte, at) => byte === 10 && bytes[at + 1] === 10);
  const [title, ...lines] = textOf(bytes.subarray(0, Math.max(gap, 0)), file).split("\n");
  if (gap < 0 || title !== "c2sp.org/tlog-proof@v1") refuse("not_a_proof", { file, expected: "c2sp.org/tlog-proof@v1" });
  const extra = lines[0]?.startsWith("extra ") ? fromBase64(lines.shift().slice(6), file) : null;
  if (extra?.length === 0) refuse("not_a_proof", { file });
  const index = lines.shift()?.match(/^index (.*)$/)?.[1] ?? "";
  if (!DECIMAL.test(index) || BigInt(index) >= LARGEST_SIZE) refuse("proof_index", { file, found: index });
  if (lines.length > 63) refuse("proof_too_long", { file, expected: 63, found: lines.length });
  const hashes = lines.map((line) => fromBase64(line, file));
  for (const each of hashes) if (each.length !== 32) refuse("hash_length", { file, expected: 32, found: each.length });
  return { index: BigInt(index), hashes, extra, checkpoint: bytes.subarray(gap + 2) };
}
