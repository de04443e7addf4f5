// What an accord and a log decide: the state of everything and since when, who withheld, what is in force, what is
// ignored; ../evaluate.js tells it. The order in which time passes is decision 9, rule 1: deadlines before a seal, its
// facts, then deadlines at its very instant.

import { Clock } from "./clock.js";
import { read } from "./fractions.js";
import { Measure } from "./measures.js";
import { Obligations } from "./obligations.js";
import { Versions } from "./versions.js";

// Everything as it stands at `at`, capped at logged time. `versions`: [{ accord, digest }] in any order, their tables
// without a prototype, as an id may be `constructor`; `timeline`: { appender, batches: [{ time_us, facts }] }, a fact
// being { party, digest, type, body, signers }, its type null where it says nothing.
export function decide(versions, { appender, batches }, at) {
  const engine = new Engine(versions, appender);
  const until = Math.min(at, batches.at(-1)?.time_us ?? 0);
  for (const batch of batches) if (batch.time_us <= until) engine.take(batch);
  engine.advance(until);
  return engine;
}

// How many instances of an event a party may state in the window that runs.
class Quota {
  running = null;

  // What is logged at the instant at which a window ends still counts in it.
  step() {
    const [version, rule] = this.versions.rule("quotas", this.name);
    if (!rule) return;
    let next = this.running?.ends ?? this.clock.deadline(rule.windows.first, version, version.own);
    while (this.clock.passed(next)) {
      const ends = this.clock.windowEnd(rule.windows.length, version, next);
      this.running = { begins: next, ends, used: 0, beyond: 0 };
      next = ends;
    }
  }

  uses(event, party) {
    const [[, rule], { running }] = [this.versions.rule("quotas", this.name), this];
    if (!rule || !running || rule.event !== event || rule.party !== party) return true;
    const within = running.used < rule.most;
    running[within ? "used" : "beyond"] += 1;
    return within;
  }
}

const ofObligation = ({ obligations }, fact) =>
  obligations.has(fact.body.obligation) ? obligations.get(fact.body.obligation)[fact.type](fact) : "unknown_rule";
const ofOccurrence = ({ obligations }, fact, name) => {
  if (!obligations.has(name)) return "unknown_rule";
  const occurrence = obligations.get(name).occurrences[fact.body.occurrence - 1];
  return occurrence ? occurrence[fact.type](fact) : "unknown_occurrence";
};
const ofMeasure = (engine, fact, { measures, parties }) => {
  if (!(fact.body.measure in measures)) return "unknown_rule";
  return fact.party in parties ? engine.measures.get(fact.body.measure)[fact.type](fact) : "not_a_party";
};

// What each type of statement does, those of the log and those of the accord; the reason, where one has no effect.
const OF_THE_LOG = {
  deposit(engine, { party, digest, body: { period, classes, outages } }) {
    if (period.completeness !== "complete") return;
    const { start_us: start, end_us: end } = period;
    const holes = outages.map(({ start_us, end_us }) => [start_us, end_us]);
    for (const name of classes) engine.note(`deposit ${party} ${name}`, { digest, start, end, holes });
  },
  attest: (engine, { party, digest, body }) => engine.note(`document ${party} ${body.kind}`, { digest }),
  findings: (engine, { party, digest, body }) =>
    body.kinds.forEach(({ kind, count }) => engine.note(`finding ${party} ${kind}`, { digest, count })),
  handover: (engine, { body }) => void (engine.appender = body.appender),
  receipt({ seen, heldBack }, { party, body: { statement, party: author } }) {
    if (seen.has(statement)) return;
    heldBack.set(statement, { author, by: new Set(heldBack.get(statement)?.by).add(party) });
  },
  adopt({ versions }, { digest, body, signers }) {
    if (body.document === "accord") for (const signer of signers) versions.sign(signer, body.digest, digest);
  },
};
const OF_THE_ACCORD = {
  event(engine, { party, digest, body: { event, instance, outcome } }, { events, obligations }) {
    if (!(event in events)) return "unknown_rule";
    if (!events[event].by.includes(party)) return "may_not_say_so";
    if (outcome === "failed") return;
    if (engine.said.get(`event ${event}`)?.some((each) => each.instance === instance)) return "said_already";
    // Every quota counts the instance, also those after one that is used up.
    if ([...engine.quotas.values()].map((each) => each.uses(event, party)).includes(false)) return "beyond_quota";
    engine.clock.happened(`event.${event}`, engine.clock.now);
    engine.note(`event ${event}`, { digest, instance });
    const triggered = Object.keys(obligations).filter((name) => obligations[name].arises.event === event);
    for (const name of triggered) engine.obligations.get(name).triggered(instance);
  },
  figure(engine, { party, digest, body: { figure, start_us: start, end_us: end, value } }, { figures, parties }) {
    if (!(figure in figures)) return "unknown_rule";
    if (!(party in parties)) return "not_a_party";
    if (start >= end) return "times_run_backwards";
    engine.note(`figure ${figure}`, { digest, party, start, end, value: read(value) });
  },
  notice(engine, fact) {
    const { kind, of } = fact.body;
    if (kind === "cure") return ofOccurrence(engine, fact, of);
    if (kind !== "snapback") return engine.versions.notice(fact.party, kind);
    return engine.measures.has(of) ? engine.measures.get(of).notice(fact) : "unknown_rule";
  },
  dispute: (engine, fact) => ofOccurrence(engine, fact, fact.body.obligation),
  ...{ excuse: ofObligation, withhold: ofObligation },
  ...{ grant: ofMeasure, act: ofMeasure, consent: ofMeasure, position: ofMeasure },
};

