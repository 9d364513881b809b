import type { ShopCatalog } from '#connectors/tiktok_shop/sandbox/catalog.ts';
import { isLive, partsOf, type ShopSku } from '#connectors/tiktok_shop/sandbox/goods.ts';
import { mostUnits } from '#connectors/tiktok_shop/sandbox/intake.ts';
import type { LongIds } from '#connectors/tiktok_shop/sandbox/long-ids.ts';
import { carriersOf } from '#connectors/tiktok_shop/sandbox/orders/carriers.ts';
import {
  type Cancellation,
  type Carrier,
  isArranged,
  isOpen,
  type OrderLine,
  type Parcel,
  type Role,
  type ShopOrder,
  type ShopReturn,
  statusOf,
} from '#connectors/tiktok_shop/sandbox/orders/order.ts';
import {
  cancellationMessage,
  packageMessage,
  returnMessage,
  statusMessage,
} from '#connectors/tiktok_shop/sandbox/orders/order-webhooks.ts';
import type { ShopClock } from '#connectors/tiktok_shop/sandbox/shop-clock.ts';
import type { WebhookMessage } from '#connectors/tiktok_shop/sandbox/webhook-message.ts';

export interface OrderBookSettings {
  catalog: ShopCatalog;
  clock: ShopClock;
  ids: LongIds;
  region: string;
  /** SELLER: the seller chooses the carrier; TIKTOK: the platform does. */
  shippingType: 'SELLER' | 'TIKTOK';
  /** How long a paid order is ON_HOLD; 0 for not at all. */
  holdSeconds: number;
  /** How long an order may stay unpaid before the platform calls it off (`cancel_order_sla_time`); null for ever. */
  unpaidSeconds: number | null;
  send(message: WebhookMessage): void;
}

export interface Wish {
  sku: ShopSku;
  units: number;
}

export interface Placing {
  buyer: string;
  note: string;
  paid: boolean;
  /** When it was placed, in Unix seconds; it is seen by others from now on all the same. */
  seconds: number;
}

export interface Dispatch {
  carrier: Carrier;
  trackingNumber: string;
  by: Parcel['by'];
}

/**
 * All orders of the shop, and everything that buyers, staff and the API do to them.
 *
 * A virtual bundle is a line of its own SKU, but what it takes, holds and gives back are the SKUs that it is made of.
 *
 * Stock: what existing orders hold is "not available for ordering" (Inventory Search, `committed_quantity`), so units leave
 * what is on sale when the order is placed, paid or not, and stop being committed when shipping is arranged. A cancellation
 * puts them on sale again unless it says otherwise (`should_replenish_stock`). What a return does is not documented: units
 * that came back are on sale again here, those that the buyer keeps are not.
 *
 * An order's update time is documented as the "time of order status changes", and moves with nothing else here: neither with
 * a return or a refund, nor with the cancellation of some lines or one more parcel. These have times of their own.
 */
export class OrderBook {
  readonly orders: ShopOrder[] = [];
  readonly cancellations: Cancellation[] = [];
  readonly returns: ShopReturn[] = [];
  readonly carriers: readonly Carrier[];
  readonly deliveryOptionId: string;
  readonly shippingType: OrderBookSettings['shippingType'];
  readonly #settings: OrderBookSettings;
  readonly #byId = new Map<string, ShopOrder>();
  readonly #parcels = new Map<string, { order: ShopOrder; parcel: Parcel }>();

  constructor(settings: OrderBookSettings) {
    this.#settings = settings;
    this.shippingType = settings.shippingType;
    this.carriers = carriersOf(settings.region, settings.ids);
    this.deliveryOptionId = settings.ids.named('delivery option', '70');
  }

  order(id: string): ShopOrder | undefined {
    return this.#byId.get(id);
  }

  parcels(): Iterable<{ order: ShopOrder; parcel: Parcel }> {
    return this.#parcels.values();
  }

  parcel(id: string): { order: ShopOrder; parcel: Parcel } | undefined {
    return this.#parcels.get(id);
  }

