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
 * and from each of them to `cancelled`, which is the end. It goes back where a payment is voided, a shipment called off, or
 * something added to what was shipped already. Of an order only snapshots are seen, and some of what happened between two of
 * them is not: from where it was it may be any number of steps further (`several`). All of this stands in `orderTransitions`.
 *
 * The platform is right in any case: the newest snapshot decides, and nothing is refused. What does not stand in the table
 * is noted in the order's timeline as unusual, for a person to look at: a cancelled order that lives again, say, or a
 * delivered one that is being shipped.
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

/** By what an order comes from one status into another. */
export type TransitionCause =
  /** The buyer has paid, or promised to in a way that the platform stands in for. */
  | 'paid'
  /** The money is not coming after all, or is asked for anew. */
  | 'payment_voided'
  /** The platform, or the seller there, stops it: a check, a time in which the buyer may change his mind. */
  | 'held'
  | 'released'
  | 'shipped'
  | 'shipment_called_off'
  /** Goods were added to what was shipped, or taken off what was not. */
  | 'edited'
  | 'delivered'
  /** Nothing can come back any more, or nothing had to be shipped. */
  | 'completed'
  | 'cancelled'
  /** More than one of them, between two snapshots. */
  | 'several';

/** From where to where by what. A status that is not named beside another does not follow it. */
export const orderTransitions: Readonly<Record<OrderStatus, Readonly<Partial<Record<OrderStatus, TransitionCause>>>>> = {
  unpaid: {
    on_hold: 'paid',
    open: 'paid',
    partially_shipped: 'several',
    shipped: 'several',
    delivered: 'several',
    completed: 'several',
    cancelled: 'cancelled',
  },
  on_hold: {
    unpaid: 'payment_voided',
    open: 'released',
    partially_shipped: 'several',
    shipped: 'several',
    delivered: 'several',
    completed: 'several',
    cancelled: 'cancelled',
  },
  open: {
    unpaid: 'payment_voided',
    on_hold: 'held',
    partially_shipped: 'shipped',
    shipped: 'shipped',
    delivered: 'several',
    completed: 'completed',
    cancelled: 'cancelled',
  },
  partially_shipped: {
    on_hold: 'held',
    open: 'shipment_called_off',
    shipped: 'shipped',
    delivered: 'several',
    completed: 'several',
    cancelled: 'cancelled',
  },
  shipped: {
    open: 'shipment_called_off',
    partially_shipped: 'edited',
    delivered: 'delivered',
    completed: 'completed',
    cancelled: 'cancelled',
  },
  delivered: { partially_shipped: 'edited', completed: 'completed', cancelled: 'cancelled' },
  completed: { open: 'edited', partially_shipped: 'edited', cancelled: 'cancelled' },
  cancelled: {},
};

/** By what an order becomes `to`; null where it does not, by the table: that is unusual, and true nevertheless. */
export const transitionBy = (from: OrderStatus, to: OrderStatus): TransitionCause | null => orderTransitions[from][to] ?? null;

/** Still to be shipped, by a person of the seller. */
export const toShip: readonly OrderStatus[] = ['open', 'partially_shipped'];
