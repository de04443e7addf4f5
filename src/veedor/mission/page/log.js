// A whole log, in a bundle: from the trusted digest over every entry and tile to the signed head and who agreed to it.

import { equal, fromHex, hex, refuse } from "../../log/page/bytes.js";
import { leafHash } from "../../log/page/merkle.js";
import { namedKey, parseCheckpoint, parseNote, WITNESS_KEY } from "../../log/page/note.js";
import { verifyHead } from "../../log/page/verify.js";
import { canonical, parseCanonical } from "./canonical.js";
import { stateOf, take } from "./fold.js";
import { reportedStolen } from "./keys.js";
import { checkRows, parseReveal } from "./reveal.js";
import { withheld } from "./rules.js";
import { silentWitnesses, wrongClocks } from "./seals.js";
import { needed, parseStatement, reached, readGenesis } from "./statements.js";
import { entriesOf, tilePath, Tree } from "./tree.js";
import { anchorOf, said } from "./trust.js";
import { Bundle } from "./zip.js";

const HEAD = "log/checkpoint";
const BESIDE = ["README.txt", "bundle.json", "policy.txt", "verify.html", HEAD];
const TILE = /^log\/tile\/(entries|[0-9]{1,2})\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([0-9]{1,3}))?$/;

/** One method a step, in the order of `steps`; each returns what it saw, or refuses. */
export class BundleCheck {
  steps = [
    ...["anchor", "bundle", "checkpoint", "genesis", "entries", "root"],
    ...["earlier", "statements", "head", "seals", "reveals", "agreement"],
  ];
  rows = [];
  #files;
  #head;
  #tree = new Tree();
  #state = null;
  #cosigned = [];

  constructor(bytes, trust, earlier, rooms) {
    Object.assign(this, { bytes, trust, earlierHead: earlier, rooms });
  }

  verdict() {
    if (!this.trust) return "unanchored";
    return this.#agreed() ? "verified" : "not agreed";
  }

  /** (1) */
  anchor() {
    const [digest, outcome] = anchorOf(this.trust);
    this.trust = digest;
    return outcome;
  }

