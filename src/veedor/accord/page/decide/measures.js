// A measure: what follows by the accord; beside it, never mixed, what its authority did, and how the two differ.

import { by, distinct, LAST } from "./instants.js";
import { ASIDE, UNMET } from "./occurrence.js";

const RUNNING = ["active", "warned"];
const OPEN = ["granted", ...RUNNING, "suspended"];
// Acts that fit a state, where they are not those of relief that is gone; any other is a difference.
const OFF = ["nothing", "ended", "withdrawn", "superseded"];
const FIT = { granted: ["implemented", ...OFF], active: ["implemented"], warned: ["warned"], suspended: ["suspended"] };

export class Measure {
  // `given`: the signatures towards the next grant; `threats`: notices of snapback; `acts`: the other column.
  constructor() {
    const begins = { kind: "measure", state: "proposed", since_us: 0, history: [], grants: [], given: new Map() };
    Object.assign(this, begins, { threats: [], acts: [], positions: new Map() });
  }

  // The last grant.
  get running() { return this.grants.at(-1); }

  // A grant is judged by the version that governs, all else by that of the grant that runs.
  judging = (said) => [this, ...this.versions.rule("measures", this.name, said === "grant" ? null : this.running)];

  grant({ digest, body }, version, rule) {
    if (!rule.grant.need.includes(body.authority)) return "not_its_authority";
    if (body.key !== version.accord.authorities[body.authority].key) return "another_key";
    const isLeft = this.state === "suspended" && this.#over(version, rule);
    if (isLeft || this.state === "granted" || (this.running && rule.term.renewal === "none")) return "granted_already";
    if (!this.given.has(body.authority)) this.given.set(body.authority, digest);
  }

  // The other column: it moves nothing in this one.
  act({ body: { authority, key, act, by_measure } }, { accord: { authorities, measures } }, { by: party }) {
    if (authorities[authority]?.party !== party) return "not_its_authority";
    if (key !== authorities[authority].key) return "another_key";
    if (act === "superseded" && !(by_measure in measures)) return "unknown_rule";
    this.acts.push({ at_us: this.clock.now, did: act });
    if (act === "implemented" && this.running) this.running.implemented ??= this.clock.now;
  }

  snapback({ digest: evidence, party }, version, rule) {
    if (!OPEN.includes(this.state)) return "not_running";
    const takes_effect_us = version.instants.after(rule.snapback.takes_effect, this.clock.now);
    this.threats.push({ party, since_us: this.clock.now, takes_effect_us, consents: [], evidence });
  }

  consent({ party, body: { notice } }) {
    const threat = this.threats.find(({ evidence }) => evidence === notice);
    if (!threat || this.clock.passed(threat.takes_effect_us)) return "no_such_notice";
    threat.consents = distinct([...threat.consents, party]);
  }

  position = ({ party, digest: evidence, body: { position } }) =>
    void this.positions.set(party, { party, position, since_us: this.clock.now, evidence });

  // What follows, asked in this order whenever something happens; only 1 and 2 lead to active (decision 9, rule 4).
  step() {
    const { clock, versions } = this;
    const [governing, granting] = versions.rule("measures", this.name);
    // 1. Enough distinct authorities have granted.
    if (granting && this.given.size >= granting.grant.of) this.#grant(governing, granting);
    if (!this.running) return;
    const [{ running }, { version, rule }] = [this, this.running];
    const over = this.#over(version, rule);
    // 2. What it starts on was met, and it is not over before it begins (5).
    const starts = !over && rule.starts_when.every((name) => clock.anchors.has(`met.${name}`));
    if (starts && this.state === "granted") this.#go("active", clock.now, "conditions_met");
    if (!OPEN.includes(this.state)) return;
    // 3. Notice of snapback took effect, and not enough have consented.
    const enough = rule.snapback?.stays_if.of ?? Infinity;
    const threat = this.threats.find((each) => each.consents.length < enough && clock.passed(each.takes_effect_us));
    if (threat) return this.#go("snapped_back", threat.takes_effect_us, "notice_took_effect", [threat.evidence]);
    // 4. Its term or its wind-down has ended.
    running.term ??= clock.deadline(rule.term.ends, version, running.own, running.granted);
    const [ends, why] = this.ending();
    const isRunning = RUNNING.includes(this.state);
    const after = isRunning && rule.term.then === "wind_down" ? "suspended" : "lapsed";
    if (clock.passed(ends)) return this.#go(after, ends, why);
    // 5. The accord has ended, or a side has stepped out: what has not begun never does.
    if (over && this.state !== "suspended") return this.#go(isRunning ? "suspended" : "lapsed", over.at, ...over.why);
    // 6. What it requires was breached or late long enough, or stands aside.
    const rung = isRunning && this.#rung();
    if (rung) this.#go(`${rung.effect}ed`, rung.at, ...rung.why);
  }

  // Whether a side is out, or the accord has ended; of two at one instant who is to have it is named. A grant would cut
  // a winding down short then, and never begin.
  #over = (version, rule) => this.versions.over(this.name, version, [rule.to, rule.by], "suspended", "withdrawn");

