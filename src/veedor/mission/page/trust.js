// What a check is held against from outside, and what it says of itself.

import { refuse } from "../../log/page/bytes.js";

/** A text for people, as a key of words.js with its values. */
export const said = (key, values = {}) => ({ said: key, ...values });

/** The digest of the genesis as people exchanged it: keys found inside a file prove only that it agrees with itself. */
export function anchorOf(trust) {
  const given = trust.trim();
  const digest = /^(?:sha256:)?([0-9a-f]{64})$/.exec(given)?.[1] ?? null;
  if (given && !digest) refuse("not_a_digest", { found: given });
  const expected = said("digest_from_outside");
  return [digest, digest ? { expected, found: digest } : { ok: null, expected, found: said("none_given") }];
}
