// The evaluator of accords, a second time: versions of an accord, what a log says in batches, and an instant; out comes the verdict.
// The order in which time passes is decision 9, rule 1: deadlines before a seal, its facts, then deadlines at its very instant.

import { Clock } from "./clock.js";
import { sourcesUnder } from "./conditions.js";
import { HOUR_US, order } from "./instants.js";
import { Relief } from "./measures.js";
import { Obligations } from "./obligations.js";
import { Fraction, Record } from "./record.js";
import { Versions } from "./versions.js";

/** The verdict (`accord-verdict/1`) at `at`, capped at logged time.
 *  `versions`: [{ text, digest }], of canonical accords; `timeline`: { appender, batches: [{ time_us, facts }] }, a fact being
 *  { party, digest, type, body, signers }, its type null where it says nothing. */
export function evaluate(versions, timeline, at) {
  const engine = new Engine(versions.map(({ text, digest }) => ({ accord: JSON.parse(text, bare), digest })), timeline.appender);
  const until = Math.min(at, timeline.batches.at(-1)?.time_us ?? 0);
  for (const batch of timeline.batches) {
    if (batch.time_us > until) break;
    engine.take(batch);
  }
  engine.advance(until);
  return engine.verdict();
}

/** Tables without what every object of JavaScript inherits: an id may be `constructor`. */
const bare = (key, value) => (value?.constructor === Object ? Object.assign(Object.create(null), value) : value);

/** How many instances of an event a party may state in the window that runs. */
class Allowance {
  turn = 1;
  begins = null;
  ends = 0;

  constructor(name, engine) {
    Object.assign(this, { name, engine });
  }

  get rule() {
    return this.engine.versions.governing?.accord.quotas[this.name];
  }

  step() {
    const { clock, versions } = this.engine;
    if (!this.rule) return;
    if (this.begins === null) {
      const first = clock.instant(this.rule.windows.first, versions.governing.instants, versions.governing.own, this);
      if (first === null) return;
      if (first > clock.now) return clock.wakeAt(first, this);
      this.#open(first);
    }
    while (this.ends <= clock.now) this.#open(this.ends);
  }

  #open(begins) {
    const ends = this.engine.versions.governing.instants.at(this.rule.windows.length, begins);
    Object.assign(this, { begins, ends: Math.max(ends, begins + HOUR_US), used: 0, beyond: 0 });
  }

  uses(event, party) {
    this.step();
    if (!this.rule || this.begins === null || this.rule.event !== event || this.rule.party !== party) return true;
    const within = this.used < this.rule.most;
    this[within ? "used" : "beyond"] += 1;
    return within;
  }

  verdict() {
    if (!this.rule || this.begins === null) return [];
    const { used, beyond } = this;
    return [{ id: this.name, party: this.rule.party, begins_us: this.begins, ends_us: this.ends, used, left: Math.max(this.rule.most - used, 0), beyond }];
  }
}

class Engine {
  clock = new Clock();
  record = new Record();
  ignored = [];
  #heldBack = new Map();
  #receipts = new Map();
  #seen = new Set();
  #withholders = new Map();
  #asking = new Map();

  constructor(versions, appender) {
    this.appender = appender;
    this.versions = new Versions(versions, this.clock);
    this.name = this.versions.all[0].accord.accord;
    const every = (rules, Kind) => {
      const names = new Set(this.versions.all.flatMap(({ accord }) => Object.keys(accord[rules]).sort()));
      return new Map([...names].map((name) => [name, new Kind(name, this)]));
    };
    this.obligations = every("obligations", Obligations);
    this.measures = every("measures", Relief);
    this.quotas = every("quotas", Allowance);
    this.versions.listeners = [...this.obligations.values(), ...this.measures.values(), ...this.quotas.values()];
    for (const { accord } of this.versions.all) {
      for (const [name, { requires }] of Object.entries(accord.measures)) {
        for (const required of requires) this.obligations.get(required).dependents.add(this.measures.get(name));
      }
    }
  }

  take({ time_us: time, facts }) {
    this.advance(time - 1);
    this.clock.reach(time, time - 1);
    for (const fact of facts) {
      const reason = this.#hear(fact);
      if (reason) this.ignored.push({ digest: fact.digest, party: fact.party, reason });
    }
    this.#settle();
    this.advance(time);
  }

  advance(until) {
    const { clock } = this;
    while (clock.timers.length && clock.timers.at(-1)[0] <= until) {
      clock.passTimers(clock.timers.at(-1)[0]);
      this.#settle();
    }
    clock.reach(until, until);
  }

