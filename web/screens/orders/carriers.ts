/** Who may carry a parcel of an order: a name from the store's own list where it has one, else any. */
import { queryOptions } from '@tanstack/react-query';
import { api } from '~/api.ts';
import type { Carrier, OrderDetail } from '~/api-model/orders.ts';

/** Asks the store. */
export const carriersQuery = (orderId: string) =>
  queryOptions({
    queryKey: ['order', orderId, 'carriers'],
    queryFn: async ({ signal }) => {
      const answer = await api.get<Carrier[] | { items: Carrier[] }>(`/api/orders/${orderId}/carriers`, {}, signal);
      return Array.isArray(answer) ? answer : answer.items;
    },
    staleTime: 300_000,
  });

type Asking = Pick<OrderDetail, 'carriers'>;

/** A store with a list of carriers takes no shipment without a carrier and a number. */
export const isTracked = (order: Asking): boolean => order.carriers !== null;

/** Whether a carrier is chosen from a list; `carriers` is undefined while the store is asked. */
export const choosesCarrier = (order: Asking, carriers: readonly Carrier[] | undefined): boolean =>
  isTracked(order) && (carriers === undefined || carriers.length > 0);

/** A name that the store does not offer (any more) is chosen anew. */
export const isOffered = (name: string, carriers: readonly Carrier[]): boolean =>
  name === '' || carriers.length === 0 || carriers.some((carrier) => carrier.name === name);

export const usualCarriers = [
  'DHL',
  'FedEx',
  'UPS',
  'USPS',
  'DPD',
  'GLS',
  'Royal Mail',
  'Canada Post',
  'Australia Post',
  'J&T Express',
  'Ninja Van',
  'GHN',
  'GHTK',
  'Viettel Post',
  'Vietnam Post',
];
