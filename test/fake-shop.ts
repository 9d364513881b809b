/**
 * A shop in memory and its connector: what the engine does with a platform, without any platform's protocol. A test scripts
 * the next calls of an operation; whatever is not scripted works.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type {
  Connector,
  Credentials,
  LevelReading,
  LevelRef,
  ListingRef,
  Manifest,
  PriceReading,
  PriceWrite,
  PullPage,
  PullRequest,
  QuantityWrite,
  StoreIdentity,
  WebhookDelivery,
  WriteResult,
} from '#connectors/connector.ts';
import type {
  OrderFeed,
  OrderPullRequest,
  RemoteOrder,
  ShipmentResult,
  ShipmentWrite,
  UnreadableOrder,
} from '#connectors/order.ts';
import { tellUnreadable } from '#connectors/unreadable-order.ts';
import { pageOf, priceOf } from './fake-page.ts';
import { shipped } from './fake-shipment.ts';
import { besideTheTurn } from './lock-watch.ts';

export interface Good {
  productId: string;
  variantId: string;
  title: string;
  sku: string;
  /** '' while it has none. */
  price: string;
  /** What stands crossed out beside the price, once somebody has said. */
  compareAt?: string | null;
  quantity: number;
  tracked: boolean;
  /** The hub cannot see it any more. */
  gone: boolean;
  /** At the shop's other locations, as far as it is there. */
  elsewhere?: Record<string, number>;
  /** Of its product; null: the platform does not say. */
  updatedAt: string | null;
}

export interface Operations {
  identify: { input: null; output: StoreIdentity };
  pull: { input: PullRequest; output: PullPage[] };
  readLevels: { input: readonly LevelRef[]; output: LevelReading[] };
  readPrices: { input: readonly ListingRef[]; output: PriceReading[] };
  pushQuantities: { input: readonly QuantityWrite[]; output: WriteResult[] };
  pushPrices: { input: readonly PriceWrite[]; output: WriteResult[] };
  refresh: { input: Credentials; output: Credentials };
  pullOrders: { input: OrderPullRequest; output: RemoteOrder[] };
  readOrders: { input: readonly string[]; output: RemoteOrder[] };
  ship: { input: ShipmentWrite; output: ShipmentResult };
}

export type Operation = keyof Operations;
type Scripted<K extends Operation> = (
  input: Operations[K]['input'],
  proceed: () => Operations[K]['output'],
) => Promise<Operations[K]['output']>;

export interface FakeShop {
  connector: Connector;
  goods: Map<string, Good>;
  /** Every call, oldest first, with the token it came with; who asked only for the account is counted apart. */
  calls: { operation: Operation; input: unknown; token: string }[];
  callsOf(operation: Operation): number;
  timesIdentified(): number;
  /** Scripts the next call of an operation; several queue up. `proceed` does what the shop would have done. */
  next<K extends Operation>(operation: K, script: Scripted<K>): void;
  add(good: Partial<Good> & { variantId: string }): Good;
  good(variantId: string): Good;
  sign(body: string): string;
  orders: Map<string, RemoteOrder>;
  /** Orders of a shape that its connector does not understand. */
  strange: Map<string, UnreadableOrder>;
  /** The shop's currency, from now on. */
  setCurrency(currency: string): void;
}

export interface FakeShopOptions {
  id?: string;
  account?: string;
  currency?: string;
  compareAndSet?: boolean;
  /** The same writes in a call get the answer that they got before. */
  keys?: boolean;
  compareAtPrices?: boolean;
  limits?: Partial<Manifest['limits']>;
  /** Its locations, the main one first. Absent: it has none. */
  locations?: readonly string[];
  /** Absent: it shows no orders. */
  orders?: Partial<OrderFeed>;
}

export const webhookSecret = 'secret of the fake app';

const manifestOf = (options: FakeShopOptions): Manifest => ({
  id: options.id ?? 'fake',
  name: `Fake ${options.account ?? 'shop'}`,
  badge: 'FK',
  docsUrl: 'https://fake.example/docs',
  auth: [
    {
      kind: 'access_token',
      title: 'Token',
      help: '',
      fields: [{ name: 'token', label: 'Token', secret: true, placeholder: '', pattern: '^.+$', rule: 'Enter the token.' }],
    },
  ],
  scopes: [],
  capabilities: {
    compareAndSet: options.compareAndSet ?? false,
    compareAtPrices: options.compareAtPrices ?? false,
    idempotentWrites: options.keys ?? false,
    locations: options.locations !== undefined,
    enableTracking: false,
    bulkPull: false,
    webhooks: false,
  },
  quantity: { minimum: 0, maximum: 999_999 },
  limits: {
    buckets: { api: { capacity: 40, refillPerSecond: 2, learned: false } },
    quantitiesPerCall: 50,
    pricesPerCall: 50,
    pricesPerProduct: false,
    quantitiesPerProduct: false,
    levelsPerRead: 50,
    longestWriteSeconds: 60,
    webhookBodyBytes: 1_000_000,
    ...options.limits,
  },
  orders:
    options.orders === undefined
      ? null
      : {
          feedLagSeconds: 0,
          historyDays: null,
          readingBoundSeconds: 60,
          ordersPerRead: 50,
          fulfils: false,
          statuses: {},
          ...options.orders,
        },
  webhookTopics: [],
});

