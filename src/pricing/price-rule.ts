/**
 * How a store's price follows from the master's: converted, marked up step by step, rounded, not below its floor, and lower
 * while a sale runs; the floor holds for the sale too. Pure: each step is kept, for "why is it this?".
 */
import type { Decimal } from 'decimal.js';
import { earliestOf } from '#base/clock.ts';
import type { ExplainStep } from '#base/explain.ts';
import { canonicalAmount, exact, type Money } from '#base/money.ts';
import { type FloorCauses, floorOf, type PriceFloor } from '#pricing/price-floor.ts';
import { type Rounding, rounded, roundedUp } from '#pricing/rounding.ts';
import { type Sale, saleAt } from '#pricing/sale.ts';
import { converted, type RateProblem, type StatedRate, staleAt } from '#pricing/stated-rate.ts';

export interface PriceRule {
  steps: readonly PriceStep[];
  rounding: Rounding;
  floor?: PriceFloor | null | undefined;
  sales?: readonly Sale[] | undefined;
  /** The crossed-out price is sent too, and taken away where there is none. Absent: what stands there is left alone. */
  compareAt?: 'send' | undefined;
}

const noFloor: PriceFloor = { marginPercent: null, amount: null };

export const plainPriceRule: PriceRule = { steps: [], rounding: { kind: 'none' } };

/** `percent` 10 makes it a tenth dearer; `fixed` adds an amount of the store's currency. Both may be negative. */
export type PriceStep = { kind: 'percent'; percent: number } | { kind: 'fixed'; amount: string };

/** What a price follows from, beside its rule. */
export interface PriceCauses extends FloorCauses {
  /** The master's price. */
  base: Money | null;
  /** The master's crossed-out price, in the currency of its price. */
  compareAt: string | null;
  /** From the master's currency to the store's. */
  rate: StatedRate | null;
  /** The store's, by which sales begin and end. */
  timeZone: string;
}

export type PriceProblem = 'no_price' | 'no_cost' | 'not_above_zero' | 'price_too_large' | RateProblem;

export interface PriceOutcome {
  /** Null: nothing is sent, and `heldReason` says why. */
  price: Money | null;
  /** What is to stand crossed out beside it: above the price, or '0' for nothing. Null: it is left alone. */
  compareAt: string | null;
  steps: ExplainStep[];
  heldReason: PriceProblem | null;
  /** When it becomes another price by the passing of time alone. Always later than now. */
  changesAt: Date | null;
}

/** The price columns hold less (db/columns.ts), and no platform takes as much. */
const tooLarge = '1e15';

/** The price a store should show. Without a rate, a cost or a price to go by, at zero and below, or beyond what can be kept: nothing is sent, and it says why. */
export function priceFor(causes: PriceCauses, rule: PriceRule): PriceOutcome {
  const steps: ExplainStep[] = [];
  const running = saleAt(rule.sales ?? [], causes.timeZone, causes.now);
  const changesAt = nextChange(causes, rule, running.changesAt);
  const held = (heldReason: PriceProblem): PriceOutcome => ({ price: null, compareAt: null, steps, heldReason, changesAt });
  const { currency } = causes;
  const usual = usualPrice(causes, rule, steps);
  if (typeof usual === 'string') return held(usual);
  const floor = floorOf(rule.floor ?? noFloor, causes);
  if (floor.problem !== null) return held(floor.problem);
  const lowest = floor.lowest === null ? null : { ...floor, lowest: roundedUp(floor.lowest, currency, rule.rounding) };
  const regular = notBelow(lowest, usual, currency, steps);
  const price =
    running.sale === null
      ? regular
      : notBelow(lowest, reduced(regular, running.sale, running.until, { currency, rule, steps }), currency, steps);
  if (!price.gt(0)) return held('not_above_zero');
  if (!price.lt(tooLarge)) return held('price_too_large');
  return {
    price: { amount: canonicalAmount(price, currency), currency },
    compareAt: rule.compareAt === 'send' ? crossedOut(causes, rule, price, running.sale === null ? null : regular) : null,
    steps,
    heldReason: null,
    changesAt,
  };
}

