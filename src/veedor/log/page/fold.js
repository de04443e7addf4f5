// What the log says: every entry is judged in order, and counts, is unknown, or is void with its reason.
//
// The steps are those of docs/formats/statements.md; the first that fails makes the entry void, and the fold goes on.
// The author's chain goes on after step 5, whatever the later steps say, so that every version sees the same chains.

import { hex, Refusal, sha256 } from "./bytes.js";
import { judgeSeal } from "./seals.js";
import { BODIES } from "./shapes.js";
import {
  ascends, canBeReached, parseStatement, provesAll, provesPossession, reached, signedByExactly,
} from "./statements.js";

class Void extends Error {}
const voidIf = (wrong, reason) => {
  if (wrong) throw new Void(reason);
};

/** The state after entry 0, given its digest and body. */
export function stateOf(genesisDigest, genesis) {
  const state = {
    size: 1,
    genesisDigest,
    genesis,
    members: new Map(),
    quorums: genesis.quorums,
    recovery: 0,
    appender: genesis.appender,
    keysEver: new Set(),
    delegated: new Map(),
    revoked: new Map(),
    chains: new Map(),
    counts: { "urn:veedor:genesis:1": 1 },
    counted: new Map(),
    linked: new Map(),
    signedWith: new Map(),
    reported: new Set(),
    receipts: [],
    seals: [],
    frozen: false,
    void: [],
    unknown: [],
  };
  for (const member of genesis.members) admit(state, member, 0);
  return state;
}

function admit(state, member, joined) {
  state.members.set(member.party, { party: member.party, role: member.role, keys: { ...member.keys }, joined });
  state.chains.set(member.party, []);
  for (const key of Object.values(member.keys)) state.keysEver.add(key);
}

/** Judges the next entry. `tree` holds the leaves before it, or more. */
export async function take(state, tree, entry) {
  const at = { index: state.size, digest: hex(await sha256(entry)) };
  state.size += 1;
  let statement = null;
  try {
    statement = await parseStatement(entry).catch((error) => {
      throw error instanceof Refusal ? new Void("not_a_statement") : error;
    }); // (1)
    await judge(state, tree, at, statement);
    state.counts[statement.type] = (state.counts[statement.type] ?? 0) + 1;
    state.counted.set(at.digest, { party: statement.chain.party, type: statement.type, body: statement.body });
  } catch (error) {
    if (!(error instanceof Void)) throw error;
    const claimed = { ...at, party: statement?.chain?.party ?? "", type: statement?.type ?? "" };
    if (error.message === "unknown") state.unknown.push(claimed);
    else state.void.push({ ...claimed, reason: error.message });
  }
}

async function judge(state, tree, at, statement) {
  const { chain, type, body } = statement;
  voidIf(chain === null, "second_genesis");
  voidIf(chain.genesis !== state.genesisDigest, "wrong_genesis"); // (2)
  const author = state.members.get(chain.party); // (3)
  const name = type.split(":")[2] ?? "";
  voidIf(!author, "unknown_party");
  voidIf(!chain.signers.some((key) => speaksFor(state, key, name) === chain.party), "wrong_signers");
  voidIf(!ascends(chain.signers) || chain.signers.some((key) => state.revoked.has(key)), "wrong_signers");
  voidIf(!(await signedByExactly(statement, chain.signers)), "bad_signature"); // (4)
  link(state, at, chain); // (5)
  for (const key of chain.signers) {
    if (!state.signedWith.has(key)) state.signedWith.set(key, []);
    state.signedWith.get(key).push(at.index);
  }
  voidIf(state.frozen && type !== "urn:veedor:seal:1", "frozen");
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : null;
  voidIf(rule === null, "unknown"); // (6)
  voidIf(!BODIES[type](body), "bad_body"); // (7)
  voidIf(rule.onlyParties && author.role !== "party", "not_allowed"); // (8)
  checkSigners(state, rule, chain, name, body);
  await rule.apply(state, { ...at, party: chain.party, body, tree }); // (9)
}

/** The member for whom a key may sign statements of this name: its own statement key, or one delegated for them. */
function speaksFor(state, key, name) {
  for (const member of state.members.values()) if (member.keys.statement === key) return member.party;
  const delegation = state.delegated.get(key);
  return delegation?.scope.includes(name) && delegation.endUs > logTimeUs(state) ? delegation.party : null;
}

