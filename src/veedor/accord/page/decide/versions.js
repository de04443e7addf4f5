// Which text counts: versions, who signed them, how far they and the accord have come, and who still takes part.

import { by, Instants, instantOf } from "./instants.js";

const STAGES = ["draft", "signed", "in_force", "ended"];

export class Versions {
  kind = "accord";
  governing = null;
  state = "draft";
  since_us = 0;

  // `loaded`: { accord, digest }, each once, in any order.
  constructor(loaded, clock) {
    this.clock = clock;
    this.all = loaded.map(({ accord, digest }) => ({
      kind: "version", name: accord.accord, number: accord.version, accord, digest, state: "draft", since_us: 0,
      signatures: new Map(), inForce: null, instants: new Instants(accord),
      own: new Map(Object.entries(accord.dates).map(([name, { at }]) => [`date.${name}`, instantOf(at)])),
    })).sort(by("number", "digest"));
    this.name = this.all[0].name;
    const joined = (name) => [name, { kind: "party", name, state: "takes_part", since_us: 0, notices: {} }];
    const parties = this.all.flatMap(({ accord }) => Object.keys(accord.parties)).sort();
    this.participants = new Map(parties.map(joined));
  }

  // The version that governs, and what it says of a rule; nothing where there is no such rule.
  rule(kind, name) {
    const rule = this.governing?.accord[kind][name];
    return rule ? [this.governing, rule] : [];
  }

  sign(party, signed, evidence, number) {
    const version = this.all.find((each) => each.digest === signed);
    if (!version || (number ?? version.number) !== version.number) return "unknown_version";
    if (!(party in version.accord.parties)) return "not_a_party";
    const { signatures } = version;
    if (!signatures.has(party)) signatures.set(party, { party, signed_us: this.clock.now, evidence });
  }

  // A notice about the author's own participation. Who has withdrawn does not come back.
  notice(party, kind) {
    const [participant, { clock, governing }] = [this.participants.get(party), this];
    if (!participant || participant.state === "withdrawn") return "not_a_party";
    if (kind === "resume_participation") {
      delete participant.notices.suspended;
      if (participant.state === "suspended") clock.enter(participant, "takes_part", clock.now);
    } else {
      const [after, rule] = kind === "withdraw" ? ["withdrawn", "withdraw"] : ["suspended", "suspend"];
      participant.notices[after] ??= governing.instants.after(governing.accord.participation[rule], clock.now);
    }
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
      clock.enter(version, "superseded", governing.since_us);
    }
    this.governing = governing;
    for (const participant of this.participants.values()) {
      const after = ["withdrawn", "suspended"].find((each) => clock.passed(participant.notices[each]));
      if (after && after !== participant.state) clock.enter(participant, after, participant.notices[after]);
    }
    // It has ended when fewer than two of its parties are left.
    const isLeft = (party) => this.participants.get(party).state !== "withdrawn";
    const left = Object.keys(governing.accord.parties).filter(isLeft);
    if (left.length < 2 && this.state !== "ended") clock.enter(this, "ended", clock.now);
  }

  // The accord as a whole is as far as any version has come.
  #go(version, state, from) {
    this.clock.enter(version, state, from);
    version.own.set(`accord.${state}`, from);
    if (STAGES.indexOf(state) > STAGES.indexOf(this.state)) Object.assign(this, { state, since_us: from });
  }
}
