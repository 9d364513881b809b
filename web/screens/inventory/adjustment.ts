import { ApiProblem } from '~/api.ts';

export type ReadAdjustment = { value: number; onHand: number } | { problem: string };

const largest = 10_000_000;

/** A typed count or difference: the value to send and what is on hand after it, or the sentence that says the rule. */
export function readAdjustment(way: 'delta' | 'counted', typed: string, onHand: number): ReadAdjustment {
  const text = typed.trim();
  if (way === 'counted') {
    if (!/^\d+$/.test(text) || Number(text) > largest) {
      return { problem: `A count is a whole number such as 12${text === '' ? '.' : `; you typed ${text}.`}` };
    }
    return { value: Number(text), onHand: Number(text) };
  }
  if (!/^[+-]?\d+$/.test(text) || Math.abs(Number(text)) > largest || Number(text) === 0) {
    return {
      problem: `A difference is a whole number other than 0, such as +12 or -1${text === '' ? '.' : `; you typed ${text}.`}`,
    };
  }
  return { value: Number(text), onHand: onHand + Number(text) };
}

/**
 * What would be there, in the API's words, where it refused a difference only because less than nothing would be left: that
 * may be meant. Null for any other refusal. The figures are the API's: where there are several places, or somebody else
 * changed the stock meanwhile, this page does not know them.
 */
export function asksBelowZero(thrown: unknown): string | null {
  const asks = thrown instanceof ApiProblem && thrown.issues.some(({ confirmBy }) => confirmBy === 'belowZero');
  return asks ? thrown.message : null;
}
