// Ed25519 (RFC 8032) on which all libraries agree: keys and signatures are screened before WebCrypto sees them.
//
// Libraries differ where the RFC leaves corners open, so a hostile party could own a key under which a document verifies
// for one side only. Refused here: A or R that is not the one encoding of a curve point, or has small order; S not below
// the group order. The points are decoded by section 5.1.3 and multiplied by the cofactor, rather than looked up.

import { fromHex, hex, utf8 } from "./bytes.js";

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (value) => ((value % P) + P) % P;

function power(base, exponent) {
  let result = 1n;
  for (let square = mod(base); exponent > 0n; exponent >>= 1n, square = (square * square) % P) {
    if (exponent & 1n) result = (result * square) % P;
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));
const ROOT_OF_MINUS_1 = power(2n, (P - 1n) / 4n);
const littleEndian = (bytes) => BigInt("0x" + hex(bytes.slice().reverse()));

/** The point (x, y) of an encoding, or null where the encoding is not canonical or not of a point on the curve. */
function decode(bytes) {
  const encoded = littleEndian(bytes);
  const y = encoded & (2n ** 255n - 1n);
  if (y >= P) return null;
  const u = mod(y * y - 1n);
  const v = mod(D * y * y + 1n);
  let x = mod(u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n));
  if (mod(v * x * x) === mod(-u)) x = mod(x * ROOT_OF_MINUS_1);
  if (mod(v * x * x) !== u) return null;
  const sign = encoded >> 255n;
  if (x === 0n && sign) return null;
  return { x: (x & 1n) === sign ? x : P - x, y };
}

/** Whether eight times the point is the neutral element (dbl-2008-hwcd for a = -1, without its unused T). */
function hasSmallOrder({ x, y }) {
  let z = 1n;
  for (let doubling = 0; doubling < 3; doubling += 1) {
    const [a, b, c] = [x * x, y * y, 2n * z * z];
    const [e, g] = [(x + y) ** 2n - a - b, b - a];
    const [f, h] = [g - c, -a - b];
    [x, y, z] = [mod(e * f), mod(g * h), mod(f * g)];
  }
  return x === 0n && y === z;
}

function isSound(encoding) {
  const point = decode(encoding);
  return point !== null && !hasSmallOrder(point);
}

const known = new Map();

/** A key as WebCrypto wants it, or null where the screen refuses it; made once, because the same few keys sign everything. */
function screened(publicKey) {
  const name = hex(publicKey);
  if (!known.has(name)) {
    if (known.size > 4096) known.clear();
    const imported = () => crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    known.set(name, publicKey.length === 32 && isSound(publicKey) ? imported() : null);
  }
  return known.get(name);
}

/** Whether these are the 32 bytes of a public key that every library reads alike. */
export const isSoundKey = (bytes) => screened(bytes) !== null;

/** Whether the 64 bytes are this key's signature of the message; false for any key or signature that the screen refuses. */
export async function verifySignature(publicKey, message, signature) {
  const key = await screened(publicKey);
  if (!key || signature.length !== 64 || !isSound(signature.slice(0, 32))) return false;
  return littleEndian(signature.slice(32)) < ORDER && crypto.subtle.verify("Ed25519", key, signature, message);
}

/** Whether this browser's WebCrypto knows Ed25519: it must accept a signature of RFC 8032 (7.1, test 2) and refuse another. */
export async function knowsEd25519() {
  const key = fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const signature = fromHex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  );
  try {
    return (
      (await verifySignature(key, utf8("r"), signature)) && !(await verifySignature(key, utf8("s"), signature))
    );
  } catch {
    return false;
  }
}
