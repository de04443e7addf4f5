// How numbers, units and times read in each language, in whole numbers from end to end.

const POINT = { en: ".", es: "," };
const GROUP = { en: ",", es: "." };
const UNKNOWN = { en: "unknown", es: "desconocido" };
const US = 1_000_000n;
// The years 1 to 9999, in microseconds since 1970: beyond, a time is shown as its number.
const [FIRST, LAST] = [-62135596800000000n, 253402300799999999n];

const size = (value) => (value < 0n ? -value : value);

/** 1234567 -> 1,234,567 or 1.234.567; four digits stay together. */
function integer(value, language) {
  const digits = String(size(value));
  const grouped = digits.length > 4 ? digits.replace(/\B(?=(\d{3})+$)/g, GROUP[language]) : digits;
  return (value < 0n ? "-" : "") + grouped;
}

/** `value` / `divisor` to so many decimals, half away from zero. */
function decimal(value, divisor, places, language) {
  const scale = 10n ** BigInt(places);
  const scaled = (size(value) * scale * 2n + divisor) / (2n * divisor);
  const part = places ? POINT[language] + String(scaled % scale).padStart(places, "0") : "";
  return (value < 0n && scaled ? "-" : "") + integer(scaled / scale, language) + part;
}

/** "2026-03-01", then the time of day to minutes or seconds where `until` says so. */
function moment(us, until) {
  if (us < FIRST || us > LAST) return String(us);
  const [, year, rest] = /^([+-]?\d+)(-.*)Z$/.exec(new Date(Number(us / 1000n - (us % 1000n < 0n ? 1n : 0n))).toISOString());
  const [day, clock] = rest.split("T");
  const upTo = { date: 0, minutes: 5, seconds: 8 }[until];
  return Number(year) + day + (upTo ? ` ${clock.slice(0, upTo)} UTC` : "");
}

const per = (divisor, places, unit) => (value, language) => decimal(value, divisor, places, language) + unit;
const days = (value, language) => decimal(value, 86400n * US, 1, language) + { en: " days", es: " días" }[language];
const [minutes, hours] = [per(60n * US, 0, " min"), per(3600n * US, 1, " h")];
const age = (value, language) => (size(value) < 7200n * US ? minutes : size(value) < 172800n * US ? hours : days)(value, language);

const FORMS = {
  integer,
  minutes,
  hours,
  days,
  km: (value, language) => decimal(value, US, size(value) < 100n * US ? 1 : 0, language) + " km",
  m: per(1000n, 0, " m"),
  kmh: (value, language) => decimal(value * 36n, 10_000n, 0, language) + " km/h",
  ms: per(1000n, 1, " m/s"),
  seconds: per(US, 3, " s"),
  time: (value) => moment(value, "minutes"),
  time_s: (value) => moment(value * US, "seconds"),
  age_s: (value, language) => age(value * US, language),
  date: (value) => moment(value, "date"),
  degrees: per(10_000_000n, 4, "°"),
  angle: per(10_000_000n, 0, "°"),
  percent: (value, language) => decimal(value, 10n, 1, language) + { en: "%", es: " %" }[language],
  times: (value, language) => decimal(value, 1000n, value >= 10_000n ? 0 : 1, language) + { en: " times", es: " veces" }[language],
  score: (value, language) => (value > 0n ? "+" : "") + decimal(value, 1000n, 2, language),
};

/** `1234.50 USD`, exact as written, with the language's separators. */
function money(text, language) {
  const at = text.indexOf(" ");
  const [number, currency] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  const point = number.indexOf(".");
  const [left, part] = point < 0 ? [number, ""] : [number.slice(0, point), number.slice(point + 1)];
  const [sign, whole] = left.startsWith("-") ? ["-", left.slice(1)] : ["", left];
  const shown = /^\d{1,99}$/.test(whole) ? integer(BigInt(whole), language) : whole;
  return sign + shown + (part && POINT[language] + part) + (currency && ` ${currency}`);
}

/** A value (a BigInt, text, or null) in a format; what is absent or empty reads as unknown, text as itself. */
export function render(value, form, language) {
  if (value === null || value === undefined || value === "") return UNKNOWN[language];
  if (form === "money") return money(String(value), language);
  if (typeof value === "string") return value;
  return (Object.hasOwn(FORMS, form ?? "") ? FORMS[form] : integer)(value, language);
}
