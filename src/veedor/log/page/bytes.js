// Bytes and their spellings: hex, base64 and UTF-8, of which one spelling each is read; SHA-256; the one error of this verifier.

/** What is wrong, as a key of words.js, with what a person needs to see it too. Anything else that is thrown is a defect. */
export class Refusal extends Error {
  constructor(problem, { expected = "", found = "", file = "" } = {}) {
    super(problem);
    Object.assign(this, { problem, expected: String(expected), found: String(found).slice(0, 200), file });
  }
}

export function refuse(problem, details) {
  throw new Refusal(problem, details);
}

export const utf8 = (text) => new TextEncoder().encode(text);

/** Text from UTF-8 bytes, refused where they are not valid; a byte order mark stays in it, as the bytes are signed with it. */
export function textOf(bytes, file) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse("not_utf8", { file });
  }
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Bytes from lower-case hex that a pattern has already checked. */
export const fromHex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));

export function base64(bytes) {
  let letters = "";
  for (let at = 0; at < bytes.length; at += 4096) letters += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(letters);
}

/** Bytes from standard, padded base64. `atob` forgives spaces, missing padding and stray bits: spelling it again shows them. */
export function fromBase64(text, file) {
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    if (base64(bytes) === text) return bytes;
  } catch {
    // Not base64 at all: said below.
  }
  return refuse("not_base64", { file, found: text });
}

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export const equal = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** Four bytes, big-endian. */
export const u32 = (number) => Uint8Array.of(number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
