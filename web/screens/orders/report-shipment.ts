import { ApiProblem, api, randomId } from '~/api.ts';
import type { Shipment } from '~/api-model/orders.ts';
import type { ShipmentInput } from '~/screens/orders/shipment-form.ts';

export type Report = (orderId: string, input: ShipmentInput) => Promise<Shipment>;
type Post = (path: string, body: ShipmentInput, idempotencyKey: string) => Promise<Shipment>;

/** Reports shipments; the same parcel tried again after a lost answer carries the same key, so that it is reported once. */
export function shipmentReports(post: Post = (path, body, key) => api.post<Shipment>(path, body, key)): Report {
  const attempts = new Map<string, { content: string; key: string }>();
  return async (orderId, input) => {
    const content = JSON.stringify(input);
    const before = attempts.get(orderId);
    const attempt = before?.content === content ? before : { content, key: randomId() };
    attempts.set(orderId, attempt);
    try {
      return await post(`/api/orders/${orderId}/shipments`, input, attempt.key);
    } catch (thrown) {
      if (isSettled(thrown)) attempts.delete(orderId);
      throw thrown;
    }
  };
}

/**
 * What was refused is settled: the next try is another one. What was not answered may have been done, and so may what is
 * asked for while it still runs; a request that was turned away at the door says nothing of an earlier one.
 */
export function isSettled(thrown: unknown): boolean {
  if (!(thrown instanceof ApiProblem) || thrown.status < 400 || thrown.status >= 500) return false;
  return ![401, 429].includes(thrown.status) && !['idempotency_in_progress', 'unreachable'].includes(thrown.code);
}
