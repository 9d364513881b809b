/**
 * A practice Shopify shop: the other side of the wire. It speaks the Admin API (GraphQL 2026-07 and 2026-10), OAuth and
 * webhooks from the platform's published contract and knows nothing of the connector; where the contract leaves a choice
 * it takes the stricter one.
 */
import { createHash } from 'node:crypto';
import type { PracticeOptions, PracticeShop } from '#connectors/practice.ts';
import { type BulkOperation, BulkOperations, bulkGid } from '#connectors/shopify/sandbox/bulk.ts';
import { controlOf } from '#connectors/shopify/sandbox/control.ts';
import { CostBucket } from '#connectors/shopify/sandbox/cost.ts';
import { Faults } from '#connectors/shopify/sandbox/faults.ts';
import { GraphqlEndpoint } from '#connectors/shopify/sandbox/graphql-endpoint.ts';
import { IdempotentAnswers } from '#connectors/shopify/sandbox/idempotency.ts';
import { gid, IdSource, looseId } from '#connectors/shopify/sandbox/ids.ts';
import { type App, OAuth } from '#connectors/shopify/sandbox/oauth.ts';
import { OrderBook } from '#connectors/shopify/sandbox/orders/order-book.ts';
import {
  editPayload,
  fulfillmentPayload,
  orderPayload,
  type PayloadShop,
  refundPayload,
} from '#connectors/shopify/sandbox/orders/order-payloads.ts';
import type { ShopRooms } from '#connectors/shopify/sandbox/request-context.ts';
import { schema } from '#connectors/shopify/sandbox/schema.ts';
import { ShopClock, secondsText } from '#connectors/shopify/sandbox/shop-clock.ts';
import { ShopFront } from '#connectors/shopify/sandbox/shop-front.ts';
import { type ShopEvent, type ShopIdentity, ShopState } from '#connectors/shopify/sandbox/shop-state.ts';
import { type AccessToken, type TokenPair, Tokens } from '#connectors/shopify/sandbox/tokens.ts';
import {
  deletedPayload,
  itemPayload,
  levelPayload,
  locationPayload,
  payloadText,
  productPayload,
  shopPayload,
} from '#connectors/shopify/sandbox/webhook-payloads.ts';
import { deliverByFetch, WebhookSender } from '#connectors/shopify/sandbox/webhooks-out.ts';

export interface ShopifySandboxOptions extends PracticeOptions {
  /** The app that may connect; made up from the shop's name when absent. */
  clientId?: string;
  clientSecret?: string;
  /** What the app of `access()` and of client credentials is granted. */
  scopes?: readonly string[];
  /** Cost bucket: 2000 points, restored at 100 a second, as the Standard plan has it. */
  capacity?: number;
  restorePerSecond?: number;
  /** Locations beside the main warehouse, the back room and the closed branch; none when absent. */
  branches?: number;
  /** False: the app is not approved for protected customer data, and gets neither names nor addresses of buyers. */
  personalFields?: boolean;
  /** Version of webhook payloads. */
  apiVersion?: string;
  /** Real time in milliseconds when absent; see also `time`. */
  now?: () => number;
}

export interface ShopifySandbox extends PracticeShop {
  /** What the seller does in the settings of the admin: fires the platform's own webhooks. */
  admin: {
    renameShop(name: string): void;
    /** Throws when there is no such location. */
    renameLocation(locationId: string, name: string): void;
  };
}

const defaultScopes = [
  'write_products',
  'write_inventory',
  'read_locations',
  'write_orders',
  'read_returns',
  'read_customers',
  'write_merchant_managed_fulfillment_orders',
];

/** Throws when the shop's name or currency is none that the platform knows. */
export function createShopifySandbox(options: ShopifySandboxOptions): ShopifySandbox {
  const clock = new ShopClock(options.now ?? options.time?.now, options.time?.after);
  const ids = new IdSource(options.shop);
  const identity = identityOf(options, clock, ids);
  const app = appOf(options);
  const faults = new Faults();
  const record = options.record?.bind(options) ?? (() => {});
  const webhooks = new WebhookSender({
    clock,
    faults,
    domain: identity.domain,
    apiVersion: identity.apiVersion,
    clientSecret: app.clientSecret,
    timeScale: options.timeScale ?? 1,
    deliver: options.deliver?.bind(options) ?? deliverByFetch,
    record,
  });
  const state = new ShopState(
    clock,
    ids,
    identity.currency,
    (event) => announce(webhooks, { identity, state }, event),
    options.branches,
  );
  const orders = new OrderBook(state);
  const bulk = new BulkOperations({
    clock,
    ids,
    faults,
    baseUrl: identity.baseUrl,
    finished: (operation) => announceBulk(webhooks, operation),
  });
  const idempotency = new IdempotentAnswers(clock);
  const personalFields = options.personalFields ?? true;
  const shop: ShopRooms = { identity, clock, state, orders, webhooks, bulk, idempotency, personalFields };
  const tokens = new Tokens(clock);
  const bucket = new CostBucket(clock, options.capacity ?? 2000, options.restorePerSecond ?? 100);
  const requests = { total: 0, throttled: 0 };
  const front = new ShopFront({
    shop,
    faults,
    tokens,
    oauth: new OAuth(app, identity, tokens, clock),
    endpoint: new GraphqlEndpoint(shop, tokens, bucket),
    requests,
    record,
    uninstall() {
      tokens.revokeAll();
      send(webhooks, 'APP_UNINSTALLED', () => shopPayload(identity, state.primaryLocation.id));
      webhooks.subscriptions.clear();
    },
  });
  return {
    platform: 'shopify',
    handle: (request) => front.handle(request),
    admin: adminOf(identity, state, webhooks),
    control: controlOf({
      state,
      book: orders,
      knowsCurrency,
      faults,
      bucket,
      webhooks,
      requests,
      access: accessOf(app, identity, tokens, state),
    }),
    async close() {
      front.close();
      bulk.close();
      webhooks.close();
      clock.close();
    },
  };
}

