/**
 * A sale from any store, unified.
 *
 * Always true:
 * - I3: a platform's order is one row, whatever was lost, repeated or re-ordered on the way;
 * - I2: what an item has booked in the stock ledger is what its newest snapshot wants; ingesting books the difference, so
 *   duplicates, older snapshots, edits, cancellations and replays come out right;
 * - what an item has once begun to book from (variant, units, baseline) is frozen: linking its listing anew moves nothing;
 * - an item that cannot be counted is kept, shown with its reason, and blocks nothing;
 * - who bought is sealed at rest (I10), and found by keys that only the sealing key can make.
 *
 * Lock order: orders, then variants, inventory items, listing levels (see inventory/book.ts, listings/changes.ts).
 */
import type { OrderStatus } from '#connectors/order.ts';

/** Why an item books nothing for now. */
export type ParkedReason =
  /** Its listing is not linked: booked when it is. */
  | 'unlinked'
  /** Its variant is not counted. */
  | 'not_tracked'
  /** Nobody has counted its variant yet: the first count will contain it. */
  | 'not_counted'
  /** The store owns the count: its own figure contains its sales. */
  | 'owner_counts'
  /** The platform ships it from its own warehouse. */
  | 'platform_fulfils';

/** What an item books from, frozen with its first booking. */
export interface BookedFrom {
  variantId: string;
  /** Units of the variant in one unit of the item: more than 1 in a bundle. */
  units: number;
  /** The part of the effect that the variant's first figure contains; null when the order is younger than that. */
  baseline: ContainedInBaseline | null;
  /** Places that it was to be shipped from while the store counted the stock there: that is in the store's own figure. */
  ownedPlaces?: readonly string[];
}

/** `available`: of restocked - reserved - shipped; `on_hand`: of restocked - shipped. In units of the item. */
export interface ContainedInBaseline {
  kind: 'available' | 'on_hand';
  contained: number;
}

/**
 * The life of an order, as a seller follows it:
 *
 *   unpaid -> on_hold -> open -> partially_shipped -> shipped -> delivered -> completed
 *
 * and from each of them to `cancelled`. Platforms skip steps, and go back (a payment is voided, a shipment cancelled), so
 * the newest snapshot decides, and a step backwards is recorded, not refused.
 */
export const orderStatuses = [
  'unpaid',
  'on_hold',
  'open',
  'partially_shipped',
  'shipped',
  'delivered',
  'completed',
  'cancelled',
] as const satisfies readonly OrderStatus[];

/** Still to be shipped, by a person of the seller. */
export const toShip: readonly OrderStatus[] = ['open', 'partially_shipped'];
