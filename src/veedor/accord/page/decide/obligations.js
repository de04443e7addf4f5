// Obligations across the versions of an accord: how their occurrences arise, and what their parties say about them.

import { Occurrence } from "./occurrence.js";

// All occurrences of the obligation of one id, across versions.
export class Obligations {
  occurrences = [];
  withholders = new Set();
  excuses = [];
  #ended = null;

  step() {
    while (this.#arise());
    for (const each of this.occurrences) each.step();
  }

  // Who hears a statement about it, and the version by which that is judged: one occurrence by its own; all of it by
  // that of the last occurrence or, before there is any, by the one that governs.
  judging(said, { occurrence }) {
    const one = occurrence === undefined ? this.occurrences.at(-1) : this.occurrences[occurrence - 1];
    if (occurrence !== undefined) return [one, one?.version, one?.rule];
    return [this, ...this.versions.rule("obligations", this.name, one)];
  }

  excuse({ digest, body: { ground, since_us: since, until_us: until } }, version, rule) {
    if (!rule.excuses?.grounds.includes(ground)) return "no_such_ground";
    if (since > this.clock.now || (until && until <= since)) return "times_run_backwards";
    const [notice, longest] = ["notice", "longest"].map((each) => version.instants.after(rule.excuses[each], since));
    if (this.clock.now > notice) return "too_late";
    this.excuses.push({ ground, since, until: Math.min(until || longest, longest), digest });
  }

  withhold = ({ party, body }) => void (body.by === party && this.withholders.add(party));

  // The next occurrence, once its time has come; whether there may be another.
  #arise() {
    const [version, rule] = this.versions.rule("obligations", this.name);
    const { each, since, first, length } = rule?.arises ?? {};
    if (!rule || each === "event" || (each === "once" && this.occurrences.length)) return false;
    const begins = (each === "window" ? this.#ended : null) ?? this.clock.deadline(since ?? first, version);
    if (!this.clock.passed(begins)) return false;
    const ends = each === "window" ? version.instants.windowEnd(length, begins) : null;
    this.#ended = ends ?? this.#ended;
    return this.begin(version, rule, begins, ends, 0) || each === "window";
  }

  // Begins an occurrence if it may arise: not when its debtor or creditor has stepped out, nor when the accord has
  // ended, unless it survives. Whether it has begun.
  begin(version, rule, begins, ends, instance) {
    const over = this.versions.over(this.name, version, [rule.creditor, rule.debtor], "suspended", "withdrawn");
    return !over && this.occurrences.push(new Occurrence(this, version, rule, begins, ends, instance)) > 0;
  }
}