function adminOf(identity: ShopIdentity, state: ShopState, webhooks: WebhookSender): ShopifySandbox['admin'] {
  return {
    renameShop(name) {
      identity.name = name;
      identity.updatedAt = state.clock.nowToTheSecond();
      send(webhooks, 'SHOP_UPDATE', () => shopPayload(identity, state.primaryLocation.id));
    },
    renameLocation(locationId, name) {
      const location = state.locations.find(({ id }) => id === looseId('Location', locationId));
      if (location === undefined) throw new Error(`There is no location ${locationId}`);
      state.changeLocation(location, { name });
      state.commit();
    },
  };
}

function identityOf(options: ShopifySandboxOptions, clock: ShopClock, ids: IdSource): ShopIdentity {
  const name = options.shop.replace(/\.myshopify\.com$/, '');
  if (!/^[a-zA-Z0-9][a-zA-Z0-9-]*$/.test(name)) throw new Error(`"${options.shop}" is not the name of a shop`);
  const currency = options.currency ?? 'USD';
  if (!knowsCurrency(currency)) throw new Error(`This practice shop does not know the currency ${currency}`);
  return {
    id: ids.take(),
    name,
    domain: `${name.toLowerCase()}.myshopify.com`,
    currency,
    timezone: options.timezone ?? 'America/New_York',
    baseUrl: options.baseUrl.replace(/\/+$/, ''),
    apiVersion: options.apiVersion ?? '2026-10',
    createdAt: clock.nowToTheSecond(),
    updatedAt: clock.nowToTheSecond(),
  };
}

function knowsCurrency(currency: string): boolean {
  const currencies = schema.getType('CurrencyCode');
  return currencies !== undefined && 'getValue' in currencies && currencies.getValue(currency) != null;
}

function appOf(options: ShopifySandboxOptions): App {
  const made = (what: string): string => createHash('sha256').update(`${options.shop} ${what}`).digest('hex').slice(0, 32);
  return {
    clientId: options.clientId ?? made('client id'),
    clientSecret: options.clientSecret ?? `shpss_${made('client secret')}`,
    scopes: options.scopes ?? defaultScopes,
  };
}

/**
 * `accessToken` never expires, as an admin-made app's does not; `expiring…` is a pair as OAuth gives it. The same ones are
 * given until they stop working.
 */
function accessOf(app: App, identity: ShopIdentity, tokens: Tokens, state: ShopState): () => Record<string, string> {
  let permanent: AccessToken | null = null;
  let pair: TokenPair | null = null;
  return () => {
    if (permanent === null || tokens.find(permanent.value) === null) permanent = tokens.issue(app.scopes, null);
    if (pair === null || tokens.find(pair.access.value) === null) pair = tokens.issuePair(app.scopes);
    return {
      shop: identity.domain,
      baseUrl: identity.baseUrl,
      clientId: app.clientId,
      clientSecret: app.clientSecret,
      accessToken: permanent.value,
      scopes: app.scopes.join(','),
      expiringAccessToken: pair.access.value,
      expiringExpiresAt: new Date(pair.access.expiresAt ?? 0).toISOString(),
      refreshToken: pair.refreshToken,
      refreshExpiresAt: new Date(pair.refreshExpiresAt).toISOString(),
      apiVersion: identity.apiVersion,
      locationId: gid('Location', state.primaryLocation.id),
    };
  };
}

function announce(webhooks: WebhookSender, shop: PayloadShop, event: ShopEvent): void {
  if ('product' in event) send(webhooks, event.topic, () => productPayload(event.product));
  else if ('level' in event) send(webhooks, event.topic, () => levelPayload(event.level));
  else if ('item' in event) send(webhooks, event.topic, () => itemPayload(event.item));
  else if ('order' in event) send(webhooks, event.topic, () => orderPayload(event.order, shop));
  else if ('edit' in event) send(webhooks, event.topic, () => editPayload(event.edit));
  else if ('refund' in event) send(webhooks, event.topic, () => refundPayload(event.refund, shop));
  else if ('fulfillment' in event) send(webhooks, event.topic, () => fulfillmentPayload(event.fulfillment, shop));
  else if ('location' in event) send(webhooks, event.topic, () => locationPayload(event.location));
  else if ('orderId' in event) send(webhooks, event.topic, () => deletedPayload(event.orderId));
  else send(webhooks, event.topic, () => deletedPayload('productId' in event ? event.productId : event.itemId));
}

function announceBulk(webhooks: WebhookSender, operation: BulkOperation): void {
  send(webhooks, 'BULK_OPERATIONS_FINISH', () => ({
    admin_graphql_api_id: bulkGid(operation),
    completed_at: secondsText(operation.completedAt ?? operation.createdAt),
    created_at: secondsText(operation.createdAt),
    error_code: operation.errorCode?.toLowerCase() ?? null,
    status: operation.status.toLowerCase(),
    type: 'query',
  }));
}

/** The payload is made once, and only when someone listens; a subscription may ask for some of its fields only. */
function send(webhooks: WebhookSender, topic: string, makePayload: () => Record<string, unknown>): void {
  let payload: Record<string, unknown> | undefined;
  webhooks.send(topic, (includeFields) => {
    payload ??= makePayload();
    const chosen =
      includeFields.length === 0
        ? payload
        : Object.fromEntries(Object.entries(payload).filter(([name]) => includeFields.includes(name)));
    return payloadText(chosen);
  });
}
