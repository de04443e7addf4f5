// Determinations: what people signed as the verdict, each held against the verdict that is computed here.

import { hex, sha256, utf8 } from "../../log/page/bytes.js";
import { canonical } from "../../mission/page/canonical.js";
import { evaluate } from "./evaluate.js";

const MOST = 20;

/** The last determinations of an accord by the log time of their last signature, as in Python's `determined.py`: `same` as
 * computed here over the same first entries, `another`, or `not_sealed` where no seal covers just these. */
export async function determinedOf(versions, timeline, accord) {
  const made = new Map();
  for (const { time_us: since_us, facts } of timeline.batches) {
    for (const { party, body } of facts.filter(({ type, body }) => type === "determination" && body.accord === accord)) {
      const { size, at_us, verdict } = body;
      const key = `${size} ${at_us} ${verdict}`;
      const parties = [...new Set([...(made.get(key)?.parties ?? []), party])];
      made.delete(key); // so that the latest signed comes last
      made.set(key, { size, at_us, verdict, parties, since_us });
    }
  }
  const held = async (each) => {
    const computed = await computedOver(versions, timeline, each);
    return { ...each, standing: computed === null ? "not_sealed" : computed === each.verdict ? "same" : "another" };
  };
  return Promise.all([...made.values()].slice(-MOST).map(held));
}

// The digest of the verdict over the first `size` entries, by the versions that somebody signed in them.
async function computedOver(versions, { appender, batches }, { size, at_us }) {
  let covered = 1; // the genesis is no fact
  const last = batches.findIndex(({ facts }) => (covered += facts.length) >= size);
  if (last < 0 || covered !== size) return null;
  const within = batches.slice(0, last + 1);
  const signs = ({ type, body }) => type === "sign_accord" || (type === "adopt" && body.document === "accord");
  const named = new Set(within.flatMap(({ facts }) => facts.filter(signs).map(({ body }) => body.digest)));
  const signed = versions.filter(({ digest }) => named.has(digest));
  if (!signed.length) return null;
  return hex(await sha256(utf8(canonical(evaluate(signed, { appender, batches: within }, at_us)))));
}

/** Elements for a page, as in shown.js. */
export function drawDetermined({ determined }, { table, t, time }) {
  const row = ({ parties, at_us, size, verdict, standing }) => [
    parties.join(", "), time(Math.floor(at_us / 1_000_000)), `${size}`, verdict, t(`determined.${standing}`),
  ];
  const heads = ["members", "accord.when", "size", "determined.digest", "accord.state"];
  return determined.length ? [table("determined.caption", heads, determined.map(row))] : [];
}
