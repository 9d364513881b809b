/** Makes of what a platform tells an order that can be counted, whatever it tells. Pure. */
import type { OrderEffect, RemoteOrder } from '#connectors/order.ts';

/** A line or a shipment that is told twice counts once, as it is told last; no line wants what cannot be. */
export function soundOrder(order: RemoteOrder): RemoteOrder {
  const items = lastOfEach(order.items).map((item) => ({ ...item, effect: soundEffect(item.effect) }));
  return { ...order, items, shipments: lastOfEach(order.shipments) };
}

const lastOfEach = <T extends { id: string }>(all: readonly T[]): T[] => [...new Map(all.map((one) => [one.id, one])).values()];

/** Nothing is below zero, and no more comes back than had left. */
function soundEffect({ reserved, shipped, restocked }: OrderEffect): OrderEffect {
  const left = Math.max(0, shipped);
  return { reserved: Math.max(0, reserved), shipped: left, restocked: Math.min(Math.max(0, restocked), left) };
}
