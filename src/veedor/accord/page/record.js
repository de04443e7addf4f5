// What was said so far, and what metrics make of it over a period: fractions of whole numbers of any size.

import { HOUR_US } from "./instants.js";

const MOST_EVIDENCE = 20;

export class Fraction {
  constructor(top, bottom = 1n) {
    let [a, b] = [top < 0n ? -top : top, bottom];
    while (b) [a, b] = [b, a % b];
    Object.assign(this, { top: top / (a || 1n), bottom: bottom / (a || 1n) });
  }

  static of(top, bottom = 1) {
    return new Fraction(BigInt(top), BigInt(bottom));
  }

  /** `95/100`, `24` or `1.25`. */
  static read(text) {
    const [whole, after = ""] = text.split(".");
    if (after) return new Fraction(BigInt(whole + after), 10n ** BigInt(after.length));
    return new Fraction(...text.split("/").map(BigInt));
  }

  plus(other) {
    return new Fraction(this.top * other.bottom + other.top * this.bottom, this.bottom * other.bottom);
  }

  minus(other) {
    return this.plus(new Fraction(-other.top, other.bottom));
  }

  over(other) {
    return new Fraction(this.top * other.bottom, this.bottom * other.top);
  }

  atLeast(other) {
    return this.top * other.bottom >= other.top * this.bottom;
  }

  toString() {
    return this.bottom === 1n ? `${this.top}` : `${this.top}/${this.bottom}`;
  }
}

/** Lists and spans under a key of words. */
export class Shelf extends Map {
  under(...words) {
    const key = words.join(" ");
    if (!this.has(key)) this.set(key, []);
    return this.get(key);
  }
}

/** Cover [start, end) in a list of disjoint spans. */
function cover(spans, start, end) {
  if (start >= end) return;
  const touching = spans.filter(([one, other]) => one <= end && other >= start);
  const whole = [Math.min(start, ...touching.map(([one]) => one)), Math.max(end, ...touching.map(([, other]) => other))];
  const rest = spans.filter(([one, other]) => one > end || other < start);
  spans.splice(0, spans.length, ...rest.filter(([one]) => one < whole[0]), whole, ...rest.filter(([one]) => one > whole[0]));
}

function without(start, end, holes) {
  const left = [];
  let at = start;
  for (const [one, other] of holes.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (one > at) left.push([at, Math.min(one, end)]);
    at = Math.max(at, other);
  }
  return [...left, [at, end]].filter(([one, other]) => one < other);
}

export class Record {
  covered = new Shelf();
  said = new Shelf(); // { at, digest, and what it says }, in the order of the log
  instances = new Map();

  /** Takes a deposit; the spans it covered by key. */
  deposit(party, { period, classes, outages }, digest) {
    if (period.completeness !== "complete") return [];
    const [start, end] = [period.start_us, period.end_us];
    const holes = outages.map((each) => [each.start_us, each.end_us]);
    return classes.map((name) => {
      cover(this.covered.under(party, name, "delivered"), start, end);
      for (const [one, other] of without(start, end, holes)) cover(this.covered.under(party, name, "not_delivered"), one, other);
      this.said.under("deposit", party, name).push({ start, end, digest });
      return [`deposit ${party} ${name}`, start, end];
    });
  }

  #within(metric, start, end) {
    const spans = this.covered.under(metric.party, metric.data_class, metric.outages);
    return spans.filter(([one, other]) => other > start && one < end).map(([one, other]) => [Math.max(one, start), Math.min(other, end)]);
  }

  /** { number, withheld }: no number where it cannot be told (by whom) or where the debtor did not deliver it. */
  value(metric, { begins, ends, debtor }, now) {
    const since = (...key) => this.said.under(...key).filter((each) => each.at >= begins);
    const whole = (number) => ({ number: Fraction.of(number), withheld: [] });
    const from = (number, nothing) => (nothing && metric.party !== debtor ? { number: null, withheld: [metric.party] } : { number, withheld: [] });
    switch (metric.kind) {
      case "delivered_ratio": {
        const covered = this.#within(metric, begins, ends).reduce((sum, [one, other]) => sum + other - one, 0);
        return from(ends > begins ? Fraction.of(covered, ends - begins) : Fraction.of(0), covered === 0);
      }
      case "longest_gap_hours": {
        let [gap, at] = [0, begins];
        for (const [one, other] of this.#within(metric, begins, ends)) [gap, at] = [Math.max(gap, one - at), other];
        gap = Math.max(gap, ends - at);
        return from(Fraction.of(gap, HOUR_US), gap === ends - begins);
      }
      case "documents_attested":
        return whole(since("document", metric.party, metric.document).length);
      case "events_counted":
        return whole(since("event", metric.event).length);
      case "findings_counted":
        return whole(since("finding", metric.party, metric.finding).reduce((sum, each) => sum + each.count, 0));
      case "answer_hours": {
        const asked = since("event", metric.asked).filter((each) => each.at < ends);
        const waited = asked.map((each) => (this.instances.get(`${metric.answered} ${each.instance}`) ?? now) - each.at);
        return { number: Fraction.of(Math.max(0, ...waited), HOUR_US), withheld: [] };
      }
    }
    const found = sourcesOf(metric).map((source) => [source, this.#last(metric.figure, source, begins, ends)]);
    const lacking = found.filter(([, said]) => !said).map(([source]) => source).sort();
    if (lacking.length) return { number: null, withheld: lacking.includes(debtor) ? [] : lacking };
    const values = found.map(([, said]) => said.value).sort((a, b) => (a.atLeast(b) ? 1 : -1));
    if (metric.kind === "figure") return { number: values[0], withheld: [] };
    const most = values.at(-1);
    return { number: most.top ? most.minus(values[0]).over(most) : Fraction.of(0), withheld: [] };
  }

  /** Digests behind a value, the latest. */
  evidence(metric, { begins, ends }) {
    const since = (key) => this.said.under(key).filter((each) => each.at >= begins);
    const [first, second] = keysOf(metric);
    let found;
    if (first.startsWith("deposit")) found = this.said.under(first).filter((each) => each.start < ends && each.end > begins);
    else if (first.startsWith("figure")) found = sourcesOf(metric).map((source) => this.#last(metric.figure, source, begins, ends)).filter(Boolean);
    else found = second ? [...since(first), ...since(second)] : since(first);
    return found.slice(-MOST_EVIDENCE).map((each) => each.digest);
  }

  #last(figure, source, begins, ends) {
    return this.said.under("value", figure, source).findLast((each) => begins <= each.start && each.end <= ends);
  }
}

/** What a metric depends on. */
export function keysOf(metric) {
  switch (metric.kind) {
    case "delivered_ratio":
    case "longest_gap_hours":
      return [`deposit ${metric.party} ${metric.data_class}`];
    case "answer_hours":
      return [`event ${metric.asked}`, `event ${metric.answered}`];
    case "documents_attested":
      return [`document ${metric.party} ${metric.document}`];
    case "events_counted":
      return [`event ${metric.event}`];
    case "findings_counted":
      return [`finding ${metric.party} ${metric.finding}`];
  }
  return [`figure ${metric.figure}`];
}

/** Who must supply the evidence. */
export const sourcesOf = (metric) => metric.sources ?? [metric.source ?? metric.party].filter(Boolean);

/** Whether evidence can only make a test of it better. */
export function improves(metric, upwards) {
  const better = ["delivered_ratio", "documents_attested", "events_counted", "findings_counted"].includes(metric.kind);
  return metric.kind === "longest_gap_hours" ? !upwards : better && upwards;
}
