// Seals and what follows from them: log time, the two quorums, and witnesses that are silent or whose clocks are wrong.
//
// A seal is a head of this log, with the log's signature and witnesses' cosignatures, logged as a statement. It gives the
// entries that it covers their time, whatever their authors claim.

import { base64, fromHex, hex, utf8 } from "./bytes.js";
import { verifySignature } from "./ed25519.js";
import { cosignedText } from "./note.js";
import { needed, reached } from "./statements.js";

const WRONG_CLOCK_S = 600;

/** The reason why a seal does not count, or null and the seal as {index, size, timeS, agreed, cosignatures}. */
export async function judgeSeal(state, tree, index, author, body) {
  const { size, root, signature, cosignatures } = body;
  const last = state.seals.at(-1);
  const members = [...state.members.values()];
  if (author !== state.appender) return ["not_appender"];
  if (last && size <= last.size) return ["not_newer"];
  if (size > index) return ["beyond_log"];
  if (hex(await tree.rootAt(size)) !== root) return ["another_root"];
  const text = `${state.genesis.origin}\n${size}\n${base64(fromHex(root))}\n`;
  const logKey = state.members.get(author).keys.log;
  if (!(await verifySignature(fromHex(logKey), utf8(text), fromHex(signature)))) return ["bad_signature"];
  const parties = cosignatures.map((each) => each.party);
  for (const [at, { party, time_s: seconds, signature: cosignature }] of cosignatures.entries()) {
    const key = state.members.get(party)?.keys.witness;
    if (!key || (at && party <= parties[at - 1])) return ["bad_cosignature"];
    const message = utf8(cosignedText(seconds, text));
    if (!(await verifySignature(fromHex(key), message, fromHex(cosignature)))) return ["bad_cosignature"];
  }
  if (!reached(state.quorums.clock, parties, members)) return ["no_clock"];
  const times = cosignatures.map((each) => each.time_s).sort((a, b) => a - b);
  const timeS = Math.max(times[needed(state.quorums.clock, members.length) - 1], last?.timeS ?? 0);
  const agreed = reached(state.quorums.agreement, parties, members.filter((member) => member.role === "party"));
  return [null, { index, size, timeS, agreed, cosignatures }];
}

/** Each member whose witness did not cosign the latest seal: {party, sinceS, ageS}. Before the first seal nobody is silent. */
export function silentWitnesses(state) {
  const { seals } = state;
  return [...state.members.values()].flatMap(({ party, joined }) => {
    const cosigned = seals.findLastIndex((seal) => seal.cosignatures.some((each) => each.party === party));
    const missed = seals.slice(cosigned + 1).find((seal) => seal.index > joined);
    if (!missed) return [];
    return [{ party, sinceS: missed.timeS, ageS: seals.at(-1).timeS - missed.timeS }];
  });
}

/** Each cosignature more than ten minutes from its seal's time; `proven` where no honest clock allows it. */
export function wrongClocks({ seals }) {
  return seals.flatMap((seal, at) => {
    const [before, after] = [seals[at - 1], seals[at + 1]];
    return seal.cosignatures
      .filter(({ time_s: timeS }) => Math.abs(timeS - seal.timeS) > WRONG_CLOCK_S)
      .map(({ party, time_s: timeS }) => {
        // The tree that was cosigned holds the seal before, so the witness cannot have seen it earlier than that.
        const tooEarly = before && before.index < seal.size && timeS < before.timeS - WRONG_CLOCK_S;
        const tooLate = after && timeS > after.timeS + WRONG_CLOCK_S;
        return { party, entry: seal.index, offS: timeS - seal.timeS, proven: Boolean(tooEarly || tooLate) };
      });
  });
}
