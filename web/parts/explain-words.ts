/** The rungs of "why is this 7?" in words. Codes come from the rules; one that this page does not know is shown as it is. */
import type { ExplainStep } from '~/api-model/explanations.ts';
import { kindWords } from '~/parts/ledger-words.ts';
import { slowWords } from '~/parts/reasons.ts';
import { exactTime } from '~/parts/relative-time.ts';

type Words = (parameters: ExplainStep['parameters']) => string;

const words: Record<string, Words> = {
  on_hand: ({ location }) => `On hand at ${location}`,
  reserved: ({ location }) => `Reserved at ${location}`,
  available: () => 'Available',
  component: ({ title, units, available }) => `${title}: ${available} left, ${units} in each`,
  held_units: () => 'Kept back: probably sold, the order is on its way',
  not_below_zero: () => 'Not below zero',
  buffer: ({ units }) => `${units} kept back`,
  percent: ({ percent }) => `${percent}% of it, rounded down`,
  cap: ({ cap }) => `At most ${cap}`,
  canonical: () => 'As the platform stores it',
  base_price: () => 'Your price',
  slow_buffer: ({ units, reason, until }) =>
    `${units} more kept back: ${slowWords(String(reason))}${until === '' ? '' : `, until ${exactTime(String(until))}`}`,
  hide_below: ({ units }) => `Fewer than ${units} are not shown`,
  last_units: ({ units, store }) => `The last ${units} are left to ${store ?? 'another store'}`,
  fixed: () => 'Always this many, whatever there is',
  converted: ({ rate, currency, statedAt }) =>
    `In ${currency}, at ${rate}${statedAt === undefined ? '' : ` stated ${exactTime(String(statedAt))}`}`,
  markup_percent: ({ percent }) => `${Number(percent) < 0 ? percent : `+${percent}`}%`,
  markup_fixed: ({ amount, currency }) => `${Number(amount) < 0 ? amount : `+${amount}`} ${currency}`,
  rounded: ({ rounding }) =>
    rounding === 'ending' ? 'Rounded to its ending' : rounding === 'multiple' ? 'Rounded to a multiple' : 'Rounded',
  floor: ({ cost, marginPercent, amount, currency }) =>
    cost === undefined
      ? `Not below ${amount} ${currency}`
      : `Not below what leaves ${marginPercent}% on a cost of ${cost} ${currency}`,
  sale_percent: ({ name, percent, until }) => `${saleName(name)}: -${percent}% until ${exactTime(String(until))}`,
  sale_price: ({ name, until }) => `${saleName(name)}: its own price, until ${exactTime(String(until))}`,
  price_override: () => 'A price of its own, set on this link',
};

const saleName = (name: string | number | undefined): string => (name === undefined || name === '' ? 'Sale' : String(name));

export const stepWords = ({ code, parameters }: ExplainStep): string => words[code]?.(parameters) ?? code.replaceAll('_', ' ');

/** By what, and when, the figure of a step last changed; null where that is not told. */
export function stepChange({ parameters: { changedAt, type, documentKind } }: ExplainStep): { words: string; at: string } | null {
  if (changedAt === undefined || type === undefined) return null;
  return { words: kindWords({ type: String(type), documentKind: String(documentKind ?? '') }), at: String(changedAt) };
}

/** The currency that an amount of a step is in: the last one named so far. */
export function stepCurrency(steps: readonly ExplainStep[], index: number, otherwise: string): string {
  for (let at = index; at >= 0; at--) {
    const named = steps[at]?.parameters.currency;
    if (typeof named === 'string') return named;
  }
  return otherwise;
}
