import type { ExplainStep } from '#base/explain.ts';

/** How a store's quantity follows from what is available. */
export interface StockRule {
  /** Units kept back. */
  buffer: number;
  /** 0 to 100. */
  percent: number;
  /** Never show more than this; null: no cap. */
  cap: number | null;
}

/**
 * The quantity a store should show: available (not below 0), minus the buffer, times the percentage rounded down, capped.
 * `steps` retell it, for "why is this 7?".
 */
export function quantityFor(available: number, rule: StockRule): { quantity: number; steps: ExplainStep[] } {
  const steps: ExplainStep[] = [{ code: 'available', amount: String(available), parameters: {} }];
  let quantity = Math.max(0, available);
  if (available < 0) steps.push({ code: 'not_below_zero', amount: '0', parameters: {} });
  if (rule.buffer > 0) {
    quantity = Math.max(0, quantity - rule.buffer);
    steps.push({ code: 'buffer', amount: String(quantity), parameters: { units: rule.buffer } });
  }
  if (rule.percent < 100) {
    // Whole hundredths: 29 % of 100 is 29, never 28.999… rounded down.
    quantity = Math.floor((quantity * Math.round(rule.percent * 100)) / 10_000);
    steps.push({ code: 'percent', amount: String(quantity), parameters: { percent: rule.percent } });
  }
  if (rule.cap !== null && quantity > rule.cap) {
    quantity = rule.cap;
    steps.push({ code: 'cap', amount: String(quantity), parameters: { cap: rule.cap } });
  }
  return { quantity, steps };
}
