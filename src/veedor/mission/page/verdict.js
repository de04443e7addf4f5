// The second verifier of Veedor's log: any bytes in, a verdict with numbered steps out. It needs WebCrypto and nothing else.
//
// Written from docs/formats and the specifications named there, not from the Python code, so that a fault or a lie in one
// of the two shows as a disagreement. No DOM here: page.js draws what `verify` returns.

import { Refusal } from "../../log/page/bytes.js";
import { knowsEd25519 } from "../../log/page/ed25519.js";
import { BundleCheck } from "./log.js";
import { HeadCheck, ProofCheck, RevealCheck } from "./single.js";

/**
 * Checks a bundle, a reveal, a tlog-proof or a checkpoint. `trust` is the digest of the genesis as people exchanged it
 * (for a bundle or a reveal), `earlier` a head of the log that was kept before (for a bundle), `policy` the trusted keys
 * (for the other two), `origin` the log's name where it is not that of its key, `entry` the bytes that a proof is about
 * where it does not bring them along, `rooms` what knows types of statements beyond those of the log itself.
 *
 * Returns {kind, verdict, reason, steps, mission, simulated, rows}. The verdict is "verified", "not agreed", "unanchored", "failed",
 * or "cannot" with its reason: this browser lacks Ed25519, or a proof came without its entry. A step is {number, name,
 * ok, file, expected, found, problem}; `ok` is null where there was nothing to check, `problem` is a key of words.js.
 */
export async function verify(bytes, { trust = "", earlier = null, policy = "", origin = "", entry = null, rooms = [] } = {}) {
  const kind = kindOf(bytes);
  const report = { kind, verdict: "cannot", reason: "", steps: [], mission: null, simulated: false, rows: [] };
  if (!(await knowsEd25519())) return { ...report, reason: "no_ed25519" };
  const check = {
    bundle: () => new BundleCheck(bytes, trust, earlier, rooms),
    reveal: () => new RevealCheck(bytes, trust),
    proof: () => new ProofCheck(bytes, policy, origin, entry),
    checkpoint: () => new HeadCheck(bytes, policy, origin),
  }[kind]();
  for (const name of check.steps) {
    const outcome = await tried(() => check[name]());
    report.steps.push({ number: report.steps.length + 1, name, ...outcome });
    if (outcome.ok === false) break;
  }
  const { ok, problem } = report.steps.at(-1);
  if (problem === "no_entry") return { ...report, reason: problem };
  report.mission = check.mission?.() ?? null;
  report.simulated = check.simulated ?? false;
  if (ok === false) return { ...report, verdict: "failed" };
  return { ...report, verdict: check.verdict(), rows: check.rows ?? [] };
}

function kindOf(bytes) {
  const start = String.fromCharCode(...bytes.subarray(0, 22));
  if (start.startsWith("PK")) return "bundle";
  if (start.startsWith("{")) return "reveal";
  return start.startsWith("c2sp.org/tlog-proof@v1") ? "proof" : "checkpoint";
}

/** What a step says. An error that is no Refusal is a defect of this verifier, and never lets anything pass. */
async function tried(step) {
  const outcome = { ok: true, file: "", expected: "", found: "", problem: "" };
  try {
    return { ...outcome, ...(await step()) };
  } catch (error) {
    if (!(error instanceof Refusal)) return { ...outcome, ok: false, problem: "defect", found: String(error) };
    const { problem, file, expected, found } = error;
    return { ...outcome, ok: false, problem, file, expected, found };
  }
}
