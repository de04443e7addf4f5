// A measure: what follows by the accord, and beside it, never mixed, what its authority did; delays of relief; its use.

import { minus, plus, read, spelled } from "./fractions.js";
import { by } from "./instants.js";
import { ascending } from "./versions.js";

const ASIDE = ["undetermined", "disputed", "excused"];
const RUNNING = ["active", "warned"];
const OPEN = ["granted", ...RUNNING, "suspended"];
const GONE = ["nothing", "ended", "withdrawn", "superseded"];
// Acts that answer each state; any other is a difference.
const ANSWERS = {
  proposed: GONE, granted: ["implemented", ...GONE], active: ["implemented"], warned: ["warned"],
  suspended: ["suspended"], lapsed: GONE, snapped_back: GONE,
};

export class Measure {
  shown = { state: "proposed", since_us: 0, history: [] };
  rounds = []; // one for each grant; the last is `running`
  running = null;
  given = new Map();
  threats = [];
  did = { act: "nothing", at: null };
  marks = new Set();
  positions = new Map();
  promised = null;

  // When the state that runs now ends by the accord.
  get ends() {
    if (this.shown.state === "suspended") return this.running.windDown;
    return OPEN.includes(this.shown.state) ? this.running.ends : null;
  }

  // The version by which the running grant is judged; before any, the one that governs.
  current() {
    const version = this.running?.version;
    return version ? [version, version.accord.measures[this.name]] : this.versions.rule("measures", this.name);
  }

  grant({ party, digest, body: { authority, key } }) {
    const [version, rule] = this.versions.rule("measures", this.name);
    const why = notAuthority(version, rule, party, authority, key);
    if (why) return why;
    if (!rule.grant.need.includes(authority)) return "not_asked_to_grant";
    if (this.running && rule.term.renewal === "none") return "no_renewal";
    if (this.shown.state === "granted") return "granted_already";
    if (!this.given.has(authority)) this.given.set(authority, digest);
  }

  // The other column: it moves nothing in this one.
  act({ party, body: { authority, key, act, by_measure } }) {
    const [version, rule] = this.current();
    const why = notAuthority(version, rule, party, authority, key);
    if (why) return why;
    if (act === "superseded" && !(by_measure in version.accord.measures)) return "unknown_rule";
    this.did = { act, at: this.clock.now };
    if (["withdrawn", "superseded"].includes(act)) this.marks.add(act);
    if (act !== "implemented") return;
    this.marks.clear();
    if (this.running) this.running.implemented ??= this.clock.now;
  }

  notice({ party, digest }) {
    const [[version, rule], { clock }] = [this.current(), this];
    if (!rule) return "unknown_rule";
    if (!rule.snapback?.notice_by.includes(party)) return "may_not_give_notice";
    if (!OPEN.includes(this.shown.state)) return "not_running";
    const effect = clock.after(rule.snapback.takes_effect, version, clock.now);
    this.threats.push({ digest, effect, consents: new Set() });
  }

  consent({ party, body: { notice } }) {
    const [[, { snapback }], threat] = [this.current(), this.threats.find(({ digest }) => digest === notice)];
    if (!snapback || !threat) return "no_such_notice";
    if (!snapback.stays_if.need.includes(party)) return "not_asked_to_consent";
    if (this.clock.passed(threat.effect)) return "too_late";
    threat.consents.add(party);
  }

  position({ party, digest, body: { position } }) {
    this.positions.set(party, { party, position, since_us: this.clock.now, evidence: digest });
  }

