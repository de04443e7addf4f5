// Logged time inside the evaluator: how far it has come, which deadlines have passed, and who waits for what.
//
// A machine is anything with a `turn` and a `step`; of those woken together, the ones with the smaller turn step first.

// What a map holds under a key, made where there is nothing.
export function under(map, key, Kind) {
  if (!map.has(key)) map.set(key, new Kind());
  return map.get(key);
}

export class Clock {
  now = 0;
  passedUntil = -1;
  anchors = new Map();
  #alarms = new Map(); // by instant
  #waiting = new Map(); // by anchor
  #woken = new Set();

  passed = (instant) => instant !== null && instant <= this.passedUntil;

  // Time has come to `now`; deadlines up to `passed`, included, have passed.
  reach(now, passed) {
    this.now = Math.max(this.now, now);
    this.passedUntil = Math.max(this.passedUntil, passed);
  }

  wake(machine) {
    this.#woken.add(machine);
  }

  // Wakes the machine when this instant passes; gives the instant back.
  alarm(instant, machine) {
    under(this.#alarms, instant, Set).add(machine);
    return instant;
  }

  // An anchor is known from now on; the first time counts.
  happened(anchor, instant) {
    if (this.anchors.has(anchor)) return;
    this.anchors.set(anchor, instant);
    for (const machine of under(this.#waiting, anchor, Set)) this.wake(machine);
  }

  // Whether an anchor, one's own or one of all, is known: its time; else null, and the machine waits.
  anchor(name, own, machine) {
    const known = own.get(name) ?? this.anchors.get(name) ?? null;
    if (known === null) under(this.#waiting, name, Set).add(machine);
    return known;
  }

  // The instant of a deadline, once its anchor is known.
  instant(deadline, { instants }, own, machine) {
    const anchor = this.anchor(deadline.anchor, own, machine);
    return anchor === null ? null : instants.at(deadline, anchor);
  }

  // The same with an alarm, and never before `earliest`.
  deadline(deadline, version, own, machine, earliest = -Infinity) {
    const found = this.instant(deadline, version, own, machine);
    return found === null ? null : this.alarm(Math.max(found, earliest), machine);
  }

  // Lets all deadlines up to this instant pass, each in its turn.
  advance(until) {
    const next = () => [...this.#alarms.keys()].reduce((first, each) => Math.min(first, each), Infinity);
    for (let instant = next(); instant <= until; instant = next()) {
      this.reach(instant, instant);
      for (const machine of this.#alarms.get(instant)) this.wake(machine);
      this.#alarms.delete(instant);
      this.settle();
    }
    this.reach(until, until);
  }

  // Steps whoever is woken until nobody is.
  settle() {
    while (this.#woken.size) {
      const woken = [...this.#woken].sort((one, other) => one.turn - other.turn);
      this.#woken.clear();
      for (const machine of woken) machine.step();
    }
  }
}
