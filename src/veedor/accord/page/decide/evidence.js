// What metrics and conditions make of what was said so far: yes, no, or it cannot be told (null) and who withheld.

import { atLeast, fraction, minus, over, read, spelled } from "./fractions.js";
import { by, distinct, HOUR } from "./instants.js";

// Whether something said counts for what is asked: { begins, ends, until, instance, debtor, accord, said }.
const since = ({ at }, { begins }) => at >= begins;
const ofInstance = (each, asked) => (asked.instance ? each.instance === asked.instance : since(each, asked));

const sourcesOf = (metric) => metric.sources ?? [metric.source ?? metric.party].filter(Boolean);
const ofEvents = ({ event, asked, answered }) => (event ? [event] : [asked, answered]).map((name) => `event ${name}`);
const sum = (all) => fraction(all.reduce((before, { count = 1 }) => before + BigInt(count), 0n));
const ofCounts = { counts: since, better: "at_least", number: ([all]) => sum(all) };
const ofDeposits = {
  needsAll: true, keys: ({ party, data_class: name }) => [`deposit ${party} ${name}`],
  counts: ({ at, period: { completeness, start_us, end_us } }, { begins, ends }) =>
    completeness === "complete" && start_us < Math.min(ends, at) && Math.min(end_us, at) > begins,
};
const ofFigures = {
  needsAll: true, keys: (metric) => sourcesOf(metric).map((source) => `figure ${source} ${metric.figure}`),
  latest: 1, counts: ({ start_us, end_us }, { begins, ends }) => begins <= start_us && end_us <= ends,
};

// By kind of metric: what it reads (`keys`), which of that `counts`, how many of the `latest` are its evidence, the
// test that more can only make `better`, whether it `needsAll` of its sources, and its `number`, null for none.
const METRICS = {
  happened: { keys: ofEvents, counts: ofInstance, better: "happened", number: ([all]) => fraction(all.length && 1) },
  events_counted: { ...ofCounts, keys: ofEvents },
  documents_attested: { ...ofCounts, keys: ({ party, document }) => [`document ${party} ${document}`] },
  findings_counted: { ...ofCounts, keys: ({ party, finding }) => [`finding ${party} ${finding}`] },
  answer_hours: { keys: ofEvents, counts: since, number: waited },
  delivered_ratio: { ...ofDeposits, better: "at_least", number: (...given) => coverage(...given).ratio },
  longest_gap_hours: { ...ofDeposits, better: "at_most", number: (...given) => coverage(...given).gap },
  figure: { ...ofFigures, number: ([list]) => (list.length ? read(list.at(-1).value) : null) },
  figure_disagreement: { ...ofFigures, number: disagreement },
};

// Longest time from what was asked in the period to its answer; what is not answered waits so far.
function waited([all], { answered }, { ends, said, until }) {
  const answers = new Map((said.get(`event ${answered}`) ?? []).map(({ instance, at }) => [instance, at]));
  const times = all.filter(({ at }) => at < ends).map(({ at, instance }) => (answers.get(instance) ?? until) - at);
  return fraction(Math.max(0, ...times), HOUR);
}

// (largest - smallest) / largest.
function disagreement(lists) {
  if (lists.some((list) => !list.length)) return null;
  const values = lists.map((list) => read(list.at(-1).value)).sort((one, other) => (atLeast(one, other) ? 1 : -1));
  const [least, most] = [values[0], values.at(-1)];
  return most.top ? over(minus(most, least), most) : most;
}

// How much of the period deposits cover, and the longest stretch that none covers. What came after a deposit was logged
// is not in it, whatever it says.
function coverage([deposits], { outages }, { begins, ends }) {
  const spans = deposits.flatMap(({ at: logged, outages: holes, period: { start_us, end_us } }) =>
    (outages === "delivered" ? [] : holes).reduce(without, [[start_us, Math.min(end_us, logged)]]));
  let [covered, gap, at] = [0, 0, begins];
  for (const [start, end] of [...spans.sort(by(0)), [ends, ends]]) {
    gap = Math.max(gap, Math.min(start, ends) - at);
    covered += Math.max(0, Math.min(end, ends) - Math.max(start, at));
    at = Math.max(at, end);
  }
  return { ratio: fraction(covered, Math.max(ends - begins, 1)), gap: fraction(gap, HOUR) };
}

// What is left of spans outside of an outage.
const without = (spans, { start_us, end_us }) => spans
  .flatMap(([start, end]) => [[start, Math.min(end, start_us)], [Math.max(start, end_us), end]])
  .filter(([start, end]) => start < end);

const leaves = (condition) => (condition.of ? condition.of.flatMap(leaves) : [condition]);
const metricOf = (test, accord) => (test.event ? { kind: "happened", event: test.event } : accord.metrics[test.metric]);

// An elementary test as a verdict tells it: its number, whether that is enough, and by which statements; the latest of
// each thing that its metric reads. What the debtor itself does not supply is never "cannot be told".
function tested({ test, event, metric: subject = event, value: wanted = "1" }, asked) {
  const metric = metricOf({ event, metric: subject }, asked.accord);
  const { keys, counts, latest = 20, needsAll, number: numberOf } = METRICS[metric.kind];
  const lists = keys(metric).map((key) => (asked.said.get(key) ?? []).filter((each) => counts(each, asked)));
  const lacking = needsAll ? sourcesOf(metric).filter((_, place) => !lists[place].length).sort() : [];
  const withheld_by = lacking.includes(asked.debtor) ? [] : lacking;
  const number = withheld_by.length ? null : numberOf(lists, metric, asked);
  const order = test === "at_most" ? [read(wanted), number] : [number, read(wanted)];
  const holds = number ? atLeast(...order) : withheld_by.length ? null : false;
  const evidence = distinct(lists.flatMap((list) => list.slice(-latest).map(({ digest }) => digest)));
  return { test, subject, wanted, value: spelled(number), holds, withheld_by, evidence };
}

// Whether a condition holds, the same whatever the order of its elementary `tests`: { holds, withheld_by, tests }.
export function judge(condition, asked) {
  const parts = condition.of?.map((each) => judge(each, asked)) ?? [tested(condition, asked)];
  const needed = { any: 1, n_of: condition.n }[condition.test] ?? parts.length;
  const [yes, unknown] = [true, null].map((holds) => parts.filter((part) => part.holds === holds).length);
  const holds = yes >= needed || (yes + unknown < needed ? false : null);
  const withheld_by = holds === null ? parts.flatMap((part) => part.withheld_by) : [];
  return { holds, withheld_by, tests: parts.flatMap((part) => part.tests ?? [part]) };
}

// Who must supply evidence for a condition; whether what is logged can only make it better.
export const sourcesFor = (condition, accord) => leaves(condition).flatMap((test) => sourcesOf(metricOf(test, accord)));
export const onlyImproves = (condition, accord) =>
  leaves(condition).every((test) => METRICS[metricOf(test, accord).kind].better === test.test);
