// Logged time inside the evaluator: how far it has come, which deadlines have passed, and who waits for what.

export class Clock {
  now = 0;
  passedUntil = -1;
  anchors = new Map();
  timers = []; // [instant, machine], the next one last
  #waiting = new Map();
  #woken = new Set();

  passed(instant) {
    return instant !== null && instant <= this.passedUntil;
  }

  wakeAt(instant, machine) {
    machine.armed ??= new Set();
    if (machine.armed.has(instant)) return;
    machine.armed.add(instant);
    let [low, high] = [0, this.timers.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      [low, high] = this.timers[middle][0] > instant ? [middle + 1, high] : [low, middle];
    }
    this.timers.splice(low, 0, [instant, machine]);
  }

  wake(machine) {
    this.#woken.add(machine);
  }

  woken() {
    const found = [...this.#woken];
    this.#woken.clear();
    return found;
  }

  passTimers(instant) {
    this.reach(instant, instant);
    while (this.timers.length && this.timers.at(-1)[0] <= instant) {
      const [at, machine] = this.timers.pop();
      machine.armed.delete(at);
      this.wake(machine);
    }
  }

  reach(now, passed) {
    this.now = Math.max(this.now, now);
    this.passedUntil = Math.max(this.passedUntil, passed);
  }

  /** An anchor is known from now on; the first time counts. */
  happened(anchor, instant) {
    if (this.anchors.has(anchor)) return;
    this.anchors.set(anchor, instant);
    for (const machine of this.#waiting.get(anchor) ?? []) this.wake(machine);
    this.#waiting.delete(anchor);
  }

  wait(anchor, machine) {
    if (!this.#waiting.has(anchor)) this.#waiting.set(anchor, new Set());
    this.#waiting.get(anchor).add(machine);
  }

  /** The instant of a deadline; null, and the machine waits, until its anchor is known. */
  instant(deadline, instants, own, machine) {
    const anchor = own[deadline.anchor] ?? this.anchors.get(deadline.anchor);
    if (anchor !== undefined) return instants.at(deadline, anchor);
    this.wait(deadline.anchor, machine);
    return null;
  }
}
