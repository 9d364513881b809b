/** Shapes that several nouns' routes share. */
import { z } from 'zod';

export const idParams = z.object({ id: z.uuid() });

/** ISO 4217, in capitals. */
export const currencyCode = z
  .string()
  .trim()
  .toUpperCase()
  .refine((code) => Intl.supportedValuesOf('currency').includes(code), 'A currency is a code of three letters such as USD, VND or IDR');

/** IANA name. */
export const timezoneName = z.string().refine(isTimezone, 'A time zone is a name such as Asia/Ho_Chi_Minh or Europe/Berlin');

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** A query's "true" or "false". */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** An amount as decimal text, such as "12.50". */
export const decimalText = z.string();

export const instant = z.date();
