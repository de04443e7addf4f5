// A measure as people read it: what follows beside what the authority did, delays of relief, and its use.

import { historyOfMeasure } from "./causes.js";
import { minus, plus, read, spelled } from "./decide/fractions.js";
import { by } from "./decide/instants.js";
import { OPEN, ownOf, RUNNING } from "./decide/measures.js";

const GONE = ["nothing", "ended", "withdrawn", "superseded"];
// Acts that answer each state; any other is a difference.
const ANSWERS = {
  proposed: GONE, granted: ["implemented", ...GONE], active: ["implemented"], warned: ["warned"],
  suspended: ["suspended"], lapsed: GONE, snapped_back: GONE,
};

export function reliefOf(measure, shown) {
  const accord = measure.running?.version.accord ?? shown;
  const [rule, about] = [accord.measures[measure.name], saidOf(measure)];
  if (!rule) return null;
  const { acts, given, name, positions, since, state } = about;
  const causes = RUNNING.includes(state) ? measure.rungs().map((each) => each.name) : [];
  return {
    id: name, by: rule.by, to: rule.to, version: accord.version, state, since_us: since,
    history: historyOfMeasure(measure), granted_by: [...given.keys()].sort(), causes: [...new Set(causes)].sort(),
    ends_us: endsOf(measure), did: acts.at(-1)?.act ?? "nothing", did_since_us: acts.at(-1)?.at ?? null,
    difference: differenceOf(about), marks: marksOf(about), delays: delaysOf(about, rule.by),
    uses: rule.watch.sources.map((source) => useOf(measure, rule, source)),
    positions: [...positions.values()].sort(by("party")).map(({ party, position, at, digest }) => ({
      party, position, since_us: at, evidence: digest,
    })),
  };
}

// A measure with its grants, what its authority did, and the last word of each party on its validity.
function saidOf(measure) {
  const { engine: { said }, history, name } = measure;
  const [acts, positions] = ["act", "position"].map((each) => said.get(`${each} ${name}`) ?? []);
  const grants = history.filter(({ after }) => after === "granted").map(({ cause }) => cause);
  return { ...measure, acts, grants, positions: new Map(positions.map((each) => [each.party, each])) };
}

// Since when the columns have differed at every instant, whichever of them moved. What stood at no instant, as a state
// that was left when it was entered, does not count.
function differenceOf({ acts, clock: { now }, history }) {
  const moves = [...history, ...acts].sort(by("at"));
  let [follows, did, since] = ["proposed", "nothing", null];
  for (const [place, { at, after, act }] of moves.entries()) {
    [follows, did] = [after ?? follows, act ?? did];
    if (moves[place + 1]?.at === at) continue;
    since = ANSWERS[follows].includes(did) ? null : (since ?? at);
  }
  return since === null ? null : { follows, did, since_us: since, age_us: now - since };
}

// When the state that runs now ends by the accord.
function endsOf({ running, state }) {
  if (state === "suspended") return running.windDown;
  return OPEN.includes(state) ? running.ends : null;
}

// When a grant came to be implemented: at once, where the authority had left its relief in effect.
function implemented({ acts, grants }, grant) {
  const next = grants[grants.indexOf(grant) + 1]?.heard ?? Infinity;
  if (acts.findLast(({ heard }) => heard <= grant.heard)?.act === "implemented") return grant.granted;
  return acts.find(({ act, heard }) => act === "implemented" && grant.heard < heard && heard <= next)?.at ?? null;
}

// What happened outside of the accord's own path.
function marksOf(about) {
  const { acts, clock, positions, running, state } = about;
  const later = acts.slice(acts.findLastIndex(({ act }) => act === "implemented") + 1).map(({ act }) => act);
  const marks = ["superseded", "withdrawn"].filter((each) => later.includes(each));
  const overdue = running && clock.passed(toImplement(about, running)) && implemented(about, running) === null;
  if (overdue && [...RUNNING, "suspended"].includes(state)) marks.push("never_implemented");
  if ([...positions.values()].some(({ position }) => position === "invalid")) marks.push("contested");
  return marks.sort();
}

// By when relief was promised: to be granted, by the version that governed the first grant or does now; and, once a
// grant is active, to be implemented.
function toGrant({ clock, grants: [first], name, versions }) {
  const [version, rule] = first ? [first.version, first.rule] : versions.rule("measures", name);
  return rule ? clock.deadline(rule.grant.by, version, version.own) : null;
}
const toImplement = ({ clock }, grant) =>
  grant.active === null ? null : clock.deadline(grant.rule.implemented_by, grant.version, ownOf(grant));

// Relief that was promised, held against the granting party until it came or its grant was over.
function delaysOf(about, party) {
  const { clock: { now }, grants, history } = about;
  const delay = (what, due_us, done_us, until) => ({
    what, party, due_us, done_us, age_us: Math.max((done_us ?? until) - due_us, 0),
  });
  const isOver = ({ after }) => ["granted", "lapsed", "snapped_back"].includes(after);
  const each = grants.map((grant) => {
    const over = history.slice(history.findIndex(({ cause }) => cause === grant) + 1).find(isOver)?.at;
    return delay("implementation", toImplement(about, grant), implemented(about, grant), over ?? now);
  });
  const granted = delay("grant", toGrant(about), grants[0]?.granted ?? null, now);
  return [granted, ...each].filter(({ due_us }) => due_us !== null);
}

// As one source attests it. Figures of periods that begin in [from, until) are added up, the last word on each.
function useOf({ engine: { said }, running, since, state }, { cap, watch }, source) {
  const granted = running?.granted ?? Infinity;
  const total = (figure, from, until) => {
    const counts = ({ party, start }) => party === source && start >= from && start < until;
    const all = (said.get(`figure ${figure}`) ?? []).filter(counts);
    const last = new Map(all.map(({ start, end, value }) => [`${start} ${end}`, value]));
    return last.size ? [...last.values()].reduce(plus) : null;
  };
  const used = cap ? total(cap.figure, granted, Infinity) : null;
  const fresh = watch.new_business && state === "suspended" ? total(watch.new_business, since, running.windDown) : null;
  const outside = watch.out_of_scope.flatMap((kind) => said.get(`finding ${source} ${kind}`) ?? []);
  return {
    source, used: used && spelled(used), left: used && spelled(minus(read(cap.limit), used)),
    new_business: fresh && spelled(fresh),
    out_of_scope: outside.filter(({ at }) => at >= granted).reduce((sum, { count }) => sum + count, 0),
  };
}

// Deadlines of the measure.
export function upcomingOfMeasure(measure) {
  const [about, { running, state, threats }] = [saidOf(measure), measure];
  if (!running) return [{ at_us: toGrant(about), what: "grant_due" }];
  const awaited = RUNNING.includes(state) && implemented(about, running) === null;
  return [
    { at_us: endsOf(measure), what: state === "suspended" ? "lapses" : "term_ends" },
    { at_us: awaited ? toImplement(about, running) : null, what: "implementation_due" },
    ...(OPEN.includes(state) ? threats : []).map(({ effect }) => ({ at_us: effect, what: "snaps_back" })),
  ];
}
