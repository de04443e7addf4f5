// A finding that was revealed, whole or in part, as people read it: a label and a sentence for each thing shown.

import { hex } from "../../log/page/bytes.js";
import { render } from "./formats.js";
import { FINDINGS } from "./reveal.js";
import { SENTENCES } from "./sentences.js";

// From so many thousandths of log10 on the score is called so (ENFSI guideline for evaluative reporting, 2015, table 2).
const SCALE = [
  ...[[6000n, "extremely_strong"], [4000n, "very_strong"], [3000n, "strong"]],
  ...[[2000n, "moderately_strong"], [1000n, "moderate"], [301n, "weak"]],
];
const SIDES = ["south", "west", "north", "east"];
const PLACE = /\{(\w+)(?::(\w+)|\|([^|{}]*)\|([^|{}]*))?\}/g;

/** The sentence of a key of the catalogue, with `values` (BigInts, text, nulls) put in. */
export function tell(language, key, values = {}) {
  if (!(key in SENTENCES)) {
    const given = Object.entries(values).map(([name, value]) => `${name}=${value ?? "None"}`);
    return given.length ? `${key} ${given.join(", ")}` : key;
  }
  return SENTENCES[key][language === "es" ? 1 : 0].replace(PLACE, (_, name, form, one, many) => {
    const value = Object.hasOwn(values, name) ? values[name] : null;
    return one === undefined ? render(value, form, language) : value === 1n ? one : many;
  });
}

const whole = (digits) => (digits === null ? null : BigInt(digits));
const valuesOf = (items) => Object.fromEntries(items.map(({ name, number, text }) => [name, text ?? whole(number)]));

/** {kind, start, end} of a revealed row, times as BigInts of microseconds; null where it is no finding or keeps them back. */
export function spanOf({ table, shown }) {
  const what = table === FINDINGS && shown.find((part) => part.name === "what");
  if (!what) return null;
  const { kind, start, end } = fieldsOf(what.cells);
  return { kind, start: BigInt(start), end: BigInt(end) };
}

/** The lines [label, sentence] of one of its parts. */
export function linesOf({ name, cells }, language) {
  const t = (key, values) => tell(language, key, values);
  return LINES[name](fieldsOf(cells), t).map(([label, sentence]) => [t(`shown.${label}`), sentence]);
}

const fieldsOf = (cells) => Object.fromEntries(cells.map(({ name, value }) => [name, value]));

const LINES = {
  what: ({ kind, start, end, simulated, detector, version }, t) => [
    ...(simulated ? [["simulated", t("shown.simulated.note")]] : []),
    ["kind", t(`kind.${kind}`)],
    ["when", t("finding.when", { start_us: BigInt(start), end_us: BigInt(end) })],
    ["found_by", `${detector} ${version}`],
  ],
  area(fields, t) {
    const sides = Object.fromEntries(SIDES.map((side) => [side, whole(fields[`area_${side}_e7`])]));
    return [["area", t(sides.south === null ? "shown.no_place" : "shown.area.cell", sides)]];
  },
  subject({ subject, lat_e7, lon_e7, radius_mm }, t) {
    const place = { lat_e7: whole(lat_e7), lon_e7: whole(lon_e7), radius_mm: whole(radius_mm) };
    return [
      ["subject", subjectWords(subject, t)],
      ["place", t(place.lat_e7 === null ? "shown.no_place" : "finding.where", place)],
    ];
  },
  reasons({ score_milli_log10, terms, reasons, innocent, searched }, t) {
    const score = BigInt(score_milli_log10);
    const strength = SCALE.find(([least]) => score >= least)?.[1] ?? "none";
    const sentence = ({ key, values }) => t(key, valuesOf(values));
    const value = (milli) => t(milli === null ? "term.not_assessable" : "term.value", { milli_log10: whole(milli) });
    const source = (name) => (`source.${name}` in SENTENCES ? t(`source.${name}`) : name);
    return [
      ["score", `${t(`scale.${strength}`)}, ${t("finding.score", { milli_log10: score })}`],
      ...reasons.map((each) => ["reason", sentence(each)]),
      ...terms.map((each) => [
        "term",
        t("shown.term.source", { value: value(each.milli_log10), label: t(each.name, valuesOf(each.values)), source: source(each.source) }),
      ]),
      ...innocent.map((each) => [
        "innocent",
        t("shown.innocent.tested", { value: value(each.milli_log10), verdict: t(`innocent.${each.verdict}`), sentence: sentence(each) }),
      ]),
      ...searched.map((each) => ["searched", sentence(each)]),
    ];
  },
  evidence({ id, anchor, supersedes, parameters, evidence, evidence_count, evidence_digest }, t) {
    const named = Object.entries({ id, anchor, supersedes, parameters }).filter(([, digest]) => digest !== null);
    const counted = { shown: BigInt(evidence.length), count: BigInt(evidence_count), digest: hex(evidence_digest) };
    return [
      ...named.map(([label, digest]) => [label, hex(digest)]),
      ["evidence", t("shown.evidence.of", counted)],
      ...evidence.map(({ deposit, row, last_row, role }) => {
        const record = `${hex(deposit)}:${row === last_row ? row : `${row}-${last_row}`}`;
        return ["record", t("shown.record.of", { role: t(role), record })];
      }),
    ];
  },
};

/** Whom or what it is about. A 64-bit id reads better, and is told apart sooner, without sign and in hex. */
function subjectWords(subject, t) {
  const at = subject.indexOf(":");
  const [kind, identity] = at < 0 ? [subject, ""] : [subject.slice(0, at), subject.slice(at + 1)];
  if (!identity || !(`subject.${kind}` in SENTENCES)) return subject;
  const isNumber = ["track", "strip"].includes(kind) && /^-?\d{1,20}$/.test(identity);
  const id = isNumber ? BigInt.asUintN(64, BigInt(identity)).toString(16).padStart(16, "0") : identity;
  return t(`subject.${kind}`, { id });
}
