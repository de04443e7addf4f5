// Who speaks for a member, and what statements about keys do: rotation, recovery, revocation, delegation, mailboxes.
//
// A key that anybody has or had is never anybody's again. `state.uses` holds all of them with their party and use.

import { fromHex, hex } from "../../log/page/bytes.js";
import { logTimeUs } from "./seals.js";
import { provesPossession, reached } from "./statements.js";
import { voidIf } from "./void.js";

/** The member whose statement key this is now, or null. */
export function ownerOf(state, key) {
  for (const member of state.members.values()) if (member.keys.statement === key) return member.party;
  return null;
}

/** The key among the signers that speaks for the author: its own, or one it delegated for statements of this name. */
export function authorKey(state, { party, signers }, name) {
  const own = state.members.get(party).keys.statement;
  if (signers.includes(own)) return own;
  return signers.find((key) => {
    const given = state.delegated.get(key);
    return given?.party === party && given.scope.includes(name) && given.endUs > logTimeUs(state);
  });
}

/** The members behind a statement: null where a key is nobody's and no co-signer's, or where a co-signer is missing. */
export function membersBehind(state, { party, signers }, author, coSigners) {
  if (!coSigners.every((key) => signers.includes(key))) return null;
  const parties = new Set();
  for (const key of signers) {
    const owner = key === author ? party : ownerOf(state, key);
    if (owner !== null) parties.add(owner);
    else if (!coSigners.includes(key)) return null;
  }
  return parties;
}

export function recordKey(state, key, party, use) {
  state.uses.set(key, { party, use });
}

async function replaceKey(state, party, { role, new: key, possession }) {
  const member = state.members.get(party);
  voidIf(state.uses.has(key), "key_in_use");
  const proven = await provesPossession(state.genesis.origin, party, member.role, role, key, possession);
  voidIf(!proven, "no_possession");
  member.keys[role] = key;
  recordKey(state, key, party, role);
}

/** Whether these members may together replace a key of `party`: at least two others, an outsider among them if there is one. */
function mayRecover(state, party, parties) {
  const others = [...state.members.values()].filter((member) => member.party !== party);
  const outsiders = others.some((member) => member.role !== "party") ? 1 : 0;
  const quorum = { rule: "count", count: Math.max(2, state.recovery), outsiders };
  return state.recovery > 0 && reached(quorum, [...parties], others);
}

export const KEY_RULES = {
  "urn:veedor:rotate:1": {
    coSigners: (body) => [body.old, body.new],
    async apply(state, { party, body }) {
      voidIf(state.members.get(party).keys[body.role] !== body.old, "not_current_key");
      await replaceKey(state, party, body);
    },
  },
  "urn:veedor:recover:1": {
    // The owner may have no key left to speak with, so any member may log it.
    anyMembers: true,
    coSigners: (body) => (body.recovery ? [body.new, body.recovery] : [body.new]),
    async apply(state, { party, body, behind }) {
      const member = state.members.get(body.party);
      voidIf(!member, "unknown_party");
      if (body.recovery) {
        voidIf(member.keys.recovery !== body.recovery, "not_current_key");
        voidIf(behind.size !== 1 || !behind.has(party), "wrong_signers");
      } else {
        voidIf(!mayRecover(state, body.party, behind), "recovery_quorum");
      }
      await replaceKey(state, body.party, body);
    },
  },
  "urn:veedor:revoke:1": {
    apply(state, { index, party, body: { key, from_entry: from } }) {
      const { keys } = state.members.get(party);
      const known = state.uses.get(key);
      voidIf(known?.party !== party || known.use === "mailbox", "not_its_key");
      // Or the thief of a statement key could shut the owner out, or end the log.
      voidIf(key === keys.recovery || (state.appender === party && key === keys.log), "cannot_revoke");
      voidIf(from > index, "from_later");
      const earlier = state.revoked.get(key);
      voidIf(earlier && from >= earlier.from, "revoked_already");
      state.revoked.set(key, { party, from, at: earlier?.at ?? index });
    },
  },
  "urn:veedor:delegate:1": {
    coSigners: (body) => [body.key],
    apply(state, { party, body: { key, device, scope, end_us: endUs } }) {
      voidIf(scope.some((name, at) => at > 0 && scope[at - 1] >= name), "list_not_sorted");
      voidIf(endUs <= logTimeUs(state), "delegation_over");
      voidIf(state.uses.has(key), "key_in_use");
      recordKey(state, key, party, device);
      state.delegated.set(key, { party, scope, endUs });
    },
  },
  "urn:veedor:mailbox:1": {
    apply(state, { party, body: { key } }) {
      voidIf(!isSoundMailbox(fromHex(key)), "bad_key");
      voidIf(state.uses.has(key), "key_in_use");
      recordKey(state, key, party, "mailbox");
    },
  },
};

/** Whether an X25519 key is canonical and its point not of small order: to such a point anybody could read what is sealed. */
function isSoundMailbox(bytes) {
  const p = 2n ** 255n - 19n;
  const u = BigInt("0x" + hex(bytes.slice().reverse()));
  // Doubling by u alone (RFC 7748 curve, A = 486662); eight times a point of small order is infinity: z = 0.
  let [x, z] = [u, 1n];
  for (let doubling = 0; doubling < 3; doubling += 1) {
    [x, z] = [(x * x - z * z) ** 2n % p, (4n * x * z * (x * x + 486662n * x * z + z * z)) % p];
  }
  return u < p && z !== 0n;
}

/** Remembers that a key signed the entry, or cosigned the seal that stands there. */
export function noteUse(state, key, index) {
  if (!state.signedWith.has(key)) state.signedWith.set(key, []);
  state.signedWith.get(key).push(index);
}

/** Entries signed or, in seals, cosigned with a key from the entry on at which its owner says it was stolen, up to its revocation. They stand. */
export function reportedStolen(state) {
  return [...state.revoked].map(([key, { party, from, at }]) => {
    const entries = (state.signedWith.get(key) ?? []).filter((index) => from <= index && index < at);
    return { party, key, entries };
  });
}
