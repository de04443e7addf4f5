// What each type of statement does to the state, who may say it, and what makes it void. Keys have their own file.
//
// Of a rule: `onlyParties` - its author must be a party; `agreement` - the agreement quorum signs, else the author alone;
// `coSigners(body)` - keys that sign beside members.

import { KEY_RULES, noteUse, recordKey } from "./keys.js";
import { judgeSeal, timeOfEntry } from "./seals.js";
import { ascends, canBeReached, provesAll } from "./statements.js";
import { voidIf } from "./void.js";

export function admit(state, { party, role, keys }, joined) {
  state.members.set(party, { party, role, keys: { ...keys }, joined });
  state.chains.set(party, []);
  for (const [use, key] of Object.entries(keys)) recordKey(state, key, party, use);
}

function reportFindings(state, { party, body }) {
  const run = state.counted.get(body.run);
  voidIf(run?.type !== "urn:veedor:run:1" || run.party !== party, "unknown_run");
  voidIf(state.reported.has(body.run), "findings_already");
  voidIf(!ascends(body.kinds.map((each) => each.kind)), "list_not_sorted");
  const sum = body.kinds.reduce((total, each) => total + BigInt(each.count), 0n);
  voidIf(sum !== BigInt(body.total), "counts_do_not_reconcile");
  voidIf(body.simulated !== state.genesis.simulated, "simulated_mark");
  state.reported.add(body.run);
}

const runsBackwards = ({ period, outages }) => [period, ...outages].some((span) => span.start_us >= span.end_us);

export const RULES = {
  ...KEY_RULES,
  "urn:veedor:join:1": {
    onlyParties: true,
    agreement: true,
    coSigners: (body) => [body.member.keys.statement],
    async apply(state, { index, body: { member } }) {
      const keys = Object.values(member.keys);
      voidIf(state.members.has(member.party), "member_already");
      voidIf(new Set(keys).size < keys.length || keys.some((key) => state.uses.has(key)), "key_in_use");
      voidIf(!(await provesAll(member, state.genesis.origin)), "no_possession");
      admit(state, member, index);
    },
  },
  "urn:veedor:deposit:1": {
    onlyParties: true,
    apply(state, { body }) {
      const { rows } = body;
      voidIf(runsBackwards(body), "bad_period");
      voidIf(rows.accepted_bytes + rows.framing_bytes + rows.rejected_bytes > rows.bytes, "counts_do_not_reconcile");
      voidIf(![body.classes, body.tables, body.conversions].every(ascends), "list_not_sorted");
      voidIf(!state.members.has(body.handling.originator), "unknown_originator");
      voidIf(body.simulated !== state.genesis.simulated, "simulated_mark");
    },
  },
  "urn:veedor:restate:1": {
    onlyParties: true,
    apply(state, { party, body }) {
      const deposit = state.counted.get(body.deposit);
      voidIf(deposit?.type !== "urn:veedor:deposit:1" || deposit.party !== party, "unknown_deposit");
      voidIf(runsBackwards(body), "bad_period");
    },
  },
  "urn:veedor:run:1": {
    apply(state, { body }) {
      const adopted = state.counted.get(body.adoption);
      const isAdoption = adopted?.type === "urn:veedor:adopt:1" && adopted.document === "parameters";
      voidIf(body.adoption && !isAdoption, "unknown_adoption");
      voidIf(body.started_us > body.ended_us, "bad_period");
      voidIf(body.simulated !== state.genesis.simulated, "simulated_mark");
      const lists = [body.parameters.map((each) => each.detector), body.tables.map((each) => each.table)];
      voidIf(!lists.every(ascends), "list_not_sorted");
    },
  },
  "urn:veedor:findings:1": { apply: reportFindings },
  "urn:veedor:findings:2": { apply: reportFindings },
  "urn:veedor:seal:1": {
    async apply(state, { index, party, body, tree }) {
      const seal = await judgeSeal(state, tree, index, party, body);
      state.seals.push(seal);
      for (const each of seal.cosignatures) noteUse(state, state.members.get(each.party).keys.witness, index);
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
      voidIf(state.revoked.has(state.members.get(appender).keys.log), "revoked_key");
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
      voidIf(state.counted.get(body.statement)?.party !== party, "unknown_statement");
      voidIf(!state.members.has(body.handling.originator), "unknown_originator");
    },
  },
};

/** Receipts for statements whose place in their author's chain is still empty: {party, seq, by, sinceS}, by log time. */
export function withheld(state) {
  return state.receipts
    .filter(({ party, seq }) => state.chains.get(party).length < seq)
    .map(({ index, party, seq, by }) => ({ party, seq, by, sinceS: timeOfEntry(state, index) }));
}
