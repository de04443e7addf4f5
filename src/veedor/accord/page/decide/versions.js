// Which text counts: versions, who signed them, how far they and the accord have come, and who still takes part.

import { by, Instants, instantOf } from "./instants.js";

const STAGES = ["draft", "signed", "in_force", "ended"];

export class Versions {
  // `loaded`: { accord, digest }, each once, in any order.
  constructor(loaded, clock) {
    Object.assign(this, { kind: "accord", governing: null, state: "draft", since_us: 0, clock });
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

  // The version that governs and what it says of a rule, nothing where there is no such rule; or, of what has `begun`,
  // what it began by.
  rule(kind, name, begun) {
    const rule = this.governing?.accord[kind][name];
    return begun ? [begun.version, begun.rule] : rule ? [this.governing, rule] : [];
  }

  // What ended first of what a rule has between two sides, when and why: the accord, unless the rule survives that, or
  // that a side takes part (`ways`: in which it is out). At one instant the accord is named, then the first side. Who
  // leaves only when the accord ends, or after it, does not end what survives.
  over(name, { accord: { participation: { survives } } }, sides, ...ways) {
    const at = this.state === "ended" ? this.since_us : Infinity;
    const gone = sides.map((party) => this.participants.get(party)).filter(({ state }) => ways.includes(state));
    const out = gone.map((each) => ({ at: each.since_us, why: ["participation_suspended", [], each.name] }));
    const all = survives.includes(name) ? out.filter((each) => each.at < at) : [{ at, why: ["accord_ended"] }, ...out];
    return all.sort(by("at")).find((each) => each.at < Infinity);
  }

  sign(party, signed, evidence, number) {
    const version = this.all.find((each) => each.digest === signed && (number ?? each.number) === each.number);
    if (!version) return "unknown_version";
    if (!(party in version.accord.parties)) return "not_a_party";
    if (!version.signatures.has(party)) version.signatures.set(party, { party, signed_us: this.clock.now, evidence });
  }

  // A notice about the author's own participation. Who has withdrawn does not come back.
  notice(party, kind) {
    const [participant, { clock, governing }] = [this.participants.get(party), this];
    if (!participant || participant.state === "withdrawn") return "not_a_party";
    const [after, term] = kind === "withdraw" ? ["withdrawn", "withdraw"] : ["suspended", "suspend"];
    const resumes = kind === "resume_participation";
    if (resumes) delete participant.notices.suspended;
    else participant.notices[after] ??= governing.instants.after(governing.accord.participation[term], clock.now);
    if (resumes && participant.state === "suspended") clock.enter(participant, "takes_part", clock.now);
  }

  step() {
    const { clock, participants } = this;
    // Signed by all of its parties, after the version that it supersedes; in force on its day, never before.
    const signed = new Set([""]);
    for (const version of this.all) {
      const { accord, signatures } = version;
      if (!signed.has(accord.supersedes) || (accord.version === 1) !== (accord.supersedes === "")) continue;
      const isSigned = signatures.size === Object.keys(accord.parties).length;
      if (version.state === "draft" && isSigned) this.#go(version, "signed", clock.now);
      if (version.state === "draft") continue;
      signed.add(version.digest);
      version.inForce ??= clock.deadline(accord.in_force, version, version.own, version.since_us);
      if (version.state === "signed" && clock.passed(version.inForce)) this.#go(version, "in_force", version.inForce);
    }
    // The latest in force governs; before any is, the latest signed.
    const [inForce, ready] = ["in_force", "signed"].map((stage) => this.all.filter(({ state }) => state === stage));
    const governing = (this.governing = inForce.pop() ?? ready.pop() ?? null);
    if (!governing) return;
    for (const version of inForce) clock.enter(version, "superseded", governing.since_us);
    for (const participant of participants.values()) {
      const after = ["withdrawn", "suspended"].find((each) => clock.passed(participant.notices[each]));
      if (after && after !== participant.state) clock.enter(participant, after, participant.notices[after]);
    }
    // It has ended when fewer than two of its parties are left.
    const left = Object.keys(governing.accord.parties).filter((each) => participants.get(each).state !== "withdrawn");
    if (left.length < 2 && this.state !== "ended") clock.enter(this, "ended", clock.now);
  }

  // The accord as a whole is as far as any version has come.
  #go(version, state, from) {
    this.clock.enter(version, state, from);
    version.own.set(`accord.${state}`, from);
    if (STAGES.indexOf(state) > STAGES.indexOf(this.state)) Object.assign(this, { state, since_us: from });
  }
}
