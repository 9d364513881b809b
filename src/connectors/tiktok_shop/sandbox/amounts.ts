import { canonicalAmount, currencyExponent, exact } from '#base/money.ts';

/** The currency that a region's shop sells in. Source: the currency list of Update Price. */
const currencies: Readonly<Record<string, string>> = {
  BR: 'BRL',
  DE: 'EUR',
  ES: 'EUR',
  FR: 'EUR',
  GB: 'GBP',
  ID: 'IDR',
  IE: 'EUR',
  IT: 'EUR',
  JP: 'JPY',
  MX: 'MXN',
  MY: 'MYR',
  PH: 'PHP',
  SG: 'SGD',
  TH: 'THB',
  US: 'USD',
  VN: 'VND',
};

export function currencyOfRegion(region: string): string {
  const currency = currencies[region];
  if (currency === undefined) throw new Error(`TikTok Shop sells in ${Object.keys(currencies).join(', ')}; not in ${region}`);
  return currency;
}

/** What is wrong with an amount that the API was sent, or null: a plain decimal, above zero, no more digits than its currency has. */
export function faultOfAmount(amount: string, currency: string): 'format' | 'value' | null {
  const digits = currencyExponent(currency);
  const pattern = digits === 0 ? /^(0|[1-9]\d{0,11})$/ : new RegExp(`^(0|[1-9]\\d{0,11})(\\.\\d{1,${digits}})?$`);
  if (!pattern.test(amount)) return 'format';
  return new exact(amount).gt(0) ? null : 'value';
}

/** An amount as the shop keeps it: with all the digits of its currency. Throws when it is none. */
export function keptAmount(amount: string, currency: string): string {
  const kept = canonicalAmount(amount, currency);
  if (!new exact(kept).gt(0)) throw new RangeError(`A price on TikTok Shop is above zero; ${amount} is not`);
  return kept;
}

/** An amount as the shop keeps it, at least the currency's smallest unit. */
export function nearestAmount(amount: string, currency: string): string {
  const smallest = new exact(10).pow(-currencyExponent(currency));
  return canonicalAmount(exact.max(amount, smallest), currency);
}

/** An amount as the API shows it: the platform's own samples ("117.5", "110") carry no closing zeros. */
export function shownAmount(kept: string): string {
  return new exact(kept).toFixed();
}
