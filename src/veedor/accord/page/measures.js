// A measure: what follows by the accord, and beside it, never mixed, what its authority did; delays of relief, and its use.

import { order } from "./instants.js";
import { Fraction } from "./record.js";

const ASIDE = ["undetermined", "disputed", "excused"];
const RUNNING = ["active", "warned"];
const OPEN = ["granted", ...RUNNING, "suspended"];
const GONE = ["nothing", "ended", "withdrawn", "superseded"];
// Acts that answer each state; any other is a difference.
const ANSWERS = {
  proposed: GONE, granted: ["implemented", ...GONE], active: ["implemented"], warned: ["warned"], suspended: ["suspended"],
  lapsed: GONE, snapped_back: GONE,
};

export class Relief {
  turn = 4;
  state = "proposed";
  since = 0;
  history = [];
  rounds = [];
  given = new Map();
  threats = [];
  suspendedUntil = null;
  did = "nothing";
  didAt = null;
  marks = new Set();
  positions = new Map();
  promised = null;
  firstGranted = null;
  causes = [];

  constructor(name, engine) {
    Object.assign(this, { name, engine, clock: engine.clock });
  }

  governing() {
    const version = this.engine.versions.governing;
    const rule = version?.accord.measures[this.name];
    return rule ? [version, rule] : null;
  }

  /** The version by which the running grant is judged; before any, the one that governs. */
  current() {
    const running = this.rounds.at(-1);
    return running ? [running.version, running.version.accord.measures[this.name]] : this.governing();
  }

  grant(party, { authority, key }, digest) {
    if (!this.governing()) return "unknown_rule";
    const [version, rule] = this.governing();
    const why = notAuthority(version, rule, party, authority, key);
    if (why) return why;
    if (!rule.grant.need.includes(authority)) return "not_asked_to_grant";
    if (this.rounds.length && rule.term.renewal === "none") return "no_renewal";
    if (this.state === "granted") return "granted_already";
    if (!this.given.has(authority)) this.given.set(authority, digest);
    this.clock.wake(this);
    return null;
  }

  /** The other column: it moves nothing in this one. */
  act(party, { authority, key, act, by_measure }) {
    if (!this.current()) return "unknown_rule";
    const [version, rule] = this.current();
    const why = notAuthority(version, rule, party, authority, key);
    if (why) return why;
    if (act === "superseded" && !(by_measure in version.accord.measures)) return "unknown_rule";
    [this.did, this.didAt] = [act, this.clock.now];
    if (act === "withdrawn" || act === "superseded") this.marks.add(act);
    if (act === "implemented") {
      this.marks.clear();
      if (this.rounds.length) this.rounds.at(-1).implemented ??= this.clock.now;
    }
    return null;
  }

  notice(party, digest) {
    if (!this.current()) return "unknown_rule";
    const [version, { snapback }] = this.current();
    if (!snapback?.notice_by.includes(party)) return "may_not_give_notice";
    if (!OPEN.includes(this.state)) return "not_running";
    const effect = Math.max(version.instants.at(snapback.takes_effect, this.clock.now), this.clock.now);
    this.threats.push({ digest, effect, consents: new Set() });
    this.clock.wakeAt(effect, this);
    this.clock.wake(this);
    return null;
  }

  consent(party, { notice }) {
    const snapback = this.current()?.[1].snapback;
    const threat = this.threats.find((each) => each.digest === notice);
    if (!snapback || !threat) return "no_such_notice";
    if (!snapback.stays_if.need.includes(party)) return "not_asked_to_consent";
    if (this.clock.passed(threat.effect)) return "too_late";
    threat.consents.add(party);
    this.clock.wake(this);
    return null;
  }

  position(party, { position }, digest) {
    this.positions.set(party, { party, position, since_us: this.clock.now, evidence: digest });
    return null;
  }

  step() {
    const found = this.governing();
    if (found && !this.rounds.length) {
      this.promised = this.clock.instant(found[1].grant.by, found[0].instants, found[0].own, this);
    }
    if (found && this.given.size >= found[1].grant.of) this.#grant(found[0]);
    if (!this.rounds.length) return;
    const running = this.rounds.at(-1);
    const [version, rule] = this.current();
    if (this.state === "granted") this.#activate(running, rule);
    if (OPEN.includes(this.state)) this.#snapBack(rule);
    if (this.state === "suspended" && this.clock.passed(this.suspendedUntil)) this.#go("lapsed", this.suspendedUntil, "wind_down_ended");
    if (OPEN.includes(this.state)) this.#endTerm(running, version, rule);
    if (RUNNING.includes(this.state)) this.#stepOut(version, rule);
    if (RUNNING.includes(this.state)) this.#climbDown(running, version, rule);
  }

