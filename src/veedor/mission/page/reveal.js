// Reveals (docs/formats/records.md): a statement, and rows of a deposit or findings of a run, shown with what it takes to
// check them alone.

import { concat, fromBase64, fromHex, hex, refuse, sha256, u32, utf8 } from "../../log/page/bytes.js";
import { checkInclusion, leafHash } from "../../log/page/merkle.js";
import { parseCanonical } from "./canonical.js";
import { readGroup } from "./columns.js";
import { isReveal } from "./shapes.js";

const LARGEST = 64 * 2 ** 20;
/** The parts of a row by table: its field groups in declared order, then the row's bytes in the file, if it stands in one. */
const PARTS = {
  "plots/2": "detection position identity original",
  "plots/1": "detection position identity original",
  "sensors/2": "site position performance original",
  "sensor_messages/1": "message state place counts original",
  "flight_plans/1": "message identity flight route original",
  "movements/1": "message identity journey original",
  "outages/1": "message reference place text original",
  "ground_facts/1": "message place identity source original",
  "terrain/1": "place heights original",
  "accounts/1": "party original",
  "accounts/2": "party original",
  "entries/1": "party amount reference purpose original",
  "entries/2": "party amount reference purpose original",
  "balances/1": "party amount original",
  "transfers/1": "reference amount party purpose original",
  "transfers/2": "reference amount party purpose original",
  "exchange_rates/1": "rate source original",
  "reporting_thresholds/1": "threshold source original",
  "account_holders/1": "party contact original",
  "cash_transactions/1": "party amount place original",
  "cash_declarations/1": "party amount place original",
  "list_pieces/1": "source content original",
  "rejects/1": "reason source original",
  "finding_parts/1": "what area subject reasons evidence",
};
/** The table of findings, whose rows stand in no file. */
export const FINDINGS = "finding_parts/1";
/** The trees of a statement: name -> how many leaves, and its root. */
const TREES = {
  "urn:veedor:deposit:1": ({ rows: { accepted, rejected }, commitments }) => ({
    accepted: { size: accepted, root: commitments.accepted },
    rejected: { size: rejected, root: commitments.rejected },
  }),
  "urn:veedor:findings:2": ({ total, rows: { table, root } }) => (table === FINDINGS ? { findings: { size: total, root } } : {}),
};

/** {genesis, entry, proof, rows} of a reveal, nothing verified yet. */
export function parseReveal(bytes, file) {
  if (bytes.at(-1) !== 10) refuse("not_a_reveal", { file });
  const made = parseCanonical(bytes.subarray(0, -1), file, LARGEST);
  if (!isReveal(made)) refuse("not_a_reveal", { file, expected: "reveal/1" });
  const findings = made.rows.filter((row) => row.tree === "findings").length;
  if (findings !== (made.schema === "reveal/2" ? made.rows.length || 1 : 0)) refuse("not_a_reveal", { file, expected: made.schema });
  const [genesis, entry] = [made.genesis, made.envelope].map((text) => fromBase64(text, file));
  return { genesis, entry, proof: utf8(made.proof), rows: made.rows };
}

/** Refused unless every row stands in its statement and every part that is shown is the one committed to. */
export async function checkRows(rows, type, body, file) {
  if (rows.length && !Object.hasOwn(TREES, type)) refuse("rows_of_no_deposit", { file, found: type });
  const checked = [];
  for (const row of rows) checked.push(await checkRow(row, TREES[type](body), file));
  return checked;
}

async function checkRow({ tree, position, row, table, parts, proof }, trees, file) {
  const place = `${file}, ${row}`;
  const names = Object.hasOwn(PARTS, table) ? PARTS[table] : refuse("unknown_table", { file: place, found: table });
  const found = parts.map((part) => part.name).join(" ");
  if (found !== names) refuse("other_parts", { file: place, expected: names, found });
  const expected = table === FINDINGS ? "findings" : table === "rejects/1" ? "rejected" : "accepted";
  if (expected !== tree) refuse("other_parts", { file: place, expected, found: tree });
  if (!Object.hasOwn(trees, tree)) refuse("rows_of_no_deposit", { file: place, found: table });
  for (const { name, digest, salt, data } of parts) {
    if (!salt) continue;
    const domain = name === "original" ? "veedor/source/1\0" : `veedor/field-group/1\0${table}\0${name}\0`;
    const made = hex(await sha256(concat(utf8(domain), fromHex(salt), fromHex(data))));
    if (made !== digest) refuse("other_part", { file: place, expected: digest, found: made });
  }
  const name = utf8(table);
  const number = new Uint8Array(8);
  new DataView(number.buffer).setBigUint64(0, BigInt(row));
  const digests = parts.map((part) => fromHex(part.digest));
  const leaf = await leafHash(concat(u32(name.length), name, number, Uint8Array.of(parts.length), ...digests));
  const { size, root } = trees[tree];
  await checkInclusion(BigInt(position), BigInt(size), leaf, proof.map(fromHex), fromHex(root));
  const shown = parts.filter((part) => part.salt).map(({ name, data }) => {
    const bytes = fromHex(data);
    return { name, data: bytes, cells: name === "original" ? null : readGroup(table, name, bytes, place) };
  });
  return { table, row, tree, shown, withheld: parts.filter((part) => !part.salt).map((part) => part.name) };
}
