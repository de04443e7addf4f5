// A measure: what follows by the accord; beside it, never mixed, what its authority did.

import { by } from "./instants.js";
import { ASIDE, TROUBLED } from "./occurrence.js";

export const RUNNING = ["active", "warned"];
export const OPEN = ["granted", ...RUNNING, "suspended"];

// The anchors that a grant has of its own.
export const ownOf = ({ version, active }) => new Map([...version.own, ["own.active", active]]);

export class Measure {
  state = "proposed";
  since = 0;
  history = [];
  running = null; // the last grant
  given = new Map();
  threats = [];

  // A grant is judged by the version that governs, all else by that of the grant that runs.
  judging(said) {
    const governed = this.versions.rule("measures", this.name);
    return [this, ...(this.running && said !== "grant" ? [this.running.version, this.running.rule] : governed)];
  }

  grant({ digest, body }, { accord }, rule) {
    if (!rule.grant.need.includes(body.authority)) return "not_its_authority";
    if (body.key !== accord.authorities[body.authority].key) return "another_key";
    if (this.state === "granted" || (this.running && rule.term.renewal === "none")) return "granted_already";
    if (!this.given.has(body.authority)) this.given.set(body.authority, digest);
  }

  // The other column: it moves nothing in this one.
  act({ body: { authority, key, act, by_measure } }, { accord: { authorities, measures } }, { by: party }) {
    if (authorities[authority]?.party !== party) return "not_its_authority";
    if (key !== authorities[authority].key) return "another_key";
    if (act === "superseded" && !(by_measure in measures)) return "unknown_rule";
    this.engine.note(`act ${this.name}`, { act });
  }

  snapback({ digest }, version, rule) {
    if (!OPEN.includes(this.state)) return "not_running";
    const effect = this.clock.after(rule.snapback.takes_effect, version, this.clock.now);
    this.threats.push({ digest, effect, consents: new Set() });
  }

  consent({ party, body: { notice } }) {
    const threat = this.threats.find(({ digest }) => digest === notice);
    if (!threat || this.clock.passed(threat.effect)) return "no_such_notice";
    threat.consents.add(party);
  }

  position({ party, digest, body: { position } }) {
    this.engine.note(`position ${this.name}`, { party, digest, position });
  }

  // What follows, asked in this order whenever something happens; only 1 and 2 lead to active (decision 9, rule 4).
  step() {
    const { clock, versions } = this;
    const [governing, granting] = versions.rule("measures", this.name);
    // 1. Enough distinct authorities have granted.
    if (granting && this.given.size >= granting.grant.of) this.#grant(governing, granting);
    if (!this.running) return;
    const [{ running }, { version, rule }] = [this, this.running];
    // 2. What it starts on was met.
    if (this.state === "granted" && rule.starts_when.every((name) => clock.anchors.has(`met.${name}`))) {
      running.active = clock.now;
      clock.happened(`active.${this.name}`, clock.now);
      this.#go("active", clock.now, "conditions_met");
    }
    if (!OPEN.includes(this.state)) return;
    // 3. Notice of snapback took effect, and not enough have consented.
    const enough = rule.snapback?.stays_if.of ?? Infinity;
    const threat = this.threats.find(({ effect, consents }) => clock.passed(effect) && consents.size < enough);
    if (threat) return this.#go("snapped_back", threat.effect, "notice_took_effect", threat);
    // 4. The wind-down has ended.
    const { windDown } = running;
    if (this.state === "suspended" && clock.passed(windDown)) return this.#go("lapsed", windDown, "wind_down_ended");
    // 5. Its term has ended.
    running.ends ??= clock.deadline(rule.term.ends, version, ownOf(running), running.granted);
    const isOver = clock.passed(running.ends);
    const lapses = rule.term.then === "lapse" || this.state === "granted";
    if (isOver && lapses) return this.#go("lapsed", running.ends, "term_ended");
    if (!RUNNING.includes(this.state)) return;
    if (isOver) return this.#suspend(running.ends, "term_ended");
    // 6. The accord has ended, or who is to have it has stepped out.
    const survives = version.accord.participation.survives.includes(this.name);
    if (versions.ended !== null && !survives) return this.#suspend(versions.ended, "accord_ended");
    const out = versions.takesPart(rule.to) ? null : versions.participants.get(rule.to);
    if (versions.ended === null && out) return this.#suspend(out.since, "participation_suspended", out);
    // 7. What it requires was breached or late long enough, or stands aside. What stands so today has its effect today;
    //    a deadline counted from it must first pass.
    const isRipe = ({ at, why }) => ASIDE.includes(why) || clock.passed(at);
    const ripe = this.rungs().filter(isRipe).sort(by("at", "name"));
    const [suspend, warn] = ["suspend", "warn"].map((wanted) => ripe.find(({ effect }) => effect === wanted));
    if (suspend) this.#suspend(suspend.at, suspend.why, suspend);
    else if (warn && this.state === "active") this.#go("warned", warn.at, warn.why, warn);
  }

  #grant(version, rule) {
    const [{ now }, { engine: { heard }, given }, renewed] = [this.clock, this, RUNNING.includes(this.state)];
    this.running = { version, rule, given, granted: now, heard, active: null, ends: null, windDown: null };
    this.given = new Map();
    if (!renewed) this.threats = [];
    this.clock.happened(`granted.${this.name}`, now);
    this.#go("granted", now, renewed ? "renewed" : "granted", this.running);
  }

  // What each occurrence in trouble does to the measure, and when; what was so before the grant does not count.
  rungs() {
    const { granted, version, rule: { ladder, requires, when } } = this.running;
    const occurrences = requires.flatMap((name) => this.engine.obligations.get(name).occurrences);
    return occurrences.filter(({ state }) => TROUBLED.includes(state)).flatMap((each) => {
      const { state, since, late } = each;
      const breached = state === "breached" ? (each.breached ?? since) : null;
      const path = [
        ["warn", "late", late, ladder.warn],
        ["warn", "breached", breached],
        ["suspend", "breached", breached, ladder.suspend],
      ];
      const found = ASIDE.includes(state) ? [[when[state], state, since]] : path;
      const counts = ([effect, , from]) => effect !== "no_effect" && from !== null && from >= granted;
      return found.filter(counts).map(([effect, why, from, deadline]) => ({
        effect, why, at: deadline ? this.clock.after(deadline, version, from) : from,
        name: `${each.all.name}.${each.number}`, each, entered: each.history.at(-1),
      }));
    });
  }

  #suspend(from, ...why) {
    const [{ version, rule: { wind_down: { length } } }, at] = [this.running, Math.max(from, this.since)];
    this.running.windDown = this.clock.after(length, version, at);
    this.#go("suspended", at, ...why);
  }

  #go(after, from, ...why) {
    this.clock.enter(this, after, Math.max(from, this.since), ...why);
  }
}
