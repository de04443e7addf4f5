// One entry of the log taken apart: DSSE envelope, in-toto statement, chain header; who signed it; and entry 0, the genesis.

import { concat, fromBase64, fromHex, hex, refuse, sha256, u32, utf8 } from "../../log/page/bytes.js";
import { verifySignature } from "../../log/page/ed25519.js";
import { canonical, parseCanonical } from "./canonical.js";
import { BODIES, isChain } from "./shapes.js";

const PAYLOAD_TYPE = "application/vnd.in-toto+json";
const GENESIS = "urn:veedor:genesis:1";
const KEY_ROLES = ["log", "recovery", "statement", "witness"];

const has = (value, ...names) =>
  value !== null && typeof value === "object" && Object.keys(value).sort().join() === names.sort().join();
const isText = (value) => typeof value === "string";
export const ascends = (items) => items.every((item, at) => at === 0 || items[at - 1] < item);

const isSubject = (row) =>
  has(row, "name", "digest") &&
  isText(row.name) &&
  row.digest !== null &&
  typeof row.digest === "object" &&
  !Array.isArray(row.digest) &&
  Object.keys(row.digest).length > 0 &&
  Object.values(row.digest).every((digest) => isText(digest) && /^([0-9a-f]{2})+$/.test(digest));

/** An envelope that is canonical in every layer, no signature checked yet; refused otherwise. */
export async function parseEnvelope(entry, file) {
  const envelope = parseCanonical(entry, file);
  const rows = envelope?.signatures;
  if (
    !has(envelope, "payload", "payloadType", "signatures") ||
    envelope.payloadType !== PAYLOAD_TYPE ||
    !isText(envelope.payload) ||
    !Array.isArray(rows) ||
    rows.length < 1 ||
    rows.length > 64 ||
    !rows.every((row) => has(row, "keyid", "sig") && isText(row.keyid) && /^[0-9a-f]{64}$/.test(row.keyid) && isText(row.sig)) ||
    !ascends(rows.map((row) => row.keyid))
  ) {
    refuse("not_an_envelope", { file });
  }
  const signatures = rows.map((row) => ({ keyId: row.keyid, bytes: fromBase64(row.sig, file) }));
  if (signatures.some((each) => each.bytes.length !== 64)) refuse("not_an_envelope", { file });
  const payload = fromBase64(envelope.payload, file);
  const statement = parseCanonical(payload, file);
  if (
    !has(statement, "_type", "subject", "predicateType", "predicate") ||
    statement._type !== "https://in-toto.io/Statement/v1" ||
    !isText(statement.predicateType) ||
    statement.predicateType === "" ||
    statement.predicate === null ||
    typeof statement.predicate !== "object" ||
    Array.isArray(statement.predicate) ||
    !Array.isArray(statement.subject) ||
    statement.subject.length === 0 ||
    !statement.subject.every(isSubject)
  ) {
    refuse("not_in_toto", { file });
  }
  return { statement, payload, signatures, digest: hex(await sha256(entry)) };
}

/** An envelope with its predicate taken apart: {type, chain, body}; `chain` is null for a genesis only. */
export async function parseStatement(entry, file) {
  const envelope = await parseEnvelope(entry, file);
  const { predicateType: type, predicate, subject } = envelope.statement;
  const isGenesis = type === GENESIS;
  if (!has(predicate, ...(isGenesis ? ["body"] : ["body", "chain"])) || !(isGenesis || isChain(predicate.chain))) {
    refuse("not_a_statement", { file });
  }
  const named = isGenesis ? hex(await sha256(utf8(canonical(predicate.body)))) : predicate.chain.genesis;
  if (canonical(subject) !== canonical([{ digest: { sha256: named }, name: "genesis" }])) refuse("not_a_statement", { file });
  return { ...envelope, type, chain: predicate.chain ?? null, body: predicate.body };
}

/** Whether these public keys (hex), each of them and no other, signed the envelope. */
export async function signedByExactly(envelope, keys) {
  const byId = new Map();
  for (const key of keys) byId.set(hex(await sha256(fromHex(key))), fromHex(key));
  if ([...byId.keys()].sort().join() !== envelope.signatures.map((each) => each.keyId).join()) return false;
  const { payload } = envelope;
  const message = concat(utf8(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `), payload);
  const checks = envelope.signatures.map((each) => verifySignature(byId.get(each.keyId), message, each.bytes));
  return (await Promise.all(checks)).every(Boolean);
}

/** Whether a key (hex) proves that its holder holds it, for this log, member and use only. */
export async function provesPossession(origin, party, role, keyRole, key, proof) {
  const parts = [origin, party, role, keyRole, key].flatMap((part) => [u32(utf8(part).length), utf8(part)]);
  return verifySignature(fromHex(key), concat(utf8("veedor/possession/1\0"), ...parts), fromHex(proof));
}

export async function provesAll(member, origin) {
  for (const role of KEY_ROLES) {
    const { party, keys, possession } = member;
    if (!(await provesPossession(origin, party, member.role, role, keys[role], possession[role]))) return false;
  }
  return true;
}

/** How many members a quorum needs among those it may count; never none, so that nobody's silence is agreement. */
export function needed(quorum, eligible) {
  if (quorum.rule === "all") return Math.max(1, eligible);
  return quorum.rule === "majority" ? Math.floor(eligible / 2) + 1 : Math.max(1, quorum.count);
}

/** Whether these parties fill the quorum among the eligible members, each counted once. */
export function reached(quorum, parties, eligible) {
  const present = eligible.filter((member) => parties.includes(member.party));
  const outsiders = present.filter((member) => member.role !== "party").length;
  return present.length >= needed(quorum, eligible.length) && outsiders >= quorum.outsiders;
}

/** Whether both quorums can be filled at all by these members. */
export function canBeReached({ agreement, clock }, members) {
  const parties = members.filter((member) => member.role === "party").length;
  const sound = (quorum, eligible, outsiders) =>
    (quorum.rule === "count") === quorum.count > 0 &&
    needed(quorum, eligible) <= eligible &&
    quorum.outsiders <= outsiders;
  return sound(agreement, parties, 0) && sound(clock, members.length, members.length - parties);
}

/** Digest and body of an entry 0 that is sound in itself. That it is the right one is known only from its digest. */
export async function readGenesis(entry) {
  const file = "entry 0";
  const statement = await parseStatement(entry, file);
  const { type, body, digest } = statement;
  if (type !== GENESIS || !BODIES[GENESIS](body)) refuse("not_a_genesis", { file, expected: GENESIS, found: type });
  const { members, quorums } = body;
  const keys = members.flatMap((member) => Object.values(member.keys));
  if (
    !ascends(members.map((member) => member.party)) ||
    !members.some((member) => member.role === "party") ||
    !members.some((member) => member.party === body.appender) ||
    new Set(keys).size < keys.length ||
    !canBeReached(quorums, members)
  ) {
    refuse("unsound_genesis", { file });
  }
  for (const member of members) {
    if (!(await provesAll(member, body.origin))) refuse("genesis_possession", { file, found: member.party });
  }
  if (!(await signedByExactly(statement, members.map((member) => member.keys.statement)))) refuse("genesis_signers", { file });
  return { digest, body };
}
