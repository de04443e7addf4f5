// Deadlines as instants: whole numbers, and the tables of zones and holidays that the accord itself carries.

export const distinct = (words) => [...new Set(words)].sort();

// How to sort by a field and, where that is the same, by the next ones.
export const by = (field, ...next) => (one, other) =>
  one[field] < other[field] ? -1 : one[field] > other[field] ? 1 : next.length ? by(...next)(one, other) : 0;
export const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
// Day 0, 1 January 1970, was a Thursday.
const WEEKDAYS = ["thursday", "friday", "saturday", "sunday", "monday", "tuesday", "wednesday"];

// Microseconds of `YYYY-MM-DDTHH:MMZ`, seconds where there are any.
export const instantOf = (text) => Date.parse(text) * 1000;
const sinceMidnight = (time) => instantOf(`1970-01-01T${time}Z`);
const dayOf = (date) => instantOf(`${date}T00:00Z`) / DAY;
const mod = (whole, part) => ((whole % part) + part) % part;
// A quotient of doubles may round up to the next day; a remainder is exact.
const dayAt = (instant) => (instant - mod(instant, DAY)) / DAY;
const END = instantOf("2200-01-01T00:00Z");
export const LAST = END - 1;
const clip = (instant) => Math.min(Math.max(instant, 0), LAST);
const UTC = [{ from: -Infinity, until: END, offset: 0 }];
const tabled = (tables, made) => new Map(Object.entries(tables).map(([name, table]) => [name, made(table)]));

// One version of an accord as a way to reckon. No deadline fails: where the tables do not reach (what they give is no
// number then), a day is 24 hours; and none falls before 1970 or after 2199.
export class Instants {
  constructor({ zones, calendars }) {
    Object.assign(this, { zones: tabled(zones, erasOf).set("UTC", UTC), calendars: tabled(calendars, openingsOf) });
  }

  at({ amount, unit, zone, counting, ends, calendar }, event) {
    const [anchor, eras, open] = [clip(event), this.zones.get(zone), this.calendars.get(calendar)];
    const isTold = unit !== "hours" && eras && (open || unit !== "business_days");
    const day = isTold ? countedDay(localDay(eras, anchor), amount, counting === "included", open) : NaN;
    const exact = isTold ? instantAt(eras, day * DAY + sinceMidnight(ends)) : NaN;
    return clip(Number.isNaN(exact) ? anchor + amount * (unit === "hours" ? HOUR : DAY) : exact);
  }

  // The same for what has happened: never before what it is counted from.
  after = (deadline, event, earliest = event) => Math.max(this.at(deadline, event), earliest);

  // The end of a window: one shorter than an hour would keep everybody busy for ever.
  windowEnd = (length, begins) => this.after(length, begins, begins + HOUR);
}

// The day so many days away, no number where the tables do not tell it; `open`, for business days: which of them count.
// An included day of the event is the first step, so that no steps are none; no steps at all lead to the event's own
// day or, if that is closed, to the next.
function countedDay(today, amount, isIncluded, open) {
  const step = Math.sign(amount) || 1;
  let [day, left] = [isIncluded || amount === 0 ? today - step : today, Math.abs(amount) || 1];
  if ((isIncluded && amount === 0) || Number.isNaN(open?.(today))) return NaN;
  if (!open) return day + step * left;
  for (; left > 0; left -= open(day)) day += step;
  return left === 0 ? day : NaN;
}

// Whether offices are open on a day, 1 or 0; no number in years that the calendar does not know.
function openingsOf({ first_year: first, last_year: last, weekend, holidays }) {
  const [closed, from, until] = [new Set(holidays.map(dayOf)), dayOf(`${first}-01-01`), dayOf(`${last}-12-31`)];
  const isOpen = (day) => !closed.has(day) && !weekend.includes(WEEKDAYS[mod(day, 7)]);
  return (day) => (from <= day && day <= until ? Number(isOpen(day)) : NaN);
}

// A zone as eras: how far its clocks were ahead of UTC, from when, until when.
const aheadOf = (offset) => Number(`${offset[0]}1`) * sinceMidnight(offset.slice(1));
const erasOf = ({ from, until, offset, changes }) => [{ at: from, offset }, ...changes].map((each, place) =>
  ({ from: instantOf(each.at), until: instantOf(changes[place]?.at ?? until), offset: aheadOf(each.offset) }));

// The day that the clocks of a zone showed; no earlier one where they were put back over midnight.
function localDay(eras, instant) {
  const begun = eras.filter(({ from }) => from <= instant);
  const days = begun.map(({ until, offset }) => dayAt(Math.min(instant, until - 1) + offset));
  return begun.length && instant < eras.at(-1).until ? Math.max(...days) : NaN;
}

// The first instant from which on no clock of a zone shows an earlier time.
function instantAt(eras, local) {
  const era = eras.findLast(({ from, offset }) => local - offset >= from);
  const found = era && Math.min(local - era.offset, era.until);
  return found < eras.at(-1).until ? found : NaN;
}