class Engine {
  clock = new Clock();
  said = new Map(); // lists of { at, heard, digest, … } in the order of the log, by what they are about
  ignored = [];
  seen = new Set();
  heldBack = new Map(); // statements for which there is a receipt, and that are not in the log
  heard = 0;

  constructor(loaded, appender) {
    Object.assign(this, { appender, versions: new Versions(loaded, this.clock) });
    const { clock, versions } = this;
    const accords = versions.all.map(({ accord }) => accord);
    this.name = accords[0].accord;
    const every = (kind, Kind) => {
      const names = [...new Set(accords.flatMap((accord) => Object.keys(accord[kind])))].sort();
      return new Map(names.map((name) => [name, Object.assign(new Kind(), { name, engine: this, clock, versions })]));
    };
    this.obligations = every("obligations", Obligations);
    this.measures = every("measures", Measure);
    this.quotas = every("quotas", Quota);
    this.rules = [versions, ...[this.quotas, this.obligations, this.measures].flatMap((each) => [...each.values()])];
  }

  // A seal with what it covers: deadlines before it pass, its facts count, deadlines at its very instant pass.
  take({ time_us: time, facts }) {
    this.advance(time - 1);
    this.clock.now = Math.max(this.clock.now, time);
    for (const fact of facts) {
      const reason = this.#hear(fact);
      if (reason) this.ignored.push({ digest: fact.digest, party: fact.party, reason });
    }
    this.#settle();
    this.advance(this.clock.stop(time));
  }

  // Lets all deadlines up to this instant pass, each in its turn.
  advance(until) {
    const { clock } = this;
    const pass = (instant) => {
      clock.now = Math.max(clock.now, instant);
      clock.passedUntil = Math.max(clock.passedUntil, instant);
    };
    const next = () => [...clock.ahead].reduce((first, each) => Math.min(first, each), Infinity);
    for (let instant = next(); instant <= until; instant = next()) {
      pass(instant);
      clock.ahead.delete(instant);
      this.#settle();
    }
    pass(until);
  }

  // Steps every rule, in order, until nothing changes.
  #settle() {
    for (let before = null; before !== this.clock.changes;) {
      before = this.clock.changes;
      for (const each of this.rules) each.step();
    }
  }

  #hear(fact) {
    const { party, digest, type, body } = fact;
    this.heard += 1;
    this.seen.add(digest);
    this.heldBack.delete(digest);
    if (type in OF_THE_LOG) return OF_THE_LOG[type](this, fact);
    if (body?.accord !== this.name) return null;
    if (type === "sign_accord") return this.versions.sign(party, body.digest, digest, body.version);
    if (["determination", "meeting", "claim", "answer"].includes(type)) return null;
    if (!this.versions.governing) this.versions.step();
    const { accord } = this.versions.governing ?? {};
    return accord ? OF_THE_ACCORD[type](this, fact, accord) : "no_accord_yet";
  }

  note(key, said) {
    if (!this.said.has(key)) this.said.set(key, []);
    this.said.get(key).push({ at: this.clock.now, heard: this.heard, ...said });
  }

  // Who withholds evidence about an occurrence: a creditor or source that says so of itself, or an appender that holds
  // back a statement of the debtor for which the creditor, or somebody who is no party, gave a receipt.
  withholding({ rule: { debtor, creditor }, version, about, all }) {
    const found = [creditor, ...about.sources].filter((party) => party !== debtor && all.withholders.has(party));
    const neutral = (party) => party === creditor || !(party in version.accord.parties);
    const isHeld = ({ author, by }) => author === debtor && [...by].some(neutral);
    return this.appender !== debtor && [...this.heldBack.values()].some(isHeld) ? [...found, this.appender] : found;
  }
}
