import type { Query } from '~/api.ts';
import { financialStatuses, orderAttentions, orderStatuses } from '~/api-model/orders.ts';
import { oneOf, text } from '~/parts/search-parameters.ts';

export const orderViews = ['to_ship', 'unpaid', 'attention', 'all'] as const;
export type OrderView = (typeof orderViews)[number];
export const orderSorts = ['-placedAt', 'placedAt', '-total'] as const;
export type OrderSort = (typeof orderSorts)[number];

export const readDay = <Name extends 'from' | 'to'>(name: Name, search: Record<string, unknown>) => {
  const value = search[name];
  return { [name]: typeof value === 'string' && isDay(value) ? value : undefined } as { [K in Name]?: string | undefined };
};

/** "2026-02-31" is none. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const moment = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(value);
}

/** `order`: the one whose sheet is open. */
export const readOrdersSearch = (search: Record<string, unknown>) => ({
  ...oneOf('view', orderViews, search),
  ...text('q', search),
  ...text('storeId', search),
  ...oneOf('status', orderStatuses, search),
  ...oneOf('payment', financialStatuses, search),
  ...oneOf('attention', orderAttentions, search),
  ...text('tag', search),
  ...readDay('from', search),
  ...readDay('to', search),
  ...oneOf('sort', orderSorts, search),
  ...text('order', search),
});

export type OrdersSearch = ReturnType<typeof readOrdersSearch>;

/** What waits longest comes first where something is to be done; elsewhere the newest. */
export const sortOf = ({ view = 'to_ship', sort }: OrdersSearch): OrderSort =>
  sort ?? (view === 'to_ship' || view === 'unpaid' ? 'placedAt' : '-placedAt');

/** What the API is asked for: the view's own condition and the filters; the export takes the same. */
export function orderFilters({ view = 'to_ship', ...search }: OrdersSearch): Query {
  return {
    q: search.q,
    storeId: search.storeId,
    tag: search.tag,
    from: search.from,
    to: search.to,
    status: view === 'to_ship' ? 'open,partially_shipped' : view === 'unpaid' ? 'unpaid' : search.status,
    financialStatus: view === 'unpaid' ? undefined : search.payment,
    attention: view === 'attention' ? (search.attention ?? 'any') : undefined,
  };
}

/** Whether anything but the view narrows the list. */
export const isFiltered = ({ q, storeId, tag, from, to, status, payment, attention }: OrdersSearch): boolean =>
  [q, storeId, tag, from, to, status, payment, attention].some((value) => value !== undefined);

/** The search without any filter; the view, the order of the rows and the open sheet stay. */
export const withoutFilters = ({ view, sort, order }: OrdersSearch): OrdersSearch => ({ view, sort, order });
