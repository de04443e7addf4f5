// Which text counts: versions, who signed them, since when they are in force, and who still takes part.

import { by, Instants, instantOf } from "./instants.js";

export class Versions {
  governing = null;
  ended = null;
  participants = new Map();

  // `loaded`: { accord, digest }, in any order.
  constructor(loaded, clock) {
    this.clock = clock;
    const distinct = [...new Map(loaded.map((each) => [each.digest, each])).values()];
    this.all = distinct.map(({ accord, digest }) => ({
      accord, digest, number: accord.version, instants: new Instants(accord), signatures: new Map(), reached: {},
      own: new Map(Object.entries(accord.dates).map(([name, { at }]) => [`date.${name}`, instantOf(at)])),
    })).sort(by("number", "digest"));
  }

  // The version that governs, and what it says of a rule; nothing where there is no such rule.
  rule(kind, name) {
    const rule = this.governing?.accord[kind][name];
    return rule ? [this.governing, rule] : [];
  }

  sign(party, signed, digest, number) {
    const version = this.all.find((each) => each.digest === signed);
    if (!version || (number ?? version.accord.version) !== version.accord.version) return "unknown_version";
    if (!(party in version.accord.parties)) return "not_a_party";
    const { now } = this.clock;
    version.reached.draft ??= now;
    if (!version.signatures.has(party)) version.signatures.set(party, { at: now, digest });
  }

  // A notice about the author's own participation.
  notice(party, kind) {
    const [participant, { now }] = [this.participants.get(party), this.clock];
    const { pending, state: before } = participant ?? { state: "withdrawn" };
    if (before === "withdrawn") return "not_a_party";
    if (kind === "resume_participation") {
      pending.delete("suspended");
      if (before === "suspended") Object.assign(participant, { state: "takes_part", since: now });
      return;
    }
    const [state, rule] = kind === "withdraw" ? ["withdrawn", "withdraw"] : ["suspended", "suspend"];
    if (pending.has(state) || before === state) return;
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
      const signedByAll = Object.keys(accord.parties).every((party) => signatures.has(party));
      if (signedByAll) this.#reach(version, "signed", clock.now);
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
      participants.set(party, { party, state: "takes_part", since: 0, pending: new Map() });
    }
    this.governing = governing;
    // Who has given notice steps out on its day; with fewer than two parties left the accord has ended.
    for (const participant of participants.values()) {
      for (const state of ["suspended", "withdrawn"]) {
        const since = participant.pending.get(state) ?? null;
        if (clock.passed(since) && participant.pending.delete(state)) Object.assign(participant, { state, since });
      }
    }
    const left = parties.filter((party) => participants.get(party).state !== "withdrawn");
    if (left.length < 2) this.ended ??= clock.now;
  }

  takesPart = (party) => (this.participants.get(party)?.state ?? "takes_part") === "takes_part";

  #reach({ reached, own }, stage, at) {
    if (stage in reached) return;
    reached[stage] = at;
    own.set(`accord.${stage}`, at);
    this.clock.happened(`accord.${stage}`, at);
  }
}
