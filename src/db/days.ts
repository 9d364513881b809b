/** Days as an organization's clocks count them, in statements. */
import { type SQL, sql } from 'drizzle-orm';

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

/** A day begins when the organization's clocks say so: one of them has 23 hours, one 25, where the clocks are changed. */
export const beginOf = (text: string, timezone: string): SQL =>
  isDay(text) ? sql`(${text}::date::timestamp at time zone ${timezone})` : sql`${text}::timestamptz`;

/** The moment after the day's last one; of a moment, the next one. */
export const endOf = (text: string, timezone: string): SQL =>
  isDay(text)
    ? sql`((${text}::date + 1)::timestamp at time zone ${timezone})`
    : sql`(${text}::timestamptz + interval '1 microsecond')`;
