// The evaluator of accords, a second time: versions of an accord, what a log says in batches, and an instant; out comes
// the verdict. What is decided is decided in `decide`; from here on it is only told.

import { decide } from "./decide/engine.js";
import { atLeast, minus, plus, read, spelled } from "./decide/fractions.js";
import { by, HOUR } from "./decide/instants.js";

// The verdict (`accord-verdict/9`) at `at`, and what would follow in so many days; arguments as of `decide`.
export function evaluate(loaded, timeline, at, days = 30) {
  const engine = decide(loaded, timeline, at);
  const { clock, ignored, name, versions: { all, governing, participants, since_us, state } } = engine;
  const { accord: shown } = governing ?? all.at(-1);
  const each = (kind, told) => [...engine[kind].values()].flatMap((subject) => {
    const [, { accord } = { accord: shown }, rule = shown[kind][subject.name]] = subject.judging("", {});
    return rule ? told(subject, rule, accord) : [];
  });
  return {
    schema: "accord-verdict/9", accord: name, at_us: clock.now, state, since_us, ignored,
    versions: all.map(versionOf), parties: [...participants.values()].map(partyOf), quotas: each("quotas", quotaOf),
    obligations: each("obligations", obligationOf), measures: each("measures", reliefOf),
    ...aheadOf(engine, clock.now + days * 24 * HOUR),
  };
}

// What would follow by then if nobody said anything more: states that are entered, promised relief that falls due.
function aheadOf(engine, until) {
  const { clock: { changes, changes: { length: told }, now }, measures } = engine;
  engine.advance(until);
  const due = [...measures.values()].flatMap((measure) => measure.promises()
    .filter(({ done_us, due_us, over_us }) => done_us === null && now < due_us && due_us <= (over_us ?? until))
    .map(({ due_us: at_us, what }) => ({ at_us, kind: "promise", rule: measure.name, occurrence: 0, what, why: "" })));
  return { upcoming_until_us: until, upcoming: [...changes.slice(told), ...due].sort(by("at_us")) };
}

// These of its fields, as they stand.
const picked = (each, ...fields) => Object.fromEntries(fields.map((field) => [field, each[field]]));

const byParty = (said) => [...(said?.values() ?? [])].sort(by("party"));
const partyOf = ({ name: party, state: participates, since_us, notices }) =>
  ({ party, participates, since_us, notices: Object.entries(notices).sort(by(0)) });
const versionOf = (version) => ({
  version: version.number, ...picked(version, "digest", "state", "since_us"), signatures: byParty(version.signatures),
  missing: Object.keys(version.accord.parties).filter((party) => !version.signatures.has(party)).sort(),
});

// Of several occurrences, the worst that is open or not made good stands for all; else the last.
const WORST = ["breached", "in_cure", "late", "disputed", "undetermined", "excused", "due"];

function obligationOf({ name, occurrences }, rule) {
  const worst = WORST.map((state) => occurrences.findLast((each) => each.state === state)).find(Boolean);
  const standing = picked(worst ?? occurrences.at(-1) ?? { state: "pending", since_us: 0 }, "state", "since_us");
  return { id: name, ...picked(rule, "debtor", "creditor"), ...standing, occurrences: occurrences.map(occurrenceOf) };
}

const occurrenceOf = (each) => ({
  ...picked(each, "number", "begins_us", "ends_us", "due_us", "cure_ends_us", "state", "beneath", "since_us"),
  ...picked(each, "withheld_by", "performed_us"), history: [...each.history], tests: each.tests(),
  version: each.version.number, disputed_us: each.disputed?.since_us ?? null, settling: byParty(each.disputed?.by),
});

const quotaOf = ({ name: id, running }, { most, party }) =>
  (running ? [{ id, party, ...running, left: Math.max(most - running.used, 0) }] : []);

function reliefOf(measure, rule, accord) {
  const { acts, clock, given, history, name, positions, since_us, state, threats } = measure;
  const [did, differs] = [acts.at(-1)?.did ?? "nothing", measure.differsSince()];
  return {
    id: name, by: rule.by, to: rule.to, version: accord.version, state, since_us, history: [...history],
    granted_by: [...given.keys()].sort(), ends_us: measure.ending()[0], did, did_since_us: acts.at(-1)?.at_us ?? null,
    marks: measure.marks(), delays: measure.promises(), positions: byParty(positions),
    difference: differs === null ? null : { follows: state, did, since_us: differs, age_us: clock.now - differs },
    uses: rule.watch.sources.map((source) => useOf(measure, accord, source)),
    notices: threats.map((each) => ({ ...each, needed: rule.snapback?.stays_if.of ?? null })),
  };
}

// As one source attests it. Of figures of periods that begin in [from, until), the last word on each: amounts are added
// up, of rates (`_per_`) the largest counts.
function useOf({ engine: { said }, name, running, since_us, state }, { figures, measures }, source) {
  const [{ granted, windDown }, { cap, watch }] = [running ?? { granted: Infinity }, measures[name]];
  const total = (figure, from, until) => {
    const all = (said.get(`figure ${source} ${figure}`) ?? []).filter(({ start_us: at }) => from <= at && at < until);
    const last = new Map(all.map(({ start_us, end_us, value }) => [`${start_us} ${end_us}`, read(value)]));
    const together = figures[figure].unit.includes("_per_") ? (a, b) => (atLeast(a, b) ? a : b) : plus;
    return last.size ? [...last.values()].reduce(together) : null;
  };
  const used = cap ? total(cap.figure, granted, Infinity) : null;
  const fresh = watch.new_business && state === "suspended" ? total(watch.new_business, since_us, windDown) : null;
  const all = watch.out_of_scope.flatMap((kind) => said.get(`finding ${source} ${kind}`) ?? []);
  const outside = all.filter(({ at }) => at >= granted).reduce((sum, { count }) => sum + count, 0);
  const left = used && spelled(minus(read(cap.limit), used));
  return { source, used: spelled(used), left, new_business: spelled(fresh), out_of_scope: outside };
}
