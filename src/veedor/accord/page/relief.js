// What a verdict tells of a measure beside what is decided: delays of promised relief, and its use.

import { minus, plus, read, spelled } from "./decide/fractions.js";
import { by } from "./decide/instants.js";
import { OPEN, RUNNING } from "./decide/measures.js";

export function reliefOf(measure, shown) {
  const { acts, clock, given, history, name, positions, running, since_us, state } = measure;
  const accord = running?.version.accord ?? shown;
  const rule = accord.measures[name];
  if (!rule) return null;
  const [did, differs] = [acts.at(-1)?.did ?? "nothing", measure.differsSince()];
  return {
    id: name, by: rule.by, to: rule.to, version: accord.version, state, since_us, history,
    granted_by: [...given.keys()].sort(), ends_us: endsOf(measure),
    did, did_since_us: acts.at(-1)?.at_us ?? null, marks: measure.marks(), delays: delaysOf(measure, rule.by),
    difference: differs === null ? null : { follows: state, did, since_us: differs, age_us: clock.now - differs },
    uses: rule.watch.sources.map((source) => useOf(measure, rule, source)),
    positions: [...positions.values()].sort(by("party")),
  };
}

// When the state that runs now ends by the accord.
const endsOf = ({ running, state }) =>
  (state === "suspended" ? running.windDown : OPEN.includes(state) ? running.ends : null) ?? null;

// By when it was promised to be granted, by the version that governed the first grant or does now.
function toGrant({ clock, grants: [first], name, versions }) {
  const [version, rule] = first ? [first.version, first.rule] : versions.rule("measures", name);
  return rule ? clock.deadline(rule.grant.by, version, version.own) : null;
}

// Relief that was promised, held against the granting party until it came or its grant was over.
function delaysOf(measure, party) {
  const { clock, grants } = measure;
  const delay = (what, due_us, done_us, until) => ({
    what, party, due_us, done_us, age_us: Math.max((done_us ?? until) - due_us, 0),
  });
  const each = grants.map((grant) =>
    delay("implementation", measure.toImplement(grant), grant.implemented, grant.over ?? clock.now),
  );
  const granted = delay("grant", toGrant(measure), grants[0]?.granted ?? null, clock.now);
  return [granted, ...each].filter(({ due_us }) => due_us !== null);
}

// As one source attests it. Figures of periods that begin in [from, until) are added up, the last word on each.
function useOf({ engine: { said }, running, since_us, state }, { cap, watch }, source) {
  const granted = running?.granted ?? Infinity;
  const total = (figure, from, until) => {
    const all = said.get(`figure ${source} ${figure}`) ?? [];
    const within = all.filter(({ start_us }) => start_us >= from && start_us < until);
    const last = new Map(within.map(({ start_us, end_us, value }) => [`${start_us} ${end_us}`, read(value)]));
    return last.size ? [...last.values()].reduce(plus) : null;
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

// Deadlines of the measure.
export function upcomingOfMeasure(measure) {
  const { clock, running, state, threats } = measure;
  if (!running) return [{ at_us: toGrant(measure), what: "grant_due" }];
  const isAwaited = RUNNING.includes(state) && running.implemented === null;
  const [suspend, warn] = RUNNING.includes(state) ? measure.rungs() : [];
  return [
    { at_us: endsOf(measure), what: state === "suspended" ? "lapses" : "term_ends" },
    { at_us: isAwaited ? measure.toImplement(running) : null, what: "implementation_due" },
    { at_us: state === "active" ? warn.at : null, what: "warns" }, { at_us: suspend?.at ?? null, what: "suspends" },
    ...(OPEN.includes(state) ? threats : []).map(({ effect }) => ({ at_us: effect, what: "snaps_back" })),
  ];
}
