// What a verdict tells of a measure beside what is decided: delays of promised relief, and its use.

import { minus, plus, read, spelled } from "./decide/fractions.js";
import { by } from "./decide/instants.js";

export function reliefOf(measure, shown) {
  const { acts, clock, given, history, name, positions, running, since_us, state } = measure;
  const accord = running?.version.accord ?? shown;
  const rule = accord.measures[name];
  if (!rule) return null;
  // What was promised is held against the granting party until it came or its grant was over.
  const delay = ({ what, due_us, done_us, over }) => ({
    what, party: rule.by, due_us, done_us, age_us: Math.max((done_us ?? over ?? clock.now) - due_us, 0),
  });
  const [did, differs] = [acts.at(-1)?.did ?? "nothing", measure.differsSince()];
  return {
    id: name, by: rule.by, to: rule.to, version: accord.version, state, since_us, history,
    granted_by: [...given.keys()].sort(), ends_us: measure.ending()[0],
    did, did_since_us: acts.at(-1)?.at_us ?? null, marks: measure.marks(), delays: measure.promises().map(delay),
    difference: differs === null ? null : { follows: state, did, since_us: differs, age_us: clock.now - differs },
    uses: rule.watch.sources.map((source) => useOf(measure, rule, source)),
    positions: [...positions.values()].sort(by("party")),
  };
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