/** The shop behind the connector, and the scripts that stand before it. */
interface Wire {
  manifest: Manifest;
  account: string;
  currency: string;
  /** [''] where it has none. */
  locations: readonly string[];
  goods: Map<string, Good>;
  orders: Map<string, RemoteOrder>;
  strange: Map<string, UnreadableOrder>;
  /** What the hub can see of a good. */
  seen(variantId: string): Good | undefined;
  answer<K extends Operation>(
    operation: K,
    input: Operations[K]['input'],
    credentials: Credentials,
    work: () => Operations[K]['output'],
  ): Promise<Operations[K]['output']>;
}

export function fakeShop(options: FakeShopOptions = {}): FakeShop {
  const goods = new Map<string, Good>();
  const calls: FakeShop['calls'] = [];
  let identified = 0;
  const scripts = new Map<Operation, Scripted<never>[]>();
  const wire: Wire = {
    manifest: manifestOf(options),
    account: options.account ?? 'shop',
    currency: options.currency ?? 'USD',
    locations: options.locations ?? [''],
    goods,
    orders: new Map(),
    strange: new Map(),
    seen(variantId) {
      const good = goods.get(variantId);
      return good?.gone === false ? good : undefined;
    },
    async answer<K extends Operation>(
      operation: K,
      input: Operations[K]['input'],
      credentials: Credentials,
      work: () => Operations[K]['output'],
    ) {
      if (operation === 'identify') identified++;
      else calls.push({ operation, input, token: credentials.secrets.token ?? '' });
      const script = scripts.get(operation)?.shift() as unknown as Scripted<K> | undefined;
      return script === undefined ? work() : await besideTheTurn(() => script(input, work));
    },
  };
  return {
    connector: {
      manifest: wire.manifest,
      auth: authOf(wire),
      ...readingOf(wire),
      ...writingOf(wire),
      ...(wire.manifest.orders === null ? {} : { orders: ordersOf(wire) }),
      webhooks,
      messages: {
        gone: { en: 'It is gone.', vi: 'It is gone.', id: 'It is gone.' },
        campaign: { en: 'Locked by {campaign}.', vi: 'Locked by {campaign}.', id: 'Locked by {campaign}.' },
      },
    },
    goods,
    orders: wire.orders,
    strange: wire.strange,
    calls,
    timesIdentified: () => identified,
    callsOf: (operation) => calls.filter((call) => call.operation === operation).length,
    next: (operation, script) =>
      void scripts.set(operation, [...(scripts.get(operation) ?? []), script as unknown as Scripted<never>]),
    add(good) {
      const whole = {
        ...ordinary,
        productId: `product of ${good.variantId}`,
        title: `Good ${good.variantId}`,
        sku: good.variantId,
        ...good,
      };
      goods.set(whole.variantId, whole);
      return whole;
    },
    good(variantId) {
      const good = goods.get(variantId);
      if (good === undefined) throw new Error(`the shop has no ${variantId}`);
      return good;
    },
    setCurrency: (currency) => void Object.assign(wire, { currency }),
    sign: (body) => signatureOf(new TextEncoder().encode(body), webhookSecret),
  };
}

const ordinary = { price: '10.00', quantity: 5, tracked: true, gone: false, updatedAt: null };

function authOf(wire: Wire): Connector['auth'] {
  let renewals = 0;
  return {
    fromFields: async (_, scheme, { token = '', expiresAt }) => ({
      scheme,
      secrets: { token },
      scopes: [],
      ...(expiresAt === undefined ? {} : { expiresAt }),
    }),
    refresh: (_, credentials) =>
      wire.answer('refresh', credentials, credentials, () => {
        renewals++;
        return { ...credentials, secrets: { token: `renewed-${renewals}` } };
      }),
    identify: (session) =>
      wire.answer('identify', null, session.credentials, () => ({
        platformStoreId: wire.account,
        name: wire.manifest.name,
        domain: null,
        currency: wire.currency,
        timezone: 'UTC',
        grantedScopes: [],
        locations: wire.locations
          .filter((id) => id !== '')
          .map((id, at) => ({ id, name: `${id} there`, active: true, preferred: at === 0 })),
      })),
  };
}

