// Conditions: yes, no, or it cannot be told (null) and who withheld; the same whatever the order of tests.

import { Fraction, improves, keysOf, sourcesOf } from "./record.js";

const leaves = (condition) => (condition.of ? condition.of.flatMap(leaves) : [condition]);
const metricOf = (test, accord) => accord.metrics[test.metric];
const needed = ({ test, of, n }) => (test === "n_of" ? n : test === "all" ? of.length : 1);

/** Everything it depends on. */
export function keysUnder(condition, accord) {
  const keys = (test) => (test.event ? [`event ${test.event}`] : keysOf(metricOf(test, accord)));
  return new Set(leaves(condition).flatMap(keys));
}

/** Everybody who must supply evidence for it. */
export const sourcesUnder = (condition, accord) =>
  leaves(condition).flatMap((test) => (test.event ? [] : sourcesOf(metricOf(test, accord))));

/** Whether what is logged can only make it better. */
export const onlyImproves = (condition, accord) =>
  leaves(condition).every((test) => test.event || improves(metricOf(test, accord), test.test === "at_least"));

function happened(test, record, asked) {
  if (asked.instance) return record.instances.has(`${test.event} ${asked.instance}`);
  const last = record.said.under("event", test.event).at(-1);
  return last !== undefined && last.at >= asked.begins;
}

/** { holds, number, withheld } of one elementary test. */
function tested(test, accord, record, asked, now) {
  if (test.event) return { holds: happened(test, record, asked), withheld: [] };
  const value = record.value(metricOf(test, accord), asked, now);
  if (value.number === null) return { ...value, holds: value.withheld.length ? null : false };
  const wanted = Fraction.read(test.value);
  return { ...value, holds: test.test === "at_least" ? value.number.atLeast(wanted) : wanted.atLeast(value.number) };
}

export function judge(condition, accord, record, asked, now) {
  if (!condition.of) return tested(condition, accord, record, asked, now);
  const parts = condition.of.map((each) => judge(each, accord, record, asked, now));
  const yes = parts.filter((part) => part.holds === true).length;
  const unknown = parts.filter((part) => part.holds === null).length;
  if (yes >= needed(condition)) return { holds: true, withheld: [] };
  if (yes + unknown < needed(condition)) return { holds: false, withheld: [] };
  return { holds: null, withheld: parts.flatMap((part) => part.withheld) };
}

/** Each elementary test with its value, as a verdict shows it. */
export const testsOf = (condition, accord, record, asked, now) =>
  leaves(condition).map((test) => {
    const { holds, number, withheld } = tested(test, accord, record, asked, now);
    const value = test.event ? (holds ? "1" : "0") : number === null ? null : `${number}`;
    return { test: test.test, subject: test.event ?? test.metric, wanted: test.value ?? "1", value, holds, withheld_by: withheld };
  });

/** Digests of the statements behind it, ascending. */
export function evidenceFor(condition, accord, record, asked) {
  const counts = (each) => (asked.instance ? each.instance === asked.instance : each.at >= asked.begins);
  const found = leaves(condition).flatMap((test) =>
    test.event
      ? record.said.under("event", test.event).filter(counts).map((each) => each.digest)
      : record.evidence(metricOf(test, accord), asked),
  );
  return [...new Set(found)].sort();
}
