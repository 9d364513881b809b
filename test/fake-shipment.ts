import type { RemoteOrder, ShipmentResult, ShipmentWrite } from '#connectors/order.ts';

/** Each call makes a shipment, as on a platform that knows nothing of our write ids: whoever sends twice is seen. */
export function shipped(orders: Map<string, RemoteOrder>, { orderId, items, tracking }: ShipmentWrite): ShipmentResult {
  const order = orders.get(orderId);
  if (order === undefined) return { outcome: 'refused', refusal: { code: 'gone', parameters: {} } };
  // An order's clock goes on by a second with each change.
  const updatedAt = new Date(Date.parse(order.updatedAt) + 1000).toISOString();
  const shipment = {
    id: `parcel ${order.shipments.length + 1} of ${orderId}`,
    createdAt: updatedAt,
    carrier: tracking?.carrier ?? '',
    trackingNumber: tracking?.number ?? '',
    trackingUrl: tracking?.url ?? null,
    cancelled: false,
    items,
  };
  const left = new Map(items.map(({ itemId, quantity }) => [itemId, quantity]));
  const withEffects = order.items.map((item) => {
    const units = left.get(item.id) ?? 0;
    const { reserved, shipped: gone, restocked } = item.effect;
    return { ...item, effect: { reserved: reserved - units, shipped: gone + units, restocked } };
  });
  const whole = withEffects.every(({ effect }) => effect.reserved === 0);
  orders.set(orderId, {
    ...order,
    updatedAt,
    nativeStatus: whole ? 'shipped' : 'partially_shipped',
    items: withEffects,
    shipments: [...order.shipments, shipment],
  });
  return { outcome: 'applied', shipmentId: shipment.id };
}
