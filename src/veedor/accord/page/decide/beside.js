// The two columns of a measure side by side, what happened outside of the accord's own path, and promised relief.

import { by } from "./instants.js";
import { RUNNING } from "./measures.js";

const GONE = ["nothing", "ended", "withdrawn", "superseded"];
// Acts that answer each state; any other is a difference.
const ANSWERS = {
  proposed: GONE, granted: ["implemented", ...GONE], active: ["implemented"], warned: ["warned"],
  suspended: ["suspended"], lapsed: GONE, snapped_back: GONE,
};

// Since when the columns have differed at every instant, whichever of them moved; null where they agree. What stood at
// no instant, as a state that was left when it was entered, does not count.
export function differsSince({ acts, history }) {
  const moves = [...history, ...acts].sort(by("at_us"));
  let [follows, done, since] = ["proposed", "nothing", null];
  for (const [place, { at_us, after, did }] of moves.entries()) {
    [follows, done] = [after ?? follows, did ?? done];
    if (moves[place + 1]?.at_us === at_us) continue;
    since = ANSWERS[follows].includes(done) ? null : (since ?? at_us);
  }
  return since;
}

// What happened outside of the accord's own path.
export function marksOf({ acts, clock, positions, running, state }) {
  const later = acts.slice(acts.findLastIndex(({ did }) => did === "implemented") + 1).map(({ did }) => did);
  const marks = ["superseded", "withdrawn"].filter((each) => later.includes(each));
  const isOverdue = running?.implemented === null && clock.passed(toImplement(clock, running));
  if (isOverdue && [...RUNNING, "suspended"].includes(state)) marks.push("never_implemented");
  if ([...positions.values()].some(({ position }) => position === "invalid")) marks.push("contested");
  return marks.sort();
}

// By when relief that a grant promises was to be implemented, once it is active.
export const toImplement = (clock, { own, rule, version }) =>
  own.has("own.active") ? clock.deadline(rule.implemented_by, version, own) : null;
