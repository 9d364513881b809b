/** The lowest price of a rule: by an amount, by what the thing cost, or both. No step and no sale goes below it. */
import type { Decimal } from 'decimal.js';
import { exact, type Money } from '#base/money.ts';
import { converted, type RateProblem, type StatedRate } from '#pricing/stated-rate.ts';

export interface PriceFloor {
  /** What is left of the price after the cost is at least this part of the price: 20 makes 8.00 at least 10.00. 0: the cost itself. Null: by no cost. */
  marginPercent: number | null;
  /** At least this, in the store's currency. */
  amount: string | null;
}

export interface FloorCauses {
  cost: Money | null;
  /** From the cost's currency to the store's. */
  costRate: StatedRate | null;
  currency: string;
  now: Date;
}

export type FloorOutcome =
  | { lowest: Decimal | null; parameters: Record<string, string | number>; problem: null }
  | { problem: 'no_cost' | RateProblem };

/** The lowest price, not rounded; a problem when it cannot be told: then no price can be known to be above it. */
export function floorOf(floor: PriceFloor, { cost, costRate, currency, now }: FloorCauses): FloorOutcome {
  const amount = floor.amount === null ? null : new exact(floor.amount);
  if (floor.marginPercent === null)
    return { lowest: amount, parameters: amount === null ? {} : { amount: amount.toFixed() }, problem: null };
  if (cost === null) return { problem: 'no_cost' };
  const inCurrency = converted(cost, currency, costRate, now);
  if (typeof inCurrency === 'string') return { problem: inCurrency };
  // price - cost >= price * margin, so price >= cost / (1 - margin).
  const byCost = inCurrency.times(100).div(new exact(100).minus(floor.marginPercent));
  if (amount?.gt(byCost)) return { lowest: amount, parameters: { amount: amount.toFixed() }, problem: null };
  return {
    lowest: byCost,
    parameters: { cost: inCurrency.toFixed(), currency, marginPercent: floor.marginPercent },
    problem: null,
  };
}
