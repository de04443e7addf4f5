// The second verifier of Veedor's log: any bytes in, a verdict with numbered steps out. It needs WebCrypto and nothing else.
//
// Written from docs/formats and the specifications named there, not from the Python code, so that a fault or a lie in one
// of the two shows as a disagreement. No DOM here: page.js draws what `verify` returns.

import { equal, fromHex, hex, Refusal, refuse, sha256 } from "./bytes.js";
import { canonical, parseCanonical } from "./canonical.js";
import { knowsEd25519 } from "./ed25519.js";
import { stateOf, take } from "./fold.js";
import { reportedStolen } from "./keys.js";
import { checkInclusion, entriesOf, leafHash, tilePath, Tree } from "./merkle.js";
import { namedKey, openCheckpoint, parseCheckpoint, parseNote, parseProof, WITNESS_KEY } from "./note.js";
import { parsePolicy } from "./policy.js";
import { withheld } from "./rules.js";
import { silentWitnesses, wrongClocks } from "./seals.js";
import { needed, reached, readGenesis } from "./statements.js";
import { Bundle } from "./zip.js";

/**
 * Checks a bundle, a tlog-proof or a checkpoint. `trust` is the digest of the genesis as people exchanged it (for a
 * bundle), `policy` the trusted keys (for the other two), `origin` the log's name where it is not that of its key,
 * `entry` the bytes that a proof is about.
 *
 * Returns {kind, verdict, reason, steps, mission}. The verdict is "verified", "not agreed", "unanchored", "failed", or
 * "cannot" with its reason: this browser lacks Ed25519, or a proof came without its entry. A step is {number, name, ok,
 * file, expected, found, problem}; `ok` is null where there was nothing to check, `problem` is a key of words.js.
 */
export async function verify(bytes, { trust = "", policy = "", origin = "", entry = null } = {}) {
  const kind = kindOf(bytes);
  const none = { kind, verdict: "cannot", steps: [], mission: null };
  if (!(await knowsEd25519())) return { ...none, reason: "no_ed25519" };
  if (kind === "proof" && entry === null) return { ...none, reason: "no_entry" };
  const check = kind === "bundle" ? new BundleCheck(bytes, trust) : new HeadCheck(kind, bytes, policy, origin, entry);
  const steps = [];
  for (const name of check.steps) {
    const outcome = await tried(() => check[name]());
    steps.push({ number: steps.length + 1, name, ...outcome });
    if (outcome.ok === false) return { ...none, verdict: "failed", steps, mission: check.mission?.() ?? null };
  }
  return { ...none, verdict: check.verdict(), steps, mission: check.mission?.() ?? null };
}

export function kindOf(bytes) {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return "bundle";
  return String.fromCharCode(...bytes.subarray(0, 20)) === "c2sp.org/tlog-proof@" ? "proof" : "checkpoint";
}

/** What a step says. An error that is no Refusal is a defect of this verifier, and never lets anything pass. */
async function tried(step) {
  const outcome = { ok: true, file: "", expected: "", found: "", problem: "" };
  try {
    return { ...outcome, ...(await step()) };
  } catch (error) {
    if (!(error instanceof Refusal)) return { ...outcome, ok: false, problem: "defect", found: String(error) };
    const { problem, file, expected, found } = error;
    return { ...outcome, ok: false, problem, file, expected, found };
  }
}

/** A text for people, as a key of words.js with its values. */
const said = (key, values = {}) => ({ said: key, ...values });
const HEAD = "log/checkpoint";

class BundleCheck {
  steps = ["anchor", "bundle", "checkpoint", "genesis", "entries", "root", "statements", "head", "seals", "agreement"];
  #files;
  #head;
  #tree = new Tree();
  #state = null;
  #cosigned = [];

  constructor(bytes, trust) {
    this.bytes = bytes;
    this.trust = trust.trim();
  }

  verdict() {
    if (!this.trust) return "unanchored";
    return this.#agreed() ? "verified" : "not agreed";
  }

  /** (1) The digest of the genesis comes from outside: keys found inside the bundle prove only that it agrees with itself. */
  anchor() {
    const expected = said("digest_from_outside");
    if (!this.trust) return { ok: null, expected, found: said("none_given") };
    const digest = /^(?:sha256:)?([0-9a-f]{64})$/.exec(this.trust)?.[1];
    this.trust = digest ?? refuse("not_a_digest", { found: this.trust });
    return { expected, found: digest };
  }

