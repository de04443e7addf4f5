// Obligations across the versions of an accord: how their occurrences arise, and what their parties say about them.

import { HOUR_US } from "./instants.js";
import { Running, SETTLED } from "./occurrence.js";

const TROUBLED = ["late", "in_cure", "breached", "excused", "disputed", "undetermined"];
const WORST = ["breached", "in_cure", "late", "disputed", "undetermined", "excused", "due"];

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
