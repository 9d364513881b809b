/**
 * What every practice store (sandbox) offers beside the platform's own protocol, so that tests, the demo and a person can
 * look at it, edit it and make it misbehave. A sandbox imports this file, `base` and nothing of its connector.
 */
export interface PracticeShop {
  platform: string;
  /** The platform's protocol: OAuth pages, API, uploads. Runs in process; `practice-host.ts` serves it over HTTP. */
  handle(request: Request): Promise<Response>;
  control: PracticeControl;
  /** Stops timers and pending webhook deliveries. */
  close(): Promise<void>;
}

export interface PracticeControl {
  /** Everything on sale, as the platform itself holds it. */
  goods(): PracticeGood[];
  /** A person edits on the platform: fires the platform's own webhooks. Throws when the id is unknown. */
  edit(variantId: string, change: { price?: string; quantity?: number; title?: string; tracked?: boolean }): void;
  /** Adds products; ids are the shop's own. */
  add(products: readonly PracticeProduct[]): void;
  remove(productId: string): void;
  /** A buyer takes `units`; the platform lowers its own number. Returns false when it refuses for lack of stock. */
  sell(variantId: string, units: number): boolean;
  orders: PracticeOrders;
  /**
   * Units that a running campaign holds: a quantity below it is refused, as the platform would. 0 ends it. Absent on
   * platforms that know no such thing.
   */
  lockForCampaign?(variantId: string, units: number): void;
  /** Every write of price or quantity that was applied, oldest first, by the shop's own clock. */
  writes(): PracticeWrite[];
  fault(fault: PracticeFault): void;
  clearFaults(): void;
  /** Requests answered with a throttle answer, and the total: for the pacing proof. */
  counters(): { requests: number; throttled: number; writes: number; webhooksSent: number; webhooksFailed: number };
  /** Removes every limit (for measuring), or restores it. */
  unlimited(on: boolean): void;
  /** Moves the shop's clock by so many seconds (expires tokens). */
  advanceClock(seconds: number): void;
  /** The credentials and app of this shop, for a connection without clicking. */
  access(): Record<string, string>;
}

/** Buyers and the seller's staff on the platform. Each act fires the platform's own webhooks and moves its own stock. */
export interface PracticeOrders {
  /** Returns the order's id; null when the platform refuses for lack of stock. Paid at once unless `paid` is false. */
  place(
    lines: readonly { variantId: string; units: number }[],
    options?: { paid?: boolean; buyer?: string; note?: string; currency?: string; placedAt?: string },
  ): string | null;
  pay(orderId: string): void;
  /** The rest of the order is called off; `restock` false leaves the platform's own stock where it is. */
  cancel(orderId: string, options?: { restock?: boolean }): void;
  /** Deleted for good, as if it had never been. Throws where the platform refuses; absent where it knows no such thing. */
  remove?(orderId: string): void;
  /** Staff ship on the platform; everything that is open when `lines` is absent. Returns the shipment's id. */
  ship(orderId: string, lines?: readonly { variantId: string; units: number }[]): string;
  /** Shipped goods are sent back, and on sale again where `restock` says so; no money moves. Absent where a return is a refund. */
  takeBack?(orderId: string, lines: readonly { variantId: string; units: number; restock: boolean }[]): void;
  /** Money back, for what was sent back without, for shipped units (a return) or open ones. */
  refund(orderId: string, lines: readonly { variantId: string; units: number; restock: boolean }[]): void;
  /** Staff change how many of a line were ordered; 0 takes it off; a variant not in the order is added. Throws where the platform knows no edits. */
  edit(orderId: string, line: { variantId: string; units: number }): void;
  list(): PracticeOrder[];
}

export interface PracticeOrder {
  id: string;
  number: string;
  status: string;
  placedAt: string;
  updatedAt: string;
  currency: string;
  total: string;
  lines: readonly { variantId: string; ordered: number; cancelled: number; shipped: number; returned: number }[];
  shipments: readonly { id: string; carrier: string; trackingNumber: string; by: 'api' | 'person' }[];
}

export interface PracticeProduct {
  title: string;
  descriptionHtml?: string;
  vendor?: string;
  productType?: string;
  tags?: readonly string[];
  handle?: string;
  status?: 'active' | 'draft' | 'archived';
  images?: readonly { url: string; alt?: string }[];
  options?: readonly string[];
  variants: readonly PracticeVariant[];
}

export interface PracticeVariant {
  optionValues?: readonly string[];
  sku?: string;
  barcode?: string;
  price: string;
  compareAtPrice?: string;
  cost?: string;
  quantity: number;
  tracked?: boolean;
  oversellable?: boolean;
  grams?: number;
  imageUrl?: string;
}

export interface PracticeGood {
  productId: string;
  variantId: string;
  title: string;
  variantTitle: string;
  sku: string;
  price: string;
  currency: string;
  quantity: number;
  tracked: boolean;
  status: string;
}

export interface PracticeWrite {
  at: string;
  kind: 'price' | 'quantity';
  variantId: string;
  value: string;
  /** Who wrote: 'api' (the hub), 'person' or 'buyer'. */
  by: 'api' | 'person' | 'buyer';
}

/**
 * A fault applies to the next `times` matching requests (Infinity: until cleared). `match` is a substring of the
 * operation: a GraphQL operation or root field name, or a path; absent matches everything.
 * - `throttle`, `server_error`: answered so, nothing applied
 * - `timeout_before`: nothing applied, no answer (the connection hangs `seconds`, then is cut)
 * - `timeout_after`: applied, but no answer
 * - `apply_late`: no answer, applied `seconds` later
 * - `slow`: answered properly, `seconds` later
 * - `expire_token`: the current access token stops working
 * - `webhook_lost`, `webhook_duplicate`, `webhook_late`: of the next deliveries (`match` = topic)
 * - `cut_answer`: half of the body
 */
export interface PracticeFault {
  kind:
    | 'throttle'
    | 'server_error'
    | 'timeout_before'
    | 'timeout_after'
    | 'apply_late'
    | 'slow'
    | 'expire_token'
    | 'webhook_lost'
    | 'webhook_duplicate'
    | 'webhook_late'
    | 'cut_answer';
  match?: string;
  times?: number;
  seconds?: number;
}

export interface PracticeOptions {
  /** The shop's name or account id on its platform. */
  shop: string;
  currency?: string;
  timezone?: string;
  /** Base address at which this shop will be reached: http://127.0.0.1:port (for redirects and links in answers). */
  baseUrl: string;
  /** Delivers a webhook; resolves to the HTTP status, 0 when there was no answer. Default: a real POST by fetch. */
  deliver?(url: string, init: { headers: Record<string, string>; body: string }): Promise<number>;
  /** Multiplies documented waiting times (webhook retries), 1 by default; tests use a small one. */
  timeScale?: number;
  /** Where the sandbox writes its traffic, one entry a call: held against the contracts by the suites. */
  record?(entry: PracticeTraffic): void;
  /** What the shop's clock and everything that it does later follow; real time when absent. */
  time?: PracticeTime;
}

/** A simulation passes its own. */
export interface PracticeTime {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `action` once, so many milliseconds later; returns how to call it off. */
  after(milliseconds: number, action: () => void): () => void;
}

export interface PracticeTraffic {
  platform: string;
  direction: 'api' | 'webhook';
  operation: string;
  method: string;
  url: string;
  /** Names in lower case. */
  requestHeaders: Readonly<Record<string, string>>;
  requestBody: string;
  status: number;
  responseBody: string;
}
