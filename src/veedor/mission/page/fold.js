// What the log says: every entry is judged in order, and counts, is unknown, or is void with its reason.
//
// The steps are those of docs/formats/statements.md; the first that fails makes the entry void, and the fold goes on.
// The author's chain goes on after step 5, whatever the later steps say, so that every version sees the same chains.

import { hex, Refusal, sha256 } from "../../log/page/bytes.js";
import { authorKey, membersBehind, noteUse } from "./keys.js";
import { admit, RULES } from "./rules.js";
import { BODIES } from "./shapes.js";
import { ascends, parseStatement, reached, signedByExactly } from "./statements.js";
import { Void, voidIf } from "./void.js";

const SEAL = "urn:veedor:seal:1";

/** The state after entry 0, given its digest and body, for a log to whose types other `rooms` add their own. */
export function stateOf(genesisDigest, genesis, rooms = []) {
  const state = {
    size: 1,
    rules: Object.assign(Object.create(null), RULES, ...rooms.map((room) => room.rules)),
    bodies: Object.assign(Object.create(null), BODIES, ...rooms.map((room) => room.bodies)),
    entries: [], // after the genesis: {party, digest, type, body, behind}; the last three only of what counts
    genesisDigest,
    genesis,
    members: new Map(),
    quorums: genesis.quorums,
    recovery: 0,
    appender: genesis.appender,
    uses: new Map(),
    delegated: new Map(),
    revoked: new Map(),
    signedWith: new Map(),
    chains: new Map(),
    linked: new Map(),
    counts: { "urn:veedor:genesis:1": 1 },
    counted: new Map(),
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

/** Judges the next entry. `tree` holds the leaves of all entries before it. */
export async function take(state, tree, entry) {
  const at = { index: state.size, digest: hex(await sha256(entry)) };
  state.size += 1;
  let statement = null;
  const said = { party: "", digest: at.digest, type: null, body: null, behind: null };
  state.entries.push(said);
  try {
    statement = await parseStatement(entry).catch((error) => {
      throw error instanceof Refusal ? new Void("not_a_statement") : error;
    }); // (1)
    const behind = await judge(state, tree, at, statement);
    const { type, body, chain } = statement;
    Object.assign(said, { party: chain.party, type, body, behind });
    state.counts[type] = (state.counts[type] ?? 0) + 1;
    state.counted.set(at.digest, { party: chain.party, type, document: body.document });
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
  voidIf(!author, "unknown_party");
  const key = authorKey(state, chain, type.replace(/^urn:veedor:/, "").split(":")[0]);
  voidIf(!key || !ascends(chain.signers), "wrong_signers");
  voidIf(state.revoked.has(key), "revoked_key");
  voidIf(!(await signedByExactly(statement, chain.signers)), "bad_signature"); // (4)
  link(state, at, chain); // (5)
  voidIf(state.frozen && type !== SEAL, "frozen");
  const rule = state.rules[type];
  voidIf(!rule, "unknown"); // (6)
  voidIf(!state.bodies[type](body), "bad_body"); // (7)
  voidIf(rule.onlyParties && author.role !== "party", "not_allowed"); // (8)
  const behind = membersBehind(state, chain, key, rule.coSigners?.(body) ?? []);
  voidIf(!behind, "wrong_signers");
  voidIf(chain.signers.some((each) => state.revoked.has(each)), "revoked_key");
  voidIf(!enoughMembers(state, rule, chain.party, behind), "wrong_signers");
  await rule.apply(state, { ...at, party: chain.party, body, tree, behind }); // (9)
  return behind;
}

function enoughMembers(state, rule, party, behind) {
  if (rule.anyMembers) return true;
  if (!rule.agreement) return behind.size === 1 && behind.has(party);
  const eligible = [...state.members.values()].filter((member) => member.role === "party");
  return reached(state.quorums.agreement, [...behind], eligible);
}

function link(state, { index, digest }, { party, seq, prev, signers }) {
  const chain = state.chains.get(party);
  voidIf(seq <= chain.length, chain[seq - 1] === digest ? "replay" : "fork");
  voidIf(seq > chain.length + 1, "gap");
  voidIf(prev !== (chain.at(-1) ?? state.genesisDigest), "wrong_prev");
  chain.push(digest);
  state.linked.set(digest, index);
  for (const key of signers) noteUse(state, key, index);
}
