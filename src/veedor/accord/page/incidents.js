// Incidents: each party's claims beside what the others answered, with the words that the bundle opens.

import { concat, fromHex, hex, refuse, sha256, textOf, u32, utf8 } from "../../log/page/bytes.js";
import { parseCanonical } from "../../mission/page/canonical.js";
import { spanOf, tell } from "../../mission/page/finding.js";
import { list, one, record, text } from "../../mission/page/shapes.js";

const LARGEST = 1 << 17;
const DOMAIN = "words/1";
const hex32 = text(/^[0-9a-f]{64}$/, 64);
const isOpenings = record({
  schema: one("openings/1"),
  share: one("everybody nobody"),
  statement: hex32,
  openings: list(record({ commitment: hex32, domain: one(DOMAIN), salt: hex32, value: text(/^([0-9a-f]{2})+$/, 40_000) }), 1, 1),
});

/** The words of the claim or answer `said`, of which `bytes` hold the opening; refused where they are not what the log commits to. */
export async function wordsOf(bytes, file, said) {
  const held = parseCanonical(bytes, file, LARGEST);
  if (!isOpenings(held) || held.statement !== said?.digest) refuse("words_differ", { file, expected: "openings/1", found: said?.digest ?? "" });
  const [{ commitment, domain, salt, value }] = held.openings;
  const name = utf8(domain);
  const made = hex(await sha256(concat(utf8("veedor/commitment/1\0"), u32(name.length), name, fromHex(salt), fromHex(value))));
  if (commitment !== made || said.body.words !== made) refuse("words_differ", { file, expected: said.body.words, found: made });
  return textOf(fromHex(value), file);
}

/** The incidents of an accord by id: claims in the order of the log, each with the last answer of every other member. */
export function incidentsOf({ batches }, accord, words) {
  const [claims, numbers] = [new Map(), new Set()];
  for (const { digest, party, type, body } of batches.flatMap(({ facts }) => facts)) {
    if (body?.accord !== accord) continue;
    if (type === "claim") {
      const number = `${body.incident} ${party} ${body.number}`;
      if (body.from_us >= body.until_us || numbers.has(number)) continue;
      numbers.add(number);
      claims.set(digest, { ...body, party, digest, words: body.words ? (words.get(digest) ?? null) : "", answers: new Map() });
    } else if (type === "answer") {
      const of = claims.get(body.claim);
      if (of && of.party !== party) of.answers.set(party, { answer: body.answer, words: body.words ? (words.get(digest) ?? null) : "" });
    }
  }
  const found = [...claims.values()].map((each) => ({ ...each, answers: Object.fromEntries([...each.answers].sort()) }));
  const ids = [...new Set(found.map((each) => each.incident))].sort();
  return ids.map((id) => ({ id, claims: found.filter((each) => each.incident === id) }));
}

/** What the log tells of findings, in its order: {entry, digest, party, total, alone, untilUs}. `alone`: each can be shown
 * without the others; `untilUs`: its run looked at nothing that ended later. */
export function foundIn({ entries, genesis }) {
  const runs = new Map(entries.filter(({ type }) => type === "urn:veedor:run:1").map((each) => [each.digest, each.body]));
  return entries.flatMap(({ type, party, digest, body }, at) => {
    if (!/^urn:veedor:findings:[12]$/.test(type ?? "")) return [];
    const untilUs = runs.get(body.run).as_of_us - genesis.delay_hours * 3_600_000_000;
    return [{ entry: at + 1, digest, party, total: body.total, alone: type.endsWith(":2"), untilUs }];
  });
}

/** The revealed findings whose time overlaps that of a claim: as everywhere, whether they speak for or against it is for
 * people to say. */
export function bearingOn({ from_us, until_us }, rows) {
  const meets = (span) => span !== null && span.start < BigInt(until_us) && span.end >= BigInt(from_us);
  return rows.filter((row) => meets(spanOf(row)));
}

/** Elements for a page, as in shown.js: of each incident a table, and what is revealed and told of findings. */
export function drawIncidents({ incidents, found }, means) {
  const { element, table, t, time, language, rows } = means;
  const at = (instant) => time(Math.floor(instant / 1_000_000));
  const quoted = (words) => (words === null ? t("claim.sealed") : words && `“${words}”`);
  const row = ({ party, number, subject, says, source, precision, from_us, until_us, words, answers }) => [
    `${party} ${number}`, `${t(`claim.${subject}`)}: ${t(`claim.${says}`)}`, `${t(`claim.${precision}`)}: ${at(from_us)} – ${at(until_us)}`, t(`source.${source}`),
    quoted(words), Object.entries(answers).map(([who, said]) => `${who}: ${t(`claim.${said.answer}`)} ${quoted(said.words)}`.trim()).join("; "),
  ];
  return incidents.flatMap(({ id, claims }) => [
    element("h4", "", t("claim.incident", { id })),
    table("claim.caption", ["claim.number", "claim.what", "claim.when", "claim.source", "claim.words", "claim.answers"], claims.map(row)),
    element("p", "part", tell(language, "shown.incident")),
    element("ul", "notices", ...findingsFor(claims, found, rows, language).map((each) => element("li", "", each))),
  ]);
}

/** Sentences: what is revealed that bears on these claims, and what the log tells of findings that may. */
export function findingsFor(claims, found, rows, language) {
  const say = (key, values) => tell(language, `shown.incident.${key}`, values);
  const shown = claims.flatMap((claim) => bearingOn(claim, rows).map((each) => {
    const { kind, start, end } = spanOf(each);
    const when = tell(language, "finding.when", { start_us: start, end_us: end });
    return say("bears", { claim: `${claim.party} ${claim.number}`, kind: tell(language, `kind.${kind}`), when, file: each.file });
  }));
  const from = Math.min(...claims.map((claim) => claim.from_us));
  const reach = found.filter(({ untilUs }) => untilUs >= from);
  const told = reach.map(({ entry, digest, party, total, alone }) => {
    const revealed = rows.filter((each) => each.statement === digest).length;
    const values = { entry: BigInt(entry), party, total: BigInt(total), revealed: BigInt(revealed) };
    return say(alone ? "told" : "whole", values);
  });
  const none = shown.length ? [] : [say(reach.length ? "none_shown" : "none_told")];
  return [...shown, ...none, ...told, ...(reach.some(({ alone }) => alone) ? [say("how")] : [])];
}
