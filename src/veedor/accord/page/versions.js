// Which text counts: versions, who signed them, since when they are in force, and who still takes part.

import { Instants, instantOf, order } from "./instants.js";

const SIGNED = "accord.signed";
const IN_FORCE = "accord.in_force";

export class Versions {
  turn = 0;
  participants = new Map();
  listeners = [];
  governing = null;
  ended = null;

  /** `loaded`: { accord, digest }, in any order. */
  constructor(loaded, clock) {
    this.clock = clock;
    const chosen = [...new Map(loaded.map((each) => [each.digest, each])).values()];
    chosen.sort((a, b) => a.accord.version - b.accord.version || order(a.digest, b.digest));
    this.all = chosen.map(({ accord, digest }) => {
      const dates = Object.entries(accord.dates).map(([name, each]) => [`date.${name}`, instantOf(each.at)]);
      const own = Object.fromEntries(dates);
      return { accord, digest, instants: new Instants(accord), signatures: new Map(), own, inForce: null, tabled: null };
    });
  }

  sign(party, signed, digest, number) {
    const version = this.all.find((each) => each.digest === signed);
    if (!version || (number !== undefined && version.accord.version !== number)) return "unknown_version";
    if (!(party in version.accord.parties)) return "not_a_party";
    version.tabled ??= this.clock.now;
    if (!version.signatures.has(party)) version.signatures.set(party, { party, signed_us: this.clock.now, evidence: digest });
    this.clock.wake(this);
    return null;
  }

  /** A notice about the author's own participation. */
  notice(party, kind) {
    const participant = this.participants.get(party);
    if (!this.governing || !participant) return "not_a_party";
    if (participant.state === "withdrawn") return "withdrawn";
    if (kind === "resume_participation") {
      delete participant.pending.suspended;
      if (participant.state === "suspended") this.#becomes(participant, "takes_part", this.clock.now);
      return null;
    }
    const [word, rule] = kind === "suspend_participation" ? ["suspended", "suspend"] : ["withdrawn", "withdraw"];
    if (!(word in participant.pending) && participant.state !== word) {
      const { accord, instants } = this.governing;
      participant.pending[word] = Math.max(instants.at(accord.participation[rule], this.clock.now), this.clock.now);
      this.clock.wakeAt(participant.pending[word], this);
      this.clock.wake(this);
    }
    return null;
  }

  step() {
    const signed = new Set([""]);
    for (const version of this.all) this.#signAndEnforce(version, signed);
    const standing = this.all.filter((each) => IN_FORCE in each.own);
    const governing = (standing.length ? standing : this.all.filter((each) => SIGNED in each.own)).at(-1);
    if (governing && governing !== this.governing) {
      this.governing = governing;
      for (const party of Object.keys(governing.accord.parties)) {
        if (!this.participants.has(party)) this.participants.set(party, { party, state: "takes_part", since: 0, pending: {} });
      }
      this.#tell();
    }
    this.#participation();
  }

  takesPart(party) {
    return (this.participants.get(party)?.state ?? "takes_part") === "takes_part";
  }

  state() {
    const first = (anchor) => Math.min(...this.all.filter((each) => anchor in each.own).map((each) => each.own[anchor]));
    if (this.ended !== null) return ["ended", this.ended];
    if (first(IN_FORCE) < Infinity) return ["in_force", first(IN_FORCE)];
    if (first(SIGNED) < Infinity) return ["signed", first(SIGNED)];
    const tabled = this.all.filter((each) => each.tabled !== null).map((each) => each.tabled);
    return ["draft", tabled.length ? Math.min(...tabled) : 0];
  }

  verdicts() {
    return this.all.map(({ accord, digest, own, signatures, tabled }) => {
      const later = this.all.filter((each) => IN_FORCE in each.own && each.accord.version > accord.version);
      let [state, since_us] = ["draft", tabled ?? 0];
      if (SIGNED in own) [state, since_us] = ["signed", own[SIGNED]];
      if (IN_FORCE in own) [state, since_us] = ["in_force", own[IN_FORCE]];
      if (state === "in_force" && later.length) [state, since_us] = ["superseded", Math.min(...later.map((each) => each.own[IN_FORCE]))];
      const missing = Object.keys(accord.parties).filter((party) => !signatures.has(party)).sort();
      const signed = [...signatures.keys()].sort().map((party) => signatures.get(party));
      return { version: accord.version, digest, state, since_us, signatures: signed, missing };
    });
  }

  parties() {
    const ascending = [...this.participants.keys()].sort().map((party) => this.participants.get(party));
    return ascending.map(({ party, state, since }) => ({ party, participates: state, since_us: since }));
  }

  #signAndEnforce(version, signed) {
    const { clock } = this;
    const { accord, own } = version;
    if (!signed.has(accord.supersedes) || (accord.version === 1) !== (accord.supersedes === "")) return;
    if (!(SIGNED in own) && Object.keys(accord.parties).every((party) => version.signatures.has(party))) {
      own[SIGNED] = clock.now;
      clock.happened(SIGNED, clock.now);
    }
    if (!(SIGNED in own)) return;
    signed.add(version.digest);
    if (version.inForce === null) {
      const found = clock.instant(accord.in_force, version.instants, own, this);
      if (found !== null) clock.wakeAt((version.inForce = Math.max(found, own[SIGNED])), this);
    }
    if (!(IN_FORCE in own) && version.inForce !== null && version.inForce <= clock.now) {
      own[IN_FORCE] = version.inForce;
      clock.happened(IN_FORCE, version.inForce);
    }
  }

  #participation() {
    for (const participant of this.participants.values()) {
      for (const word of ["suspended", "withdrawn"]) {
        const at = participant.pending[word];
        if (at === undefined || !this.clock.passed(at)) continue;
        delete participant.pending[word];
        this.#becomes(participant, word, at);
      }
    }
    if (!this.governing || this.ended !== null) return;
    const left = Object.keys(this.governing.accord.parties).filter((party) => this.participants.get(party).state !== "withdrawn");
    if (left.length >= 2) return;
    this.ended = this.clock.now;
    this.#tell();
  }

  #becomes(participant, state, since) {
    Object.assign(participant, { state, since });
    this.#tell();
  }

  #tell() {
    for (const listener of this.listeners) this.clock.wake(listener);
  }
}
