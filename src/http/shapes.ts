/** Shapes that several nouns' routes share. */
import { z } from 'zod';
import { canonicalAmount, exact, sameAmount } from '#base/money.ts';
import type { ShownFigure } from '#listings/read-figures.ts';

export const idParams = z.object({ id: z.uuid() });

/** ISO 4217, in capitals. */
export const currencyCode = z
  .string()
  .trim()
  .toUpperCase()
  .refine(
    (code) => Intl.supportedValuesOf('currency').includes(code),
    'A currency is a code of three letters such as USD, VND or IDR',
  );

/** IANA name. */
export const timezoneName = z
  .string()
  .max(100)
  .refine(isTimezone, 'A time zone is a name such as Asia/Ho_Chi_Minh or Europe/Berlin');

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (thrown) {
    if (thrown instanceof RangeError) return false;
    throw thrown;
  }
}

/** `status=open,unpaid` and `status=open&status=unpaid` are the same. */
export const listOf = <Item extends z.ZodType>(item: Item, atMost: number) =>
  z
    .preprocess(
      (value) =>
        value === undefined
          ? undefined
          : [value]
              .flat()
              .flatMap((one) => String(one).split(','))
              .filter((one) => one !== ''),
      z.array(item).max(atMost).optional(),
    )
    .describe('One or more, repeated or with commas between them');

export const dayOrMoment = z.union([z.iso.date(), z.iso.datetime({ offset: true })], {
  error: 'Give a day such as 2026-11-21, or a moment such as 2026-11-21T08:00:00Z',
});

/** A query's "true" or "false". */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const cellState = z.enum(['in_sync', 'pushing', 'waiting', 'refused', 'held', 'not_tracked', 'not_linked', 'not_listed']);

const figure = { state: cellState, reason: z.string().nullable().describe('A code: why it is held or waiting') };
export const priceFigure = z.object({
  desired: z.string().nullable(),
  remote: z.string().nullable(),
  currency: z.string(),
  ...figure,
});
export const quantityFigure = z.object({ desired: z.number().int().nullable(), remote: z.number().int().nullable(), ...figure });
export const shownRefusal = z.object({ sentence: z.string(), platformMessage: z.string().nullable() });

/** An amount with its currency's digits, "12.50" and not "12.5000"; with more where it really has more. */
export function amountText(amount: string | null, currency: string): string | null {
  if (amount === null) return null;
  const usual = canonicalAmount(amount, currency);
  return sameAmount(usual, amount) ? usual : new exact(amount).toFixed();
}

export type PriceFigure = ShownFigure<string> & { currency: string };

export const showPrice = (price: PriceFigure): PriceFigure => ({
  ...price,
  desired: amountText(price.desired, price.currency),
  remote: amountText(price.remote, price.currency),
});
