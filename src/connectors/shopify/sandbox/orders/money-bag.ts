/**
 * An amount in the shop's currency and in the buyer's. The shop converts a unit's price when it is ordered, rounded to
 * the buyer's currency; everything else is a multiple or a sum of such prices.
 */
import { canonicalAmount, exact } from '#base/money.ts';
import { moneyOf } from '#connectors/shopify/sandbox/resolve-catalog.ts';

type Amount = InstanceType<typeof exact>;

export interface Bag {
  shop: Amount;
  presentment: Amount;
}

export const noMoney: Bag = { shop: new exact(0), presentment: new exact(0) };

/** What a US dollar buys, roughly; a currency that is not listed counts as one. Only the buyer's display depends on it. */
const perDollar: Readonly<Record<string, string>> = {
  EUR: '0.9',
  GBP: '0.8',
  CAD: '1.4',
  AUD: '1.5',
  SGD: '1.3',
  MYR: '4.4',
  THB: '34',
  PHP: '57',
  JPY: '150',
  KRW: '1400',
  IDR: '16000',
  VND: '25000',
  KWD: '0.31',
};

/** A unit's price, given in the shop's currency. */
export function priceBag(price: string, shopCurrency: string, presentmentCurrency: string): Bag {
  const shop = new exact(price);
  const rate = new exact(perDollar[presentmentCurrency] ?? 1).div(perDollar[shopCurrency] ?? 1);
  const presentment = shopCurrency === presentmentCurrency ? shop : shop.times(rate);
  return { shop, presentment: new exact(canonicalAmount(presentment, presentmentCurrency)) };
}

export const bagTimes = (bag: Bag, units: number): Bag => ({
  shop: bag.shop.times(units),
  presentment: bag.presentment.times(units),
});

export const bagSum = (bags: readonly Bag[]): Bag =>
  bags.reduce((sum, bag) => ({ shop: sum.shop.plus(bag.shop), presentment: sum.presentment.plus(bag.presentment) }), noMoney);

export const minusBag = (a: Bag, b: Bag): Bag => ({
  shop: a.shop.minus(b.shop),
  presentment: a.presentment.minus(b.presentment),
});

/** The smaller of the two, by the shop's currency. */
export const lesserBag = (a: Bag, b: Bag): Bag => (a.shop.lte(b.shop) ? a : b);

/** As the GraphQL API shows it. */
export const moneyBag = (bag: Bag, shopCurrency: string, presentmentCurrency: string) => ({
  shopMoney: moneyOf(canonicalAmount(bag.shop, shopCurrency), shopCurrency),
  presentmentMoney: moneyOf(canonicalAmount(bag.presentment, presentmentCurrency), presentmentCurrency),
});