  /** Null when something is off sale, or no warehouse has everything. */
  place(wishes: readonly Wish[], placing: Placing): ShopOrder | null {
    const wanted = new Map<ShopSku, number>();
    for (const { sku, units } of wishes) wanted.set(sku, (wanted.get(sku) ?? 0) + units);
    const warehouse = this.#warehouseWith(wanted);
    if (warehouse === -1) return null;
    const { ids, clock } = this.#settings;
    const order: ShopOrder = {
      id: ids.next(),
      buyer: { id: ids.named(`buyer ${placing.buyer}`, '7'), name: placing.buyer },
      note: placing.note,
      warehouse,
      lines: [],
      parcels: [],
      createSeconds: placing.seconds,
      updateSeconds: clock.seconds(),
      paidSeconds: null,
      held: false,
      wasHeld: false,
      cancelSeconds: null,
      collectionSeconds: null,
      deliverySeconds: null,
    };
    for (const [sku, units] of wanted) {
      for (let unit = 0; unit < units; unit++)
        order.lines.push({ id: ids.next(), sku, price: sku.price, parcel: null, cancellation: null, return: null });
      this.#move(sku, warehouse, { stock: -units, committed: units });
    }
    this.orders.push(order);
    this.#byId.set(order.id, order);
    if (placing.paid) this.#take(order, placing.seconds);
    else this.#awaitPayment(order);
    this.#settings.send(statusMessage(order));
    return order;
  }

  pay(order: ShopOrder): void {
    this.#change(order, () => this.#take(order, this.#settings.clock.seconds()));
  }

  /** Takes the payment. */
  #take(order: ShopOrder, seconds: number): void {
    const { region, holdSeconds, clock } = this.#settings;
    order.paidSeconds = seconds;
    order.held = holdSeconds > 0;
    order.wasHeld = order.held;
    // "For local sellers in the US and UK markets" there is no package before it is shipped.
    if (region !== 'US' && region !== 'GB') this.#pack(order, order.lines.filter(isOpen));
    if (order.held) clock.later(holdSeconds, () => this.#release(order));
  }

