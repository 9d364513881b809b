/** "4 minutes ago" and its like. Pure: the moment of looking is given. */

const steps: readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** Seconds are not counted down: under a minute is "just now" or "in a moment". */
export function relativeTime(at: string, now: number): string {
  const seconds = Math.round((Date.parse(at) - now) / 1000);
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return seconds > 5 ? 'in a moment' : 'just now';
}

const exactWordsIn = (timeZone: string | undefined) =>
  new Intl.DateTimeFormat('en', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    timeZone,
  });
const exactWordsHere = exactWordsIn(undefined);
/** "Mar 1, 2026, 14:02:11 GMT+7": by the clock of whoever looks, unless another one is named; it says which. */
export const exactTime = (at: string, timeZone?: string): string =>
  (timeZone === undefined ? exactWordsHere : exactWordsIn(timeZone)).format(new Date(at));

/** "GMT+7": the zone in which somebody here types a time. */
export const zoneHere = (at: Date): string =>
  exactWordsHere.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';

const clockWords = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
/** 14:02:11 */
export const clockTime = (at: string): string => clockWords.format(new Date(at));

const dayWords = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric' });
/** The clock time, with the day in front unless it is today. */
export function streamTime(at: string, now: number): string {
  const day = new Date(at);
  return day.toDateString() === new Date(now).toDateString() ? clockTime(at) : `${dayWords.format(day)}, ${clockTime(at)}`;
}

/** 420 -> "0.4 s", 90 000 -> "1 min 30 s". */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  // What is faster is told as "0.1 s": nobody understands 0.0.
  if (seconds < 10) return `${Math.max(0.1, seconds).toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
