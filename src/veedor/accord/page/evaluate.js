// The evaluator of accords, a second time: versions of an accord, what a log says in batches, and an instant; out comes
// the verdict. What is decided is decided in `decide`; from here on it is only told.

import { decide } from "./decide/engine.js";
import { by } from "./decide/instants.js";
import { reliefOf } from "./relief.js";

// The verdict (`accord-verdict/6`) at `at`; arguments as of `decide`.
export function evaluate(loaded, timeline, at) {
  const engine = decide(loaded, timeline, at);
  const { clock, ignored, measures, name, obligations, quotas, versions } = engine;
  const { all, governing, participants, since_us, state } = versions;
  const shown = (governing ?? all.at(-1)).accord;
  const each = (rules, told) => [...rules.values()].flatMap((rule) => told(rule, shown) ?? []);
  return {
    schema: "accord-verdict/6", accord: name, at_us: clock.now, state, since_us,
    versions: all.map(versionOf), parties: [...participants.keys()].map((party) => versions.stands(party)),
    obligations: each(obligations, obligationOf), measures: each(measures, reliefOf), quotas: each(quotas, quotaOf),
    upcoming: engine.ahead().filter(({ what }) => what).sort(by("at_us", "rule", "occurrence", "what")), ignored,
  };
}

// These of its fields, as they stand.
const picked = (each, ...fields) => Object.fromEntries(fields.map((field) => [field, each[field]]));

const versionOf = (version) => ({
  ...picked(version, "version", "digest", "state", "since_us"),
  signatures: [...version.signatures.values()].sort(by("party")),
  missing: Object.keys(version.accord.parties).filter((party) => !version.signatures.has(party)).sort(),
});

// Of several occurrences, the worst that is open or not made good stands for all; else the last.
const WORST = ["breached", "in_cure", "late", "disputed", "undetermined", "excused", "due"];

function obligationOf({ name, occurrences }, shown) {
  const rule = occurrences.at(-1)?.rule ?? shown.obligations[name];
  if (!rule) return null;
  const worst = WORST.map((state) => occurrences.findLast((each) => each.state === state)).find(Boolean);
  const { state, since_us } = worst ?? occurrences.at(-1) ?? { state: "pending", since_us: 0 };
  const { debtor, creditor } = rule;
  return { id: name, debtor, creditor, state, since_us, occurrences: occurrences.map(occurrenceOf) };
}

const occurrenceOf = (occurrence) => ({
  ...picked(occurrence, "number", "begins_us", "ends_us", "due_us", "cure_ends_us", "state", "beneath", "since_us"),
  ...picked(occurrence, "withheld_by", "performed_us", "history"),
  tests: occurrence.tests(), version: occurrence.version.version,
});

function quotaOf({ name, running, versions }) {
  const [, rule] = versions.rule("quotas", name);
  if (!rule || !running) return null;
  return { id: name, party: rule.party, ...running, left: Math.max(rule.most - running.used, 0) };
}
