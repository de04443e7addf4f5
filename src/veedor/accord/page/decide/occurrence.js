// One occurrence of an obligation: due, met or late, in cure, cured or breached; and what stands aside of that path.

import { about, judge } from "./evidence.js";
import { by, LAST } from "./instants.js";

export const ASIDE = ["undetermined", "disputed", "excused"];
const UNMET = ["late", "in_cure", "breached"];
export const TROUBLED = [...UNMET, ...ASIDE];

// An occurrence that has begun. `state` is what counts; `beneath` is where it stands on its own path.
export class Occurrence {
  constructor(all, version, rule, own, instance) {
    const [{ clock }, instants] = [all, new Map([...version.own, ...own])];
    Object.assign(this, {
      all, version, rule, instance, clock, own: instants, number: all.occurrences.length + 1, history: [],
      begins: instants.get("begins"), ends: instants.get("window.end") ?? null, state: "pending", beneath: "due",
      due: null, late: null, noticed: null, cureEnds: null, breached: null, performed: null, withheldBy: [],
      disputed: null, judged: null, final: null, about: about(rule.met_when, version.accord),
    });
    this.#note("due", clock.now, "began");
  }

  dispute({ party, digest, body: { step, outcome } }, version) {
    const [{ disputes }, { clock, disputed }] = [version.accord, this];
    if (!disputes.length) return "no_dispute_ladder";
    if (step === "open" && disputed) return "disputed_already";
    if (step === "open") {
      const ends = disputes.reduce((at, { within }) => clock.after(within, version, at), clock.now);
      return void (this.disputed = { ends, digest, by: new Map(), settled: null });
    }
    if (!disputed || clock.passed(disputed.ends)) return "no_dispute";
    const said = [...disputed.by.set(party, { outcome, digest }).values()];
    const agreed = said.length === 2 && said.every((each) => each.outcome === outcome);
    if (agreed && outcome !== "none") disputed.settled = { outcome, said };
  }

  // The creditor's notice that a cure begins.
  cure(_, __, { cure }) {
    if (cure?.starts !== "notice" || this.beneath !== "late") return "no_cure_by_notice";
    this.noticed ??= this.clock.now;
  }

  step() {
    const { clock } = this;
    this.due ??= clock.deadline(this.rule.due, this.version, this.own, this.begins);
    if (this.beneath === "due" && (this.about.improves || clock.passed(this.due))) this.#await(this.due, "met");
    if (["late", "in_cure"].includes(this.beneath)) this.#await(this.cureEnds, "cured");
    if (this.beneath === "late" && this.noticed !== null) this.#startCure(this.noticed);
    if (this.performed === null && this.final && this.#judge().holds) this.performed = clock.now;
    const [state, ...why] = this.#standing();
    if (state !== this.state) this.#note(state, clock.now, ...why);
  }

  // What holds is settled; once the deadline has passed, what cannot be told waits, and what does not hold falls.
  #await(deadline, settled) {
    const [passed, { holds, withheldBy }] = [this.clock.passed(deadline), this.#judge()];
    if (!holds && !passed) return;
    const at = passed && !this.withheldBy.length ? deadline : this.clock.now;
    this.withheldBy = holds === null ? [...new Set(withheldBy)].sort() : [];
    if (holds) this.#go(settled, at, "condition_holds");
    if (holds === false) this.#fall(at);
  }

  // Late; then, or once its cure has ended, breached.
  #fall(at) {
    const { cure } = this.rule;
    if (this.beneath === "due") {
      this.late = Math.max(at, this.since);
      this.#go("late", this.late, "deadline_passed");
      if (cure?.starts === "late") this.#startCure(this.late);
      if (cure) return;
    }
    this.breached = Math.max(at, this.since);
    this.#go("breached", this.breached, cure ? "cure_ended" : "no_cure");
  }

  #startCure(at) {
    this.cureEnds = this.clock.after(this.rule.cure.within, this.version, at);
    this.#go("in_cure", at, "cure_began");
  }

  #go(beneath, at, why) {
    this.beneath = beneath;
    if (!["excused", "disputed"].includes(this.state)) this.#note(beneath, at, why, this.asked());
    if (["met", "cured", "breached"].includes(beneath)) this.final = this.asked();
  }

  // The state that counts, why, and what brought it about: settled, disputed, excused, undetermined, or the path's own.
  #standing() {
    const { beneath, clock, disputed, due, withheldBy } = this;
    if (disputed?.settled) return [disputed.settled.outcome, "settled", disputed.settled];
    if (disputed && (beneath !== "due" || withheldBy.length) && !clock.passed(disputed.ends)) {
      return ["disputed", "dispute_runs", disputed];
    }
    const covers = ({ since, until }) => since <= due && due <= until;
    const excuses = UNMET.includes(beneath) ? [...this.all.excuses.values()].filter(covers) : [];
    if (excuses.length) return ["excused", "excused", excuses.sort(by("ground", "since"))[0]];
    if (withheldBy.length) return ["undetermined", "withheld", withheldBy];
    return [beneath, ASIDE.includes(this.state) ? "aside_ended" : "condition_holds"];
  }

  #note(after, ...why) {
    this.clock.enter(this, after, ...why);
    if (["met", "cured"].includes(after)) this.clock.happened(`met.${this.all.name}`, this.since);
  }

  // What its condition is asked about now, and the statements that were heard by now.
  asked() {
    const { all: { engine }, begins, clock, due, instance, rule: { debtor }, version: { accord } } = this;
    // A period of which the end is not known yet has none. Nothing waits longer than to its deadline.
    const [ends, until] = [this.ends ?? due ?? LAST, Math.min(clock.now, due ?? LAST)];
    return { begins, ends, until, instance, debtor, accord, said: engine.said, heard: engine.heard };
  }

  // Asked anew only when something was heard, or its deadline came to be known: time alone makes nothing true.
  #judge() {
    const { all: { engine: { heard } }, due, judged } = this;
    if (judged?.heard === heard && judged.due === due) return judged;
    const outcome = judge(this.rule.met_when, this.asked());
    const withheldBy = outcome.holds === false ? this.all.engine.withholding(this) : [];
    this.judged = { heard, due, ...outcome, ...(withheldBy.length && { holds: null, withheldBy }) };
    return this.judged;
  }
}