  #awaitPayment(order: ShopOrder): void {
    const { unpaidSeconds, clock } = this.#settings;
    if (unpaidSeconds === null) return;
    clock.later(unpaidSeconds, () => {
      if (statusOf(order) === 'UNPAID') this.cancel(order, order.lines.filter(isOpen), 'SYSTEM', true);
    });
  }

  #release(order: ShopOrder): void {
    if (statusOf(order) === 'CANCELLED') return;
    this.#change(order, () => {
      order.held = false;
    });
  }

  /** Does what moves the order, and tells of a status that came of it. */
  #change<T>(order: ShopOrder, act: () => T): T {
    const before = statusOf(order);
    const result = act();
    const after = statusOf(order);
    if (before === after) return result;
    order.updateSeconds = this.#settings.clock.seconds();
    if (after === 'CANCELLED') order.cancelSeconds ??= order.updateSeconds;
    this.#settings.send(statusMessage(order));
    return result;
  }

  /** Lines that are not collected yet are called off. */
  cancel(order: ShopOrder, lines: readonly OrderLine[], role: Role, replenish: boolean): Cancellation {
    const { ids, clock } = this.#settings;
    const cancellation: Cancellation = {
      id: ids.next(),
      order,
      lines,
      lineIds: lines.map(() => ids.next()),
      role,
      replenish,
      paid: order.paidSeconds !== null,
      seconds: clock.seconds(),
    };
    this.#change(order, () => {
      for (const line of lines) {
        this.#move(line.sku, order.warehouse, { stock: replenish ? 1 : 0, committed: isArranged(line) ? 0 : -1 });
        line.cancellation = cancellation;
        if (line.parcel !== null) line.parcel.updateSeconds = cancellation.seconds;
      }
    });
    this.cancellations.push(cancellation);
    this.#settings.send(cancellationMessage(cancellation));
    return cancellation;
  }

  /** Shipping of these open lines is arranged, as one parcel. */
  ship(order: ShopOrder, lines: readonly OrderLine[], dispatch: Dispatch): Parcel {
    const parcel = this.#change(order, () => {
      const packed = this.#pack(order, lines);
      packed.progress = 'PROCESSING';
      packed.arrangedSeconds = this.#settings.clock.seconds();
      packed.updateSeconds = packed.arrangedSeconds;
      Object.assign(packed, dispatch);
      for (const line of lines) this.#move(line.sku, order.warehouse, { stock: 0, committed: -1 });
      return packed;
    });
    this.#settings.send(packageMessage(order, parcel));
    return parcel;
  }

  /** The carrier has collected, or delivered, the parcel. */
  move(order: ShopOrder, parcel: Parcel, progress: 'FULFILLING' | 'COMPLETED'): void {
    this.#change(order, () => {
      const seconds = this.#settings.clock.seconds();
      parcel.progress = progress;
      parcel.updateSeconds = seconds;
      order.collectionSeconds ??= seconds;
      if (statusOf(order) === 'DELIVERED') order.deliverySeconds ??= seconds;
    });
    this.#settings.send(packageMessage(order, parcel));
  }

  /** Money back for shipped lines; with RETURN_AND_REFUND the goods are here again. A return presupposes delivery. */
  giveBack(order: ShopOrder, lines: readonly OrderLine[], type: ShopReturn['type']): ShopReturn {
    const { ids, clock } = this.#settings;
    for (const parcel of new Set(lines.map((line) => line.parcel)))
      if (parcel !== null && parcel.progress !== 'COMPLETED') this.move(order, parcel, 'COMPLETED');
    const made: ShopReturn = {
      id: ids.next(),
      order,
      lines,
      lineIds: lines.map(() => ids.next()),
      type,
      seconds: clock.seconds(),
    };
    for (const line of lines) {
      line.return = made;
      if (type === 'RETURN_AND_REFUND') this.#move(line.sku, order.warehouse, { stock: 1, committed: 0 });
    }
    this.returns.push(made);
    this.#settings.send(returnMessage(made));
    return made;
  }

  /** The parcel that holds exactly these lines; out of a larger one they are split off. */
  #pack(order: ShopOrder, lines: readonly OrderLine[]): Parcel {
    const [first] = lines;
    const present = first?.parcel ?? null;
    const inside = order.lines.filter((line) => line.parcel === present && line.cancellation === null);
    if (present !== null && inside.length === lines.length && inside.every((line) => lines.includes(line))) return present;
    const { ids, clock } = this.#settings;
    const parcel: Parcel = {
      id: ids.next(),
      progress: 'TO_FULFILL',
      carrier: null,
      trackingNumber: '',
      createSeconds: clock.seconds(),
      updateSeconds: clock.seconds(),
      arrangedSeconds: null,
      by: 'person',
    };
    order.parcels.push(parcel);
    this.#parcels.set(parcel.id, { order, parcel });
    for (const line of lines) line.parcel = parcel;
    return parcel;
  }

  #warehouseWith(wanted: ReadonlyMap<ShopSku, number>): number {
    const needed = new Map<ShopSku, number>();
    for (const [sku, units] of wanted)
      for (const part of partsOf(sku)) needed.set(part.sku, (needed.get(part.sku) ?? 0) + units * part.units);
    // A bundle is off sale with any of its goods (COMBO_RELATION).
    if (needed.size === 0 || [...wanted.keys(), ...needed.keys()].some((sku) => !isLive(sku.product))) return -1;
    const skus = [...needed];
    const places = skus[0]?.[0].stock.length ?? 0;
    for (let place = 0; place < places; place++) if (skus.every(([sku, units]) => (sku.stock[place] ?? 0) >= units)) return place;
    return -1;
  }

  /** By so many units of what was sold, of everything that it is made of. */
  #move(sold: ShopSku, warehouse: number, by: { stock: number; committed: number }): void {
    for (const { sku, units } of partsOf(sold)) {
      const plus = (all: readonly number[], more: number): number[] =>
        all.map((each, place) => (place === warehouse ? each + more * units : each));
      sku.committed = plus(sku.committed, by.committed);
      const stock = plus(sku.stock, by.stock).map((each) => Math.min(mostUnits, each));
      if (by.stock !== 0) this.#settings.catalog.setStock(sku, stock, 'buyer');
    }
  }
}
