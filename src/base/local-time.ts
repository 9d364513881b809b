/**
 * A wall clock's time in a place ("2026-11-27T09:00" in Europe/Berlin) as a moment. Twice a year a clock is set: an hour
 * then comes twice, or not at all. What begins, begins with the first moment at which the clock shows that time or a later
 * one; what ends, ends when the clock no longer shows an earlier one. So nothing that a clock shows between both is missed.
 * Offsets are the runtime's (Intl, the IANA database).
 */

const localPattern = /^20\d\d-\d\d-\d\dT\d\d:\d\d$/;

/** Whether this is a minute that a calendar has, of the years 2000 to 2099. */
export function isLocalTime(text: string): boolean {
  if (!localPattern.test(text)) return false;
  const moment = asIfUtc(text);
  // The 30th of February is taken for the 2nd of March.
  return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(text);
}

/** When what is to begin at this local time begins. */
export const beginsAt = (local: string, timeZone: string): Date => momentOf(local, timeZone, 'begin');

/** When what is to end at this local time has ended. */
export const endsAt = (local: string, timeZone: string): Date => momentOf(local, timeZone, 'end');

/** What a wall clock in that place shows at a moment, to the minute. */
export function localTimeAt(moment: Date, timeZone: string): string {
  return new Date(moment.getTime() + offsetMilliseconds(moment.getTime(), timeZone)).toISOString().slice(0, 16);
}

const hour = 3_600_000;

/** A sale is looked up for each listing of a store: what was found is kept, for some thousand times and places. */
const found = new Map<string, number>();
const foundAtMost = 5000;

function momentOf(local: string, timeZone: string, edge: 'begin' | 'end'): Date {
  const key = `${edge} ${local} ${timeZone}`;
  let moment = found.get(key);
  if (moment === undefined) {
    moment = findMoment(local, timeZone, edge);
    if (found.size >= foundAtMost) found.clear();
    found.set(key, moment);
  }
  return new Date(moment);
}

function findMoment(local: string, timeZone: string, edge: 'begin' | 'end'): number {
  const wanted = asIfUtc(local);
  // No place is further than 14 hours from UTC, and no clock is set twice within four days.
  const before = offsetMilliseconds(wanted - 40 * hour, timeZone);
  const after = offsetMilliseconds(wanted + 40 * hour, timeZone);
  const shows = (moment: number): boolean => moment + offsetMilliseconds(moment, timeZone) === wanted;
  const moments = [...new Set([wanted - before, wanted - after])].filter(shows);
  if (moments.length > 0) return edge === 'begin' ? Math.min(...moments) : Math.max(...moments);
  // The clock was put forward over this time: both are the moment at which it was.
  return changeBetween(wanted - Math.max(before, after) - 1, wanted - Math.min(before, after), timeZone);
}

const asIfUtc = (local: string): number => Date.parse(`${local}:00Z`);

/** The first moment after `from`, up to `to`, with the offset of `to`. */
function changeBetween(from: number, to: number, timeZone: string): number {
  const later = offsetMilliseconds(to, timeZone);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMilliseconds(middle, timeZone) === later) high = middle;
    else low = middle;
  }
  return high;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How far a place's clock is ahead of UTC. Throws a RangeError for a zone that the runtime does not know. */
function offsetMilliseconds(moment: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    });
    formats.set(timeZone, format);
  }
  const shown = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = order.map((type) => shown.get(type));
  return Date.UTC(year, month - 1, day, hours, minutes, seconds) - Math.floor(moment / 1000) * 1000;
}

const order = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;
