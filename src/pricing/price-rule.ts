import type { Decimal } from 'decimal.js';
import type { ExplainStep } from '#base/explain.ts';
import { canonicalAmount, currencyExponent, exact, type Money } from '#base/money.ts';

/** How a store's price follows from the master's: converted, then the steps in order, then rounded. */
export interface PriceRule {
  steps: readonly PriceStep[];
  rounding: Rounding;
}

/** `percent` 10 makes it a tenth dearer; `fixed` adds an amount of the store's currency. Both may be negative. */
export type PriceStep = { kind: 'percent'; percent: number } | { kind: 'fixed'; amount: string };

/**
 * `ending`: the nearest price with this ending (0.99, 0.95): never below 0. `multiple`: to a multiple (1, 1000) of the currency.
 */
export type Rounding =
  | { kind: 'none' }
  | { kind: 'ending'; ending: string }
  | { kind: 'multiple'; multiple: string; direction: 'up' | 'down' | 'nearest' };

/** A stated rate: 1 unit of the master's currency in units of the store's. */
export interface StatedRate {
  rate: string;
  statedAt: Date;
  /** Older than this many days counts as stale. */
  staleAfterDays: number;
}

export type PriceOutcome =
  | { price: Money; steps: ExplainStep[]; heldReason: null }
  | {
      price: null;
      steps: ExplainStep[];
      heldReason: 'no_price' | 'no_rate' | 'stale_rate' | 'not_above_zero' | 'price_too_large';
    };

/** The price columns hold less (db/columns.ts), and no platform takes as much. */
const tooLarge = '1e15';

/** The price a store should show. Without a rate, with a stale one, or at zero and below, or beyond what can be kept: nothing is sent, and it says why. */
export function priceFor(
  base: Money | null,
  currency: string,
  rule: PriceRule,
  rate: StatedRate | null,
  now: Date,
): PriceOutcome {
  if (base === null) return { price: null, steps: [], heldReason: 'no_price' };
  const steps: ExplainStep[] = [{ code: 'base_price', amount: base.amount, parameters: { currency: base.currency } }];
  let price = new exact(base.amount);
  if (base.currency !== currency) {
    if (rate === null) return { price: null, steps, heldReason: 'no_rate' };
    if (now >= staleAt(rate)) return { price: null, steps, heldReason: 'stale_rate' };
    price = price.times(rate.rate);
    steps.push({
      code: 'converted',
      amount: price.toFixed(),
      parameters: { rate: rate.rate, currency, statedAt: rate.statedAt.toISOString() },
    });
  }
  for (const step of rule.steps) {
    price = step.kind === 'percent' ? price.times(new exact(100).plus(step.percent)).div(100) : price.plus(step.amount);
    steps.push({
      code: step.kind === 'percent' ? 'markup_percent' : 'markup_fixed',
      amount: price.toFixed(),
      parameters: step.kind === 'percent' ? { percent: step.percent } : { amount: step.amount, currency },
    });
  }
  // Judged before rounding too: an ending of 0.99 would make a price out of nothing.
  if (!price.gt(0)) return { price: null, steps, heldReason: 'not_above_zero' };
  const amount = canonicalAmount(round(price, currency, rule.rounding), currency);
  if (!price.eq(amount)) steps.push({ code: 'rounded', amount, parameters: { rounding: rule.rounding.kind } });
  if (!new exact(amount).gt(0)) return { price: null, steps, heldReason: 'not_above_zero' };
  if (!new exact(amount).lt(tooLarge)) return { price: null, steps, heldReason: 'price_too_large' };
  return { price: { amount, currency }, steps, heldReason: null };
}

/** The first moment (a clock counts milliseconds) at which a stated rate is too old to price by. */
export const staleAt = (rate: StatedRate): Date => new Date(rate.statedAt.getTime() + rate.staleAfterDays * 86_400_000 + 1);

function round(price: Decimal, currency: string, rounding: Rounding): Decimal {
  switch (rounding.kind) {
    case 'none':
      return price.toDecimalPlaces(currencyExponent(currency));
    case 'ending': {
      // The candidates below and above; the nearer one wins, the dearer one on a tie.
      const below = price.minus(rounding.ending).floor().plus(rounding.ending);
      const above = below.plus(1);
      const nearest = price.minus(below).lt(above.minus(price)) ? below : above;
      return nearest.gt(0) ? nearest : above;
    }
    case 'multiple': {
      const quotient = price.div(rounding.multiple);
      const whole =
        rounding.direction === 'up' ? quotient.ceil() : rounding.direction === 'down' ? quotient.floor() : quotient.round();
      return whole.times(rounding.multiple);
    }
  }
}
