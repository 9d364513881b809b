import type { Decimal } from 'decimal.js';
import { exact, type Money } from '#base/money.ts';

/** A stated rate: 1 unit of the master's currency in units of the store's. */
export interface StatedRate {
  rate: string;
  statedAt: Date;
  /** Older than this many days counts as stale. */
  staleAfterDays: number;
}

/** No price is sent by a rate that was stated longer ago. */
export const rateStaleAfterDays = 30;

export type RateProblem = 'no_rate' | 'stale_rate';

/** The first moment (a clock counts milliseconds) at which a stated rate is too old to price by. */
export const staleAt = (rate: StatedRate): Date => new Date(rate.statedAt.getTime() + rate.staleAfterDays * 86_400_000 + 1);

/** An amount in another currency, not rounded; or why there is none. */
export function converted(money: Money, currency: string, rate: StatedRate | null, now: Date): Decimal | RateProblem {
  if (money.currency === currency) return new exact(money.amount);
  if (rate === null) return 'no_rate';
  return now >= staleAt(rate) ? 'stale_rate' : new exact(money.amount).times(rate.rate);
}