  /** (2) The file is a bundle, and holds nothing that a bundle does not hold. */
  async bundle() {
    this.#files = new Bundle(this.bytes);
    const about = parseCanonical(await this.#files.read("bundle.json"), "bundle.json");
    if (about?.schema !== "bundle/1") refuse("bundle_schema", { file: "bundle.json", expected: "bundle/1", found: canonical(about) });
    this.about = about;
    // Nothing is taken from these, but what other programs would unpack must be what is stated here.
    for (const name of this.#files.names) if (!name.startsWith("log/")) await this.#files.read(name);
    return { file: "bundle.json", expected: "bundle/1", found: said("files", { count: this.#files.names.length }) };
  }

  /** (3) The head is a well-formed signed note of the log that the bundle names. */
  async checkpoint() {
    this.#head = parseCheckpoint(parseNote(await this.#files.read(HEAD), HEAD).text, HEAD);
    const { origin, size } = this.#head;
    if (size === 0n || size > 2n ** 31n) refuse("log_size", { file: HEAD, expected: `1 to ${2 ** 31}`, found: size });
    const stated = canonical({ genesis: String(this.about.genesis), origin, schema: "bundle/1", size: Number(size) });
    if (canonical(this.about) !== stated) refuse("bundle_other_log", { file: HEAD, expected: canonical(this.about), found: stated });
    return { file: HEAD, expected: origin, found: said("entries", { count: Number(size) }) };
  }

  /** (4) Entry 0 is sound in itself, signed by all its members, and the one that is trusted. */
  async genesis() {
    const [first] = await this.#bundleOf(0);
    const { digest, body } = await readGenesis(first);
    for (const expected of [this.trust || digest, this.about.genesis]) {
      if (expected !== digest) refuse("other_genesis", { file: "entry 0", expected, found: digest });
    }
    if (body.origin !== this.#head.origin) refuse("other_origin", { file: "entry 0", expected: this.#head.origin, found: body.origin });
    this.#state = stateOf(digest, body);
    return { file: "entry 0", expected: said("signed_by_members", { count: body.members.length }), found: digest };
  }

  /** (5) Every entry is read and judged, and every tile is what follows from the entries. */
  async entries() {
    const size = Number(this.#head.size);
    const known = new Set(["README.txt", "bundle.json", HEAD, "verify.html"]);
    for (let index = 0; index * 256 < size; index += 1) {
      known.add(this.#entriesPath(index));
      for (const entry of await this.#bundleOf(index)) {
        if (this.#tree.size) await take(this.#state, this.#tree, entry);
        await this.#tree.append(await leafHash(entry));
      }
    }
    for (const { level, index, width, bytes } of this.#tree.tiles()) {
      const file = "log/" + tilePath(level, index, width);
      known.add(file);
      if (!equal(await this.#files.read(file), bytes)) refuse("tile_differs", { file });
    }
    const stranger = this.#files.names.find((name) => !known.has(name) && !/^reveals\/[^/]+\.json$/.test(name));
    if (stranger) refuse("bundle_extra", { file: stranger });
    return { file: "log/tile/", expected: said("tiles_follow"), found: said("entries", { count: size }) };
  }

  /** (6) The tiles lead to the root in the head. */
  async root() {
    const [expected, found] = [hex(this.#head.root), hex(await this.#tree.rootAt())];
    if (expected !== found) refuse("other_root", { file: HEAD, expected, found });
    return { file: HEAD, expected, found };
  }

  /** (7) What was judged. Void entries are part of an honest log; they count for nothing. */
  statements() {
    const { counts, unknown, size, ...state } = this.#state;
    const counted = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const found = said("judged", { size, counted, unknown: unknown.length, void: state.void.length });
    return { file: "log/tile/entries/", expected: said("every_entry_judged"), found };
  }

  /** (8) The member that appends signed the head, and no line of a known witness in it is wrong. */
  async head() {
    const { genesis: { origin }, members, appender, revoked } = this.#state;
    const logKey = await namedKey(origin, fromHex(members.get(appender).keys.log));
    const witnesses = new Map();
    for (const { party, keys } of members.values()) {
      if (revoked.has(keys.witness)) continue;
      witnesses.set(await namedKey(`${origin}/witness/${party}`, fromHex(keys.witness), WITNESS_KEY), party);
    }
    const opened = await openCheckpoint(await this.#files.read(HEAD), origin, [logKey], [...witnesses.keys()], HEAD);
    this.#cosigned = [...new Set(opened.cosignatures.map((line) => witnesses.get(line.key)))].sort();
    return { file: HEAD, expected: said("log_key_of", { party: appender }), found: said("signed_by", { party: appender }) };
  }

  /** (9) Log time: what seals say of it, and of the witnesses. */
  seals() {
    const last = this.#state.seals.at(-1);
    if (!last) return { ok: null, expected: said("seals_expected"), found: said("no_seals") };
    const found = said("sealed", { count: this.#state.seals.length, time: last.timeS, size: last.size });
    return { file: `entry ${last.index}`, expected: said("seals_expected"), found };
  }

  /** (10) The witnesses of the agreement quorum saw this very head. */
  agreement() {
    const parties = this.#parties();
    const expected = said("cosigned_by_count", { needed: needed(this.#state.quorums.agreement, parties.length), of: parties.length });
    const found = this.#cosigned.length ? this.#cosigned.join(", ") : said("nobody");
    return { ok: this.#agreed() || null, file: HEAD, expected, found };
  }

  mission() {
    if (!this.#state) return null;
    const { members, chains, genesis, genesisDigest, counts, unknown, seals, frozen, appender, ...state } = this.#state;
    return {
      name: genesis.mission,
      origin: genesis.origin,
      genesis: genesisDigest,
      createdUs: genesis.created_us,
      simulated: genesis.simulated,
      size: state.size,
      root: hex(this.#head.root),
      appender,
      frozen,
      members: [...members.values()].map(({ party, role }) => ({ party, role, statements: chains.get(party).length })),
      counts,
      void: state.void,
      unknown,
      cosigned: this.#cosigned,
      seals: seals.map(({ index, size, timeS, agreed }) => ({ index, size, timeS, agreed })),
      silent: silentWitnesses(this.#state),
      wrongClocks: wrongClocks(this.#state),
      withheld: withheld(this.#state),
      stolen: reportedStolen(this.#state),
    };
  }

  #parties() {
    return [...this.#state.members.values()].filter((member) => member.role === "party");
  }

  #agreed() {
    return reached(this.#state.quorums.agreement, this.#cosigned, this.#parties());
  }

  #widthOf(index) {
    return Math.min(256, Number(this.#head.size) - 256 * index);
  }

  #entriesPath(index) {
    return "log/" + tilePath("entries", index, this.#widthOf(index));
  }

  async #bundleOf(index) {
    const file = this.#entriesPath(index);
    return entriesOf(await this.#files.read(file), this.#widthOf(index), file);
  }
}

/** A head alone, or with a proof that an entry is in its tree. The keys to believe come from outside. */
class HeadCheck {
  #signed = [];

  constructor(kind, bytes, policy, origin, entry) {
    Object.assign(this, { kind, bytes, policy, origin: origin.trim(), entryBytes: entry });
    this.steps = kind === "proof" ? ["keys", "proof", "head", "inclusion", "cosigners"] : ["keys", "head", "cosigners"];
  }

  verdict() {
    if (!this.trusted.logs.length) return "unanchored";
    return this.trusted.quorum?.(this.#signed) ? "verified" : "not agreed";
  }

  /** The trusted keys. Without the log's there is nothing that a signature could be held against. */
  async keys() {
    this.trusted = await parsePolicy(this.policy);
    const { logs, witnesses } = this.trusted;
    const found = said("keys", { logs: logs.length, witnesses: witnesses.length });
    return { ok: logs.length ? true : null, expected: said("keys_from_outside"), found };
  }

  proof() {
    this.stated = parseProof(this.bytes);
    return { expected: "c2sp.org/tlog-proof@v1", found: said("proof_of", { index: String(this.stated.index), hashes: this.stated.hashes.length }) };
  }

  async head() {
    const bytes = this.stated?.checkpoint ?? this.bytes;
    const { logs, witnesses } = this.trusted;
    this.opened = parseCheckpoint(parseNote(bytes).text);
    const found = said("head", { origin: this.opened.origin, size: String(this.opened.size), root: hex(this.opened.root) });
    if (!logs.length) return { ok: null, expected: said("log_key"), found };
    const ours = logs.filter((key) => (this.origin || key.name) === this.opened.origin);
    if (!ours.length) refuse("other_origin", { expected: this.origin || logs.map((key) => key.name), found: this.opened.origin });
    const { cosignatures } = await openCheckpoint(bytes, this.opened.origin, ours, witnesses);
    this.#signed = cosignatures.map((line) => line.key);
    return { expected: said("log_key"), found };
  }

  async inclusion() {
    const { index, hashes } = this.stated;
    await checkInclusion(index, this.opened.size, await leafHash(this.entryBytes), hashes, this.opened.root);
    return { expected: said("entry_at", { index: String(index) }), found: hex(await sha256(this.entryBytes)) };
  }

  cosigners() {
    const names = [...new Set(this.#signed.map((key) => key.name))];
    const ok = this.trusted.quorum?.(this.#signed) || null;
    return { ok, expected: said("cosigners_asked"), found: names.length ? names.join(", ") : said("nobody") };
  }
}
