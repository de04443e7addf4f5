// One occurrence of an obligation: due, met or late, in cure, cured or breached; and what stands aside of that path.

import { evidenceFor, judge, keysUnder, onlyImproves, testsOf } from "./conditions.js";
import { order } from "./instants.js";

export const SETTLED = ["met", "cured"];
const ascending = (names) => [...new Set(names)].sort();

/** One occurrence that has begun. */
export class Running {
  turn = 3;
  main = "due";
  state = "due";
  history = [];
  withheld = [];
  due = null;
  late = null;
  breached = null;
  cureEnds = null;
  performed = null;
  noticed = null;
  dispute = null;
  #tests = null;

  constructor(all, number, rule, version, own, instance) {
    Object.assign(this, { all, number, rule, version, instance, begins: own.begins, windowEnds: own["window.end"] ?? null });
    this.clock = all.engine.clock;
    this.own = { ...version.own, ...own };
    this.since = this.clock.now;
    this.keys = keysUnder(rule.met_when, version.accord);
    this.improves = onlyImproves(rule.met_when, version.accord);
    this.#note("due", this.clock.now, "began");
  }

  get done() {
    return SETTLED.includes(this.main) || (this.main === "breached" && this.performed !== null);
  }

  concerns(start, end) {
    const asked = this.#asked();
    return start < asked.ends && end > asked.begins;
  }

  step() {
    if (this.due === null) {
      this.due = this.clock.instant(this.rule.due, this.version.instants, this.own, this);
      if (this.due !== null) this.clock.wakeAt((this.due = Math.max(this.due, this.begins)), this);
    }
    this.#path();
    const [state, reason, values, evidence] = this.#shown();
    if (state !== this.state) this.#note(state, this.clock.now, reason, values, evidence);
  }

  #path() {
    const { clock } = this;
    if (this.main === "due") {
      const late = clock.passed(this.due);
      if (!late && !this.improves) return;
      const { holds, withheld } = this.#judge();
      if (holds) {
        const at = late && !this.withheld.length ? this.due : clock.now;
        this.#settle("met", at);
      } else if (late && holds === null) this.withheld = ascending(withheld);
      else if (late) this.#becomesLate(this.withheld.length ? clock.now : this.due);
    }
    if (this.main === "late" || this.main === "in_cure") this.#cure();
    if (this.main === "breached" && this.performed === null && this.#judge().holds) this.performed = clock.now;
  }

  #becomesLate(at) {
    this.withheld = [];
    this.late = Math.max(at, this.since);
    this.#go("late", this.late, "deadline_passed", { due_us: this.due ?? 0 });
    if (!this.rule.cure) this.#breach(this.late, "no_cure");
    else if (this.rule.cure.starts === "late") this.#startCure("own.late", this.late);
  }

  #startCure(anchor, at) {
    this.cureEnds = Math.max(this.version.instants.at(this.rule.cure.within, at), at);
    this.clock.wakeAt(this.cureEnds, this);
    this.#go("in_cure", at, "cure_began", { anchor, ends_us: this.cureEnds });
  }

  #cure() {
    const { holds, withheld } = this.#judge();
    if (holds) return this.#settle("cured", this.clock.now);
    if (this.main === "late") {
      if (this.noticed === null) return;
      this.#startCure("own.notice", this.noticed);
    }
    if (!this.clock.passed(this.cureEnds)) return;
    if (holds === null) this.withheld = ascending(withheld);
    else {
      const at = this.withheld.length ? this.clock.now : this.cureEnds;
      this.withheld = [];
      this.#breach(at, "cure_ended");
    }
  }

  #breach(at, why) {
    this.breached = Math.max(at, this.since);
    this.#go("breached", this.breached, why);
    this.#tests = this.#current();
  }

  #settle(state, at) {
    this.withheld = [];
    this.performed = this.clock.now;
    this.#go(state, at, "condition_holds");
    this.#tests = this.#current();
  }

  #go(main, at, reason, values) {
    this.main = main;
    if (["excused", "disputed"].includes(this.state)) return;
    this.#note(main, at, reason, values, evidenceFor(this.rule.met_when, this.version.accord, this.all.engine.record, this.#asked()));
  }

  /** The state that counts: settled, disputed, excused, undetermined, or the path's own. */
  #shown() {
    const { dispute, main, due, clock } = this;
    if (dispute?.settled) {
      const digests = [...dispute.by.values()].map(([, digest]) => digest).sort();
      return [dispute.settled, "settled", { outcome: dispute.settled }, digests];
    }
    const judged = main !== "due" || this.withheld.length > 0;
    if (dispute && judged && !clock.passed(dispute.ends)) return ["disputed", "dispute_runs", { ends_us: dispute.ends }, [dispute.digest]];
    if (["late", "in_cure", "breached"].includes(main) && due !== null) {
      const claims = [...this.all.excuses.values()].sort((a, b) => order(a.ground, b.ground) || a.since - b.since);
      const covers = claims.find((each) => each.since <= due && due <= each.until);
      if (covers) return ["excused", "excused", { ground: covers.ground, until_us: covers.until }, [covers.digest]];
    }
    if (this.withheld.length) return ["undetermined", "withheld", { by: this.withheld.join(", ") }, []];
    return ["excused", "disputed", "undetermined"].includes(this.state) ? [main, "aside_ended", { at_us: clock.now }, []] : [main, "condition_holds", {}, []];
  }

  #note(after, at_us, key, values = {}, evidence = []) {
    const before = this.history.length ? this.state : "pending";
    Object.assign(this, { state: after, since: at_us });
    this.history.push({ at_us, before, after, reason: { key, values }, evidence });
    this.all.changed(this);
  }

  #asked() {
    const ends = this.windowEnds ?? this.due ?? Math.max(this.clock.now, this.begins);
    return { begins: this.begins, ends, instance: this.instance, debtor: this.rule.debtor };
  }

  #judge() {
    const { engine } = this.all;
    const outcome = judge(this.rule.met_when, this.version.accord, engine.record, this.#asked(), this.clock.now);
    const withheld = outcome.holds === false ? engine.withholding(this) : [];
    return withheld.length ? { holds: null, withheld } : outcome;
  }

  #current() {
    return testsOf(this.rule.met_when, this.version.accord, this.all.engine.record, this.#asked(), this.clock.now);
  }

  deadlines() {
    const found = [[this.main === "due" ? this.due : null, "due"], [this.main === "in_cure" ? this.cureEnds : null, "cure_ends"]];
    if (this.dispute && !this.dispute.settled) found.push([this.dispute.ends, "dispute_ends"]);
    return found;
  }

  verdict() {
    return {
      number: this.number, version: this.version.accord.version, begins_us: this.begins, ends_us: this.windowEnds, due_us: this.due,
      cure_ends_us: this.cureEnds, state: this.state, beneath: this.main, since_us: this.since, withheld_by: this.withheld,
      tests: this.#tests ?? this.#current(), performed_us: this.performed, history: this.history,
    };
  }
}
