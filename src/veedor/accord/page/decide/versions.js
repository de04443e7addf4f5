// Which text counts: versions, who signed them, how far they and the accord have come, and who still takes part.

import { by, Instants, instantOf } from "./instants.js";

const STAGES = ["draft", "signed", "in_force", "ended"];

export class Versions {
  governing = null;
  state = "draft";
  since_us = 0;

  // `loaded`: { accord, digest }, in any order.
  constructor(loaded, clock) {
    this.clock = clock;
    const distinct = [...new Map(loaded.map((each) => [each.digest, each])).values()];
    this.all = distinct.map(({ accord, digest }) => ({
      accord, digest, version: accord.version, state: "draft", since_us: 0, signatures: new Map(), inForce: null,
      instants: new Instants(accord),
      own: new Map(Object.entries(accord.dates).map(([name, { at }]) => [`date.${name}`, instantOf(at)])),
    })).sort(by("version", "digest"));
    const parties = new Set(this.all.flatMap(({ accord }) => Object.keys(accord.parties)));
    const participant = (party) => [party, { party, participates: "takes_part", since_us: 0, pending: new Map() }];
    this.participants = new Map([...parties].map(participant));
  }

  // The version that governs, and what it says of a rule; nothing where there is no such rule.
  rule(kind, name) {
    const rule = this.governing?.accord[kind][name];
    return rule ? [this.governing, rule] : [];
  }

  sign(party, signed, evidence, number) {
    const version = this.all.find((each) => each.digest === signed);
    if (!version || (number ?? version.version) !== version.version) return "unknown_version";
    if (!(party in version.accord.parties)) return "not_a_party";
    const { signatures } = version;
    if (!signatures.has(party)) signatures.set(party, { party, signed_us: this.clock.now, evidence });
  }

  // A notice about the author's own participation.
  notice(party, kind) {
    const [participant, { clock, governing }] = [this.participants.get(party), this];
    const { pending, participates: before } = participant ?? { participates: "withdrawn" };
    if (before === "withdrawn") return "not_a_party";
    if (kind === "resume_participation") {
      pending.delete("suspended");
      if (before === "suspended") Object.assign(participant, { participates: "takes_part", since_us: clock.now });
    } else {
      const [after, rule] = kind === "withdraw" ? ["withdrawn", "withdraw"] : ["suspended", "suspend"];
      const takesEffect = clock.after(governing.accord.participation[rule], governing, clock.now);
      if (before !== after && !pending.has(after)) pending.set(after, takesEffect);
    }
  }

  step() {
    const { clock, participants } = this;
    // Signed by all of its parties, after the version that it supersedes; in force on its day, never before.
    const signed = new Set([""]);
    for (const version of this.all) {
      const { accord, digest, own, signatures } = version;
      if (!signed.has(accord.supersedes) || (accord.version === 1) !== (accord.supersedes === "")) continue;
      const signedByAll = Object.keys(accord.parties).every((party) => signatures.has(party));
      if (version.state === "draft" && signedByAll) this.#reach(version, "signed", clock.now);
      if (version.state === "draft") continue;
      signed.add(digest);
      version.inForce ??= clock.deadline(accord.in_force, version, own, version.since_us);
      const enters = version.state === "signed" && clock.passed(version.inForce);
      if (enters) this.#reach(version, "in_force", version.inForce);
    }
    // The latest in force governs; before any is, the latest signed.
    const latest = (stage) => this.all.findLast(({ state }) => state === stage);
    const governing = latest("in_force") ?? latest("signed");
    if (!governing) return;
    for (const version of this.all.filter((each) => each.state === "in_force" && each !== governing)) {
      Object.assign(version, { state: "superseded", since_us: Math.max(version.since_us, governing.since_us) });
    }
    this.governing = governing;
    // Who has given notice steps out on its day; with fewer than two parties left the accord has ended.
    for (const participant of participants.values()) {
      for (const participates of ["suspended", "withdrawn"]) {
        const since_us = participant.pending.get(participates) ?? null;
        const steps = clock.passed(since_us) && participant.pending.delete(participates);
        if (steps) Object.assign(participant, { participates, since_us });
      }
    }
    const parties = Object.keys(governing.accord.parties);
    const left = parties.filter((party) => participants.get(party).participates !== "withdrawn");
    if (left.length < 2) this.#come("ended", clock.now);
  }

  takesPart = (party) => this.participants.get(party).participates === "takes_part";

  #reach(version, state, since_us) {
    Object.assign(version, { state, since_us });
    version.own.set(`accord.${state}`, since_us);
    this.clock.happened(`accord.${state}`, since_us);
    this.#come(state, since_us);
  }

  // The accord as a whole is as far as any version has come.
  #come(state, since_us) {
    if (STAGES.indexOf(state) > STAGES.indexOf(this.state)) Object.assign(this, { state, since_us });
  }
}
