import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { Order, OrderDetail, TimelineLine } from '~/api-model/orders.ts';
import type { Page } from '~/api-model.ts';
import type { Noun } from '~/queries.ts';

const onTheWay = new Set(['unsent', 'sent', 'unknown']);

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['order', id],
    queryFn: ({ signal }) => api.get<OrderDetail>(`/api/orders/${id}`, {}, signal),
    // One watches a shipment arrive: while one is on its way the order is read again every other second.
    refetchInterval: ({ state }) =>
      state.data?.shipments.some((shipment) => onTheWay.has(shipment.state)) === true ? 2_000 : false,
  });

export const timelineQuery = (id: string) =>
  queryOptions({
    queryKey: ['order', id, 'timeline'],
    queryFn: async ({ signal }) => {
      const answer = await api.get<TimelineLine[] | Page<TimelineLine>>(`/api/orders/${id}/timeline`, {}, signal);
      return Array.isArray(answer) ? answer : answer.items;
    },
  });

/** Everything that shows an order. */
export function refreshOrders(client: QueryClient): Promise<unknown> {
  const shown: Noun[] = ['orders', 'order', 'order-counts', 'sales', 'inventory'];
  return Promise.all(shown.map((noun) => client.invalidateQueries({ queryKey: [noun] })));
}

export interface OrderPatch {
  note?: string;
  tags?: string[];
  oversoldSettled?: true;
}

export const patchOrder = (id: string, patch: OrderPatch): Promise<Order> => api.patch(`/api/orders/${id}`, patch);

export function useOrderChange(id: string, done?: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (patch: OrderPatch) => patchOrder(id, patch),
    onSuccess: () => {
      if (done !== undefined) toast(done);
    },
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => refreshOrders(client),
  });
}

/** Asks for an act on an order that the store's next turn carries out. */
export function useOrderAct(path: string, done: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post(path),
    onSuccess: () => toast(done),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => refreshOrders(client),
  });
}
