/** Reading and writing amounts. Amounts travel as decimal strings and are never turned into floating-point numbers. */

const plainAmount = /^\d+(\.\d+)?$/;

/** A price that a person typed: the decimal string, or the sentence that says the rule and what was probably meant. */
export function readPrice(typed: string): { amount: string } | { problem: string } {
  const trimmed = typed.trim();
  if (plainAmount.test(trimmed) && trimmed.length <= 20) return { amount: trimmed };
  if (trimmed === '') return { problem: 'Give a price, such as 12.50.' };
  const guess = guessPrice(trimmed);
  return {
    problem: `Price must be a number such as 12.50; you typed ${trimmed.slice(0, 30)}${guess === null ? '.' : `: did you mean ${guess}?`}`,
  };
}

/** "1,299.00" and "1.299,00" are 1299.00; "120.000" without a second separator is 120000, as thousands are grouped. */
function guessPrice(typed: string): string | null {
  const bare = typed.replace(/[^\d.,]/g, '');
  if (!/\d/.test(bare) || bare.length > 20) return null;
  const separator = Math.max(bare.lastIndexOf('.'), bare.lastIndexOf(','));
  const digitsAfter = separator === -1 ? 0 : bare.length - separator - 1;
  if (separator === -1 || digitsAfter === 3 || digitsAfter === 0) return bare.replace(/[.,]/g, '');
  return `${bare.slice(0, separator).replace(/[.,]/g, '')}.${bare.slice(separator + 1)}`;
}

const formats = new Map<string, Intl.NumberFormat>();

/** "1299.00", "USD" -> "$1,299.00". A currency unknown to the browser keeps its code in front. */
export function money(amount: string, currency: string): string {
  let format = formats.get(currency);
  if (format === undefined) {
    format = /^[A-Z]{3}$/.test(currency)
      ? new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
      : new Intl.NumberFormat('en');
    formats.set(currency, format);
  }
  return format.format(amount as `${number}`);
}

const wholeNumbers = new Intl.NumberFormat('en');
export const count = (value: number): string => wholeNumbers.format(value);

/** "1 listing", "3 listings". */
export const counted = (value: number, one: string, many = `${one}s`): string => `${count(value)} ${value === 1 ? one : many}`;

/** "+3", "-2". */
export const signed = (value: number): string => (value > 0 ? `+${count(value)}` : count(value));
