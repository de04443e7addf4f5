// The evaluator of accords, a second time: versions of an accord, what a log says in batches, and an instant; out comes
// the verdict. What is decided is decided in `decide`; from here on it is only told.

import { decide } from "./decide/engine.js";
import { atLeast, minus, plus, read, spelled } from "./decide/fractions.js";
import { by, HOUR } from "./decide/instants.js";
import { runs } from "./decide/measures.js";

// The verdict (`accord-verdict/8`) at `at`, and what would follow in so many days; arguments as of `decide`.
export function evaluate(loaded, timeline, at, days = 30) {
  const engine = decide(loaded, timeline, at);
  const { clock, ignored, measures, name, obligations, quotas, versions } = engine;
  const { all, governing, participants, since_us, state } = versions;
  const shown = (governing ?? all.at(-1)).accord;
  const each = (rules, told) => [...rules.values()].flatMap((rule) => told(rule, shown) ?? []);
  const told = {
    schema: "accord-verdict/8", accord: name, at_us: clock.now, state, since_us,
    versions: all.map(versionOf), parties: [...participants.values()].map(partyOf),
    obligations: each(obligations, obligationOf), measures: each(measures, reliefOf), quotas: each(quotas, quotaOf),
    ignored,
  };
  return { ...told, ...aheadOf(engine, clock.now + days * 24 * HOUR) };
}

// What would follow by then if nobody said anything more: states that are entered, promised relief that falls due.
function aheadOf(engine, until) {
  const { clock: { changes, now }, measures } = engine;
  const told = changes.length;
  engine.advance(until);
  const due = [...measures.values()].flatMap((measure) => measure.promises()
    .filter((each) => runs(each) && now < each.due_us && each.due_us <= until)
    .map(({ due_us: at_us, what }) => ({ at_us, kind: "promise", rule: measure.name, occurrence: 0, what, why: "" })));
  return { upcoming_until_us: until, upcoming: [...changes.slice(told), ...due].sort(by("at_us")) };
}

// These of its fields, as they stand.
const picked = (each, ...fields) => Object.fromEntries(fields.map((field) => [field, each[field]]));

const partyOf = ({ name: party, state: participates, since_us, notices }) =>
  ({ party, participates, since_us, notices: Object.entries(notices).sort(by(0)) });
const versionOf = (version) => ({
  version: version.number, ...picked(version, "digest", "state", "since_us"),
  signatures: [...version.signatures.values()].sort(by("party")),
  missing: Object.keys(version.accord.parties).filter((party) => !version.signatures.has(party)).sort(),
});

// Of several occurrences, the worst that is open or not made good stands for all; else the last.
const WORST = ["breached", "in_cure", "late", "disputed", "undetermined", "excused", "due"];

function obligationOf({ name, occurrences }, shown) {
  const rule = occurrences.at(-1)?.rule ?? shown.obligations[name];
  if (!rule) return null;
  const worst = WORST.map((state) => occurrences.findLast((each) => each.state === state)).find(Boolean);
  const standing = picked(worst ?? occurrences.at(-1) ?? { state: "pending", since_us: 0 }, "state", "since_us");
  return { id: name, ...picked(rule, "debtor", "creditor"), ...standing, occurrences: occurrences.map(occurrenceOf) };
}

const occurrenceOf = (each) => ({
  ...picked(each, "number", "begins_us", "ends_us", "due_us", "cure_ends_us", "state", "beneath", "since_us"),
  ...picked(each, "withheld_by", "performed_us", "disputed_us"), history: [...each.history], tests: each.tests(),
  version: each.version.number, settling: [...(each.disputed?.by.values() ?? [])].sort(by("party")),
});

function quotaOf({ name, running, versions }) {
  const [, rule] = versions.rule("quotas", name);
  if (!rule || !running) return null;
  return { id: name, party: rule.party, ...running, left: Math.max(rule.most - running.used, 0) };
}

function reliefOf(measure, shown) {
  const { acts, clock, given, history, name, positions, running, since_us, state, threats } = measure;
  const accord = running?.version.accord ?? shown;
  const rule = accord.measures[name];
  if (!rule) return null;
  const [did, differs] = [acts.at(-1)?.did ?? "nothing", measure.differsSince()];
  return {
    id: name, by: rule.by, to: rule.to, version: accord.version, state, since_us, history: [...history],
    granted_by: [...given.keys()].sort(), ends_us: measure.ending()[0], did, did_since_us: acts.at(-1)?.at_us ?? null,
    marks: measure.marks(), delays: measure.promises(), positions: [...positions.values()].sort(by("party")),
    difference: differs === null ? null : { follows: state, did, since_us: differs, age_us: clock.now - differs },
    uses: rule.watch.sources.map((source) => useOf(measure, accord, source)),
    notices: threats.map((each) => ({ ...each, needed: rule.snapback?.stays_if.of ?? null })),
  };
}

// As one source attests it. Of figures of periods that begin in [from, until), the last word on each: amounts are added
// up, of rates (`_per_`) the largest counts.
function useOf({ engine: { said }, name, running, since_us, state }, { figures, measures }, source) {
  const [granted, { cap, watch }] = [running?.granted ?? Infinity, measures[name]];
  const total = (figure, from, until) => {
    const all = (said.get(`figure ${source} ${figure}`) ?? []).filter(({ start_us: at }) => from <= at && at < until);
    const last = new Map(all.map(({ start_us, end_us, value }) => [`${start_us} ${end_us}`, read(value)]));
    const together = figures[figure].unit.includes("_per_") ? (a, b) => (atLeast(a, b) ? a : b) : plus;
    return last.size ? [...last.values()].reduce(together) : null;
  };
  const used = cap ? total(cap.figure, granted, Infinity) : null;
  const isWoundDown = watch.new_business && state === "suspended";
  const fresh = isWoundDown ? total(watch.new_business, since_us, running.windDown) : null;
  const outside = watch.out_of_scope.flatMap((kind) => said.get(`finding ${source} ${kind}`) ?? []);
  return {
    source, used: used && spelled(used), left: used && spelled(minus(read(cap.limit), used)),
    new_business: fresh && spelled(fresh),
    out_of_scope: outside.filter(({ at }) => at >= granted).reduce((sum, { count }) => sum + count, 0),
  };
}