  // What follows, asked in this order whenever something happens; only 1 and 2 lead to active (decision 9, rule 4).
  step() {
    const { clock, shown, versions } = this;
    const [governing, promise] = versions.rule("measures", this.name);
    if (promise && !this.running) this.promised = clock.deadline(promise.grant.by, governing, governing.own);
    // 1. Enough distinct authorities have granted.
    if (promise && this.given.size >= promise.grant.of) this.#grant(governing);
    if (!this.running) return;
    const [{ running }, [version, rule]] = [this, this.current()];
    // 2. What it starts on was met.
    const own = () => new Map([...version.own, ["own.active", running.active]]);
    if (shown.state === "granted" && rule.starts_when.every((name) => clock.anchors.has(`met.${name}`))) {
      running.active = clock.now;
      running.implementBy = clock.deadline(rule.implemented_by, version, own());
      clock.happened(`active.${this.name}`, clock.now);
      this.#go("active", clock.now, "conditions_met");
    }
    // 3. Notice of snapback took effect, and not enough have consented.
    const enough = rule.snapback?.stays_if.of ?? Infinity;
    const falls = ({ effect, consents }) => clock.passed(effect) && consents.size < enough;
    const threat = OPEN.includes(shown.state) && this.threats.find(falls);
    if (threat) this.#go("snapped_back", threat.effect, "notice_took_effect", {}, [threat.digest]);
    // 4. The wind-down has ended.
    if (shown.state === "suspended" && clock.passed(this.ends)) this.#go("lapsed", this.ends, "wind_down_ended");
    // 5. Its term has ended.
    if (OPEN.includes(shown.state)) {
      running.ends ??= clock.deadline(rule.term.ends, version, own(), running.granted);
      const lapses = rule.term.then === "lapse" || shown.state === "granted";
      if (clock.passed(running.ends) && lapses) this.#go("lapsed", running.ends, "term_ended");
      else if (clock.passed(running.ends) && shown.state !== "suspended") this.#suspend(running.ends, "term_ended");
    }
    // 6. The accord has ended, or who is to have it has stepped out.
    const survives = version.accord.participation.survives.includes(this.name);
    if (RUNNING.includes(shown.state) && versions.ended !== null && !survives) {
      this.#suspend(versions.ended, "accord_ended");
    } else if (RUNNING.includes(shown.state) && versions.ended === null && !versions.takesPart(rule.to)) {
      const { since_us } = versions.participants.get(rule.to).shown;
      this.#suspend(since_us, "participation_suspended", { party: rule.to });
    }
    // 7. What it requires was breached or late long enough, or stands aside. What stands so today has its effect today;
    //    a deadline counted from it must first pass.
    if (!RUNNING.includes(shown.state)) return;
    const rungs = this.#rungs(running, version, rule);
    running.causes = [...new Set(rungs.map(({ cause }) => cause))].sort();
    const isRipe = ({ at, why }) => ASIDE.includes(why) || clock.passed(at);
    const ripe = rungs.filter(isRipe).sort(by("at", "cause"));
    const [suspend, warn] = ["suspend", "warn"].map((wanted) => ripe.find(({ effect }) => effect === wanted));
    if (suspend) this.#suspend(suspend.at, suspend.why, suspend.values, suspend.evidence);
    else if (warn && shown.state === "active") this.#go("warned", warn.at, warn.why, warn.values, warn.evidence);
  }

