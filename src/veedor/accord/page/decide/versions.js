// Which text counts: versions, who signed them, how far they and the accord have come, and who still takes part.

import { by, Instants, instantOf } from "./instants.js";

const STAGES = ["draft", "signed", "in_force", "ended"];

export class Versions {
  governing = null;
  state = "draft";
  since_us = 0;

  // `loaded`: { accord, digest }, each once, in any order.
  constructor(loaded, clock) {
    this.clock = clock;
    this.all = loaded.map(({ accord, digest }) => ({
      accord, digest, version: accord.version, state: "draft", since_us: 0, signatures: new Map(), inForce: null,
      instants: new Instants(accord),
      own: new Map(Object.entries(accord.dates).map(([name, { at }]) => [`date.${name}`, instantOf(at)])),
    })).sort(by("version", "digest"));
    this.name = this.all[0].accord.accord;
    const parties = this.all.flatMap(({ accord }) => Object.keys(accord.parties)).sort();
    this.participants = new Map(parties.map((party) => [party, { since_us: 0, notices: new Map() }]));
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
    if (!participant || this.stands(party).participates === "withdrawn") return "not_a_party";
    const { notices } = participant;
    if (kind === "resume_participation") {
      if (clock.passed(notices.get("suspended"))) participant.since_us = clock.now;
      notices.delete("suspended");
    } else {
      const [after, rule] = kind === "withdraw" ? ["withdrawn", "withdraw"] : ["suspended", "suspend"];
      const takesEffect = governing.instants.after(governing.accord.participation[rule], clock.now);
      if (!notices.has(after)) notices.set(after, takesEffect);
    }
  }

  // How a party takes part now or, by the notices given so far, at an instant to come. Who has withdrawn does not come
  // back.
  stands(party, at = this.clock.passedUntil) {
    const { notices, since_us } = this.participants.get(party);
    const effective = ["withdrawn", "suspended"].find((each) => notices.get(each) <= at);
    return { party, participates: effective ?? "takes_part", since_us: notices.get(effective) ?? since_us };
  }

  // Whether the accord has ended by an instant, as things stand: fewer than two of its parties are left.
  endedBy(at) {
    const parties = Object.keys(this.governing.accord.parties);
    const left = parties.filter((party) => this.stands(party, at).participates !== "withdrawn");
    return this.state === "ended" || left.length < 2;
  }

  // Versions that enter into force, unheard where a later one overtakes them; and parties that step out.
  ahead() {
    const entries = this.all.map(({ inForce, state, version }, place) => {
      const isOvertaken = this.all.slice(place + 1).some((later) => (later.inForce ?? Infinity) <= inForce);
      const at_us = state === "signed" ? inForce : null;
      return { at_us, occurrence: version, what: isOvertaken ? null : "enters_into_force" };
    });
    const stepsOut = ([party, { notices }]) => [...notices]
      .filter(([word, at]) => this.stands(party, at).participates === word)
      .map(([word, at_us]) => ({ at_us, rule: party, what: `participation_${word}` }));
    return [...entries, ...[...this.participants].flatMap(stepsOut)];
  }

  step() {
    const { clock } = this;
    // Signed by all of its parties, after the version that it supersedes; in force on its day, never before.
    const signed = new Set([""]);
    for (const version of this.all) {
      const { accord, digest, signatures } = version;
      if (!signed.has(accord.supersedes) || (accord.version === 1) !== (accord.supersedes === "")) continue;
      const signedByAll = Object.keys(accord.parties).every((party) => signatures.has(party));
      if (version.state === "draft" && signedByAll) this.#go(version, "signed", clock.now);
      if (version.state === "draft") continue;
      signed.add(digest);
      version.inForce ??= clock.deadline(accord.in_force, version, version.own, version.since_us);
      if (version.state === "signed" && clock.passed(version.inForce)) this.#go(version, "in_force", version.inForce);
    }
    // The latest in force governs; before any is, the latest signed.
    const latest = (stage) => this.all.findLast(({ state }) => state === stage);
    const governing = latest("in_force") ?? latest("signed");
    if (!governing) return;
    for (const version of this.all.filter((each) => each.state === "in_force" && each !== governing)) {
      Object.assign(version, { state: "superseded", since_us: Math.max(version.since_us, governing.since_us) });
    }
    this.governing = governing;
    if (this.endedBy(clock.passedUntil)) this.#come("ended", clock.now);
  }

  #go(version, state, since_us) {
    Object.assign(version, { state, since_us });
    version.own.set(`accord.${state}`, since_us);
    this.#come(state, since_us);
  }

  // The accord as a whole is as far as any version has come.
  #come(state, since_us) {
    if (STAGES.indexOf(state) > STAGES.indexOf(this.state)) Object.assign(this, { state, since_us });
  }
}
