// Canonical JSON (RFC 8785) without floats: bytes in the one canonical form are read, any other bytes are refused.
//
// The reader accepts nothing but the canonical spelling, so nothing has to be written again to be compared: no blanks,
// members in the order of their UTF-16 code units and therefore each once, the shortest escapes, integers below 2**53.

import { refuse, textOf } from "../../log/page/bytes.js";

const LARGEST_BYTES = 49152;
const DEEPEST = 64;
const INTEGER = /-?(?:0|[1-9][0-9]*)/y;

/** The value that these bytes are the canonical form of. Objects have no prototype, so no name in them is special. */
export function parseCanonical(bytes, file, largest = LARGEST_BYTES) {
  if (bytes.length > largest) refuse("json_too_long", { file, expected: largest, found: bytes.length });
  const text = textOf(bytes, file);
  let at = 0;
  const wrong = () => refuse("not_canonical", { file, found: `${at}: ${text.slice(at, at + 40)}` });
  const next = (token) => {
    if (!text.startsWith(token, at)) return false;
    at += token.length;
    return true;
  };
  const string = () => {
    let end = at;
    do end = text.indexOf('"', end + 1);
    while (end > 0 && isEscaped(text, end));
    if (text[at] !== '"' || end < 0) wrong();
    const spelling = text.slice(at, end + 1);
    const value = parsed(spelling);
    // ECMAScript writes strings in the very form that RFC 8785 takes over, but for halves of surrogate pairs.
    if (JSON.stringify(value) !== spelling || /\p{Surrogate}/u.test(value)) wrong();
    at = end + 1;
    return value;
  };
  const integer = () => {
    INTEGER.lastIndex = at;
    const [digits] = INTEGER.exec(text) ?? wrong();
    at += digits.length;
    // A point or an exponent would follow here, and be refused as what it is: not the next token.
    if (digits === "-0" || digits.length > 17 || !Number.isSafeInteger(Number(digits))) wrong();
    return Number(digits);
  };
  const list = (depth) => {
    const items = [];
    if (next("]")) return items;
    do items.push(value(depth));
    while (next(","));
    return next("]") ? items : wrong();
  };
  const object = (depth) => {
    const members = Object.create(null);
    let last = null;
    if (next("}")) return members;
    do {
      const name = string();
      if ((last !== null && name <= last) || !next(":")) wrong();
      members[name] = value(depth);
      last = name;
    } while (next(","));
    return next("}") ? members : wrong();
  };
  const value = (depth) => {
    if (next("{") || next("[")) {
      if (depth === DEEPEST) refuse("json_too_deep", { file, expected: DEEPEST });
      return text[at - 1] === "{" ? object(depth + 1) : list(depth + 1);
    }
    if (text[at] === '"') return string();
    if (next("true")) return true;
    if (next("false")) return false;
    return next("null") ? null : integer();
  };
  const read = value(0);
  return at === text.length ? read : wrong();
}

function isEscaped(text, at) {
  let start = at;
  while (text[start - 1] === "\\") start -= 1;
  return (at - start) % 2 === 1;
}

/** A JSON string, or null where it is none. */
function parsed(spelling) {
  try {
    return JSON.parse(spelling);
  } catch {
    return null;
  }
}

/** The canonical spelling of a value that was read. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}
