/** Price and stock rules as the API takes and shows them. */
import { z } from 'zod';
import { isLocalTime } from '#base/local-time.ts';
import { overlapping } from '#pricing/sale.ts';

/** An amount as decimal text, such as "12.50". */
function decimal(negative: boolean): z.ZodType<string, string> {
  const pattern = negative ? /^-?\d{1,14}(\.\d{1,4})?$/ : /^(?!0+(\.0+)?$)\d{1,14}(\.\d{1,4})?$/;
  return z
    .string()
    .regex(
      pattern,
      negative ? 'An amount is a number such as 12.50 or -3' : 'An amount is a number above zero such as 1000 or 0.05',
    );
}

/** A price of a listing's own. */
export const fixedPrice = z.string().regex(/^\d{1,14}(\.\d{1,4})?$/, 'A price must be a number such as 12.50');

const localTime = z
  .string()
  .refine(isLocalTime, 'A time is written as the clock shows it, such as 2026-11-27T09:00')
  .describe("By the store's own clock, to the minute; what begins or ends in an hour that is left out does so at once");

const sale = z
  .strictObject({
    name: z.string().trim().max(100),
    off: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('percent'), percent: z.number().gt(0).lt(100) }),
      z.strictObject({ kind: z.literal('price'), amount: decimal(false) }),
    ]),
    startsAt: localTime,
    endsAt: localTime,
  })
  .refine((one) => one.startsAt < one.endsAt, { path: ['endsAt'], message: 'A sale must end after it begins' });

export const priceRule = z.strictObject({
  steps: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('percent'), percent: z.number().min(-99.99).max(10_000) }),
        z.strictObject({ kind: z.literal('fixed'), amount: decimal(true) }),
      ]),
    )
    .max(10)
    .readonly(),
  rounding: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({
      kind: z.literal('ending'),
      ending: z.string().regex(/^0(\.\d{1,4})?$/, 'An ending is the part behind the point, such as 0.99'),
    }),
    z.strictObject({ kind: z.literal('multiple'), multiple: decimal(false), direction: z.enum(['up', 'down', 'nearest']) }),
  ]),
  floor: z
    .strictObject({
      marginPercent: z.number().min(0).max(99.99).nullable().describe('Of the price, on what the thing cost; 0: the cost itself'),
      amount: decimal(false).nullable(),
    })
    .nullish()
    .describe('No step and no sale goes below it'),
  sales: z
    .array(sale)
    .max(20)
    .refine((sales) => overlapping(sales) === null, 'Two of the sales overlap; end one before the other begins')
    .readonly()
    .optional(),
  compareAt: z.literal('send').optional().describe('Send the crossed-out price too, where the platform has one'),
});

export const stockRule = z.strictObject({
  buffer: z.number().int().min(0).max(1_000_000),
  percent: z.number().min(0).max(100),
  cap: z.number().int().min(0).max(1_000_000).nullable(),
  hideBelow: z.number().int().min(0).max(1_000_000).optional(),
  lastUnits: z
    .strictObject({ units: z.number().int().min(1).max(1_000_000), storeId: z.uuid() })
    .nullish()
    .describe('When no more are left, they are left to that store'),
  fixed: z.number().int().min(0).max(1_000_000).nullish().describe('Always this, whatever is available'),
  slowBuffer: z
    .number()
    .int()
    .min(0)
    .max(1000)
    .optional()
    .describe('Kept back beside the buffer while the store takes changes late, where fewer than ten times as many are left'),
});
