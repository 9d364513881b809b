/** What a store lets StoreSync do, in a seller's words, and when that needs renewing. Pure. */
import type { Store } from '~/api-model.ts';

/** As in "it may not …". */
const rights: Readonly<Record<string, string>> = {
  read_products: 'see products',
  write_products: 'change products and prices',
  read_inventory: 'see stock',
  write_inventory: 'change stock',
  read_locations: 'see locations',
  read_orders: 'see orders',
  read_returns: 'see returns',
  read_merchant_managed_fulfillment_orders: 'see what is to be shipped from your own locations',
  write_merchant_managed_fulfillment_orders: 'report shipments from your own locations',
  'seller.order.info': 'see orders',
  'seller.fulfillment.basic': 'see and report shipments',
  'seller.return_refund.basic': 'see returns, refunds and cancellations',
};

/** What a platform's scope allows; null for one that this page does not know yet. */
export const rightWords = (scope: string): string | null => rights[scope] ?? null;

const listed = new Intl.ListFormat('en', { type: 'disjunction' });
/** "see orders or change stock": what cannot be done there for want of rights. */
export const missingWords = (scopes: readonly string[]): string => listed.format(scopes.map((scope) => rights[scope] ?? scope));

const soonMilliseconds = 14 * 86_400_000;

/** When the seller's consent runs out, if that is soon; what StoreSync renews by itself is no reason to ask. */
export function endsSoon({ refreshExpiresAt, status }: Pick<Store, 'refreshExpiresAt' | 'status'>, now: number): string | null {
  if (refreshExpiresAt === null || status === 'disconnected') return null;
  return Date.parse(refreshExpiresAt) - now < soonMilliseconds ? refreshExpiresAt : null;
}

/** Whether a person must consent anew: at once, or before the permission ends. */
export const toReconnect = (store: Pick<Store, 'refreshExpiresAt' | 'status' | 'scopesMissing'>, now: number): boolean =>
  store.status === 'needs_reconnect' ||
  store.status === 'disconnected' ||
  store.scopesMissing.length > 0 ||
  endsSoon(store, now) !== null;
