// The evaluator of accords, a second time: versions of an accord, what a log says in batches, and an instant; out comes
// the verdict. What is decided is decided in `decide`; from here on it is only told.

import { historyOfOccurrence, testsOf } from "./causes.js";
import { decide } from "./decide/engine.js";
import { by } from "./decide/instants.js";
import { reliefOf, upcomingOfMeasure } from "./relief.js";

const STAGES = ["draft", "signed", "in_force"];
// Of several occurrences, the worst that is open or not made good stands for all; else the last.
const WORST = ["breached", "in_cure", "late", "disputed", "undetermined", "excused", "due"];
const rank = ({ state }) => (WORST.includes(state) ? WORST.indexOf(state) : WORST.length);

// The verdict (`accord-verdict/3`) at `at`; arguments as of `decide`.
export function evaluate(loaded, timeline, at) {
  const engine = decide(loaded, timeline, at);
  const { clock, ignored, measures, name, obligations, quotas, versions } = engine;
  const { all, ended, governing, participants } = versions;
  const [state, since_us] = ended === null ? furthest(all) : ["ended", ended];
  const shown = (governing ?? all.at(-1)).accord;
  const each = (rules, told) => [...rules.values()].flatMap((rule) => told(rule, shown) ?? []);
  return {
    schema: "accord-verdict/3", accord: name, at_us: clock.now, state, since_us,
    versions: all.map((version) => versionOf(version, all)), parties: each(participants, partyOf).sort(by("party")),
    obligations: each(obligations, obligationOf), measures: each(measures, reliefOf), quotas: each(quotas, quotaOf),
    upcoming: upcomingOf(engine), ignored,
  };
}

// The last stage that any of these versions has reached, and since when.
function furthest(versions) {
  const times = (stage) => versions.flatMap(({ reached }) => reached[stage] ?? []);
  const stage = STAGES.findLast((each) => times(each).length);
  return stage ? [stage, Math.min(...times(stage))] : ["draft", 0];
}

// A version is superseded once a later one is in force.
function versionOf(version, all) {
  const { accord: { parties }, digest, number, reached, signatures } = version;
  const later = "in_force" in reached ? all.filter((each) => "in_force" in each.reached && each.number > number) : [];
  const [state, since_us] = later.length ? ["superseded", furthest(later)[1]] : furthest([version]);
  const signature = ([party, said]) => ({ party, signed_us: said.at, evidence: said.digest });
  return {
    version: number, digest, state, since_us, signatures: [...signatures].sort(by(0)).map(signature),
    missing: Object.keys(parties).filter((party) => !signatures.has(party)).sort(),
  };
}

const partyOf = ({ party, state, since }) => ({ party, participates: state, since_us: since });

function obligationOf({ name, occurrences }, shown) {
  const rule = occurrences.at(-1)?.rule ?? shown.obligations[name];
  if (!rule) return null;
  const [worst] = occurrences.toSorted((one, other) => rank(one) - rank(other) || other.number - one.number);
  const { debtor, creditor } = rule;
  const { state, since } = worst ?? { state: "pending", since: 0 };
  return { id: name, debtor, creditor, state, since_us: since, occurrences: occurrences.map(occurrenceOf) };
}

const occurrenceOf = (each) => ({
  number: each.number, version: each.version.accord.version, begins_us: each.begins, ends_us: each.ends,
  due_us: each.due, cure_ends_us: each.cureEnds, state: each.state, beneath: each.beneath, since_us: each.since,
  withheld_by: each.withheldBy, tests: testsOf(each), performed_us: each.performed, history: historyOfOccurrence(each),
});

function quotaOf({ name, running, versions }) {
  const [, rule] = versions.rule("quotas", name);
  if (!rule || !running) return null;
  const { begins: begins_us, ends: ends_us, used, beyond } = running;
  return { id: name, party: rule.party, begins_us, ends_us, used, left: Math.max(rule.most - used, 0), beyond };
}

// Deadlines that run.
function upcomingOf({ clock, measures, obligations }) {
  const ofOccurrence = ({ number: occurrence, beneath, due, cureEnds, disputed }) => [
    { at_us: beneath === "due" ? due : null, occurrence, what: "due" },
    { at_us: beneath === "in_cure" ? cureEnds : null, occurrence, what: "cure_ends" },
    { at_us: disputed?.settled === null ? disputed.ends : null, occurrence, what: "dispute_ends" },
  ];
  const ofObligation = ({ next, occurrences }) => [
    ...occurrences.flatMap(ofOccurrence), { at_us: next, occurrence: occurrences.length + 1, what: "begins" },
  ];
  const of = (rules, told) => [...rules.values()].flatMap((rule) =>
    told(rule).map((run) => ({ rule: rule.name, occurrence: 0, ...run })),
  );
  return [...of(obligations, ofObligation), ...of(measures, upcomingOfMeasure)]
    .filter(({ at_us }) => at_us !== null && !clock.passed(at_us))
    .sort(by("at_us", "rule", "occurrence", "what"));
}
