/** What a bundle amounts to: as many as its scarcest component allows. */
import { count } from '~/parts/amounts.ts';
import { readUnits, type StockLine } from '~/screens/inventory/stock-lines.ts';

export interface Part {
  name: string;
  units: number;
  /** Null while it is not counted. */
  available: number | null;
}

/** None while a component is not counted, or more of it is sold than there is; null of nothing. */
export function sellable(parts: readonly Part[]): number | null {
  if (parts.length === 0) return null;
  const least = Math.min(...parts.map(({ units, available }) => (available === null ? 0 : Math.floor(available / units))));
  return Math.max(0, least);
}

/** "2 × Cup (9 left)". */
export const partWords = ({ name, units, available }: Part): string =>
  `${count(units)} × ${name} (${available === null ? 'not counted' : `${count(available)} left`})`;

/** "2 × Cup (9 left) + 1 × Pot (5 left): 4 can be sold"; null of nothing. */
export function amountsTo(parts: readonly Part[]): string | null {
  const most = sellable(parts);
  return most === null ? null : `${parts.map(partWords).join(' + ')}: ${count(most)} can be sold`;
}

const unitsAtMost = 10_000;

/** The units of a component as they were typed: the number, or the sentence that says the rule. */
export function readPartUnits(typed: string): { units: number } | { problem: string } {
  const read = readUnits(typed, 1);
  if ('units' in read && read.units > unitsAtMost)
    return { problem: `At most ${count(unitsAtMost)}; you typed ${typed.trim()}.` };
  return read;
}

/** Those lines that are whole. */
export const partsOf = (lines: readonly StockLine[]): (Part & { variantId: string })[] =>
  lines.flatMap(({ variantId, name, units: typed, onHand }) => {
    const read = readPartUnits(typed);
    return 'units' in read ? [{ variantId, name, units: read.units, available: onHand }] : [];
  });