function ordersOf({ answer, manifest, orders, strange }: Wire): NonNullable<Connector['orders']> {
  return {
    async *pull(session, request) {
      yield await answer('pullOrders', request, session.credentials, () => {
        for (const order of strange.values()) if ((order.updatedAt ?? '') >= request.since) request.unreadable?.(order);
        return [...orders.values()]
          .filter(({ updatedAt }) => updatedAt >= request.since)
          .sort((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1));
      });
    },
    read: (session, ids, remarks) =>
      answer('readOrders', ids, session.credentials, () =>
        ids.flatMap((id) => {
          const told = strange.get(id);
          if (told !== undefined) tellUnreadable(told, remarks ?? {});
          return told === undefined ? (orders.get(id) ?? []) : [];
        }),
      ),
    ...(manifest.orders?.fulfils === true
      ? { ship: (session, write) => answer('ship', write, session.credentials, () => shipped(orders, write)) }
      : {}),
  };
}

function readingOf(wire: Wire): Pick<Connector, 'pull' | 'readLevels' | 'readPrices'> {
  const { answer, goods, seen } = wire;
  return {
    async *pull(session, request) {
      yield* await answer('pull', request, session.credentials, () => [pageOf([...goods.values()], wire, request)]);
    },
    readLevels: (session, refs) =>
      answer('readLevels', refs, session.credentials, () =>
        refs.map((ref) => ({ ref, available: quantityAt(wire, seen(ref.listing.variantId), ref.locationId) })),
      ),
    readPrices: (session, listings) =>
      answer('readPrices', listings, session.credentials, () =>
        listings.map((listing) => {
          const good = seen(listing.variantId);
          const price = good === undefined ? null : priceOf(good, wire.currency);
          const compareAt = good?.compareAt ?? null;
          return {
            listing,
            price,
            compareAtPrice: compareAt === null ? null : { amount: compareAt, currency: wire.currency },
          };
        }),
      ),
  };
}

const quantityAt = ({ locations }: Wire, good: Good | undefined, place: string): number | null =>
  good === undefined ? null : place === locations[0] ? good.quantity : (good.elsewhere?.[place] ?? null);

function setQuantity({ locations }: Wire, good: Good, place: string, quantity: number): void {
  if (place === locations[0]) good.quantity = quantity;
  else good.elsewhere = { ...good.elsewhere, [place]: quantity };
}

function writingOf(wire: Wire): Pick<Connector, 'canonicalQuantity' | 'pushQuantities' | 'pushPrices'> {
  const { answer, manifest, seen } = wire;
  const answered = new Map<string, WriteResult[]>();
  /** What a key was answered before is answered again, and nothing is done. */
  const once = (writes: readonly QuantityWrite[], apply: () => WriteResult[]): WriteResult[] => {
    if (!manifest.capabilities.idempotentWrites) return apply();
    const key = JSON.stringify(writes);
    const before = answered.get(key) ?? apply();
    answered.set(key, before);
    return before;
  };
  return {
    canonicalQuantity: (quantity) => Math.min(quantity, manifest.quantity.maximum),
    pushQuantities: (session, writes) =>
      answer('pushQuantities', writes, session.credentials, () =>
        once(writes, () =>
          writes.map(({ writeId, ref, quantity, replaces }): WriteResult => {
            const good = seen(ref.listing.variantId);
            if (good === undefined) return { writeId, outcome: 'refused', refusal: { code: 'gone', parameters: {} } };
            if (manifest.capabilities.compareAndSet && quantityAt(wire, good, ref.locationId) !== replaces)
              return { writeId, outcome: 'stale' };
            setQuantity(wire, good, ref.locationId, quantity);
            return { writeId, outcome: 'applied' };
          }),
        ),
      ),
    pushPrices: (session, writes) =>
      answer('pushPrices', writes, session.credentials, () =>
        writes.map(({ writeId, listing, price, compareAt }): WriteResult => {
          const good = seen(listing.variantId);
          if (good !== undefined) good.price = price.amount;
          if (good !== undefined && compareAt !== undefined) good.compareAt = compareAt?.amount ?? null;
          return { writeId, outcome: 'applied' };
        }),
      ),
  };
}

const webhooks: Connector['webhooks'] = {
  verify: ({ body, headers }, apps) =>
    apps.some((app) => sameBytes(signatureOf(body, app.clientSecret), headers['x-signature'] ?? '')),
  parse: ({ body }) => JSON.parse(new TextDecoder().decode(body)) as WebhookDelivery,
  list: async () => [],
  register: async (_, topic, url) => ({ id: topic, topic, url }),
  unregister: async () => undefined,
};

const signatureOf = (body: Uint8Array, secret: string): string => createHmac('sha256', secret).update(body).digest('hex');

function sameBytes(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
