// Logged time inside the evaluator: how far it has come, and what is known by then.
// Instants are whole microseconds since 1970 in UTC, here and in everything beside this file. What a verdict tells just
// as it stands here bears the verdict's own name (`since_us`).

export class Clock {
  now = 0;
  passedUntil = -1;
  next = Infinity; // the first instant that somebody waits for
  changes = []; // every state that was entered, and when that came about
  anchors = new Map();

  // Whether a deadline has passed; one that is not known has not. All that depends on time asks here, so that nothing
  // changes before the first instant that was asked for in vain.
  passed(instant) {
    if ((instant ?? Infinity) <= this.passedUntil) return true;
    this.next = Math.min(this.next, instant ?? Infinity);
    return false;
  }

  // Lets time come to that instant, or to this one if it is earlier: deadlines up to there have passed.
  pass(until) {
    this.now = this.passedUntil = Math.min(this.next, until);
    this.next = Infinity;
  }

  // The instant of a deadline once its anchor, one's own, its version's or one of all, is known; a date may come after
  // what is counted from it.
  deadline(deadline, version, own = version.own, earliest = -Infinity) {
    const event = own.get(deadline.anchor) ?? version.own.get(deadline.anchor) ?? this.anchors.get(deadline.anchor);
    return event === undefined ? null : version.instants.after(deadline, event, earliest);
  }

  // An anchor is known from now on; the first time counts.
  happened = (anchor, instant) => void (this.anchors.has(anchor) || this.anchors.set(anchor, instant));

  // A change of state, never before the last: why, by which statements, and about whom, what ground, which occurrence.
  enter(rule, after, from, why = "", evidence = [], about = "") {
    const at_us = Math.max(from, rule.since_us);
    const { history, kind, name, number: occurrence = 0, state: before } = rule;
    history?.push({ at_us, before, after, why, about, evidence });
    Object.assign(rule, { state: after, since_us: at_us });
    this.changes.push({ at_us: this.now, kind, rule: name, occurrence, what: after, why });
  }
}
