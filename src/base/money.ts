import { Decimal } from 'decimal.js';

/** An amount as a plain decimal string ("1299.00", never "1,299.00") with its ISO 4217 code in capitals. */
export interface Money {
  amount: string;
  currency: string;
}

export const exact: typeof Decimal = Decimal.clone({
  precision: 40,
  rounding: Decimal.ROUND_HALF_UP,
  toExpNeg: -30,
  toExpPos: 40,
});

/**
 * Digits after the point of a currency's amounts: 2 for USD, 0 for VND, 3 for KWD.
 * Source: ISO 4217 as the runtime's ICU knows it; currencies unknown to it get 2.
 */
export function currencyExponent(currency: string): number {
  const known = exponents.get(currency);
  if (known !== undefined) return known;
  let digits = 2;
  if (/^[A-Z]{3}$/.test(currency)) {
    digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  }
  // ICU follows CLDR's cash habit for a few currencies; the standard's figure is what platforms send.
  exponents.set(currency, digits);
  return digits;
}
const exponents = new Map<string, number>([
  ['IDR', 2],
  ['HUF', 2],
  ['TWD', 2],
]);

/** The amount rounded half-up to its currency's exponent and written with exactly that many digits. */
export function canonicalAmount(amount: Decimal.Value, currency: string): string {
  return new exact(amount).toDecimalPlaces(currencyExponent(currency)).toFixed(currencyExponent(currency));
}

/** Whether two amounts are the same number, however written ("5" and "5.00" are). */
export function sameAmount(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b;
  return new exact(a).eq(b);
}

const plainAmount = /^-?\d+(\.\d+)?$/;

/**
 * Reads an amount that a person or a file gives. Returns the decimal string, or a sentence that says the rule and, where
 * one can be guessed, what was probably meant.
 */
export function parseAmount(text: string): { amount: string } | { problem: string } {
  const trimmed = text.trim();
  if (plainAmount.test(trimmed) && trimmed.length <= 20) return { amount: trimmed };
  const guess = guessAmount(trimmed);
  const hint = guess === null ? '' : `: did you mean ${guess}?`;
  return { problem: `A price must be a number such as 12.50; "${trimmed.slice(0, 40)}" is not${hint}` };
}

/** One number with a currency or without: "1,299.00", "$5.00", "5,50 €", "1 299". Of "1e5" or "5-10" nothing can be guessed. */
const oneNumber = /^[^\d.,]*(\d[\d.,'\u2019\s]*)[^\d.,]*$/;

function guessAmount(text: string): string | null {
  const bare = oneNumber.exec(text)?.[1]?.replace(/[^\d.,]|[.,]+\s*$/g, '');
  if (bare === undefined || bare.length > 20) return null;
  const sign = text.startsWith('-') ? '-' : '';
  const lastSeparator = Math.max(bare.lastIndexOf('.'), bare.lastIndexOf(','));
  const digitsAfter = lastSeparator === -1 ? 0 : bare.length - lastSeparator - 1;
  if (lastSeparator === -1 || digitsAfter === 3) return sign + bare.replace(/[.,]/g, '');
  return `${sign}${bare.slice(0, lastSeparator).replace(/[.,]/g, '')}.${bare.slice(lastSeparator + 1)}`;
}
