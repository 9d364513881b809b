/**
 * Markets of TikTok Shop. The platform tells a shop's region, but neither its currency nor its time zone. Currencies: the
 * "possible values" of price.currency in Get Product, which names the region of each. Time zones: the seat of government or
 * trade, where a country has several.
 */
export interface Market {
  currency: string;
  timezone: string;
}

const markets: Readonly<Record<string, Market>> = {
  BR: { currency: 'BRL', timezone: 'America/Sao_Paulo' },
  DE: { currency: 'EUR', timezone: 'Europe/Berlin' },
  ES: { currency: 'EUR', timezone: 'Europe/Madrid' },
  FR: { currency: 'EUR', timezone: 'Europe/Paris' },
  GB: { currency: 'GBP', timezone: 'Europe/London' },
  ID: { currency: 'IDR', timezone: 'Asia/Jakarta' },
  IE: { currency: 'EUR', timezone: 'Europe/Dublin' },
  IT: { currency: 'EUR', timezone: 'Europe/Rome' },
  JP: { currency: 'JPY', timezone: 'Asia/Tokyo' },
  MX: { currency: 'MXN', timezone: 'America/Mexico_City' },
  MY: { currency: 'MYR', timezone: 'Asia/Kuala_Lumpur' },
  PH: { currency: 'PHP', timezone: 'Asia/Manila' },
  SG: { currency: 'SGD', timezone: 'Asia/Singapore' },
  TH: { currency: 'THB', timezone: 'Asia/Bangkok' },
  US: { currency: 'USD', timezone: 'America/New_York' },
  VN: { currency: 'VND', timezone: 'Asia/Ho_Chi_Minh' },
};

/** The market of a region code, or null for one that is not known here. */
export function marketOf(region: string): Market | null {
  const code = region.toUpperCase();
  return Object.hasOwn(markets, code) ? (markets[code] ?? null) : null;
}