  // When and why the state that runs now ends by the accord: with its term or, where it is wound down, with that; a
  // term that lapses may end before.
  ending() {
    if (!OPEN.includes(this.state)) return [null];
    const { rule, term, windDown } = this.running;
    const isCutShort = rule.term.then === "lapse" && term !== null && term < windDown;
    return this.state === "suspended" && !isCutShort ? [windDown, "wind_down_ended"] : [term, "term_ended"];
  }

  // Since when the columns have differed at every instant, whichever of them moved; null where they agree. What stood
  // at no instant, as a state that was left when it was entered, does not count.
  differsSince() {
    const moves = [...this.history, ...this.acts].sort(by("at_us"));
    let [follows, done, since] = ["proposed", "nothing", null];
    for (const [place, { at_us, after, did }] of moves.entries()) {
      [follows, done] = [after ?? follows, did ?? done];
      if (moves[place + 1]?.at_us === at_us) continue;
      since = (FIT[follows] ?? OFF).includes(done) ? null : (since ?? at_us);
    }
    return since;
  }

  // What happened outside of the accord's own path.
  marks() {
    const done = this.acts.map(({ did }) => did);
    const later = done.slice(done.lastIndexOf("implemented") + 1);
    const isOverdue = ({ what, done_us, due_us, over_us }) =>
      what === "implementation" && (done_us ?? over_us) === null && this.clock.passed(due_us);
    const isContested = [...this.positions.values()].some(({ position }) => position === "invalid");
    const said = [isContested && "contested", this.promises().some(isOverdue) && "never_implemented"];
    return [...said, ...["superseded", "withdrawn"].filter((each) => later.includes(each))].filter(Boolean);
  }

  // Relief that was promised: that it is granted, by the version of the first grant or, before any, by the one that
  // governs, until a side has withdrawn; and of each grant that became active, that it is put into effect, until it is
  // suspended or over. Held against the granting party; none where what it is counted from is not known yet.
  promises() {
    const [{ clock, grants, name, versions }, [first]] = [this, this.grants];
    const [version, rule] = versions.rule("measures", name, first);
    const left = rule && (versions.over(name, version, [rule.to, rule.by], "withdrawn")?.at ?? null);
    const granting = rule && ["grant", rule, clock.deadline(rule.grant.by, version), first?.granted ?? null, left];
    const started = grants.filter(({ own }) => own.has("own.active"));
    const implementing = started.map(({ implemented, over, own, rule: each, version: its }) =>
      ["implementation", each, clock.deadline(each.implemented_by, its, own), implemented, over]);
    const promised = [granting, ...implementing].filter((each) => (each?.[2] ?? null) !== null);
    const until = (done, over) => Math.min(done ?? LAST, over ?? LAST, clock.now);
    return promised.map(([what, { by: party }, due_us, done_us, over_us]) =>
      ({ what, party, due_us, done_us, over_us, age_us: Math.max(until(done_us, over_us) - due_us, 0) }));
  }

  #grant(version, rule) {
    const [{ now }, { acts, given, running, threats }, renewed] = [this.clock, this, RUNNING.includes(this.state)];
    const implemented = acts.at(-1)?.did === "implemented" ? now : null;
    if (running) running.over ??= now;
    this.grants.push({ version, rule, granted: now, implemented, over: null, term: null, own: new Map() });
    Object.assign(this, { given: new Map(), threats: renewed ? threats : [] });
    const why = renewed ? "renewed" : "granted";
    this.#go("granted", now, why, distinct(given.values()), distinct(given.keys()).join(", "));
  }

  // What has come of all that occurrences in trouble do to a measure that runs: the first that suspends it, else the
  // first that warns. What was so before the grant does not count; what stood aside counts from when it no longer does.
  #rung() {
    const { granted, version: { instants }, rule: { ladder, requires, when } } = this.running;
    const occurrences = requires.flatMap((name) => this.engine.obligations.get(name).occurrences);
    const effects = this.state === "active" ? ["suspend", "warn"] : ["suspend"];
    return occurrences.flatMap(({ history, name, number, reached: { late, breached }, since_us, state }) => {
      const [id, { evidence }, suspends] = [`${name}.${number}`, history.at(-1), ["suspend", "breached", breached]];
      const path = [["warn", "late", late, ladder.warn], ["warn", "breached", breached], [...suspends, ladder.suspend]];
      const troubles = ASIDE.includes(state) ? [[when[state], state, since_us]] : UNMET.includes(state) ? path : [];
      return troubles.filter(([, , from]) => from >= granted).map(([effect, reason, from, due]) =>
        ({ effect, id, at: Math.max(since_us, due ? instants.after(due, from) : from), why: [reason, evidence, id] }));
    }).filter(({ at, effect }) => effects.includes(effect) && this.clock.passed(at)).sort(by("effect", "at", "id"))[0];
  }

  #go(after, from, ...why) {
    const { clock, running, running: { rule, version } } = this;
    clock.enter(this, after, from, ...why);
    if (after === "active") running.own.set("own.active", this.since_us);
    if (["granted", "active"].includes(after)) clock.happened(`${after}.${this.name}`, this.since_us);
    if (after === "suspended") running.windDown = version.instants.after(rule.wind_down.length, this.since_us);
    if (["suspended", "lapsed", "snapped_back"].includes(after)) running.over ??= this.since_us;
  }
}