  #grant(version) {
    const [{ now }, { given, running }] = [this.clock, this];
    const renewed = RUNNING.includes(this.shown.state);
    if (running) running.over ??= now;
    const implemented = this.did.act === "implemented" ? now : null;
    this.running = { version, granted: now, implemented, active: null, ends: null, implementBy: null, over: null };
    this.rounds.push(this.running);
    this.given = new Map();
    if (!renewed) this.threats = [];
    this.clock.happened(`granted.${this.name}`, now);
    const by = [...given.keys()].sort().join(", ");
    this.#go("granted", now, renewed ? "renewed" : "granted", { by }, [...given.values()].sort());
  }

  // What each occurrence in trouble does to the measure, and when; what was so before the grant does not count.
  #rungs({ granted }, version, { ladder, requires, when }) {
    const troubled = requires.flatMap((name) => this.engine.obligations.get(name).troubled);
    return troubled.flatMap((each) => {
      const { state, since_us: since, number: occurrence, history } = each.shown;
      const [obligation, breached] = [each.all.name, state === "breached" ? (each.breached ?? since) : null];
      const aside = [[when[state], state, since]];
      const path = [
        ["warn", "late", each.late, ladder.warn],
        ["warn", "breached", breached],
        ["suspend", "breached", breached, ladder.suspend],
      ];
      const found = ASIDE.includes(state) ? aside : path;
      const counts = found.filter(([effect, , from]) => effect !== "no_effect" && from !== null && from >= granted);
      return counts.map(([effect, why, from, deadline]) => ({
        effect, why, at: deadline ? this.clock.after(deadline, version, from) : from,
        cause: `${obligation}.${occurrence}`, values: { obligation, occurrence }, evidence: history.at(-1).evidence,
      }));
    });
  }

  #suspend(from, why, values, evidence) {
    const [version, rule] = this.current();
    const at = Math.max(from, this.shown.since_us);
    this.running.windDown = this.clock.after(rule.wind_down.length, version, at);
    this.#go("suspended", at, why, values, evidence);
  }

  #go(after, from, ...why) {
    const at = Math.max(from, this.shown.since_us);
    this.clock.enter(this.shown, after, at, ...why);
    if (["lapsed", "snapped_back"].includes(after)) this.running.over = at;
  }

  verdict(shown) {
    const { accord } = this.running?.version ?? shown;
    const rule = accord.measures[this.name];
    if (!rule) return [];
    const [{ now }, { running, did }, { state, since_us, history }] = [this.clock, this, this.shown];
    const marks = new Set(this.marks);
    const since = Math.max(since_us, did.at ?? 0);
    const differs = { follows: state, did: did.act, since_us: since, age_us: Math.max(now - since, 0) };
    const overdue = running?.implemented === null && this.clock.passed(running.implementBy);
    if (overdue && [...RUNNING, "suspended"].includes(state)) marks.add("never_implemented");
    if (ascending(this.positions).some(({ position }) => position === "invalid")) marks.add("contested");
    return [{
      id: this.name, by: rule.by, to: rule.to, version: accord.version, state, since_us, history,
      granted_by: [...this.given.keys()].sort(), causes: RUNNING.includes(state) ? running.causes : [],
      ends_us: this.ends, did: did.act, did_since_us: did.at,
      difference: ANSWERS[state].includes(did.act) ? null : differs, marks: [...marks].sort(),
      delays: this.#delays(rule, now), uses: rule.watch.sources.map((source) => this.#use(rule, source)),
      positions: ascending(this.positions),
    }];
  }

  // Relief that was promised, held against the granting party until it came or its grant was over.
  #delays({ by: party }, now) {
    const delay = (what, due_us, done_us, until) => ({
      what, party, due_us, done_us, age_us: Math.max((done_us ?? until) - due_us, 0),
    });
    const grants = [delay("grant", this.promised, this.rounds[0]?.granted ?? null, now)];
    const last = this.rounds.map((each) =>
      delay("implementation", each.implementBy, each.implemented, each.over ?? now),
    );
    return [...grants, ...last].filter(({ due_us }) => due_us !== null);
  }

  #use({ cap, watch }, source) {
    const { engine: { said }, shown: { state, since_us }, running } = this;
    const since = running?.granted ?? Infinity;
    const used = cap ? total(said, cap.figure, source, since, Infinity) : null;
    const winds = watch.new_business && state === "suspended";
    const fresh = winds ? total(said, watch.new_business, source, since_us, this.ends) : null;
    const outside = watch.out_of_scope.flatMap((kind) => said.get(`finding ${source} ${kind}`) ?? []);
    return {
      source, used: used && spelled(used), left: used && spelled(minus(read(cap.limit), used)),
      new_business: fresh && spelled(fresh),
      out_of_scope: outside.filter(({ at }) => at >= since).reduce((sum, { count }) => sum + count, 0),
    };
  }

  get upcoming() {
    const { running, shown: { state } } = this;
    const runs = (at_us, what) => ({ at_us, occurrence: 0, what });
    if (!running) return [runs(this.promised, "grant_due")];
    const due = RUNNING.includes(state) && running.implemented === null ? running.implementBy : null;
    const threats = OPEN.includes(state) ? this.threats.map(({ effect }) => runs(effect, "snaps_back")) : [];
    const ends = runs(this.ends, state === "suspended" ? "lapses" : "term_ends");
    return [ends, runs(due, "implementation_due"), ...threats];
  }
}

function notAuthority(version, rule, party, authority, key) {
  if (!rule) return "unknown_rule";
  const known = version.accord.authorities[authority];
  if (!known || known.party !== rule.by) return "not_an_authority";
  if (party !== known.party) return "not_its_authority";
  return key === known.key ? null : "another_key";
}

// The sum over periods that begin in [since, until); what was said last about a period counts.
function total(said, figure, source, since, until) {
  const counts = ({ party, start }) => party === source && start >= since && start < until;
  const all = (said.get(`figure ${figure}`) ?? []).filter(counts);
  const last = new Map(all.map(({ start, end, value }) => [`${start} ${end}`, value]));
  return last.size ? [...last.values()].reduce(plus) : null;
}