  #grant(version) {
    const now = this.clock.now;
    const evidence = [...this.given.values()].sort();
    const by = [...this.given.keys()].sort().join(", ");
    const renewed = RUNNING.includes(this.state);
    if (this.rounds.length) this.rounds.at(-1).over ??= now;
    const implemented = this.did === "implemented" ? now : null;
    this.rounds.push({ version, granted: now, active: null, ends: null, implementBy: null, implemented, over: null });
    Object.assign(this, { given: new Map(), threats: renewed ? this.threats : [], causes: [], suspendedUntil: null });
    this.firstGranted ??= now;
    this.clock.happened(`granted.${this.name}`, now);
    this.#go("granted", now, renewed ? "renewed" : "granted", { by }, evidence);
  }

  #activate(running, rule) {
    const { clock } = this;
    const waiting = rule.starts_when.find((name) => !clock.anchors.has(`met.${name}`));
    if (waiting !== undefined) return clock.wait(`met.${waiting}`, this);
    running.active = clock.now;
    const own = { ...running.version.own, "own.active": clock.now };
    running.implementBy = clock.instant(rule.implemented_by, running.version.instants, own, this);
    if (running.implementBy !== null) clock.wakeAt(running.implementBy, this);
    clock.happened(`active.${this.name}`, clock.now);
    this.#go("active", clock.now, "conditions_met");
  }

  #snapBack({ snapback }) {
    const stays = (threat) => snapback && threat.consents.size >= snapback.stays_if.of;
    const threat = this.threats.find((each) => this.clock.passed(each.effect) && !stays(each));
    if (threat) this.#go("snapped_back", threat.effect, "notice_took_effect", {}, [threat.digest]);
  }

  #endTerm(running, version, rule) {
    if (running.ends === null) {
      const own = running.active === null ? version.own : { ...version.own, "own.active": running.active };
      const ends = this.clock.instant(rule.term.ends, version.instants, own, this);
      if (ends === null) return;
      this.clock.wakeAt((running.ends = Math.max(ends, running.granted)), this);
    }
    if (!this.clock.passed(running.ends)) return;
    if (rule.term.then === "lapse" || this.state === "granted") this.#go("lapsed", running.ends, "term_ended");
    else if (RUNNING.includes(this.state)) this.#suspend(version, rule, running.ends, "term_ended");
  }

  #stepOut(version, rule) {
    const { versions } = this.engine;
    if (versions.ended !== null) {
      const survives = version.accord.participation.survives.includes(this.name);
      if (!survives) this.#suspend(version, rule, versions.ended, "accord_ended");
    } else if (!versions.takesPart(rule.to)) {
      this.#suspend(version, rule, versions.participants.get(rule.to).since, "participation_suspended", { party: rule.to });
    }
  }

  #climbDown(running, version, rule) {
    const [warns, suspends] = [[], []];
    for (const name of rule.requires) {
      for (const each of this.engine.obligations.get(name).troubled.values()) this.#weigh(each, running, version, rule, warns, suspends);
    }
    this.causes = [...new Set([...warns, ...suspends].map(({ cause }) => cause))].sort();
    // A state of today has its effect today; a deadline counted from it must first pass.
    const ripe = ({ at, why }) => this.clock.passed(at) || ASIDE.includes(why);
    const first = (rungs) => rungs.filter(ripe).sort((a, b) => a.at - b.at || order(a.cause, b.cause))[0];
    const [suspend, warn] = [first(suspends), first(warns)];
    if (suspend) this.#suspend(version, rule, suspend.at, suspend.why, suspend.values, suspend.evidence);
    else if (warn && this.state === "active") this.#go("warned", warn.at, warn.why, warn.values, warn.evidence);
  }

  /** When this occurrence warns or suspends the measure; what was so before the grant does not count against it. */
  #weigh(each, { granted }, { instants }, rule, warns, suspends) {
    const [cause, values] = [`${each.all.name}.${each.number}`, { obligation: each.all.name, occurrence: each.number }];
    const rung = (rungs, at, why) => rungs.push({ at, why, cause, values, evidence: each.history.at(-1).evidence });
    const later = (rungs, at, why) => {
      rung(rungs, at, why);
      if (!this.clock.passed(at)) this.clock.wakeAt(at, this);
    };
    if (ASIDE.includes(each.state)) {
      const effect = rule.when[each.state];
      if (effect !== "no_effect" && each.since >= granted) rung(effect === "warn" ? warns : suspends, each.since, each.state);
      return;
    }
    if (each.late !== null && each.late >= granted) later(warns, instants.at(rule.ladder.warn, each.late), "late");
    const breached = each.breached ?? each.since;
    if (each.state !== "breached" || breached < granted) return;
    later(warns, breached, "breached");
    later(suspends, instants.at(rule.ladder.suspend, breached), "breached");
  }

  #suspend(version, rule, from, why, values, evidence) {
    const at = Math.max(from, this.since);
    this.suspendedUntil = Math.max(version.instants.at(rule.wind_down.length, at), at);
    this.clock.wakeAt(this.suspendedUntil, this);
    this.#go("suspended", at, why, values, evidence);
    this.clock.wake(this);
  }

  #go(after, from, key, values = {}, evidence = []) {
    const at_us = Math.max(from, this.since);
    this.history.push({ at_us, before: this.state, after, reason: { key, values }, evidence });
    [this.state, this.since] = [after, at_us];
    if (after === "lapsed" || after === "snapped_back") this.rounds.at(-1).over = at_us;
  }

  verdict(rule, version, now) {
    const running = this.rounds.at(-1);
    const marks = new Set(this.marks);
    const overdue = running && running.implementBy !== null && running.implemented === null && running.implementBy <= now;
    if (overdue && [...RUNNING, "suspended"].includes(this.state)) marks.add("never_implemented");
    if ([...this.positions.values()].some((each) => each.position === "invalid")) marks.add("contested");
    const since = Math.max(this.since, this.didAt ?? 0);
    const differs = { follows: this.state, did: this.did, since_us: since, age_us: Math.max(now - since, 0) };
    const ends = this.state === "suspended" ? this.suspendedUntil : ["granted", ...RUNNING].includes(this.state) ? (running?.ends ?? null) : null;
    return {
      id: this.name, by: rule.by, to: rule.to, version, state: this.state, since_us: this.since, granted_by: [...this.given.keys()].sort(),
      causes: RUNNING.includes(this.state) ? this.causes : [], ends_us: ends, did: this.did, did_since_us: this.didAt,
      difference: ANSWERS[this.state].includes(this.did) ? null : differs, marks: [...marks].sort(), delays: this.#delays(rule, now),
      uses: rule.watch.sources.map((source) => this.#use(rule, source)),
      positions: [...this.positions.keys()].sort().map((party) => this.positions.get(party)), history: this.history,
    };
  }

  #delays(rule, now) {
    const delay = (what, due_us, done_us, until) => ({ what, party: rule.by, due_us, done_us, age_us: Math.max((done_us ?? until) - due_us, 0) });
    const granted = this.promised === null ? [] : [delay("grant", this.promised, this.firstGranted, now)];
    const implemented = this.rounds.filter((each) => each.implementBy !== null);
    return [...granted, ...implemented.map((each) => delay("implementation", each.implementBy, each.implemented, each.over ?? now))];
  }

  #use({ cap, watch }, source) {
    const { record } = this.engine;
    const since = this.rounds.at(-1)?.granted ?? Infinity;
    const used = cap ? total(record, cap.figure, source, since, Infinity) : null;
    const wound = watch.new_business && this.state === "suspended";
    const fresh = wound ? total(record, watch.new_business, source, this.since, this.suspendedUntil ?? Infinity) : null;
    const outside = watch.out_of_scope.flatMap((kind) => record.said.under("finding", source, kind)).filter((each) => each.at >= since);
    return {
      source, used: used && `${used}`, left: used && `${Fraction.read(cap.limit).minus(used)}`, new_business: fresh && `${fresh}`,
      out_of_scope: outside.reduce((sum, each) => sum + each.count, 0),
    };
  }

  upcoming(now) {
    const running = this.rounds.at(-1);
    const found = [];
    if (!running) found.push([this.promised, "grant_due"]);
    else {
      if (["granted", ...RUNNING].includes(this.state)) found.push([running.ends, "term_ends"]);
      if (RUNNING.includes(this.state) && running.implemented === null) found.push([running.implementBy, "implementation_due"]);
      if (this.state === "suspended") found.push([this.suspendedUntil, "lapses"]);
      if (OPEN.includes(this.state)) found.push(...this.threats.map((each) => [each.effect, "snaps_back"]));
    }
    return found.filter(([at]) => at !== null && at > now).map(([at_us, what]) => ({ at_us, rule: this.name, occurrence: 0, what }));
  }
}

function notAuthority(version, rule, party, authority, key) {
  const known = version.accord.authorities[authority];
  if (!known || known.party !== rule.by) return "not_an_authority";
  if (party !== known.party) return "not_its_authority";
  return key === known.key ? null : "another_key";
}

/** The sum over periods that begin in [since, until); what was said last about a period counts. */
function total(record, figure, source, since, until) {
  const within = record.said.under("value", figure, source).filter((each) => each.start >= since && each.start < until);
  const last = new Map(within.map((each) => [`${each.start} ${each.end}`, each.value]));
  return last.size ? [...last.values()].reduce((sum, value) => sum.plus(value)) : null;
}
