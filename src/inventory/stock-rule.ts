import type { ExplainStep } from '#base/explain.ts';

/** How a store's quantity follows from what is available. */
export interface StockRule {
  /** Units kept back. */
  buffer: number;
  /** 0 to 100. */
  percent: number;
  /** Never show more than this; null: no cap. */
  cap: number | null;
  /** Fewer than this are shown as none. Absent or 0: whatever there is. */
  hideBelow?: number | undefined;
  /** When no more than `units` are left, they are left to that store, if the thing is linked there. */
  lastUnits?: { units: number; storeId: string } | null | undefined;
  /** Always this, whatever is available: for what is made to order. Null or absent: what the other steps give. */
  fixed?: number | null | undefined;
  /** Kept back beside the buffer while the store takes changes late, where few are left. Absent or 0: none. */
  slowBuffer?: number | undefined;
}

export const plainStockRule: StockRule = { buffer: 0, percent: 100, cap: null };

/** What a quantity follows from, beside its rule. */
export interface StockCauses {
  available: number;
  storeId: string;
  /** Whether the store that the last units are left to has the thing too. */
  lastUnitsListed: boolean;
  /** Why the store takes changes late; null when it does not. */
  slow: { reason: string; since: Date; until: Date | null } | null;
}

/**
 * A store that is told late sells what is gone elsewhere, and that hurts where few are left. Above so many times the wider
 * buffer nothing is kept back: a store that is throttled already is not sent a new figure for everything it has.
 */
const scarceTimes = 10;

/**
 * The quantity a store should show: available (not below 0), minus the buffers, times the percentage rounded down, capped;
 * nothing when it is too few, or when the last units are another store's; or always the same. `steps` retell it, for
 * "why is this 7?". With more available it is never less.
 */
export function quantityFor(causes: StockCauses, rule: StockRule): { quantity: number; steps: ExplainStep[] } {
  const { available } = causes;
  const steps: ExplainStep[] = [{ code: 'available', amount: String(available), parameters: {} }];
  let quantity = Math.max(0, available);
  const step = (code: string, after: number, parameters: ExplainStep['parameters']): void => {
    quantity = after;
    steps.push({ code, amount: String(after), parameters });
  };
  if (available < 0) step('not_below_zero', 0, {});
  if (rule.buffer > 0) step('buffer', Math.max(0, quantity - rule.buffer), { units: rule.buffer });
  const wider = rule.slowBuffer ?? 0;
  if (causes.slow !== null && quantity > 0 && quantity < wider * scarceTimes) {
    const { reason, since, until } = causes.slow;
    const moments = { since: since.toISOString(), until: until?.toISOString() ?? '' };
    step('slow_buffer', Math.max(0, quantity - wider), { units: wider, reason, ...moments });
  }
  // Whole hundredths: 29 % of 100 is 29, never 28.999… rounded down.
  if (rule.percent < 100)
    step('percent', Math.floor((quantity * Math.round(rule.percent * 100)) / 10_000), { percent: rule.percent });
  if (rule.cap !== null && quantity > rule.cap) step('cap', rule.cap, { cap: rule.cap });
  const hideBelow = rule.hideBelow ?? 0;
  if (quantity > 0 && quantity < hideBelow) step('hide_below', 0, { units: hideBelow });
  const { lastUnits = null, fixed = null } = rule;
  if (lastUnits !== null && leftToAnother(causes, lastUnits) && quantity > 0)
    step('last_units', 0, { units: lastUnits.units, storeId: lastUnits.storeId });
  if (fixed !== null) step('fixed', fixed, {});
  return { quantity, steps };
}

const leftToAnother = (causes: StockCauses, lastUnits: { units: number; storeId: string }): boolean =>
  lastUnits.storeId !== causes.storeId && causes.lastUnitsListed && causes.available <= lastUnits.units;
