// The evaluator of accords, a second time: versions of an accord, what a log says in batches, and an instant; out comes
// the verdict. The order in which time passes is decision 9, rule 1: deadlines before a seal, its facts, then deadlines
// at its very instant.

import { Clock, under } from "./clock.js";
import { read } from "./fractions.js";
import { by } from "./instants.js";
import { Measure } from "./measures.js";
import { Obligations } from "./obligations.js";
import { ascending, Versions } from "./versions.js";

// The verdict (`accord-verdict/1`) at `at`, capped at logged time. `versions`: [{ accord, digest }] in any order, their
// tables without a prototype, as an id may be `constructor`; `timeline`: { appender, batches: [{ time_us, facts }] }, a
// fact being { party, digest, type, body, signers }, its type null where it says nothing.
export function evaluate(versions, { appender, batches }, at) {
  const engine = new Engine(versions, appender);
  const until = Math.min(at, batches.at(-1)?.time_us ?? 0);
  for (const batch of batches) if (batch.time_us <= until) engine.take(batch);
  engine.clock.advance(until);
  return engine.verdict();
}

// How many instances of an event a party may state in the window that runs.
class Quota {
  turn = 1;
  running = null;

  step() {
    const [version, rule] = this.versions.rule("quotas", this.name);
    if (!rule) return;
    let next = this.running?.ends_us ?? this.clock.instant(rule.windows.first, version, version.own, this);
    while (next !== null && next <= this.clock.now) {
      const ends_us = version.instants.windowEnd(rule.windows.length, next);
      this.running = { begins_us: next, ends_us, used: 0, beyond: 0 };
      next = ends_us;
    }
    if (next !== null && !this.running) this.clock.alarm(next, this);
  }

  uses(event, party) {
    this.step();
    const [[, rule], { running }] = [this.versions.rule("quotas", this.name), this];
    if (!rule || !running || rule.event !== event || rule.party !== party) return true;
    const within = running.used < rule.most;
    running[within ? "used" : "beyond"] += 1;
    return within;
  }

  verdict() {
    const [[, rule], { running }] = [this.versions.rule("quotas", this.name), this];
    if (!rule || !running) return [];
    return [{ id: this.name, party: rule.party, ...running, left: Math.max(rule.most - running.used, 0) }];
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
    for (const name of classes) engine.note(`deposit ${party} ${name}`, { digest, start, end, holes }, [start, end]);
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
  said = new Map(); // lists of { at, digest, … } in the order of the log, by what they are about
  ignored = [];
  seen = new Set();
  heldBack = new Map(); // statements for which there is a receipt, and that are not in the log
  asking = new Map(); // occurrences, by what their tests read

  constructor(loaded, appender) {
    Object.assign(this, { appender, versions: new Versions(loaded, this.clock) });
    const { clock, versions } = this;
    const accords = versions.all.map(({ accord }) => accord);
    this.name = accords[0].accord;
    const every = (kind, Kind) => {
      const names = [...new Set(accords.flatMap((accord) => Object.keys(accord[kind])))];
      return new Map(names.map((name) => [name, Object.assign(new Kind(), { name, engine: this, clock, versions })]));
    };
    this.obligations = every("obligations", Obligations);
    this.measures = every("measures", Measure);
    this.quotas = every("quotas", Quota);
    versions.listeners = [this.obligations, this.measures, this.quotas].flatMap((each) => [...each.values()]);
    for (const [name, { requires }] of accords.flatMap(({ measures }) => Object.entries(measures))) {
      for (const required of requires) this.obligations.get(required).dependents.add(this.measures.get(name));
    }
  }

  take({ time_us: time, facts }) {
    this.clock.advance(time - 1);
    this.clock.reach(time, time - 1);
    for (const fact of facts) {
      const reason = this.#hear(fact);
      if (reason) this.ignored.push({ digest: fact.digest, party: fact.party, reason });
    }
    this.clock.settle();
    this.clock.advance(time);
  }

  #hear(fact) {
    const { party, digest, type, body } = fact;
    this.seen.add(digest);
    const asking = this.heldBack.delete(digest) ? [...this.obligations.values()] : [];
    const waiting = asking.flatMap((all) => all.troubled).filter(({ shown }) => shown.withheld_by.length);
    for (const each of waiting) this.clock.wake(each);
    if (type in OF_THE_LOG) return OF_THE_LOG[type](this, fact);
    if (body?.accord !== this.name) return null;
    if (type === "sign_accord") return this.versions.sign(party, body.digest, digest, body.version);
    if (["determination", "meeting", "claim", "answer"].includes(type)) return null;
    if (!this.versions.governing) this.versions.step();
    const { accord } = this.versions.governing ?? {};
    return accord ? OF_THE_ACCORD[type](this, fact, accord) : "no_accord_yet";
  }

  // Keeps what was said, and wakes whose tests read it: only where they ask about its span of time, if it has one.
  note(key, said, span) {
    under(this.said, key, Array).push({ at: this.clock.now, ...said });
    const asking = under(this.asking, key, Set);
    for (const each of [...asking]) {
      if (each.done) asking.delete(each);
      else if (!span || each.concerns(span)) this.clock.wake(each);
    }
  }

  // Who withholds evidence about an occurrence: a creditor or source that says so of itself, or an appender that holds
  // back a statement of the debtor for which the creditor, or somebody who is no party, gave a receipt.
  withholding({ rule: { debtor, creditor }, version, about, all }) {
    const found = [creditor, ...about.sources].filter((party) => party !== debtor && all.withholders.has(party));
    const neutral = (party) => party === creditor || !(party in version.accord.parties);
    const isHeld = ({ author, by }) => author === debtor && [...by].some(neutral);
    return this.appender !== debtor && [...this.heldBack.values()].some(isHeld) ? [...found, this.appender] : found;
  }

  verdict() {
    const { clock, ignored, versions } = this;
    const [state, since_us] = versions.state();
    const shown = versions.governing ?? versions.all.at(-1);
    const verdicts = (kind) => ascending(kind).flatMap((each) => each.verdict(shown));
    const runs = [...this.obligations.values(), ...this.measures.values()]
      .flatMap(({ name: rule, upcoming }) => upcoming.map((each) => ({ rule, ...each })))
      .filter(({ at_us }) => at_us !== null && !clock.passed(at_us))
      .sort(by("at_us", "rule", "occurrence", "what"));
    return {
      schema: "accord-verdict/1", accord: this.name, at_us: clock.now, state, since_us, versions: versions.verdicts(),
      parties: ascending(versions.participants).map((each) => each.shown), obligations: verdicts(this.obligations),
      measures: verdicts(this.measures), quotas: verdicts(this.quotas), upcoming: runs, ignored,
    };
  }
}
