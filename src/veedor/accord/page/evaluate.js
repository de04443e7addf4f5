// The evaluator of accords, a second time: versions of an accord, what a log says in batches, and an instant; out comes
// the verdict. What is decided is decided in `decide`; from here on it is only told.

import { historyOfOccurrence, testsOf } from "./causes.js";
import { decide } from "./decide/engine.js";
import { by } from "./decide/instants.js";
import { reliefOf, upcomingOfMeasure } from "./relief.js";

// The verdict (`accord-verdict/3`) at `at`; arguments as of `decide`.
export function evaluate(loaded, timeline, at) {
  const engine = decide(loaded, timeline, at);
  const { clock, ignored, measures, name, obligations, quotas, versions } = engine;
  const [state, since_us] = versions.state();
  const shown = (versions.governing ?? versions.all.at(-1)).accord;
  const each = (rules, told) => [...rules.values()].flatMap((rule) => told(rule) ?? []);
  return {
    schema: "accord-verdict/3", accord: name, at_us: clock.now, state, since_us,
    versions: versions.all.map((version) => versionOf(version, versions.stateOf(version))),
    parties: [...versions.participants.values()].sort(by("party")).map(({ party, state: participates, since }) => ({
      party, participates, since_us: since,
    })),
    obligations: each(obligations, (rule) => obligationOf(rule, rule.standing?.rule ?? shown.obligations[rule.name])),
    measures: each(measures, (rule) => {
      const accord = rule.running?.version.accord ?? shown;
      return rule.name in accord.measures ? reliefOf(rule, accord) : [];
    }),
    quotas: each(quotas, quotaOf), upcoming: upcomingOf(engine), ignored,
  };
}

function versionOf({ accord: { version, parties }, digest, signatures }, [state, since_us]) {
  const signature = ([party, said]) => ({ party, signed_us: said.at, evidence: said.digest });
  return {
    version, digest, state, since_us, signatures: [...signatures].sort(by(0)).map(signature),
    missing: Object.keys(parties).filter((party) => !signatures.has(party)).sort(),
  };
}

function obligationOf({ name, occurrences, standing }, rule) {
  if (!rule) return null;
  const { debtor, creditor } = occurrences.at(-1)?.rule ?? rule;
  const { state, since } = standing ?? { state: "pending", since: 0 };
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
