// Determinations: what people signed as the verdict, each held against the verdict that is computed here.

import { hex, sha256, utf8 } from "../../log/page/bytes.js";
import { canonical } from "../../mission/page/canonical.js";
import { number, text } from "../../mission/page/shapes.js";
import { evaluate } from "./evaluate.js";

const MOST = 20;
const [digest, positive] = [text(/^[0-9a-f]{64}$/, 64), number(1)];

/** What a determination says beside its accord: as it was before, and naming the schema of its verdict. */
export const DETERMINATION = { version: digest, size: positive, at_us: number(0), verdict: digest };
export const SCHEMA_DETERMINATION = { ...DETERMINATION, verdict_schema: positive };

/** The last determinations of an accord by the log time of their last signature, as in Python's `determined.py`: `same` as
 * computed here over the same first entries, or `another` of the same schema; which of these cannot be told of one of an
 * `older_schema`, a `newer_schema`, an `unnamed_schema`, or `not_sealed` where no seal covers just these entries. */
export async function determinedOf(versions, timeline, accord) {
  const made = new Map();
  for (const { time_us: since_us, facts } of timeline.batches) {
    for (const { party, body } of facts.filter(({ type, body }) => type === "determination" && body.accord === accord)) {
      const { size, at_us, verdict, verdict_schema = null } = body;
      const key = `${size} ${at_us} ${verdict} ${verdict_schema}`;
      const parties = [...new Set([...(made.get(key)?.parties ?? []), party])];
      made.delete(key); // so that the latest signed comes last
      made.set(key, { size, at_us, verdict, verdict_schema, parties, since_us });
    }
  }
  const held = async (each) => ({ ...each, standing: heldAgainst(await computedOver(versions, timeline, each), each) });
  return Promise.all([...made.values()].slice(-MOST).map(held));
}

function heldAgainst(computed, { verdict, verdict_schema }) {
  if (computed === null) return "not_sealed";
  if (computed.digest === verdict) return "same";
  if (verdict_schema === null) return "unnamed_schema";
  if (verdict_schema === computed.schema) return "another";
  return verdict_schema < computed.schema ? "older_schema" : "newer_schema";
}

// The digest and the number of the schema of the verdict over the first `size` entries, by the versions that somebody signed in them.
async function computedOver(versions, { appender, batches }, { size, at_us }) {
  let covered = 1; // the genesis is no fact
  const last = batches.findIndex(({ facts }) => (covered += facts.length) >= size);
  if (last < 0 || covered !== size) return null;
  const within = batches.slice(0, last + 1);
  const signs = ({ type, body }) => type === "sign_accord" || (type === "adopt" && body.document === "accord");
  const named = new Set(within.flatMap(({ facts }) => facts.filter(signs).map(({ body }) => body.digest)));
  const signed = versions.filter(({ digest }) => named.has(digest));
  if (!signed.length) return null;
  const verdict = evaluate(signed, { appender, batches: within }, at_us);
  return { digest: hex(await sha256(utf8(canonical(verdict)))), schema: Number(verdict.schema.split("/")[1]) };
}

/** Elements for a page, as in shown.js. */
export function drawDetermined({ determined }, { table, t, time }) {
  const row = ({ parties, at_us, size, verdict, verdict_schema, standing }) => [
    parties.join(", "), time(Math.floor(at_us / 1_000_000)), `${size}`, verdict,
    t(`determined.${standing}`, { schema: verdict_schema ?? "" }),
  ];
  const heads = ["members", "accord.when", "size", "determined.digest", "accord.state"];
  return determined.length ? [table("determined.caption", heads, determined.map(row))] : [];
}
