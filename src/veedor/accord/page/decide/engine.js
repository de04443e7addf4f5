// What an accord and a log decide: the state of everything and since when, who withheld, what is in force, what is
// ignored; ../evaluate.js tells it. The order in which time passes is decision 9, rule 1: deadlines before a seal, its
// facts, then deadlines at its very instant.

import { Clock } from "./clock.js";
import { sourcesFor } from "./evidence.js";
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

  judging = () => [this, ...this.versions.rule("quotas", this.name)];

  // What is logged at the instant at which a window ends still counts in it.
  step() {
    const [, version, rule] = this.judging();
    let begins_us = rule && (this.running?.ends_us ?? this.clock.deadline(rule.windows.first, version));
    for (; this.clock.passed(begins_us); begins_us = this.running.ends_us) {
      const ends_us = version.instants.windowEnd(rule.windows.length, begins_us);
      this.running = { begins_us, ends_us, used: 0, beyond: 0 };
    }
  }

  uses(event, party) {
    const [{ running }, , rule] = this.judging();
    if (!rule || !running || rule.event !== event || rule.party !== party) return true;
    const within = running.used < rule.most;
    running[within ? "used" : "beyond"] += 1;
    return within;
  }
}

// What statements of the log do.
const OF_THE_LOG = {
  deposit: (engine, fact) => fact.body.classes.forEach((name) => engine.note(`deposit ${fact.party} ${name}`, fact)),
  attest: (engine, fact) => engine.note(`document ${fact.party} ${fact.body.kind}`, fact),
  findings: (engine, fact) =>
    fact.body.kinds.forEach((body) => engine.note(`finding ${fact.party} ${body.kind}`, { ...fact, body })),
  handover: (engine, { body }) => void (engine.appender = body.appender),
  receipt: (engine, fact) => engine.note("receipt", fact),
  adopt: ({ versions }, { digest, body, signers }) =>
    void (body.document === "accord" && signers.forEach((signer) => versions.sign(signer, body.digest, digest))),
};

// What statements of the accord are about: the kind of rule, where the body names it, and who may say so of that rule.
const [parties, anybody] = [(_, accord) => Object.keys(accord.parties), (_, __, author) => [author]];
const OF_THE_ACCORD = {
  event: ["events", "event", ({ by }) => by], figure: ["figures", "figure", parties],
  excuse: ["obligations", "obligation", ({ debtor }) => [debtor]], withhold: ["obligations", "obligation", anybody],
  dispute: ["obligations", "obligation", ({ debtor, creditor }) => [debtor, creditor]],
  cure: ["obligations", "of", ({ creditor }) => [creditor]],
  grant: ["measures", "measure", ({ by }) => [by]], act: ["measures", "measure", ({ by }) => [by]],
  position: ["measures", "measure", parties],
  snapback: ["measures", "of", ({ snapback }) => snapback?.notice_by ?? []],
  consent: ["measures", "measure", ({ snapback }) => snapback?.stays_if.need ?? []],
};

class Engine {
  // `said`: lists of { at, by, digest, … } in the order of the log, by what they are about.
  constructor(loaded, appender) {
    const clock = new Clock();
    const [versions, heard] = [new Versions(loaded, clock), { said: new Map(), ignored: [], seen: new Set() }];
    Object.assign(this, { ...heard, clock, name: versions.name, appender, versions, rules: [versions] });
    for (const [kind, Kind] of Object.entries({ quotas: Quota, obligations: Obligations, measures: Measure })) {
      const names = [...new Set(versions.all.flatMap(({ accord }) => Object.keys(accord[kind])))].sort();
      const made = names.map((name) => Object.assign(new Kind(), { name, engine: this, clock, versions }));
      this[kind] = new Map(made.map((each) => [each.name, each]));
      this.rules.push(...made);
    }
  }

  // A seal with what it covers: deadlines before it pass, its facts count, deadlines at its very instant pass.
  take({ time_us: time, facts }) {
    this.advance(time - 1);
    this.clock.now = time;
    const heard = facts.map((fact) => ({ digest: fact.digest, party: fact.party, reason: this.#hear(fact) }));
    this.ignored.push(...heard.filter(({ reason }) => reason));
    this.#settle();
    this.advance(time);
  }

  // Lets all deadlines up to this instant pass, each in its turn.
  advance(until) {
    for (; this.clock.passedUntil < until; this.#settle()) this.clock.pass(until);
  }

  // Steps every rule, in order, until nothing changes.
  #settle() {
    const before = this.clock.changes.length;
    for (const each of this.rules) each.step();
    if (before !== this.clock.changes.length) this.#settle();
  }

  // Takes a statement; the reason, where it has no effect.
  #hear(fact) {
    const [{ party, digest, type, body }, { versions }] = [fact, this];
    this.seen.add(digest);
    if (type in OF_THE_LOG) return OF_THE_LOG[type](this, fact);
    if (body?.accord !== this.name || ["determination", "meeting", "claim", "answer"].includes(type)) return null;
    if (type === "sign_accord") return versions.sign(party, body.digest, digest, body.version);
    if (!versions.governing) versions.step();
    if (!versions.governing) return "no_accord_yet";
    const said = type === "notice" ? body.kind : type;
    if (!(said in OF_THE_ACCORD)) return versions.notice(party, said);
    const [kind, field, may] = OF_THE_ACCORD[said];
    const known = this[kind]?.get(body[field])?.judging(said, body);
    const [subject, version, rule] = known ?? [this, ...versions.rule(kind, body[field])];
    if (!rule) return "unknown_rule";
    return may(rule, version.accord, party).includes(party) ? subject[said](fact, version, rule) : "may_not_say_so";
  }

  event(fact, version) {
    const [{ party, body: { event, instance, outcome } }, { obligations }] = [fact, version.accord];
    if (outcome === "failed") return;
    if (this.said.get(`event ${event}`)?.some((each) => each.instance === instance)) return "said_already";
    // Every quota counts the instance, also those after one that is used up.
    if ([...this.quotas.values()].map((each) => each.uses(event, party)).includes(false)) return "beyond_quota";
    this.clock.happened(`event.${event}`, this.clock.now);
    this.note(`event ${event}`, fact);
    const arise = Object.entries(obligations).filter(([, { arises }]) => arises.event === event);
    for (const [name, rule] of arise) this.obligations.get(name).begin(version, rule, this.clock.now, null, instance);
  }

  figure = (fact) => this.note(`figure ${fact.party} ${fact.body.figure}`, fact);

  note = (key, { party: by, digest, body }) =>
    void (this.said.get(key) ?? this.said.set(key, []).get(key)).push({ at: this.clock.now, by, digest, ...body });

  // Who withholds evidence about an occurrence: a creditor or source that says so of itself, or an appender that holds
  // back a statement of the debtor for which the creditor, or somebody who is no party, gave a receipt.
  withholding({ rule: { debtor, creditor, met_when }, version: { accord }, all }) {
    const withholds = (party) => party !== debtor && all.withholders.has(party);
    const found = [creditor, ...sourcesFor(met_when, accord)].filter(withholds);
    const isNeutral = (party) => party === creditor || !(party in accord.parties);
    const isHeld = (each) => each.party === debtor && isNeutral(each.by) && !this.seen.has(each.statement);
    return this.appender !== debtor && this.said.get("receipt")?.some(isHeld) ? [...found, this.appender] : found;
  }
}
