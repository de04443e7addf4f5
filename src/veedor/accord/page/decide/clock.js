// Logged time inside the evaluator: how far it has come, and what is known by then.
// Instants are whole microseconds since 1970 in UTC, here and in everything beside this file. What a verdict tells just
// as it stands here bears the verdict's own name (`since_us`).

export class Clock {
  now = 0;
  passedUntil = -1;
  changes = 0; // how much has happened so far
  anchors = new Map();

  passed = (instant) => instant !== null && instant <= this.passedUntil;

  // Deadlines up to this instant have passed.
  pass = (instant) => void Object.assign(this, { now: instant, passedUntil: instant });

  // The instant of a deadline once its anchor, one's own, its version's or one of all, is known; a date may come after
  // what is counted from it.
  deadline(deadline, version, own = version.own, earliest = -Infinity) {
    const event = own.get(deadline.anchor) ?? version.own.get(deadline.anchor) ?? this.anchors.get(deadline.anchor);
    return event === undefined ? null : version.instants.after(deadline, event, earliest);
  }

  // An anchor is known from now on; the first time counts.
  happened(anchor, instant) {
    if (!this.anchors.has(anchor)) this.anchors.set(anchor, instant);
  }

  // A change of state, never before the last: why, by which statements, and about whom, what ground, which occurrence.
  enter(rule, after, from, why, evidence = [], about = "") {
    const at_us = Math.max(from, rule.since_us);
    rule.history.push({ at_us, before: rule.state, after, why, about, evidence });
    Object.assign(rule, { state: after, since_us: at_us });
    this.changes += 1;
  }
}
