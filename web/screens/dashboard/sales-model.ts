/** Sales as a picture needs them: every day of a period, stacked by store, in one currency. Pure. */
import type { SalesEntry } from '~/api-model/orders.ts';

/** Shown one by one; what further stores sold is one part. Colours that all eyes tell apart are few. */
export const storesShown = 7;
export const otherStores = 'other';

export interface SalesPart {
  storeId: string;
  /** Decimal text: amounts are shown as they are and never added as floating-point numbers. */
  total: string;
  orders: number;
  units: number;
}

export interface SalesDay {
  day: string;
  total: string;
  orders: number;
  /** In the order of the stores; stores without sales on the day are left out. */
  parts: SalesPart[];
}

/** "0.1" + "0.20" is "0.30": exact, with as many decimals as the longest has. */
export function addAmounts(amounts: readonly string[]): string {
  const decimals = Math.max(0, ...amounts.map((amount) => amount.split('.')[1]?.length ?? 0));
  const sum = amounts.reduce((total, amount) => {
    const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
    const scaled = BigInt(whole + fraction.padEnd(decimals, '0'));
    return amount.startsWith('-') ? total - scaled : total + scaled;
  }, 0n);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(decimals + 1, '0');
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return sum < 0n ? `-${text}` : text;
}

/** The currencies in which something was sold, the organization's own first. */
function currenciesOf(series: readonly SalesEntry[], own: string): string[] {
  const found = [...new Set(series.map(({ currency }) => currency))].sort();
  return found.includes(own) ? [own, ...found.filter((currency) => currency !== own)] : found;
}

export interface CurrencyTotal {
  currency: string;
  total: string;
  refunded: string;
  orders: number;
}

/** What was sold in each currency: side by side, never added. The organization's own first. */
export const salesByCurrency = (series: readonly SalesEntry[], own: string): CurrencyTotal[] =>
  currenciesOf(series, own).map((currency) => {
    const entries = series.filter((entry) => entry.currency === currency);
    return {
      currency,
      total: addAmounts(entries.map(({ total }) => total)),
      refunded: addAmounts(entries.map(({ refunded }) => refunded)),
      orders: entries.reduce((sum, { orders }) => sum + orders, 0),
    };
  });

/** Every day of the period; on those without sales nothing was sold. */
export function salesDays(
  series: readonly SalesEntry[],
  currency: string,
  days: readonly string[],
  storeIds: readonly string[],
): SalesDay[] {
  const byDay = new Map<string, SalesEntry[]>();
  for (const entry of series) {
    if (entry.currency !== currency) continue;
    const entries = byDay.get(entry.day);
    if (entries === undefined) byDay.set(entry.day, [entry]);
    else entries.push(entry);
  }
  const shown = storeIds.slice(0, storesShown);
  return days.map((day) => {
    const entries = byDay.get(day) ?? [];
    const part = (storeId: string, of: readonly SalesEntry[]): SalesPart[] =>
      of.length === 0
        ? []
        : [
            {
              storeId,
              total: addAmounts(of.map(({ total }) => total)),
              orders: of.reduce((sum, { orders }) => sum + orders, 0),
              units: of.reduce((sum, { units }) => sum + units, 0),
            },
          ];
    const parts = [
      ...shown.flatMap((id) =>
        part(
          id,
          entries.filter(({ storeId }) => storeId === id),
        ),
      ),
      ...part(
        otherStores,
        entries.filter(({ storeId }) => !shown.includes(storeId)),
      ),
    ];
    return {
      day,
      total: addAmounts(parts.map(({ total }) => total)),
      orders: parts.reduce((sum, { orders }) => sum + orders, 0),
      parts,
    };
  });
}

/** What each part sold over the whole period, in the order in which they are stacked. */
export function salesByStore(days: readonly SalesDay[], storeIds: readonly string[]): SalesPart[] {
  const byStore = new Map<string, SalesPart[]>();
  for (const { parts } of days) for (const part of parts) byStore.set(part.storeId, [...(byStore.get(part.storeId) ?? []), part]);
  const shown = [...storeIds.slice(0, storesShown), otherStores].flatMap((id) => {
    const parts = byStore.get(id);
    return parts === undefined ? [] : [{ storeId: id, parts }];
  });
  return shown.map(({ storeId, parts }) => ({
    storeId,
    total: addAmounts(parts.map(({ total }) => total)),
    orders: parts.reduce((sum, { orders }) => sum + orders, 0),
    units: parts.reduce((sum, { units }) => sum + units, 0),
  }));
}

/** Round figures for the axis from 0 to at least `largest`: 3 to 6 of them, steps of 1, 2 or 5 times a power of ten. */
export function axisTicks(largest: number): number[] {
  if (!(largest > 0) || !Number.isFinite(largest)) return [0, 1];
  const rough = largest / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const count = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

/** Every how many days one is named, so that names of this width do not touch. */
export function labelEvery(days: number, width: number, labelWidth: number): number {
  const fitting = Math.max(1, Math.floor(width / labelWidth));
  return Math.max(1, Math.ceil(days / fitting));
}
