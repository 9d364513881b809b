/**
 * A scheduled sale: a lower price from one local time of the store to another. Its beginning and end are kept as a wall
 * clock shows them, so that a sale "until Sunday midnight" ends at the store's midnight, whenever its clocks are set.
 */
import { earliestOf } from '#base/clock.ts';
import { beginsAt, endsAt } from '#base/local-time.ts';

export interface Sale {
  name: string;
  off: SaleOff;
  /** As the store's clock shows it: "2026-11-27T00:00". The end is no longer part of it. */
  startsAt: string;
  endsAt: string;
}

/** `percent` 20 takes a fifth off the usual price; `price` is the sale's price itself, in the store's currency. */
export type SaleOff = { kind: 'percent'; percent: number } | { kind: 'price'; amount: string };

export interface SaleNow {
  /** The sale that runs; null when none does. */
  sale: Sale | null;
  /** When the one that runs has ended. */
  until: Date | null;
  /** When another one begins or this one ends, whichever is first; null when nothing is to come. Always later than `now`. */
  changesAt: Date | null;
}

/** Of several that run at once (which the API refuses) the one that stands first. */
export function saleAt(sales: readonly Sale[], timeZone: string, now: Date): SaleNow {
  const dated = sales.map((sale) => ({ sale, from: beginsAt(sale.startsAt, timeZone), until: endsAt(sale.endsAt, timeZone) }));
  const running = dated.find(({ from, until }) => from <= now && now < until);
  const [next, ...others] = dated.flatMap(({ from, until }) => [from, until]).filter((moment) => moment > now);
  return {
    sale: running?.sale ?? null,
    until: running?.until ?? null,
    changesAt: next === undefined ? null : earliestOf(next, ...others),
  };
}

/** Two of the sales whose times overlap; null when each runs alone. */
export function overlapping(sales: readonly Pick<Sale, 'startsAt' | 'endsAt'>[]): [number, number] | null {
  // Local times sort as they are written.
  const order = [...sales.keys()].toSorted((a, b) => ((sales[a]?.startsAt ?? '') < (sales[b]?.startsAt ?? '') ? -1 : 1));
  for (const [at, index] of order.entries()) {
    const next = order[at + 1];
    if (next !== undefined && (sales[next]?.startsAt ?? '') < (sales[index]?.endsAt ?? '')) return [index, next];
  }
  return null;
}
