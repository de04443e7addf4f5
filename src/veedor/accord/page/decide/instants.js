// Deadlines as instants: whole numbers, and the tables of zones and holidays that the accord itself carries.

// How to sort by these fields, the first that differs deciding.
export const by = (...fields) => (one, other) => {
  const field = fields.find((each) => one[each] !== other[each]);
  return field === undefined ? 0 : one[field] < other[field] ? -1 : 1;
};
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

// One version of an accord as a way to reckon. No deadline fails: where the tables do not reach (what they give is no
// number then), a day is 24 hours; and none falls before 1970 or after 2199.
export class Instants {
  constructor({ zones, calendars }) {
    this.zones = new Map(Object.entries(zones).map(([name, table]) => [name, erasOf(table)])).set("UTC", UTC);
    this.calendars = new Map(Object.entries(calendars).map(([name, table]) => [name, calendarOf(table)]));
  }

  at(deadline, event) {
    const [anchor, length] = [clip(event), deadline.unit === "hours" ? HOUR : DAY];
    const exact = deadline.unit === "hours" ? NaN : this.#endOfDay(deadline, anchor);
    return clip(Number.isNaN(exact) ? anchor + deadline.amount * length : exact);
  }

  // The same for what has happened: never before what it is counted from.
  after = (deadline, event, earliest = event) => Math.max(this.at(deadline, event), earliest);

  // The end of a window: one shorter than an hour would keep everybody busy for ever.
  windowEnd = (length, begins) => this.after(length, begins, begins + HOUR);

  #endOfDay({ amount, unit, zone, counting, ends, calendar }, anchor) {
    const [eras, isIncluded] = [this.zones.get(zone), counting === "included"];
    const open = this.calendars.get(calendar);
    if (!eras || (unit === "business_days" && !open) || (isIncluded && amount === 0)) return NaN;
    const day = countedDay(localDay(eras, anchor), amount, isIncluded, open);
    return instantAt(eras, day * DAY + sinceMidnight(ends));
  }
}

// The day so many days away; `open`, for business days: which of them count. An included day of the event is the first
// step; no steps at all lead to the event's own day or, if that is closed, to the next.
function countedDay(today, amount, isIncluded, open) {
  const step = Math.sign(amount) || 1;
  let [day, left] = [isIncluded || amount === 0 ? today - step : today, Math.abs(amount) || 1];
  if (!open) return day + step * left;
  if (Number.isNaN(open(today))) return NaN;
  while (left > 0) {
    day += step;
    left -= open(day);
  }
  return left === 0 ? day : NaN;
}

// Whether offices are open on a day, 1 or 0; no number in years that the calendar does not know.
function calendarOf({ first_year: first, last_year: last, weekend, holidays }) {
  const closed = new Set(holidays.map(dayOf));
  const [from, until] = [dayOf(`${first}-01-01`), dayOf(`${last}-12-31`)];
  const isOpen = (day) => !closed.has(day) && !weekend.includes(WEEKDAYS[mod(day, 7)]);
  return (day) => (day < from || day > until ? NaN : Number(isOpen(day)));
}

// A zone as eras: how far its clocks were ahead of UTC, from when, until when.
function erasOf({ from, until, offset, changes }) {
  const starts = [{ at: from, offset }, ...changes];
  const ends = [...changes.map(({ at }) => at), until];
  return starts.map(({ at, offset: ahead }, place) => {
    const size = sinceMidnight(ahead.slice(1));
    return { from: instantOf(at), until: instantOf(ends[place]), offset: ahead.startsWith("-") ? -size : size };
  });
}

// The day that the clocks of a zone showed; no earlier one where they were put back over midnight.
function localDay(eras, instant) {
  if (instant < eras[0].from || instant >= eras.at(-1).until) return NaN;
  const begun = eras.filter(({ from }) => from <= instant);
  return Math.max(...begun.map(({ until, offset }) => dayAt(Math.min(instant, until - 1) + offset)));
}

// The first instant from which on no clock of a zone shows an earlier time.
function instantAt(eras, local) {
  const era = eras.findLast(({ from, offset }) => local - offset >= from);
  const found = era && Math.min(local - era.offset, era.until);
  return era && found < eras.at(-1).until ? found : NaN;
}
