// Why every state was entered, by what evidence; and the tests of a condition with their values.

import { tests } from "./decide/evidence.js";
import { spelled } from "./decide/fractions.js";
import { by } from "./decide/instants.js";

const MOST_SHOWN = 20;

// What was asked, of what had been heard by then.
const then = ({ said, heard, ...asked }) => ({
  ...asked, said: { get: (key) => said.get(key)?.filter((each) => each.heard <= heard) },
});

// Digests of the statements behind a condition, ascending; the latest of each thing that it reads.
function evidenceOf({ rule }, asked) {
  const lists = tests(rule.met_when, then(asked)).flatMap(({ counted }) => counted);
  // Deposits by their periods, all else in the order of the log.
  const ordered = lists.map((list) => (list[0]?.outages ? list.toSorted(by("start", "end", "digest")) : list));
  return [...new Set(ordered.flatMap((list) => list.slice(-MOST_SHOWN).map(({ digest }) => digest)))].sort();
}

// Elementary tests: as of when it was settled, else as of now.
export function testsOf(occurrence) {
  const { rule: { met_when: condition }, final } = occurrence;
  return tests(condition, then(final ?? occurrence.asked())).map(({ test, number, holds, withheldBy }) => ({
    test: test.test, subject: test.event ?? test.metric, wanted: test.value ?? "1", value: number && spelled(number),
    holds, withheld_by: withheldBy,
  }));
}

// By why a state was entered: the values of its reason, and its evidence, from what brought it about.
const judged = (values = () => ({})) => (asked, each) => [values(each), asked ? evidenceOf(each, asked) : []];
const OF_OCCURRENCES = {
  deadline_passed: judged(({ due }) => ({ due_us: due })),
  cure_began: judged(({ rule, cureEnds }) => ({ anchor: `own.${rule.cure.starts}`, ends_us: cureEnds })),
  ...{ condition_holds: judged(), no_cure: judged(), cure_ended: judged() },
  settled: ({ outcome, said }) => [{ outcome }, said.map(({ digest }) => digest).sort()],
  dispute_runs: ({ ends, digest }) => [{ ends_us: ends }, [digest]],
  excused: ({ ground, until, digest }) => [{ ground, until_us: until }, [digest]],
  withheld: (parties) => [{ by: parties.join(", ") }, []],
  aside_ended: (_, each, at) => [{ at_us: at }, []],
};
const granted = ({ given }) => [{ by: [...given.keys()].sort().join(", ") }, [...given.values()].sort()];
const required = ({ each, entered }) => [
  { obligation: each.all.name, occurrence: each.number }, told(each, OF_OCCURRENCES, entered).evidence,
];
const OF_MEASURES = {
  granted, renewed: granted,
  notice_took_effect: ({ digest }) => [{}, [digest]],
  participation_suspended: ({ party }) => [{ party }, []],
  ...{ late: required, breached: required, undetermined: required, disputed: required, excused: required },
};

function told(rule, causes, { at, before, after, why, cause }) {
  const [values, evidence] = causes[why]?.(cause, rule, at) ?? [{}, []];
  return { at_us: at, before, after, reason: { key: why, values }, evidence };
}

export const historyOfOccurrence = (each) => each.history.map((entered) => told(each, OF_OCCURRENCES, entered));
export const historyOfMeasure = (each) => each.history.map((entered) => told(each, OF_MEASURES, entered));
