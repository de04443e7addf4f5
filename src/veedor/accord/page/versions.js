// Which text counts: versions, who signed them, since when they are in force, and who still takes part.

import { by, Instants, instantOf } from "./instants.js";

const STAGES = ["draft", "signed", "in_force"];

// What a map or a table holds, by its keys.
export const ascending = (map) => [...map].sort(by(0)).map(([, each]) => each);

export class Versions {
  governing = null;
  ended = null;
  participants = new Map();

  // `loaded`: { accord, digest }, in any order.
  constructor(loaded, clock) {
    this.clock = clock;
    const distinct = [...new Map(loaded.map((each) => [each.digest, each])).values()];
    const numbered = distinct.map((each) => ({ ...each, number: each.accord.version })).sort(by("number", "digest"));
    this.all = numbered.map(({ accord, digest }) => ({
      accord, digest, instants: new Instants(accord), signatures: new Map(), reached: {}, inForce: null,
      own: new Map(Object.entries(accord.dates).map(([name, { at }]) => [`date.${name}`, instantOf(at)])),
    }));
  }

  // The version that governs, and what it says of a rule; nothing where there is no such rule.
  rule(kind, name) {
    const rule = this.governing?.accord[kind][name];
    return rule ? [this.governing, rule] : [];
  }

  sign(party, signed, evidence, number) {
    const version = this.all.find(({ digest }) => digest === signed);
    if (!version || (number ?? version.accord.version) !== version.accord.version) return "unknown_version";
    if (!(party in version.accord.parties)) return "not_a_party";
    const { now } = this.clock;
    version.reached.draft ??= now;
    if (!version.signatures.has(party)) version.signatures.set(party, { party, signed_us: now, evidence });
  }

  // A notice about the author's own participation.
  notice(party, kind) {
    const [participant, { now }] = [this.participants.get(party), this.clock];
    if (!participant) return "not_a_party";
    const { pending, shown } = participant;
    if (shown.participates === "withdrawn") return "withdrawn";
    if (kind === "resume_participation") {
      pending.delete("suspended");
      return void (shown.participates === "suspended" && this.#becomes(participant, "takes_part", now));
    }
    const [state, rule] = kind === "withdraw" ? ["withdrawn", "withdraw"] : ["suspended", "suspend"];
    if (pending.has(state) || shown.participates === state) return;
    const { accord } = this.governing;
    pending.set(state, this.clock.after(accord.participation[rule], this.governing, now));
  }

  step() {
    const { clock, participants } = this;
    // Signed by all of its parties, after the version that it supersedes; in force on its day, never before.
    const signed = new Set([""]);
    for (const version of this.all) {
      const { accord, digest, signatures, reached, own } = version;
      if (!signed.has(accord.supersedes) || (accord.version === 1) !== (accord.supersedes === "")) continue;
      const missing = Object.keys(accord.parties).some((party) => !signatures.has(party));
      if (!missing) this.#reach(version, "signed", clock.now);
      if (!("signed" in reached)) continue;
      signed.add(digest);
      version.inForce ??= clock.deadline(accord.in_force, version, own, reached.signed);
      if (clock.passed(version.inForce)) this.#reach(version, "in_force", version.inForce);
    }
    // The latest in force governs; before any is, the latest signed.
    const latest = (stage) => this.all.findLast(({ reached }) => stage in reached);
    const governing = latest("in_force") ?? latest("signed");
    if (!governing) return;
    const parties = Object.keys(governing.accord.parties);
    for (const party of parties.filter((each) => !participants.has(each))) {
      participants.set(party, { shown: { party, participates: "takes_part", since_us: 0 }, pending: new Map() });
    }
    this.governing = governing;
    // Who has given notice steps out on its day; with fewer than two parties left the accord has ended.
    for (const participant of participants.values()) {
      for (const state of ["suspended", "withdrawn"]) {
        const at = participant.pending.get(state) ?? null;
        if (clock.passed(at) && participant.pending.delete(state)) this.#becomes(participant, state, at);
      }
    }
    const left = parties.filter((party) => participants.get(party).shown.participates !== "withdrawn");
    if (this.ended !== null || left.length >= 2) return;
    this.ended = clock.now;
  }

  takesPart = (party) => (this.participants.get(party)?.shown.participates ?? "takes_part") === "takes_part";

  // The accord as a whole, and since when.
  state() {
    if (this.ended !== null) return ["ended", this.ended];
    const times = (stage) => this.all.flatMap(({ reached }) => reached[stage] ?? []);
    const stage = STAGES.findLast((each) => times(each).length) ?? "draft";
    return [stage, times(stage).length ? Math.min(...times(stage)) : 0];
  }

  verdicts() {
    return this.all.map(({ accord: { version, parties }, digest, reached, signatures }) => {
      const later = this.all.filter((each) => "in_force" in each.reached && each.accord.version > version);
      const stage = STAGES.findLast((each) => each in reached) ?? "draft";
      const superseded = stage === "in_force" && later.length > 0;
      return {
        version, digest, state: superseded ? "superseded" : stage,
        since_us: superseded ? Math.min(...later.map((each) => each.reached.in_force)) : (reached[stage] ?? 0),
        signatures: ascending(signatures),
        missing: Object.keys(parties).filter((party) => !signatures.has(party)).sort(),
      };
    });
  }

  #reach({ reached, own }, stage, at) {
    if (stage in reached) return;
    reached[stage] = at;
    own.set(`accord.${stage}`, at);
    this.clock.happened(`accord.${stage}`, at);
  }

  #becomes({ shown }, participates, since_us) {
    Object.assign(shown, { participates, since_us });
  }
}
