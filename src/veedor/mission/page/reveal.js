// Reveals (docs/formats/records.md): a statement, and rows of a deposit, shown with what it takes to check them alone.

import { concat, fromBase64, fromHex, hex, refuse, sha256, u32, utf8 } from "../../log/page/bytes.js";
import { checkInclusion, leafHash } from "../../log/page/merkle.js";
import { parseCanonical } from "./canonical.js";
import { readGroup } from "./columns.js";
import { isReveal } from "./shapes.js";

const LARGEST = 64 * 2 ** 20;
/** The parts of a row by table: its field groups in declared order, then the row's bytes in the file. */
const PARTS = {
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
  "account_holders/1": "party contact original",
  "cash_transactions/1": "party amount place original",
  "list_pieces/1": "source content original",
  "rejects/1": "reason source original",
};

/** {genesis, entry, proof, rows} of a reveal, nothing verified yet. */
export function parseReveal(bytes, file) {
  if (bytes.at(-1) !== 10) refuse("not_a_reveal", { file });
  const made = parseCanonical(bytes.subarray(0, -1), file, LARGEST);
  if (!isReveal(made)) refuse("not_a_reveal", { file, expected: "reveal/1" });
  const [genesis, entry] = [made.genesis, made.envelope].map((text) => fromBase64(text, file));
  return { genesis, entry, proof: utf8(made.proof), rows: made.rows };
}

/** Refused unless every row stands in the deposit and every part that is shown is the one committed to. */
export async function checkRows(rows, type, body, file) {
  if (rows.length && type !== "urn:veedor:deposit:1") refuse("rows_of_no_deposit", { file, found: type });
  const checked = [];
  for (const row of rows) checked.push(await checkRow(row, body, file));
  return checked;
}

async function checkRow({ tree, position, row, table, parts, proof }, { rows, commitments }, file) {
  const place = `${file}, ${row}`;
  const names = Object.hasOwn(PARTS, table) ? PARTS[table] : refuse("unknown_table", { file: place, found: table });
  const found = parts.map((part) => part.name).join(" ");
  if (found !== names) refuse("other_parts", { file: place, expected: names, found });
  if ((table === "rejects/1") !== (tree === "rejected")) refuse("other_parts", { file: place, expected: table, found: tree });
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
  await checkInclusion(BigInt(position), BigInt(rows[tree]), leaf, proof.map(fromHex), fromHex(commitments[tree]));
  const shown = parts.filter((part) => part.salt).map(({ name, data }) => {
    const bytes = fromHex(data);
    return { name, data: bytes, cells: name === "original" ? null : readGroup(table, name, bytes, place) };
  });
  return { table, row, tree, shown, withheld: parts.filter((part) => !part.salt).map((part) => part.name) };
}