const logTimeUs = (state) => (state.seals.at(-1)?.timeS ?? 0) * 1_000_000;

function link(state, { digest }, { party, seq, prev }) {
  const chain = state.chains.get(party);
  voidIf(seq <= chain.length, chain[seq - 1] === digest ? "replay" : "fork");
  voidIf(seq > chain.length + 1, "gap");
  voidIf(prev !== (chain.at(-1) ?? state.genesisDigest), "wrong_prev");
  chain.push(digest);
  state.linked.set(digest, party);
}

function checkSigners(state, rule, chain, name, body) {
  const extra = rule.extra?.(body) ?? [];
  const parties = new Set();
  for (const key of chain.signers) {
    const party = speaksFor(state, key, name);
    if (party !== null) parties.add(party);
    else voidIf(!extra.includes(key), "wrong_signers");
  }
  voidIf(!extra.every((key) => chain.signers.includes(key)), "wrong_signers");
  if (rule.agreement) {
    const eligible = [...state.members.values()].filter((member) => member.role === "party");
    voidIf(!reached(state.quorums.agreement, [...parties], eligible), "wrong_signers");
  } else if (!rule.others?.(body)) {
    voidIf(parties.size !== 1, "wrong_signers");
  } else {
    parties.delete(body.party);
    voidIf(state.recovery === 0 || parties.size < state.recovery, "wrong_signers");
  }
}

async function replaceKey(state, party, { role, new: key, possession }) {
  const member = state.members.get(party);
  voidIf(state.keysEver.has(key), "key_in_use");
  const proven = await provesPossession(state.genesis.origin, party, member.role, role, key, possession);
  voidIf(!proven, "no_possession");
  member.keys[role] = key;
  state.keysEver.add(key);
}