  /** (2) The file is a bundle, and holds nothing that a bundle does not hold. */
  async bundle() {
    this.#files = new Bundle(this.bytes);
    const { names } = this.#files;
    const about = parseCanonical(await this.#files.read("bundle.json"), "bundle.json");
    if (about?.schema !== "bundle/1") refuse("bundle_schema", { file: "bundle.json", expected: "bundle/1", found: canonical(about) });
    const stranger = names.find((name) => !BESIDE.includes(name) && !/^(log\/tile\/.+|reveals\/[^/]+)$/.test(name) && !this.rooms.some(({ file }) => file.test(name)));
    if (stranger) refuse("bundle_extra", { file: stranger });
    // Nothing is taken from these, but what other programs would unpack must be what is stated here.
    for (const name of names) if (!name.startsWith("log/")) await this.#files.read(name);
    this.about = about;
    return { file: "bundle.json", expected: "bundle/1", found: said("files", { count: names.length }) };
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
    const [first] = await this.#entries(0);
    const { digest, body } = await readGenesis(first);
    for (const expected of [this.trust ?? digest, this.about.genesis]) {
      if (expected !== digest) refuse("other_genesis", { file: "entry 0", expected, found: digest });
    }
    if (body.origin !== this.#head.origin) refuse("other_origin", { file: "entry 0", expected: this.#head.origin, found: body.origin });
    this.#state = stateOf(digest, body, this.rooms);
    this.simulated = body.simulated;
    return { file: "entry 0", expected: said("signed_by_members", { count: body.members.length }), found: digest };
  }

  /** (5) Every entry is read and judged, and every tile is what follows from the entries. */
  async entries() {
    const size = Number(this.#head.size);
    for (let index = 0; index * 256 < size; index += 1) {
      for (const entry of await this.#entries(index)) {
        if (this.#tree.size) await take(this.#state, this.#tree, entry);
        await this.#tree.append(await leafHash(entry));
      }
    }
    for (const { level, index, width, bytes } of this.#tree.tiles()) {
      const file = "log/" + tilePath(level, index, width);
      if (!equal(await this.#files.read(file), bytes)) refuse("tile_differs", { file });
    }
    const others = await this.#olderTiles();
    this.judged = {};
    for (const room of this.rooms) this.judged[room.name] = await room.judge(await this.#filesOf(room), this.#state);
    return { file: "log/tile/", expected: said("tiles_follow"), found: said("entries_and_others", { count: size, others }) };
  }

  /** (6) The tiles lead to the root in the head. */
  async root() {
    const [expected, found] = [hex(this.#head.root), hex(await this.#tree.rootAt())];
    if (expected !== found) refuse("other_root", { file: HEAD, expected, found });
    return { file: HEAD, expected, found };
  }

  /** (7) A head that somebody kept from before is one of this log's: nothing that it covers was rewritten. */
  async earlier() {
    const expected = said("earlier_head");
    if (!this.earlierHead) return { ok: null, expected, found: said("none_given") };
    const { origin, size, root } = parseCheckpoint(parseNote(this.earlierHead).text);
    if (origin !== this.#head.origin) refuse("other_origin", { expected: this.#head.origin, found: origin });
    if (size > this.#head.size) refuse("earlier_is_later", { expected: `up to ${this.#head.size}`, found: size });
    const found = hex(await this.#tree.rootAt(Number(size)));
    if (found !== hex(root)) refuse("rewritten", { expected: hex(root), found });
    return { expected, found: said("begins_with", { size: String(size) }) };
  }

  /** (8) What was judged. Void entries are part of an honest log; they count for nothing. */
  statements() {
    const { counts, unknown, ...state } = this.#state;
    const counted = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const found = said("judged", { counted, unknown: unknown.length, void: state.void.length });
    return { file: "log/tile/entries/", expected: said("every_entry_judged"), found };
  }

  /** (9) The member that appends signed the head, and no line of a known witness in it is wrong. */
  async head() {
    const { genesis: { origin }, members, appender, revoked } = this.#state;
    const logKey = await namedKey(origin, fromHex(members.get(appender).keys.log));
    const witnesses = new Map();
    for (const { party, keys } of members.values()) {
      if (revoked.has(keys.witness)) continue;
      witnesses.set(await namedKey(`${origin}/witness/${party}`, fromHex(keys.witness), WITNESS_KEY), party);
    }
    const trusted = { logs: [logKey], witnesses: [...witnesses.keys()] };
    const opened = await verifyHead(await this.#files.read(HEAD), trusted, origin, HEAD);
    this.#cosigned = [...new Set(opened.cosignatures.map((line) => witnesses.get(line.key)))].sort();
    return { file: HEAD, expected: said("log_key_of", { party: appender }), found: said("signed_by", { party: appender }) };
  }

  /** (10) Log time: what seals say of it. */
  seals() {
    const { seals } = this.#state;
    const last = seals.at(-1);
    if (!last) return { ok: null, expected: said("seals_expected"), found: said("no_seals") };
    const found = said("sealed", { count: seals.length, time: last.timeS, size: last.size });
    return { file: `entry ${last.index}`, expected: said("seals_expected"), found };
  }

  /** (11) What is revealed stands in this log, and rows in the statements that committed to them. */
  async reveals() {
    const names = this.#files.names.filter((name) => name.startsWith("reveals/"));
    for (const file of names) {
      const { entry, rows } = parseReveal(await this.#files.read(file), file);
      const { type, body, digest } = await parseStatement(entry, file);
      // As in the log so here: a statement stands where it has its place in its author's chain.
      if (!this.#state.linked.has(digest)) refuse("reveal_of_other_log", { file, found: digest });
      if (rows.length && !this.#state.counted.has(digest)) refuse("rows_of_no_deposit", { file, found: digest });
      for (const row of await checkRows(rows, type, body, file)) this.rows.push({ file, statement: digest, ...row });
    }
    const found = said("revealed", { files: names.length, rows: this.rows.length });
    return { ok: names.length ? true : null, file: "reveals/", expected: said("as_committed"), found };
  }

  /** (12) The witnesses of the agreement quorum saw this very head. */
  agreement() {
    const parties = this.#parties();
    const expected = said("cosigned_by_count", { needed: needed(this.#state.quorums.agreement, parties.length), of: parties.length });
    const found = this.#cosigned.length ? this.#cosigned.join(", ") : said("nobody");
    return { ok: this.#agreed() || null, file: HEAD, expected, found };
  }

  /** What the log says, for people; null where not even its genesis could be read. */
  mission() {
    if (!this.#state) return null;
    const { members, chains, genesis, genesisDigest, counts, unknown, seals, frozen, appender, ...state } = this.#state;
    return {
      name: genesis.mission,
      origin: genesis.origin,
      genesis: genesisDigest,
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
      ...this.judged,
    };
  }

  async #filesOf({ file }) {
    const names = this.#files.names.filter((name) => file.test(name));
    return Promise.all(names.map(async (name) => [name, await this.#files.read(name)]));
  }

  #parties() {
    return [...this.#state.members.values()].filter((member) => member.role === "party");
  }

  #agreed() {
    return reached(this.#state.quorums.agreement, this.#cosigned, this.#parties());
  }

  /** The entries of a bundle of this tree. */
  async #entries(index) {
    const width = Math.min(256, Number(this.#head.size) - 256 * index);
    const file = "log/" + tilePath("entries", index, width);
    return entriesOf(await this.#files.read(file), width, file);
  }

  /** How many tiles there are beside those of this head: narrower ones must be the beginning of theirs, others mean nothing. */
  async #olderTiles() {
    let others = 0;
    for (const file of this.#files.names.filter((name) => name.startsWith("log/tile/"))) {
      const [, level, path, partial] = TILE.exec(file) ?? [];
      const index = Number(path?.replace(/[x/]/g, ""));
      const hashes = Math.floor(Number(this.#head.size) / 256 ** (level === "entries" ? 0 : Number(level)));
      const [width, current] = [Number(partial ?? 256), Math.min(256, hashes - 256 * index)];
      const number = level === "entries" ? level : Number(level);
      const isTile = path && width > 0 && file === "log/" + tilePath(number, index, width);
      if (isTile && width === current) continue;
      others += 1;
      if (!isTile || !(width < current)) continue;
      const [old, whole] = [await this.#files.read(file), await this.#files.read("log/" + tilePath(number, index, current))];
      if (!equal(old, whole.subarray(0, old.length))) refuse("tile_differs", { file });
      if (level === "entries") entriesOf(old, width, file);
      else if (old.length !== 32 * width) refuse("tile_differs", { file });
    }
    return others;
  }
}