/** Converted, marked up and rounded. */
function usualPrice({ base, currency, rate, now }: PriceCauses, rule: PriceRule, steps: ExplainStep[]): Decimal | PriceProblem {
  if (base === null) return 'no_price';
  steps.push({ code: 'base_price', amount: base.amount, parameters: { currency: base.currency } });
  const price = converted(base, currency, rate, now);
  if (typeof price === 'string') return price;
  if (base.currency !== currency && rate !== null) {
    const parameters = { rate: rate.rate, currency, statedAt: rate.statedAt.toISOString() };
    steps.push({ code: 'converted', amount: price.toFixed(), parameters });
  }
  const marked = markedUp(price, currency, rule.steps, steps);
  // Judged before rounding too: an ending of 0.99 would make a price out of nothing.
  return marked.gt(0) ? roundedStep(marked, currency, rule.rounding, steps) : 'not_above_zero';
}

function markedUp(price: Decimal, currency: string, chain: readonly PriceStep[], steps: ExplainStep[]): Decimal {
  return chain.reduce((before, step) => {
    const after = step.kind === 'percent' ? before.times(new exact(100).plus(step.percent)).div(100) : before.plus(step.amount);
    steps.push({
      code: step.kind === 'percent' ? 'markup_percent' : 'markup_fixed',
      amount: after.toFixed(),
      parameters: step.kind === 'percent' ? { percent: step.percent } : { amount: step.amount, currency },
    });
    return after;
  }, price);
}

function roundedStep(price: Decimal, currency: string, rounding: Rounding, steps: ExplainStep[]): Decimal {
  const amount = rounded(price, currency, rounding);
  if (!price.eq(amount)) steps.push({ code: 'rounded', amount, parameters: { rounding: rounding.kind } });
  return new exact(amount);
}

function notBelow(
  floor: { lowest: string; parameters: ExplainStep['parameters'] } | null,
  price: Decimal,
  currency: string,
  steps: ExplainStep[],
): Decimal {
  if (floor === null || !price.lt(floor.lowest)) return price;
  steps.push({ code: 'floor', amount: floor.lowest, parameters: { currency, ...floor.parameters } });
  return new exact(floor.lowest);
}

/** The sale's price. A percentage is rounded by the rule; an amount is meant as it is. */
function reduced(
  usual: Decimal,
  { name, off }: Sale,
  until: Date | null,
  { currency, rule, steps }: { currency: string; rule: PriceRule; steps: ExplainStep[] },
): Decimal {
  const price =
    off.kind === 'price'
      ? new exact(canonicalAmount(off.amount, currency))
      : usual.times(new exact(100).minus(off.percent)).div(100);
  const parameters = { name, until: until?.toISOString() ?? '', currency };
  const by = off.kind === 'price' ? {} : { percent: off.percent };
  steps.push({
    code: off.kind === 'price' ? 'sale_price' : 'sale_percent',
    amount: price.toFixed(),
    parameters: { ...parameters, ...by },
  });
  return off.kind === 'price' ? price : roundedStep(price, currency, rule.rounding, steps);
}

/** During a sale the usual price; else the master's own, converted, marked up and rounded as the price is. Only what is dearer than the price. */
function crossedOut(causes: PriceCauses, rule: PriceRule, price: Decimal, usual: Decimal | null): string {
  const { base, compareAt, currency } = causes;
  const found =
    usual ??
    (base === null || compareAt === null
      ? null
      : usualPrice({ ...causes, base: { amount: compareAt, currency: base.currency } }, rule, []));
  const isShown = found !== null && typeof found !== 'string' && found.gt(price) && found.lt(tooLarge);
  return isShown ? canonicalAmount(found, currency) : '0';
}

/** Rates that go stale, sales that begin and end. */
function nextChange({ base, rate, cost, costRate, currency, now }: PriceCauses, rule: PriceRule, sale: Date | null): Date | null {
  const isByCost = typeof rule.floor?.marginPercent === 'number';
  const rates = [
    base !== null && base.currency !== currency ? rate : null,
    isByCost && cost !== null && cost.currency !== currency ? costRate : null,
  ];
  const stale = rates.flatMap((one) => (one === null || now >= staleAt(one) ? [] : [staleAt(one)]));
  const [first, ...others] = sale === null ? stale : [sale, ...stale];
  return first === undefined ? null : earliestOf(first, ...others);
}