const RULES = {
  "urn:veedor:join:1": {
    onlyParties: true,
    agreement: true,
    extra: (body) => [body.member.keys.statement],
    async apply(state, { index, body: { member } }) {
      const keys = Object.values(member.keys);
      voidIf(state.members.has(member.party), "member_already");
      voidIf(new Set(keys).size < 4 || keys.some((key) => state.keysEver.has(key)), "key_in_use");
      voidIf(!(await provesAll(member, state.genesis.origin)), "no_possession");
      admit(state, member, index);
    },
  },
  "urn:veedor:deposit:1": {
    onlyParties: true,
    apply(state, { body }) {
      const { rows } = body;
      voidIf([body.period, ...body.outages].some((span) => span.start_us >= span.end_us), "bad_period");
      voidIf(rows.accepted_bytes + rows.framing_bytes + rows.rejected_bytes > rows.bytes, "counts_do_not_reconcile");
      voidIf(![body.classes, body.tables, body.conversions].every(ascends), "list_not_sorted");
      voidIf(!state.members.has(body.handling.originator), "unknown_originator");
      voidIf(body.simulated !== state.genesis.simulated, "simulated_mark");
    },
  },
  "urn:veedor:run:1": {
    apply(state, { body }) {
      const adopted = state.counted.get(body.adoption);
      const isAdoption = adopted?.type === "urn:veedor:adopt:1" && adopted.body.document === "parameters";
      voidIf(body.adoption && !isAdoption, "unknown_adoption");
      voidIf(body.started_us > body.ended_us, "bad_period");
      voidIf(body.simulated !== state.genesis.simulated, "simulated_mark");
      const lists = [body.parameters.map((each) => each.detector), body.tables.map((each) => each.table)];
      voidIf(!lists.every(ascends), "list_not_sorted");
    },
  },
  "urn:veedor:findings:1": {
    apply(state, { party, body }) {
      const run = state.counted.get(body.run);
      voidIf(run?.type !== "urn:veedor:run:1" || run.party !== party, "unknown_run");
      voidIf(state.reported.has(body.run), "findings_already");
      voidIf(!ascends(body.kinds.map((each) => each.kind)), "list_not_sorted");
      const sum = body.kinds.reduce((total, each) => total + BigInt(each.count), 0n);
      voidIf(sum !== BigInt(body.total), "counts_do_not_reconcile");
      voidIf(body.simulated !== state.genesis.simulated, "simulated_mark");
      state.reported.add(body.run);
    },
  },
  "urn:veedor:seal:1": {
    async apply(state, { index, party, body, tree }) {
      const [reason, seal] = await judgeSeal(state, tree, index, party, body);
      voidIf(reason, reason);
      state.seals.push(seal);
    },
  },
  "urn:veedor:policy:1": {
    onlyParties: true,
    agreement: true,
    apply(state, { body: { agreement, clock, recovery } }) {
      const members = [...state.members.values()];
      voidIf(!canBeReached({ agreement, clock }, members), "bad_quorum");
      voidIf(recovery === 1 || recovery >= members.length, "bad_quorum");
      state.quorums = { agreement, clock };
      state.recovery = recovery;
    },
  },
  "urn:veedor:adopt:1": { onlyParties: true, agreement: true, apply() {} },
  "urn:veedor:handover:1": {
    agreement: true,
    apply(state, { body: { appender } }) {
      voidIf(!state.members.has(appender), "unknown_party");
      state.appender = appender;
    },
  },
  "urn:veedor:freeze:1": {
    onlyParties: true,
    agreement: true,
    apply(state) {
      state.frozen = true;
    },
  },
  "urn:veedor:rotate:1": {
    extra: (body) => [body.old, body.new],
    async apply(state, { party, body }) {
      voidIf(state.members.get(party).keys[body.role] !== body.old, "unknown_key");
      await replaceKey(state, party, body);
    },
  },
  "urn:veedor:recover:1": {
    others: (body) => body.recovery === "",
    extra: (body) => (body.recovery ? [body.new, body.recovery] : [body.new]),
    async apply(state, { body }) {
      const member = state.members.get(body.party);
      voidIf(!member || (body.recovery && member.keys.recovery !== body.recovery), "unknown_key");
      await replaceKey(state, body.party, body);
    },
  },
  "urn:veedor:revoke:1": {
    apply(state, { index, party, body: { key, from_entry: from } }) {
      const own = Object.values(state.members.get(party).keys).includes(key) || state.delegated.get(key)?.party === party;
      voidIf(!own, "unknown_key");
      voidIf(from > index, "beyond_log");
      state.revoked.set(key, { party, from, at: index });
    },
  },
  "urn:veedor:delegate:1": {
    extra: (body) => [body.key],
    apply(state, { party, body: { key, scope, end_us: endUs } }) {
      voidIf(!ascends(scope), "list_not_sorted");
      voidIf(state.keysEver.has(key), "key_in_use");
      state.keysEver.add(key);
      state.delegated.set(key, { party, scope, endUs });
    },
  },
  "urn:veedor:mailbox:1": { apply() {} },
  "urn:veedor:receipt:1": {
    apply(state, { index, party, body }) {
      voidIf(body.party === party, "not_allowed");
      voidIf(!state.members.has(body.party), "unknown_party");
      state.receipts.push({ index, by: party, ...body });
    },
  },
  "urn:veedor:look:1": {
    apply(state, { body }) {
      voidIf(!state.members.has(body.owner), "unknown_party");
    },
  },
  "urn:veedor:attest:1": { apply() {} },
  "urn:veedor:label:1": {
    apply(state, { party, body }) {
      voidIf(state.linked.get(body.statement) !== party, "unknown_statement");
      voidIf(!state.members.has(body.handling.originator), "unknown_originator");
    },
  },
};

/** Receipts for statements that the log still does not hold: {party, seq, by, sinceS}, since the receipt's own log time. */
export function withheld(state) {
  return state.receipts
    .filter(({ party, statement }) => state.linked.get(statement) !== party)
    .map(({ index, party, seq, by }) => ({ party, seq, by, sinceS: timeOfEntry(state, index) }));
}

/** Seconds of the first seal that covers an entry, or null. */
export function timeOfEntry(state, index) {
  return state.seals.find((seal) => seal.size > index)?.timeS ?? null;
}

/** Entries signed with a key before it was revoked, but from the entry on at which its owner says it was stolen. They stand. */
export function reportedStolen(state) {
  return [...state.revoked].map(([key, { party, from, at }]) => {
    const entries = (state.signedWith.get(key) ?? []).filter((index) => from <= index && index < at);
    return { party, key, entries };
  });
}
