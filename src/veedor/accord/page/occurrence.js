// One occurrence of an obligation: due, met or late, in cure, cured or breached; and what stands aside of that path.

import { about, evidenceFor, judge, testsOf } from "./evidence.js";
import { by, LAST } from "./instants.js";

// An occurrence that has begun. `shown` is what a verdict says of it; `beneath`, in that, is its own path.
export class Occurrence {
  late = null;
  breached = null;
  disputed = null;
  #noticed = null;
  #judged = null;

  constructor(all, version, rule, own, instance) {
    const { clock } = all;
    Object.assign(this, { all, version, rule, instance, clock, about: about(rule.met_when, version.accord) });
    this.own = new Map([...version.own, ...own]);
    this.shown = {
      number: all.occurrences.length + 1, version: version.accord.version, begins_us: this.own.get("begins"),
      ends_us: this.own.get("window.end") ?? null, due_us: null, cure_ends_us: null, state: "pending", beneath: "due",
      since_us: clock.now, withheld_by: [], tests: null, performed_us: null, history: [],
    };
    this.#note("due", clock.now, "began");
  }

  dispute({ party, digest, body: { step, outcome } }) {
    const { rule, clock, disputed, version, version: { accord } } = this;
    if (![rule.debtor, rule.creditor].includes(party)) return "not_its_parties";
    if (!accord.disputes.length) return "no_dispute_ladder";
    if (step === "open") {
      if (disputed) return "disputed_already";
      const ends = accord.disputes.reduce((at, { within }) => clock.after(within, version, at), clock.now);
      this.disputed = { ends, digest, by: new Map(), settled: null };
    } else {
      if (!disputed || clock.passed(disputed.ends)) return "no_dispute";
      disputed.by.set(party, { outcome, digest });
      const agreed = disputed.by.size === 2 && [...disputed.by.values()].every((each) => each.outcome === outcome);
      if (agreed && outcome !== "none") disputed.settled = outcome;
    }
  }

  // The creditor's notice that a cure begins.
  notice({ party }) {
    if (party !== this.rule.creditor) return "not_its_creditor";
    if (this.rule.cure?.starts !== "notice" || this.shown.beneath !== "late") return "no_cure_by_notice";
    this.#noticed ??= this.clock.now;
  }

  step() {
    const { clock, rule, shown } = this;
    shown.due_us ??= clock.deadline(rule.due, this.version, this.own, shown.begins_us);
    if (shown.beneath === "due" && (this.about.improves || clock.passed(shown.due_us))) {
      this.#await(shown.due_us, "met", (at) => this.#fallsLate(at));
    }
    const cure = () => this.#await(shown.cure_ends_us, "cured", (at) => this.#breach(at, "cure_ended"));
    if (["late", "in_cure"].includes(shown.beneath)) cure();
    if (shown.beneath === "late" && this.#noticed !== null) {
      this.#startCure("own.notice", this.#noticed);
      cure();
    }
    if (shown.beneath === "breached") shown.performed_us ??= this.#judge().holds ? clock.now : null;
    const [state, ...why] = this.#standing();
    if (state !== shown.state) this.#note(state, clock.now, ...why);
  }