  register(running) {
    for (const key of running.keys) {
      if (!this.#asking.has(key)) this.#asking.set(key, new Set());
      this.#asking.get(key).add(running);
    }
  }

  #touched(key, span) {
    for (const running of [...(this.#asking.get(key) ?? [])]) {
      if (running.done) this.#asking.get(key).delete(running);
      else if (!span || running.concerns(...span)) this.clock.wake(running);
    }
  }

  /** Who withholds evidence about an occurrence: who says so of itself, or an appender that holds back a statement. */
  withholding({ rule, version, all }) {
    const may = new Set([rule.creditor, ...sourcesUnder(rule.met_when, version.accord)]);
    may.delete(rule.debtor);
    const found = new Set([...(this.#withholders.get(all.name) ?? [])].filter((party) => may.has(party)));
    const friends = new Set(Object.keys(version.accord.parties).filter((party) => party !== rule.creditor));
    const heldBack = ([digest, author]) => author === rule.debtor && [...this.#receipts.get(digest)].some((party) => !friends.has(party));
    if (this.appender !== rule.debtor && [...this.#heldBack].some(heldBack)) found.add(this.appender);
    return [...found];
  }

  #settle() {
    for (let woken = this.clock.woken(); woken.length; woken = this.clock.woken()) {
      for (const machine of woken.sort((a, b) => a.turn - b.turn)) machine.step();
    }
  }

  #hear({ party, digest, type, body, signers }) {
    const { record, clock } = this;
    this.#seen.add(digest);
    if (this.#heldBack.delete(digest)) {
      const troubled = [...this.obligations.values()].flatMap((each) => [...each.troubled.values()]);
      for (const running of troubled) if (running.withheld.length) clock.wake(running);
    }
    const note = (key, said) => {
      record.said.under(key).push({ at: clock.now, digest, ...said });
      this.#touched(key);
    };
    switch (type) {
      case null:
        return null;
      case "deposit":
        for (const [key, ...span] of record.deposit(party, body, digest)) this.#touched(key, span);
        return null;
      case "attest":
        return void note(`document ${party} ${body.kind}`);
      case "findings":
        return body.kinds.forEach(({ kind, count }) => note(`finding ${party} ${kind}`, { count }));
      case "handover":
        return void (this.appender = body.appender);
      case "receipt":
        if (this.#seen.has(body.statement)) return null;
        this.#heldBack.set(body.statement, body.party);
        if (!this.#receipts.has(body.statement)) this.#receipts.set(body.statement, new Set());
        return void this.#receipts.get(body.statement).add(party);
      case "adopt":
        if (body.document === "accord") for (const signer of signers) this.versions.sign(signer, body.digest, digest);
        return null;
    }
    return body.accord === this.name ? this.#ofTheAccord(party, digest, type, body, note) : null;
  }

  #ofTheAccord(party, digest, type, body, note) {
    if (type === "sign_accord") return this.versions.sign(party, body.digest, digest, body.version);
    if (["determination", "meeting", "claim", "answer"].includes(type)) return null;
    if (!this.versions.governing) this.versions.step();
    const accord = this.versions.governing?.accord;
    if (!accord) return "no_accord_yet";
    switch (type) {
      case "event":
        return this.#event(accord, party, digest, body);
      case "figure":
        if (!(body.figure in accord.figures)) return "unknown_rule";
        if (!(party in accord.parties)) return "not_a_party";
        if (body.start_us >= body.end_us) return "times_run_backwards";
        this.record.said.under("value", body.figure, party).push({ start: body.start_us, end: body.end_us, value: Fraction.read(body.value), digest });
        return void this.#touched(`figure ${body.figure}`);
      case "notice":
        if (body.kind === "snapback") return this.measures.has(body.of) ? this.measures.get(body.of).notice(party, digest) : "unknown_rule";
        if (body.kind === "cure") return this.obligations.has(body.of) ? this.obligations.get(body.of).notice(party, body.occurrence) : "unknown_rule";
        return this.versions.notice(party, body.kind);
      case "excuse":
      case "dispute":
      case "withhold": {
        const obligations = this.obligations.get(body.obligation);
        if (!obligations) return "unknown_rule";
        if (type === "excuse") return obligations.excuse(party, body, digest);
        if (type === "dispute") return obligations.disputed(party, body, digest);
        if (body.by !== party) return null;
        return void this.#withholders.set(body.obligation, (this.#withholders.get(body.obligation) ?? new Set()).add(party));
      }
    }
    if (!this.measures.has(body.measure) || !(body.measure in accord.measures)) return "unknown_rule";
    return party in accord.parties ? this.measures.get(body.measure)[type](party, body, digest) : "not_a_party";
  }

  #event(accord, party, digest, { event, instance, outcome }) {
    if (!(event in accord.events)) return "unknown_rule";
    if (!accord.events[event].by.includes(party)) return "may_not_say_so";
    if (outcome === "failed") return null;
    if (this.record.instances.has(`${event} ${instance}`)) return "said_already";
    // Every quota counts the instance, also those after one that is used up.
    const within = [...this.quotas.values()].map((each) => each.uses(event, party));
    if (within.includes(false)) return "beyond_quota";
    const { now } = this.clock;
    this.record.instances.set(`${event} ${instance}`, now);
    this.record.said.under("event", event).push({ at: now, instance, digest });
    this.clock.happened(`event.${event}`, now);
    this.#touched(`event ${event}`);
    const triggered = Object.entries(accord.obligations).filter(([, rule]) => rule.arises.event === event);
    for (const [name] of triggered) this.obligations.get(name).triggered(event, instance);
    return null;
  }

  verdict() {
    const { clock, versions } = this;
    const [state, since_us] = versions.state();
    const shown = versions.governing ?? versions.all.at(-1);
    const ascending = (all) => [...all.values()].sort((a, b) => order(a.name, b.name));
    const obligations = ascending(this.obligations).flatMap((each) => {
      const rule = each.occurrences.at(-1)?.rule ?? shown.accord.obligations[each.name];
      return rule ? [each.verdict(rule)] : [];
    });
    const measures = ascending(this.measures).flatMap((each) => {
      const { accord } = each.rounds.at(-1)?.version ?? shown;
      const rule = accord.measures[each.name];
      return rule ? [each.verdict(rule, accord.version, clock.now)] : [];
    });
    const upcoming = [...this.obligations.values(), ...this.measures.values()].flatMap((each) => each.upcoming(clock.now));
    upcoming.sort((a, b) => a.at_us - b.at_us || order(a.rule, b.rule) || a.occurrence - b.occurrence || order(a.what, b.what));
    const quotas = ascending(this.quotas).flatMap((each) => each.verdict());
    return {
      schema: "accord-verdict/1", accord: this.name, at_us: clock.now, state, since_us, versions: versions.verdicts(), parties: versions.parties(),
      obligations, measures, quotas, upcoming, ignored: this.ignored,
    };
  }
}
