// Seals and what follows from them: log time, the two quorums, and witnesses that are silent or whose clocks are wrong.
//
// A seal is a head of this log, with the log's signature and witnesses' cosignatures, logged as a statement. It gives the
// entries that it covers their time, whatever their authors claim.

import { base64, fromHex, hex, utf8 } from "../../log/page/bytes.js";
import { verifySignature } from "../../log/page/ed25519.js";
import { cosignedText } from "../../log/page/note.js";
import { needed, reached } from "./statements.js";
import { voidIf } from "./void.js";

const WRONG_CLOCK_S = 600;
const MOST_APART_S = 7 * 86_400;

/** The seal, void unless it is sound: {index, size, timeS, quorumS, least, agreed, cosignatures}. */
export async function judgeSeal(state, tree, index, author, { size, root, signature, cosignatures }) {
  const last = state.seals.at(-1);
  const members = [...state.members.values()];
  voidIf(author !== state.appender, "not_appender");
  voidIf(last && size <= last.size, "not_newer");
  voidIf(size > index, "beyond_log");
  voidIf(hex(await tree.rootAt(size)) !== root, "another_root");
  const text = `${state.genesis.origin}\n${size}\n${base64(fromHex(root))}\n`;
  const signs = (key, message, by) => verifySignature(fromHex(key), utf8(message), fromHex(by));
  voidIf(!(await signs(state.members.get(author).keys.log, text, signature)), "bad_signature");
  const parties = cosignatures.map((each) => each.party);
  for (const [at, { party, time_s: seconds, signature: cosignature }] of cosignatures.entries()) {
    const key = state.members.get(party)?.keys.witness;
    voidIf(!key || state.revoked.has(key) || (at && party <= parties[at - 1]), "bad_cosignature");
    voidIf(!(await signs(key, cosignedText(seconds, text), cosignature)), "bad_cosignature");
  }
  voidIf(!reached(state.quorums.clock, parties, members), "no_clock");
  const least = needed(state.quorums.clock, members.length);
  const quorumS = ascending(cosignatures)[least - 1];
  // Of k cosignatures the k-th is the latest: one that lies must not throw the log years ahead.
  const near = cosignatures.filter((each) => Math.abs(each.time_s - quorumS) <= MOST_APART_S);
  voidIf(near.length < least, "no_clock");
  const agreed = reached(state.quorums.agreement, parties, members.filter((member) => member.role === "party"));
  return { index, size, timeS: Math.max(quorumS, last?.timeS ?? 0), quorumS, least, agreed, cosignatures };
}

const ascending = (cosignatures) => cosignatures.map((each) => each.time_s).sort((a, b) => a - b);

/** The log time so far, in microseconds since 1970; 0 before the first seal. */
export const logTimeUs = (state) => (state.seals.at(-1)?.timeS ?? 0) * 1_000_000;

/** Seconds of the first seal that covers an entry, or null. */
export const timeOfEntry = (state, index) => state.seals.find((seal) => seal.size > index)?.timeS ?? null;

/** Each member whose witness is not in the latest seal: {party, sinceS, ageS}. Before the first seal nobody is silent. */
export function silentWitnesses({ seals, members }) {
  return [...members.values()].flatMap(({ party, joined }) => {
    const cosigned = seals.findLastIndex((seal) => seal.cosignatures.some((each) => each.party === party));
    const missed = seals.slice(cosigned + 1).find((seal) => seal.index > joined);
    return missed ? [{ party, sinceS: missed.timeS, ageS: seals.at(-1).timeS - missed.timeS }] : [];
  });
}

/** Cosignatures more than ten minutes from the quorum's time of their seal; `proven` where no honest clock allows it. */
export function wrongClocks({ seals }) {
  return seals.flatMap((seal, at) =>
    seal.cosignatures.flatMap(({ party, time_s: timeS }) => {
      const offS = timeS - seal.quorumS;
      const proven = isTooEarly(timeS, seal, seals[at - 1]) || isTooLate(timeS, seal, seals[at + 1]);
      return proven || Math.abs(offS) > WRONG_CLOCK_S ? [{ party, entry: seal.index, offS, proven }] : [];
    }),
  );
}

/** The cosigned tree holds the seal before, so a whole quorum had signed that one when this witness signed. */
const isTooEarly = (timeS, seal, before) =>
  Boolean(before && before.index < seal.size && timeS < ascending(before.cosignatures).at(-before.least) - WRONG_CLOCK_S);

/** The next seal's tree holds this one, so a whole quorum signed after this witness. */
const isTooLate = (timeS, seal, after) => Boolean(after && seal.index < after.size && timeS > after.quorumS + WRONG_CLOCK_S);
