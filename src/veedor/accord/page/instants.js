// Deadlines as instants: whole numbers, and the tables of zones and holidays that the accord itself carries.

const HOUR = 3_600_000_000;
const DAY = 24 * HOUR;
const LONGEST_SHIFT = 2 * DAY;
const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const FIRST_DAY = Date.UTC(1900, 0, 1) / 86_400_000;
const LAST_DAY = Date.UTC(2199, 11, 31) / 86_400_000;
const FIRST = FIRST_DAY * DAY;
const END = (LAST_DAY + 1) * DAY;
const LAST = END - 1;

export const HOUR_US = HOUR;
/** -1, 0 or 1, as sorting wants it. */
export const order = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

// A quotient of doubles may round up to the next day; a remainder is exact.
const floorDiv = (whole, part) => (whole - mod(whole, part)) / part;
const mod = (whole, part) => ((whole % part) + part) % part;
/** How many of these ascending numbers are at most `wanted`. */
function atMost(numbers, wanted) {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    [low, high] = numbers[middle] <= wanted ? [middle + 1, high] : [low, middle];
  }
  return low;
}

const dayOf = (text) => Date.parse(`${text}T00:00Z`) / 86_400_000;
/** Microseconds of `YYYY-MM-DDTHH:MMZ`, seconds where there are any. */
export const instantOf = (text) => Date.parse(text) * 1000;

function offsetOf(text) {
  const [, sign, hour, minute, second] = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  return (sign === "-" ? -1 : 1) * ((+hour * 60 + +minute) * 60 + +(second ?? 0)) * 1_000_000;
}

class Zone {
  constructor(table) {
    this.starts = [table.from, ...table.changes.map((each) => each.at)].map(instantOf);
    this.offsets = [table.offset, ...table.changes.map((each) => each.offset)].map(offsetOf);
    this.end = instantOf(table.until);
  }

  holds(instant) {
    return this.starts[0] <= instant && instant < this.end;
  }

  /** The day that its clocks showed; no earlier one where they were put back over midnight. */
  localDay(instant) {
    if (!this.holds(instant)) return null;
    let at = atMost(this.starts, instant) - 1;
    let day = floorDiv(instant + this.offsets[at], DAY);
    for (; at > 0 && instant - this.starts[at] < LONGEST_SHIFT; at--) {
      day = Math.max(day, floorDiv(this.starts[at] - 1 + this.offsets[at - 1], DAY));
    }
    return day;
  }

  /** The first instant from which on no clock shows an earlier time. */
  instant(local) {
    let end = this.end;
    for (let at = this.starts.length - 1; at >= 0; at--) {
      const instant = local - this.offsets[at];
      if (instant >= this.starts[at]) return this.holds(Math.min(instant, end)) ? Math.min(instant, end) : null;
      end = this.starts[at];
    }
    return null;
  }
}

const UTC = Object.assign(Object.create(Zone.prototype), { starts: [FIRST], offsets: [0], end: END });

class Calendar {
  constructor(table) {
    this.first = dayOf(`${table.first_year}-01-01`);
    this.last = dayOf(`${table.last_year}-12-31`);
    this.weekend = new Set(table.weekend.map((name) => WEEKDAYS.indexOf(name)));
    this.holidays = table.holidays.map(dayOf);
  }

  /** Business days from its first day to this one. */
  through(day) {
    if (day < this.first) return 0;
    const days = day - this.first + 1;
    let open = floorDiv(days, 7) * (7 - this.weekend.size);
    for (let back = 0; back < days % 7; back++) open += !this.weekend.has(mod(day - back + 3, 7));
    return open - atMost(this.holidays, day);
  }

  nth(rank) {
    if (rank < 1 || rank > this.through(this.last)) return null;
    let [low, high] = [this.first, this.last];
    while (low < high) {
      const middle = floorDiv(low + high, 2);
      [low, high] = this.through(middle) >= rank ? [low, middle] : [middle + 1, high];
    }
    return low;
  }
}

const made = (tables, Kind) => new Map(Object.entries(tables).map(([name, table]) => [name, new Kind(table)]));

/** The zones and calendars of one version; no deadline fails: where the tables do not reach, a day is 24 hours. */
export class Instants {
  constructor(accord) {
    this.zones = made(accord.zones, Zone).set("UTC", UTC);
    this.calendars = made(accord.calendars, Calendar);
  }

  at(deadline, event) {
    const anchor = Math.min(Math.max(event, 0), LAST);
    const plain = anchor + deadline.amount * (deadline.unit === "hours" ? HOUR : DAY);
    return this.#exact(deadline, anchor) ?? Math.min(Math.max(plain, 0), LAST);
  }

  #exact({ amount, unit, zone: name, counting, ends, calendar }, anchor) {
    const zone = this.zones.get(name);
    const clock = /^(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$/.exec(ends);
    if (!zone) return null;
    if (unit === "hours") {
      const found = anchor + amount * HOUR;
      const fits = counting === "elapsed" && ends === "instant" && !calendar;
      return fits && FIRST <= found && found < END ? found : null;
    }
    const known = (unit === "business_days") === Boolean(calendar) && (!calendar || this.calendars.has(calendar));
    if (!clock || counting === "elapsed" || !known || (counting === "included" && amount === 0)) return null;
    const today = zone.localDay(anchor);
    const day = today === null ? null : this.#lastDay(amount, counting, calendar, today);
    if (day === null || day < FIRST_DAY || day > LAST_DAY) return null;
    return zone.instant(day * DAY + (+(clock[1] ?? clock[3]) * 60 + +(clock[2] ?? clock[4])) * 60_000_000);
  }

  #lastDay(amount, counting, name, today) {
    const included = counting === "included";
    const steps = included ? amount - Math.sign(amount) : amount;
    if (!name) return today + steps;
    const calendar = this.calendars.get(name);
    if (today < calendar.first || today > calendar.last) return null;
    const before = calendar.through(today - 1);
    if (included) return calendar.nth((amount > 0 ? before + 1 : calendar.through(today)) + steps);
    return calendar.nth(steps > 0 ? calendar.through(today) + steps : before + 1 + steps);
  }
}
