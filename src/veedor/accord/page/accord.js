// What the accord adds to the verifier of a log: its statements, the timeline they make, and the verdicts over them.

import { hex, refuse, sha256 } from "../../log/page/bytes.js";
import { parseCanonical } from "../../mission/page/canonical.js";
import { list, number, one, record, text } from "../../mission/page/shapes.js";
import { ascends } from "../../mission/page/statements.js";
import { voidIf } from "../../mission/page/void.js";
import { DETERMINATION, SCHEMA_DETERMINATION, determinedOf, drawDetermined } from "./determined.js";
import { evaluate } from "./evaluate.js";
import { drawIncidents, foundIn, incidentsOf, wordsOf } from "./incidents.js";
import { draw } from "./shown.js";

const [id, optionalId] = [text(/^[a-z][a-z0-9_]*$/, 40), text(/^([a-z][a-z0-9_]*)?$/, 40)];
const [hex32, optionalHex32] = [text(/^[0-9a-f]{64}$/, 64), text(/^([0-9a-f]{64})?$/, 64)];
const [party, decimal] = [text(/^[a-z][a-z0-9-]*$/, 24), text(/^(0|[1-9][0-9]{0,17})(\.[0-9]{1,9})?$/, 28)];
const [count, positive] = [number(0), number(1)];
const under = (members) => record({ accord: id, ...members });
const byAuthority = { measure: id, authority: id, key: optionalHex32 };

// The bodies by type.
const SHAPES = {
  sign_accord: under({ version: positive, digest: hex32 }),
  event: under({ event: id, instance: positive, outcome: one("happened failed"), occurred_us: count }),
  figure: under({ figure: id, start_us: count, end_us: count, value: decimal }),
  grant: under(byAuthority),
  act: under({
    ...byAuthority, act: one("implemented warned suspended ended withdrawn superseded"), by_measure: optionalId,
    effective_us: count, document: optionalHex32,
  }),
  notice: under({
    kind: one("snapback cure suspend_participation resume_participation withdraw"), of: optionalId, occurrence: count,
  }),
  consent: under({ measure: id, notice: hex32 }),
  excuse: under({ obligation: id, ground: id, since_us: count, until_us: count }),
  dispute: under({
    obligation: id, occurrence: positive, step: one("open settle"), outcome: one("none met breached excused"),
  }),
  withhold: under({ obligation: id, by: party }),
  position: under({ measure: id, position: one("valid invalid"), grounds: optionalHex32 }),
  determination: under(DETERMINATION), "determination:2": under(SCHEMA_DETERMINATION),
  meeting: under({ meeting: id, held_us: count, came: list(party, 0, 24), record: optionalHex32 }),
  claim: under({
    incident: id, number: positive, from_us: count, until_us: count, words: optionalHex32,
    says: one("happened did_not_happen"),
    subject: one("strike warning coordination casualties overflight seizure statement other"),
    source: one("own_forces authority witness press radar intercept other"),
    precision: one("instant hour day weekday month span unknown"),
  }),
  answer: under({ claim: hex32, answer: one("agreed disputed"), words: optionalHex32 }),
};
const ANYBODY = ["event", "figure", "withhold", "determination", "determination:2", "meeting", "claim", "answer"];

// What makes one void beside its form.
const VOIDS = {
  figure: (_, { body }) => voidIf(body.start_us >= body.end_us, "bad_period"),
  withhold: (state, { body }) => voidIf(!state.members.has(body.by), "unknown_party"),
  claim: (_, { body }) => voidIf(body.from_us > body.until_us, "bad_period"),
  meeting(state, { body: { came } }) {
    voidIf(!ascends(came), "list_not_sorted");
    voidIf(!came.every((each) => state.members.has(each)), "unknown_party");
  },
  answer(state, { body, party: author }) {
    const claimed = state.counted.get(body.claim);
    voidIf(!claimed, "unknown_statement");
    voidIf(claimed.party === author, "not_allowed");
  },
};

const urnOf = (name) => `urn:veedor:${name}${name.includes(":") ? "" : ":1"}`;
const each = (make) => Object.fromEntries(Object.keys(SHAPES).map((name) => [urnOf(name), make(name)]));
const [LARGEST_ACCORD, FILE] = [2 ** 21, /^(accords|openings)\/([0-9a-f]{64})\.json$/];
const READ = [...Object.keys(SHAPES), "adopt", "attest", "deposit", "findings", "handover", "receipt", "restate"];

// The room as the verifier takes it: see `verify`.
export const ROOM = {
  name: "accords",
  bodies: each((name) => SHAPES[name]),
  rules: each((name) => ({
    onlyParties: !ANYBODY.includes(name),
    coSigners: ["grant", "act"].includes(name) ? ({ key }) => (key ? [key] : []) : undefined,
    apply: VOIDS[name] ?? (() => {}),
  })),
  file: FILE,
  draw: (said, means) => [draw, drawDetermined, drawIncidents].flatMap((each) => each(said, means)),

  // The verdict over each accord of which the files hold a version, as of the log's own time, who determined what, and
  // its incidents with what other files open of their words. `files`: bytes by name.
  async judge(files, state) {
    const [versions, words] = [new Map(), new Map()];
    for (const [file, bytes] of files) {
      const [, folder, digest] = FILE.exec(file);
      if (folder === "openings") {
        const said = state.entries.find((each) => each.digest === digest && each.type && state.counted.has(digest));
        words.set(digest, await wordsOf(bytes, file, said));
        continue;
      }
      const found = hex(await sha256(bytes));
      if (found !== digest) refuse("accord_differs", { file, expected: digest, found });
      const accord = parseCanonical(bytes, file, LARGEST_ACCORD);
      const name = accord?.accord;
      versions.set(name, [...(versions.get(name) ?? []), { accord, digest }]);
    }
    const timeline = timelineOf(state);
    return Promise.all([...versions.keys()].sort().map(async (name) => {
      try {
        const verdict = evaluate(versions.get(name), timeline, Infinity);
        const by = (state) => verdict.versions.findLast((each) => each.state === state)?.digest;
        const { accord } = versions.get(name).find(({ digest }) => digest === (by("in_force") ?? by("signed"))) ?? {};
        const survives = verdict.state === "ended" ? accord.participation.survives : undefined;
        const determined = await determinedOf(versions.get(name), timeline, name);
        return { verdict, survives, determined, incidents: incidentsOf(timeline, name, words), found: foundIn(state) };
      } catch (error) {
        return refuse("accord_unreadable", { found: `${name}: ${error}` });
      }
    }));
  },
};

// What seals cover, in batches, each with the time of its seal.
export function timelineOf({ genesis, entries, seals }) {
  const [batches, rest] = [[], entries.values()];
  let at = 1;
  for (const { size, timeS } of seals) {
    const facts = [];
    for (; at < size; at += 1) {
      const { type, behind, ...fact } = rest.next().value;
      const [, name] = /^urn:veedor:(\w+):(?:1|(?<=(?:findings|determination):)2)$/.exec(type ?? "") ?? [];
      const read = READ.includes(name) ? name : null;
      facts.push({ ...fact, type: read, signers: name === "adopt" ? [...behind].sort() : [] });
    }
    batches.push({ time_us: timeS * 1_000_000, facts });
  }
  return { appender: genesis.appender, batches };
}
