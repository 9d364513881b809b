/** What the browser knows of currencies and time zones, and guesses from where it stands. */

/** Currency of a region or, where the language names none, of a time zone: common ones; anything else begins with USD. */
const byRegion: Record<string, string> = {
  US: 'USD',
  VN: 'VND',
  ID: 'IDR',
  GB: 'GBP',
  AU: 'AUD',
  CA: 'CAD',
  NZ: 'NZD',
  SG: 'SGD',
  MY: 'MYR',
  TH: 'THB',
  PH: 'PHP',
  JP: 'JPY',
  KR: 'KRW',
  CN: 'CNY',
  IN: 'INR',
  BR: 'BRL',
  MX: 'MXN',
  CH: 'CHF',
  SE: 'SEK',
  NO: 'NOK',
  DK: 'DKK',
  PL: 'PLN',
  DE: 'EUR',
  FR: 'EUR',
  ES: 'EUR',
  IT: 'EUR',
  NL: 'EUR',
  AT: 'EUR',
  BE: 'EUR',
  IE: 'EUR',
  PT: 'EUR',
  FI: 'EUR',
};
const byZone: Record<string, string> = {
  'Asia/Ho_Chi_Minh': 'VND',
  'Asia/Saigon': 'VND',
  'Asia/Jakarta': 'IDR',
  'Asia/Makassar': 'IDR',
  'Asia/Jayapura': 'IDR',
  'Asia/Singapore': 'SGD',
  'Asia/Kuala_Lumpur': 'MYR',
  'Asia/Bangkok': 'THB',
  'Asia/Manila': 'PHP',
  'Asia/Tokyo': 'JPY',
  'Europe/London': 'GBP',
  'Europe/Berlin': 'EUR',
  'Europe/Paris': 'EUR',
  'Europe/Madrid': 'EUR',
  'Europe/Rome': 'EUR',
  'Australia/Sydney': 'AUD',
  'Australia/Melbourne': 'AUD',
};

/** The zone speaks of where one is, the language often only of what one reads: the zone goes first. */
export function guessCurrency(language: string, timezone: string): string {
  const region = /[-_]([A-Z]{2})\b/.exec(language)?.[1];
  return byZone[timezone] ?? (region === undefined ? undefined : byRegion[region]) ?? 'USD';
}

export const guessTimezone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export function timezones(): string[] {
  const known = Intl.supportedValuesOf('timeZone');
  const own = guessTimezone();
  return [...new Set([own, 'UTC', ...known])].sort();
}

export function currencies(): { code: string; name: string }[] {
  const names = new Intl.DisplayNames('en', { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => ({ code, name: names.of(code) ?? code }));
}
