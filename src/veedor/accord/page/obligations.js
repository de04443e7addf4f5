// Obligations: how their occurrences arise, and the path of each: due, met or late, in cure, cured or breached; and aside.

import { evidenceFor, judge, keysUnder, onlyImproves, testsOf } from "./conditions.js";
import { HOUR_US, order } from "./instants.js";

const TROUBLED = ["late", "in_cure", "breached", "excused", "disputed", "undetermined"];
const SETTLED = ["met", "cured"];
const WORST = ["breached", "in_cure", "late", "disputed", "undetermined", "excused", "due"];
const ascending = (names) => [...new Set(names)].sort();

/** One occurrence that has begun. */
class Running {
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

/** All occurrences of the obligation of one id, across versions. */
export class Obligations {
  turn = 2;
  occurrences = [];
  troubled = new Map();
  dependents = new Set();
  excuses = new Map();
  #next = null;
  #ended = null;

  constructor(name, engine) {
    Object.assign(this, { name, engine, clock: engine.clock });
  }

  governing() {
    const version = this.engine.versions.governing;
    const rule = version?.accord.obligations[this.name];
    return rule ? [version, rule] : null;
  }

  step() {
    while (this.#arise());
  }

  triggered(event, instance) {
    const [version, rule] = this.governing() ?? [];
    const now = this.clock.now;
    if (rule?.arises.event === event && this.#mayArise(rule)) this.#begin(version, rule, { begins: now, trigger: now }, instance);
  }

  excuse(party, { ground, since_us: since, until_us }, digest) {
    const [version, rule] = this.governing() ?? [];
    if (!rule) return "unknown_rule";
    if (party !== rule.debtor) return "not_its_debtor";
    if (!rule.excuses?.grounds.includes(ground)) return "no_such_ground";
    if (since > this.clock.now || (until_us && until_us <= since)) return "times_run_backwards";
    if (this.clock.now > version.instants.at(rule.excuses.notice, since)) return "notice_too_late";
    const longest = version.instants.at(rule.excuses.longest, since);
    this.excuses.set(`${ground} ${since}`, { ground, since, until: until_us ? Math.min(until_us, longest) : longest, digest });
    for (const each of this.occurrences) this.clock.wake(each);
    return null;
  }

  disputed(party, { occurrence, step, outcome }, digest) {
    const running = this.occurrences[occurrence - 1];
    if (!running) return "unknown_occurrence";
    if (![running.rule.debtor, running.rule.creditor].includes(party)) return "not_its_parties";
    const { accord, instants } = running.version;
    if (!accord.disputes.length) return "no_dispute_ladder";
    if (step === "open") {
      if (running.dispute) return "disputed_already";
      const ends = accord.disputes.reduce((at, { within }) => Math.max(at, instants.at(within, at)), this.clock.now);
      running.dispute = { ends, digest, by: new Map(), settled: null };
      this.clock.wakeAt(ends, running);
    } else {
      const { dispute } = running;
      if (!dispute || this.clock.passed(dispute.ends)) return "no_dispute";
      dispute.by.set(party, [outcome, digest]);
      const words = new Set([...dispute.by.values()].map(([word]) => word));
      if (dispute.by.size === 2 && words.size === 1 && !words.has("none")) dispute.settled = outcome;
    }
    this.clock.wake(running);
    return null;
  }

  notice(party, occurrence) {
    const running = this.occurrences[occurrence - 1];
    if (!running) return "unknown_occurrence";
    if (party !== running.rule.creditor) return "not_its_creditor";
    if (running.rule.cure?.starts !== "notice" || running.main !== "late") return "no_cure_by_notice";
    running.noticed ??= this.clock.now;
    this.clock.wake(running);
    return null;
  }

  changed(running) {
    if (TROUBLED.includes(running.state)) this.troubled.set(running.number, running);
    else this.troubled.delete(running.number);
    if (SETTLED.includes(running.state)) this.clock.happened(`met.${this.name}`, running.since);
    for (const measure of this.dependents) this.clock.wake(measure);
  }

  #arise() {
    const [version, rule] = this.governing() ?? [];
    const { each, since, first, length } = rule?.arises ?? {};
    if (!rule || each === "event" || (each === "once" && this.occurrences.length)) return false;
    const instant = (deadline) => this.clock.instant(deadline, version.instants, version.own, this);
    this.#next = each === "once" ? instant(since) : (this.#ended ?? instant(first));
    if (this.#next === null) return false;
    if (this.#next > this.clock.now) {
      this.clock.wakeAt(this.#next, this);
      return false;
    }
    const own = { begins: this.#next };
    if (each === "window") {
      this.#ended = Math.max(version.instants.at(length, this.#next), this.#next + HOUR_US);
      Object.assign(own, { "window.start": this.#next, "window.end": this.#ended });
    }
    const may = this.#mayArise(rule);
    if (may) this.#begin(version, rule, own, 0);
    return may || each === "window";
  }

  #begin(version, rule, own, instance) {
    const running = new Running(this, this.occurrences.length + 1, rule, version, own, instance);
    this.occurrences.push(running);
    this.engine.register(running);
    this.clock.wake(running);
  }

  #mayArise(rule) {
    const { versions } = this.engine;
    if (versions.ended !== null && versions.governing) return versions.governing.accord.participation.survives.includes(this.name);
    return versions.takesPart(rule.debtor) && versions.takesPart(rule.creditor);
  }

  verdict({ debtor, creditor }) {
    const rank = ({ state }) => (WORST.includes(state) ? WORST.indexOf(state) : WORST.length);
    const occurrences = this.occurrences.map((each) => each.verdict());
    const [worst] = occurrences.toSorted((a, b) => rank(a) - rank(b) || b.number - a.number);
    return { id: this.name, debtor, creditor, state: worst?.state ?? "pending", since_us: worst?.since_us ?? 0, occurrences };
  }

  upcoming() {
    const found = this.occurrences.flatMap((each) => each.deadlines().map(([at_us, what]) => ({ at_us, rule: this.name, occurrence: each.number, what })));
    found.push({ at_us: this.#next, rule: this.name, occurrence: this.occurrences.length + 1, what: "begins" });
    return found.filter(({ at_us }) => at_us !== null && !this.clock.passed(at_us));
  }
}
