/** Makes of what a platform tells an order that can be counted, whatever it tells. Pure. */
import { secondsAfter } from '#base/clock.ts';
import type { OrderEffect, RemoteOrder } from '#connectors/order.ts';

/** A line or a shipment that is told twice counts once, as it is told last; no line wants what cannot be. */
export function soundOrder(order: RemoteOrder): RemoteOrder {
  const items = lastOfEach(order.items).map((item) => ({ ...item, effect: soundEffect(item.effect) }));
  return { ...order, items, shipments: lastOfEach(order.shipments) };
}

/** By so much a platform's clock may be ahead of ours: within it, its own moments tell which snapshot is the newer one. */
const aheadAtMostSeconds = 300;

/**
 * The newest snapshot counts, and one of the future would be the newest until its time has come: whatever happened to the
 * order meanwhile would be lost. One that is further ahead than clocks differ counts as of the moment at which it is read.
 */
export function soundMoment(order: RemoteOrder, readAt: Date): RemoteOrder {
  const isAhead = new Date(order.updatedAt) > secondsAfter(readAt, aheadAtMostSeconds);
  return isAhead ? { ...order, updatedAt: readAt.toISOString() } : order;
}

const lastOfEach = <T extends { id: string }>(all: readonly T[]): T[] => [...new Map(all.map((one) => [one.id, one])).values()];

/** Nothing is below zero, and no more comes back than had left. */
function soundEffect({ reserved, shipped, restocked }: OrderEffect): OrderEffect {
  const left = Math.max(0, shipped);
  return { reserved: Math.max(0, reserved), shipped: left, restocked: Math.min(Math.max(0, restocked), left) };
}
