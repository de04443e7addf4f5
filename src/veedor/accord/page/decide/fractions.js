// Exact fractions of whole numbers of any size, in lowest terms: { top, bottom }.

const common = (one, other) => (other ? common(other, one % other) : one < 0n ? -one : one);

export function fraction(top, bottom = 1) {
  const divisor = common(BigInt(top), BigInt(bottom));
  return { top: BigInt(top) / divisor, bottom: BigInt(bottom) / divisor };
}

// From `95/100`, `24` or `1.25`.
export function read(text) {
  const [digits, under = "1"] = text.split("/");
  const [whole, after = ""] = digits.split(".");
  return fraction(whole + after, BigInt(under) * 10n ** BigInt(after.length));
}

export const plus = (a, b) => fraction(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
export const minus = (a, b) => fraction(a.top * b.bottom - b.top * a.bottom, a.bottom * b.bottom);
export const over = (a, b) => fraction(a.top * b.bottom, a.bottom * b.top);
export const atLeast = (a, b) => a.top * b.bottom >= b.top * a.bottom;
export const spelled = (number) => number && `${number.top}${number.bottom === 1n ? "" : `/${number.bottom}`}`;
