/** Days as the organization's clocks count them, written "2026-11-21". Pure. */

/** The day that it is in a time zone; a zone that this browser does not know is read as UTC. */
export function dayIn(timezone: string, moment: Date): string {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' });
  } catch {
    return moment.toISOString().slice(0, 10);
  }
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${parts.year}-${parts.month}-${parts.day}`;
}

export function addDays(day: string, days: number): string {
  const moment = new Date(`${day}T00:00:00Z`);
  moment.setUTCDate(moment.getUTCDate() + days);
  return moment.toISOString().slice(0, 10);
}

/** So many days, the last of them `last`; the oldest first. */
export const daysUntil = (last: string, length: number): string[] =>
  Array.from({ length }, (_, index) => addDays(last, index - length + 1));

const shortWords = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });
const longWords = new Intl.DateTimeFormat('en', { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' });
/** "Nov 21" */
export const dayWords = (day: string): string => shortWords.format(new Date(`${day}T00:00:00Z`));
/** "Sat, Nov 21" */
export const weekdayWords = (day: string): string => longWords.format(new Date(`${day}T00:00:00Z`));

/** How a range of days is called on its button; null when there is none. */
export function rangeWords(from: string | undefined, to: string | undefined, today: string): string | null {
  if (from === undefined) return to === undefined ? null : `Until ${dayWords(to)}`;
  if (to === undefined || to === today) {
    if (from === today) return 'Today';
    const preset = [7, 30, 90].find((length) => from === addDays(today, 1 - length));
    return preset === undefined ? `Since ${dayWords(from)}` : `Last ${preset} days`;
  }
  return from === to ? dayWords(from) : `${dayWords(from)} to ${dayWords(to)}`;
}
