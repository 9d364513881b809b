/** The lines of a stock document as a form holds them, and back. */
import { counted } from '~/parts/amounts.ts';

export interface StockLine {
  variantId: string;
  name: string;
  sku: string;
  /** As it was typed. */
  units: string;
  /** On hand where it is to be taken from; null where it does not matter. */
  onHand: number | null;
}

export type Choice = Omit<StockLine, 'units'>;

const largest = 1_000_000_000;

/** A typed number of units: the number, or the sentence that says the rule. */
export function readUnits(typed: string, least: 0 | 1): { units: number } | { problem: string } {
  const text = typed.trim();
  if (/^\d+$/.test(text) && Number(text) >= least && Number(text) <= largest) return { units: Number(text) };
  const example = least === 0 ? 'such as 12, or 0 when there are none' : 'above 0, such as 12';
  return { problem: `A whole number ${example}${text === '' ? '.' : `; you typed ${text}.`}` };
}

/** What a line is told; `least` is the fewest units that make sense, `bound` whether there must be as many on hand. */
export function problemOf(line: StockLine, least: 0 | 1, bound: boolean): string | null {
  const read = readUnits(line.units, least);
  if ('problem' in read) return read.problem;
  if (bound && line.onHand !== null && read.units > line.onHand) return `There are ${line.onHand} here.`;
  return null;
}

/** Null when a line is not whole, or there is none. */
export function readLines(lines: readonly StockLine[], least: 0 | 1): { variantId: string; units: number }[] | null {
  const read = lines.map((line) => readUnits(line.units, least));
  const whole = lines.flatMap(({ variantId }, at) => {
    const line = read[at];
    return line !== undefined && 'units' in line ? [{ variantId, units: line.units }] : [];
  });
  return whole.length === lines.length && whole.length > 0 ? whole : null;
}

/** With one more thing, once: what stands there already stays as it is. */
export const withLine = (lines: readonly StockLine[], choice: Choice): StockLine[] =>
  lines.some(({ variantId }) => variantId === choice.variantId) ? [...lines] : [...lines, { ...choice, units: '' }];

/** What leaving would lose; null while nothing was typed into any line. */
export function unpostedWords(lines: readonly StockLine[]): string | null {
  const typed = lines.filter(({ units }) => units.trim() !== '').length;
  return typed === 0 ? null : `${counted(typed, 'line')} ${typed === 1 ? 'is' : 'are'} not posted yet.`;
}

/** Refusals name lines by their place: "lines.2". */
export function problemsByLine(issues: readonly { path: string; message: string }[]): Map<number, string> {
  const found = new Map<number, string>();
  for (const { path, message } of issues) {
    const at = /^lines\.(\d+)/.exec(path)?.[1];
    if (at !== undefined) found.set(Number(at), message);
  }
  return found;
}

/** How many to order of what is low: what was set, or as many as bring it above its point. */
export const suggestedUnits = (item: { available: number; reorderPoint: number; reorderQuantity: number }): number =>
  Math.max(item.reorderQuantity, item.reorderPoint + 1 - item.available, 1);

/** A reference goes in front of the note: "PO 7: two boxes". */
export const noteOf = (reference: string, note: string): string =>
  [reference.trim(), note.trim()].filter((part) => part !== '').join(': ');
