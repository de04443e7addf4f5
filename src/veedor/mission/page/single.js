// One file alone: a head, a proof that an entry is under it, or a reveal that also brings the genesis.
//
// Keys are those that were given, or those of the genesis. Where one was replaced since, a single file cannot show it: the
// check fails, and the whole log in a bundle can be checked instead.

import { fromHex, hex, refuse, sha256 } from "../../log/page/bytes.js";
import { checkInclusion, leafHash } from "../../log/page/merkle.js";
import { namedKey, parseCheckpoint, parseNote, parseProof, WITNESS_KEY } from "../../log/page/note.js";
import { verifyHead } from "../../log/page/verify.js";
import { parsePolicy } from "./policy.js";
import { checkRows, parseReveal } from "./reveal.js";
import { needed, parseStatement, reached, readGenesis, signedByExactly } from "./statements.js";
import { anchorOf, said } from "./trust.js";

const OTHER_KEYS = said("keys_of_genesis");

/** A checkpoint, held against keys that come from outside. */
export class HeadCheck {
  steps = ["keys", "head", "cosigners"];
  signed = [];

  constructor(bytes, policy, origin) {
    Object.assign(this, { checkpoint: bytes, policy, origin: origin.trim() });
  }

  verdict() {
    if (!this.trusted.logs.length) return "unanchored";
    return this.trusted.quorum?.(this.signed) ? "verified" : "not agreed";
  }

  /** Without the log's key there is nothing that a signature could be held against. */
  async keys() {
    this.trusted = await parsePolicy(this.policy);
    const { logs, witnesses } = this.trusted;
    const found = said("keys", { logs: logs.length, witnesses: witnesses.length });
    return { ok: logs.length ? true : null, expected: said("keys_from_outside"), found };
  }

  async head() {
    const isSigned = this.trusted.logs.length > 0;
    this.opened = isSigned
      ? await verifyHead(this.checkpoint, this.trusted, this.origin)
      : { ...parseCheckpoint(parseNote(this.checkpoint).text), cosignatures: [] };
    const { origin, size, root, cosignatures } = this.opened;
    this.signed = cosignatures.map((line) => line.key);
    const found = said("head", { origin, size: String(size), root: hex(root) });
    return { ok: isSigned || null, expected: said("log_key"), found };
  }

  cosigners() {
    const names = [...new Set(this.signed.map((key) => key.name))];
    const ok = this.trusted.quorum?.(this.signed) || null;
    return { ok, expected: said("cosigners_asked"), found: names.length ? names.join(", ") : said("nobody") };
  }
}

/** A tlog-proof. Its entry is the file's `extra`, as good as signed once its hash leads to the head, or another file. */
export class ProofCheck extends HeadCheck {
  steps = ["keys", "proof", "head", "inclusion", "cosigners"];

  constructor(bytes, policy, origin, entry) {
    super(null, policy, origin);
    Object.assign(this, { proofBytes: bytes, entry });
  }

  proof() {
    this.stated = parseProof(this.proofBytes);
    this.checkpoint = this.stated.checkpoint;
    this.entry ??= this.stated.extra ?? refuse("no_entry");
    const { index, hashes } = this.stated;
    return { expected: "c2sp.org/tlog-proof@v1", found: said("proof_of", { index: String(index), hashes: hashes.length }) };
  }

  async inclusion() {
    const { index, hashes } = this.stated;
    await checkInclusion(index, this.opened.size, await leafHash(this.entry), hashes, this.opened.root);
    return { expected: said("entry_at", { index: String(index) }), found: hex(await sha256(this.entry)) };
  }
}

/** A reveal. It brings the genesis, so that its digest is enough to trust. */
export class RevealCheck extends ProofCheck {
  steps = ["anchor", "genesis", "proof", "head", "inclusion", "statement", "rows_shown", "agreement"];
  rows = [];

  constructor(bytes, trust) {
    super(null, "", "", null);
    Object.assign(this, { bytes, trust });
  }

  verdict() {
    if (!this.trust) return "unanchored";
    return this.trusted.quorum(this.signed) ? "verified" : "not agreed";
  }

  anchor() {
    const [digest, outcome] = anchorOf(this.trust);
    this.trust = digest;
    return outcome;
  }

  async genesis() {
    this.made = parseReveal(this.bytes);
    const { digest, body } = await readGenesis(this.made.genesis);
    if (this.trust && digest !== this.trust) refuse("other_genesis", { file: "entry 0", expected: this.trust, found: digest });
    Object.assign(this, { digest, founded: body, simulated: body.simulated, entry: this.made.entry, proofBytes: this.made.proof });
    const { origin, members, appender, quorums } = body;
    const logKey = await namedKey(origin, fromHex(members.find(({ party }) => party === appender).keys.log));
    const witnesses = new Map();
    for (const { party, keys } of members) {
      witnesses.set(await namedKey(`${origin}/witness/${party}`, fromHex(keys.witness), WITNESS_KEY), party);
    }
    this.parties = members.filter((member) => member.role === "party");
    const quorum = (signed) => reached(quorums.agreement, signed.map((key) => witnesses.get(key)), this.parties);
    this.trusted = { logs: [logKey], witnesses: [...witnesses.keys()], quorum };
    return { file: "entry 0", expected: said("signed_by_members", { count: members.length }), found: digest };
  }

  /** The entry is a statement of this mission, signed by a founding member with the key it had then. */
  async statement() {
    const statement = await parseStatement(this.entry);
    this.type = statement.type;
    this.body = statement.body;
    if (statement.chain === null) {
      if (statement.digest !== this.digest) refuse("other_genesis", { expected: this.digest, found: statement.digest });
      return { expected: OTHER_KEYS, found: statement.type };
    }
    const { genesis, party, seq, signers } = statement.chain;
    if (genesis !== this.digest) refuse("other_genesis", { expected: this.digest, found: genesis });
    const author = this.founded.members.find((member) => member.party === party);
    if (!author || !signers.includes(author.keys.statement)) refuse("other_author", { found: party });
    if (!(await signedByExactly(statement, signers))) refuse("bad_signature", { found: party });
    return { expected: OTHER_KEYS, found: `${party} ${seq}, ${statement.type}` };
  }

  async rows_shown() {
    this.rows = await checkRows(this.made.rows, this.type, this.body, "");
    return { ok: this.rows.length ? true : null, expected: said("as_committed"), found: said("rows", { count: this.rows.length }) };
  }

  agreement() {
    const count = needed(this.founded.quorums.agreement, this.parties.length);
    return { ...this.cosigners(), expected: said("cosigned_by_count", { needed: count, of: this.parties.length }) };
  }
}
