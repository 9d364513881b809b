import { parse } from 'lossless-json';

/**
 * Parses JSON without bending ids: the platform writes some of them as bare integers beyond 2^53 (webhook 5 does). Such a
 * number becomes the text of its digits; any other becomes a number. Throws SyntaxError.
 */
export function parseExactly(text: string): unknown {
  return parse(text, undefined, (digits) => {
    const number = Number(digits);
    return /^-?\d+$/.test(digits) && !Number.isSafeInteger(number) ? digits : number;
  });
}