  // What holds is settled; once the deadline has passed, what cannot be told waits, and what does not hold falls.
  #await(deadline, settled, fall) {
    const { clock, shown } = this;
    const passed = clock.passed(deadline);
    const { holds, withheld_by } = this.#judge();
    const at = passed && !shown.withheld_by.length ? deadline : clock.now;
    if (!holds && !passed) return;
    shown.withheld_by = holds === null ? [...new Set(withheld_by)].sort() : [];
    if (holds) {
      shown.performed_us = clock.now;
      this.#go(settled, at, "condition_holds");
    } else if (holds === false) fall(at);
  }

  #fallsLate(at) {
    const [{ cure }, { shown }] = [this.rule, this];
    this.late = Math.max(at, shown.since_us);
    this.#go("late", this.late, "deadline_passed", { due_us: shown.due_us });
    if (!cure) this.#breach(this.late, "no_cure");
    else if (cure.starts === "late") this.#startCure("own.late", this.late);
  }

  #startCure(anchor, at) {
    const ends_us = this.clock.after(this.rule.cure.within, this.version, at);
    this.shown.cure_ends_us = ends_us;
    this.#go("in_cure", at, "cure_began", { anchor, ends_us });
  }

  #breach(at, why) {
    this.breached = Math.max(at, this.shown.since_us);
    this.#go("breached", this.breached, why);
  }

  #go(beneath, at, reason, values) {
    const { shown } = this;
    shown.beneath = beneath;
    const aside = ["excused", "disputed"].includes(shown.state);
    if (!aside) this.#note(beneath, at, reason, values, evidenceFor(this.rule.met_when, this.#asked()));
    if (["met", "cured", "breached"].includes(beneath)) shown.tests = testsOf(this.rule.met_when, this.#asked());
  }

  // The state that counts, and why: settled, disputed, excused, undetermined, or the path's own.
  #standing() {
    const { clock, disputed, shown: { beneath, due_us: due, state, withheld_by: withheld } } = this;
    if (disputed?.settled) {
      const digests = [...disputed.by.values()].map(({ digest }) => digest).sort();
      return [disputed.settled, "settled", { outcome: disputed.settled }, digests];
    }
    if (disputed && (beneath !== "due" || withheld.length) && !clock.passed(disputed.ends)) {
      return ["disputed", "dispute_runs", { ends_us: disputed.ends }, [disputed.digest]];
    }
    if (["late", "in_cure", "breached"].includes(beneath)) {
      const covering = [...this.all.excuses.values()].filter(({ since, until }) => since <= due && due <= until);
      const [first] = covering.sort(by("ground", "since"));
      if (first) return ["excused", "excused", { ground: first.ground, until_us: first.until }, [first.digest]];
    }
    if (withheld.length) return ["undetermined", "withheld", { by: withheld.join(", ") }];
    const ended = ["excused", "disputed", "undetermined"].includes(state);
    return ended ? [beneath, "aside_ended", { at_us: clock.now }] : [beneath, "condition_holds"];
  }

  #note(after, ...why) {
    const { all, clock, shown } = this;
    clock.enter(shown, after, ...why);
    if (["met", "cured"].includes(after)) clock.happened(`met.${all.name}`, shown.since_us);
  }

  #asked() {
    const [{ clock, instance, rule, version: { accord } }, { begins_us: begins, ends_us, due_us }] = [this, this.shown];
    // A period of which the end is not known yet has none. Nothing waits longer than to its deadline.
    const [ends, until] = [ends_us ?? due_us ?? LAST, Math.min(clock.now, due_us ?? LAST)];
    return { begins, ends, until, instance, debtor: rule.debtor, accord, said: this.all.engine.said };
  }

  // Asked anew only when something was heard, or its deadline came to be known: time alone makes nothing true.
  #judge() {
    const { all: { engine }, shown: { due_us } } = this;
    if (this.#judged?.heard === engine.heard && this.#judged.due_us === due_us) return this.#judged;
    const outcome = judge(this.rule.met_when, this.#asked());
    const withheld_by = outcome.holds === false ? engine.withholding(this) : [];
    this.#judged = { heard: engine.heard, due_us, ...outcome, ...(withheld_by.length && { holds: null, withheld_by }) };
    return this.#judged;
  }

  get upcoming() {
    const { number: occurrence, beneath, due_us, cure_ends_us } = this.shown;
    return [
      { at_us: beneath === "due" ? due_us : null, occurrence, what: "due" },
      { at_us: beneath === "in_cure" ? cure_ends_us : null, occurrence, what: "cure_ends" },
      { at_us: this.disputed?.settled === null ? this.disputed.ends : null, occurrence, what: "dispute_ends" },
    ];
  }

  verdict = () => ({ ...this.shown, tests: this.shown.tests ?? testsOf(this.rule.met_when, this.#asked()) });
}
