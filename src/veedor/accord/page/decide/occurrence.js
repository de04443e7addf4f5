// One occurrence of an obligation: due, met or late, in cure, cured or breached; and what stands aside of that path.

import { judge, onlyImproves } from "./evidence.js";
import { distinct, LAST } from "./instants.js";

export const ASIDE = ["undetermined", "disputed", "excused"];
export const UNMET = ["late", "in_cure", "breached"];

// An occurrence that has begun. `state` is what counts; `beneath` is where it stands on its own path, and `reached` is
// when it came to each place on it.
export class Occurrence {
  constructor(all, version, rule, begins_us, ends_us, instance) {
    Object.assign(this, {
      kind: "obligation", name: all.name, all, version, rule, begins_us, ends_us, instance, clock: all.clock,
      own: new Map([["trigger", begins_us], ["window.start", begins_us], ["window.end", ends_us]]),
      number: all.occurrences.length + 1, state: "pending", since_us: 0, beneath: "due", reached: {}, history: [],
      due_us: null, cure_ends_us: null, performed_us: null, withheld_by: [], disputed: null, settled: null,
    });
    this.#note("due", this.clock.now, "began");
  }

  dispute({ party, digest, body: { step, outcome } }, version) {
    const [{ disputes }, { clock, disputed }] = [version.accord, this];
    if (!disputes.length) return "no_dispute_ladder";
    if (step === "open") {
      const ends = disputes.reduce((at, { within }) => version.instants.after(within, at), clock.now);
      this.disputed ??= { since_us: clock.now, ends, digest, by: new Map(), settled: null };
      return disputed && "disputed_already";
    }
    if (!disputed || clock.passed(disputed.ends)) return "no_dispute";
    const said = [...disputed.by.set(party, { party, outcome, evidence: digest }).values()];
    const agreed = outcome !== "none" && said.length === 2 && said.every((each) => each.outcome === outcome);
    if (agreed) disputed.settled = [outcome, "settled", distinct(said.map(({ evidence }) => evidence))];
  }

  // The creditor's notice that a cure begins.
  cure = (_, __, { cure }) => (cure?.starts !== "notice" || this.beneath !== "late" ? "no_cure_by_notice"
    : this.#go("in_cure", this.clock.now, "cure_began"));

  // Goes as far as it can, where anything was heard since it last did, or an instant has come that it waits for.
  step() {
    const { all: { engine: { seen: { size } }, versions }, clock, clock: { next }, rule, version } = this;
    const over = this.beneath === "due" && versions.over(this.name, version, [rule.creditor, rule.debtor], "withdrawn");
    if (!over && this.due_us !== null && this.heard === size && !clock.passed(this.wakes)) return;
    clock.next = Infinity;
    this.due_us ??= clock.deadline(rule.due, version, this.own, this.begins_us);
    const isRipe = () => clock.passed(this.due_us) || onlyImproves(rule.met_when, version.accord);
    if (this.beneath === "due" && isRipe()) this.#await(this.due_us, "met");
    // Who has withdrawn owes nothing more, nor is owed it; what is late goes on.
    if (over && this.beneath === "due" && !clock.passed(this.due_us)) this.#go("released", over.at, ...over.why);
    if (["late", "in_cure"].includes(this.beneath)) this.#await(this.cure_ends_us, "cured");
    if (this.performed_us === null && this.settled && this.#judge().holds) this.performed_us = clock.now;
    const [state, ...why] = this.#standing();
    if (state !== this.state) this.#note(state, clock.now, ...why);
    Object.assign(this, { heard: size, wakes: clock.next });
    clock.next = Math.min(next, clock.next);
  }

  // What holds is settled; once the deadline has passed, what cannot be told waits, and what does not hold falls: it is
  // late; then, or once its cure has ended, breached.
  #await(deadline, good) {
    const [{ holds, withheld_by }, { cure }] = [this.#judge(), this.rule];
    const [passed, isDue] = [this.clock.passed(deadline), this.beneath === "due"];
    if (!holds && !passed) return;
    const at = passed && !this.withheld_by.length ? deadline : this.clock.now;
    this.withheld_by = holds === null ? distinct(withheld_by) : [];
    if (holds) this.#go(good, at, "condition_holds");
    if (holds !== false) return;
    if (isDue) this.#go("late", at, "deadline_passed");
    if (isDue && cure?.starts === "late") this.#go("in_cure", at, "cure_began");
    if (!isDue || !cure) this.#go("breached", at, cure ? "cure_ended" : "no_cure");
  }

  #go(beneath, from, why, _, about) {
    const [at, { tests }, agreed] = [Math.max(from, this.since_us), this.#judge(), this.disputed?.settled];
    [this.beneath, this.reached[beneath]] = [beneath, at];
    const evidence = distinct(tests.flatMap((each) => each.evidence));
    if (!agreed && !["excused", "disputed"].includes(this.state)) this.#note(beneath, at, why, evidence, about);
    if (beneath === "in_cure") this.cure_ends_us = this.version.instants.after(this.rule.cure.within, at);
    if (["met", "cured", "breached", "released"].includes(beneath)) this.settled = tests;
  }

  // The state that counts, why, and what brought it about: settled, disputed, excused, undetermined, or the path's own.
  #standing() {
    const { beneath, clock, disputed, due_us, withheld_by } = this;
    if (disputed?.settled) return disputed.settled;
    const runs = disputed && (beneath !== "due" || withheld_by.length) && !clock.passed(disputed.ends);
    if (runs) return ["disputed", "dispute_runs", [disputed.digest]];
    const excuse = this.all.excuses.find(({ since, until }) => since <= due_us && due_us <= until);
    if (excuse && UNMET.includes(beneath)) return ["excused", "excused", [excuse.digest], excuse.ground];
    if (withheld_by.length) return ["undetermined", "withheld", [], withheld_by.join(", ")];
    return [beneath, ASIDE.includes(this.state) ? "aside_ended" : "condition_holds"];
  }

  #note(after, ...why) {
    this.clock.enter(this, after, ...why);
    this.reached[after] ??= this.since_us;
    if (["met", "cured"].includes(after)) this.clock.happened(`met.${this.all.name}`, this.since_us);
  }

  // Its elementary tests: as of when it was settled, else as of now.
  tests = () => this.settled ?? this.#judge().tests;

  // Whether its condition holds as of now; what does not hold cannot be told while somebody withholds evidence.
  #judge() {
    const { all: { engine }, begins_us: begins, clock, due_us: due, instance, rule, version } = this;
    // A period of which the end is not known yet has none. Nothing waits longer than to its deadline.
    const [ends, until] = [this.ends_us ?? due ?? LAST, Math.min(clock.now, due ?? LAST)];
    const asked = { begins, ends, until, instance, debtor: rule.debtor, accord: version.accord, said: engine.said };
    const found = judge(rule.met_when, asked);
    const withheld_by = found.holds === false ? engine.withholding(this) : [];
    return withheld_by.length ? { ...found, holds: null, withheld_by } : found;
  }
}
