/**
 * What a connector is. Every platform folder exports one object of this shape; the engine knows platforms only through
 * it. Everything here is in hub terms: a connector's translate.ts is the only place where both languages are spoken.
 */
import type { Money } from '#base/money.ts';
import type { PlatformAnswer, Refusal } from '#connectors/errors.ts';
import type { Transport } from '#connectors/http.ts';
import type { OrderFeed, OrderPullRequest, OrderRemarks, RemoteOrder, ShipmentResult, ShipmentWrite } from '#connectors/order.ts';

/** A limit that refills steadily. A `learned` one takes capacity and refill from the platform's answers. */
export interface TokenBucket {
  capacity: number;
  refillPerSecond: number;
  learned: boolean;
}

/** A limit of so many calls in any stretch of so many seconds; every call costs one. */
export interface CallWindow {
  calls: number;
  perSeconds: number;
}

/** Data only. Forms, docs, pacing and badges are drawn from it. */
export interface Manifest {
  /** Also the value stored in `stores.platform`: lower case, underscores. */
  id: string;
  name: string;
  /** Two or three letters, shown instead of a logo. */
  badge: string;
  docsUrl: string;
  /** Ways to connect, the recommended one first. */
  auth: readonly AuthScheme[];
  /** What the operator's app has beside its id and secret, kept in AppCredentials.extra. Stored as it is: never a secret. */
  appFields?: readonly AppField[];
  /** Scopes that the connector asks for, in the platform's names. */
  scopes: readonly string[];
  capabilities: {
    /** A quantity write names the value it replaces; a stale one is refused. Closes the oversell window. */
    compareAndSet: boolean;
    /** A repeated write with the same id is applied once, so a lost one may be repeated at once. */
    idempotentWrites: boolean;
    /** Quantities stand per location of the platform. */
    locations: boolean;
    /** Tracking can be switched on for untracked goods. */
    enableTracking: boolean;
    /** A price may be written with a crossed-out one beside it. */
    compareAtPrices?: boolean;
    /** Large catalogs come through an export job. */
    bulkPull: boolean;
    webhooks: boolean;
  };
  quantity: { minimum: number; maximum: number };
  limits: {
    /** By name, each shared by all processes. */
    buckets: Readonly<Record<string, TokenBucket | CallWindow>>;
    quantitiesPerCall: number;
    pricesPerCall: number;
    /** Prices (quantities) of one call must belong to one product. */
    pricesPerProduct: boolean;
    quantitiesPerProduct: boolean;
    levelsPerRead: number;
    /** After a write without an answer, nothing is read or written on that level for so long. */
    longestWriteSeconds: number;
    webhookBodyBytes: number;
  };
  webhookTopics: readonly string[];
  /** Null: this connector reads no orders. */
  orders: OrderFeed | null;
}

export interface AuthScheme {
  /** `oauth2` sends the seller to the platform; the others take the fields of a form. */
  kind: 'oauth2' | 'client_credentials' | 'access_token' | 'api_key';
  title: string;
  help: string;
  fields: readonly AuthField[];
}

export interface AuthField {
  name: string;
  label: string;
  secret: boolean;
  placeholder: string;
  /** Anchored pattern of a whole valid value and the sentence that explains it. */
  pattern: string;
  rule: string;
}

export type AppField = Omit<AuthField, 'secret'>;

/** The platform app of the operator (or of the seller's own organization). */
export interface AppCredentials {
  clientId: string;
  clientSecret: string;
  /** Other values that a platform's consent page needs, such as a service id. */
  extra: Readonly<Record<string, string>>;
}

/** What is sealed. `secrets` is the connector's own business; the rest is for refreshing ahead and for warnings. */
export interface Credentials {
  scheme: AuthScheme['kind'];
  secrets: Readonly<Record<string, string>>;
  scopes: readonly string[];
  /** ISO 8601; absent when the token does not expire. */
  expiresAt?: string;
  refreshExpiresAt?: string;
}

export interface StoreIdentity {
  /** The account's own id on the platform: unique over all organizations. */
  platformStoreId: string;
  name: string;
  domain: string | null;
  currency: string;
  timezone: string;
  /** Scopes that the platform says were granted. */
  grantedScopes: readonly string[];
  locations: readonly RemoteLocation[];
}

export interface RemoteLocation {
  id: string;
  name: string;
  active: boolean;
  /** The one that a new connection feeds. Exactly one location of a store has it. */
  preferred: boolean;
}

/** One conversation with one store. `baseUrl` replaces every host of the platform (a practice store), else it is null. */
export interface Session {
  http: Transport;
  credentials: Credentials;
  app: AppCredentials | null;
  baseUrl: string | null;
  now(): Date;
  signal?: AbortSignal;
}

export interface AuthContext {
  http: Transport;
  app: AppCredentials | null;
  baseUrl: string | null;
  now(): Date;
}

// ---- what a store shows ------------------------------------------------------------------------------------------

export interface RemoteProduct {
  id: string;
  title: string;
  descriptionHtml: string;
  vendor: string;
  productType: string;
  tags: readonly string[];
  handle: string | null;
  status: 'active' | 'draft' | 'archived';
  /** Where a buyer sees it; null when unknown. */
  url: string | null;
  /** ISO 8601 by the platform's clock; null when it gives none. */
  updatedAt: string | null;
  images: readonly RemoteImage[];
  options: readonly { name: string; values: readonly string[] }[];
  /** Everything sellable of it: all variants, deactivated ones too. May be empty. */
  listings: readonly RemoteListing[];
}

export interface RemoteImage {
  id: string;
  url: string;
  alt: string;
  width: number | null;
  height: number | null;
}

export interface RemoteListing {
  /** The variant's id on the platform (SKU id). */
  id: string;
  /** A second id under which its stock is kept, where the platform has one. */
  inventoryId: string | null;
  sku: string;
  barcode: string;
  /** The variant's own title: "Small / Blue"; empty for a product without options. */
  title: string;
  options: readonly { name: string; value: string }[];
  price: Money | null;
  compareAtPrice: Money | null;
  cost: Money | null;
  weight: { value: number; unit: string } | null;
  imageIds: readonly string[];
  /** Only `tracked` ones are ever quantity-pushed. */
  stockPolicy: 'tracked' | 'untracked' | 'oversellable' | 'gift_card';
  state: 'live' | 'inactive';
  levels: readonly RemoteLevel[];
}

export interface RemoteLevel {
  /** '' on a platform without locations. */
  locationId: string;
  available: number;
}

export interface PullPage {
  products: readonly RemoteProduct[];
  /** Ids of products that no longer exist; only reported when the platform says so, never from a short page. */
  deletedProductIds: readonly string[];
  /** How many products in all, when the platform tells. */
  totalProducts: number | null;
}

export interface PullRequest {
  /** Only what changed at or after this moment (ISO 8601, platform's clock); null pulls everything. */
  since: string | null;
  /** Only these products, by id. */
  productIds?: readonly string[];
  /** Called for whatever deserves a line in the sync log. */
  log(message: string, details?: Record<string, unknown>): void;
}

export interface ListingRef {
  productId: string;
  variantId: string;
  inventoryId: string | null;
}

export interface LevelRef {
  listing: ListingRef;
  locationId: string;
}

/** `null` = the platform does not have this level (any more). */
export interface LevelReading {
  ref: LevelRef;
  available: number | null;
}

export interface PriceReading {
  listing: ListingRef;
  price: Money | null;
  compareAtPrice: Money | null;
}

// ---- writes ------------------------------------------------------------------------------------------------------

export interface QuantityWrite {
  /** A UUID, committed before sending; the idempotency key where the platform takes one. */
  writeId: string;
  ref: LevelRef;
  quantity: number;
  /** What is known to stand there now; null when unknown. For compare-and-set. */
  replaces: number | null;
}

export interface PriceWrite {
  writeId: string;
  listing: ListingRef;
  price: Money;
  /** To stand crossed out beside it; null: nothing is to. Absent: it is left alone. Only with capability `compareAtPrices`. */
  compareAt?: Money | null;
}

/**
 * One result per write, in any order. A write that is missing from the results counts as `unknown`.
 * `stale`: the value to be replaced had changed; nothing was applied; read again.
 * `not_taken`: its call was refused for other writes of it, or never sent; nothing was applied; send again.
 */
export type WriteResult =
  | { writeId: string; outcome: 'applied' }
  | { writeId: string; outcome: 'refused'; refusal: Refusal }
  | { writeId: string; outcome: 'stale' }
  | { writeId: string; outcome: 'not_taken' }
  | { writeId: string; outcome: 'unknown'; answer?: PlatformAnswer };

// ---- webhooks ----------------------------------------------------------------------------------------------------

export interface IncomingWebhook {
  /** The bytes as received. */
  body: Uint8Array;
  headers: Readonly<Record<string, string | undefined>>;
}

/** What a verified delivery says, as hints: the worker reads the thing's current state. */
export interface WebhookDelivery {
  /** Same on retries; null when the platform gives none. */
  deliveryId: string | null;
  /** As in StoreIdentity.platformStoreId. */
  platformStoreId: string;
  topic: string;
  /** ISO 8601 by the platform's clock, when given. */
  occurredAt: string | null;
  hints: readonly WebhookHint[];
}

export type WebhookHint =
  | { kind: 'product_changed'; productId: string }
  | { kind: 'product_deleted'; productId: string }
  /** Any of the ids may be null when the payload does not carry it. */
  | {
      kind: 'level_changed';
      productId: string | null;
      inventoryId: string | null;
      locationId: string | null;
      /** What is shown there; only where the platform tells of each change, whoever has made it. */
      quantity?: number;
    }
  | { kind: 'order_changed'; orderId: string }
  | { kind: 'authorization_ended' }
  | { kind: 'authorization_expiring'; expiresAt: string | null }
  | { kind: 'compliance'; request: string }
  | { kind: 'bulk_finished'; operationId: string }
  | { kind: 'other' };

export interface WebhookRegistration {
  id: string;
  topic: string;
  url: string;
}

// ---- the connector -----------------------------------------------------------------------------------------------

export interface Connector {
  manifest: Manifest;

  auth: {
    /** The consent page's address, or null for a connector without OAuth. `fields` are the scheme's form fields. */
    authorizeUrl?(input: {
      app: AppCredentials;
      baseUrl: string | null;
      fields: Record<string, string>;
      state: string;
      redirectUrl: string;
    }): string;
    /** Checks the callback (HMAC, refusal by the seller) and exchanges the code. Throws Refused with a code of messages.ts. */
    completeOAuth?(
      context: AuthContext,
      input: { query: Record<string, string>; fields: Record<string, string>; redirectUrl: string },
    ): Promise<Credentials>;
    /** Credentials from a form's fields: client credentials, access token, API key. */
    fromFields?(context: AuthContext, scheme: AuthScheme['kind'], fields: Record<string, string>): Promise<Credentials>;
    /** New credentials from the old; throws CredentialsExpired when only the seller can help. */
    refresh?(context: AuthContext, credentials: Credentials): Promise<Credentials>;
    /** One real call: who is this, and what may we do? */
    identify(session: Session): Promise<StoreIdentity>;
  };

  pull(session: Session, request: PullRequest): AsyncIterable<PullPage>;
  readLevels(session: Session, refs: readonly LevelRef[]): Promise<LevelReading[]>;
  readPrices(session: Session, listings: readonly ListingRef[]): Promise<PriceReading[]>;

  /** The quantity as this platform would store it (its cap, for instance). Pure. */
  canonicalQuantity(quantity: number): number;
  /**
   * With capability `idempotentWrites`: all in one call, under a key of its content, so that the same writes sent again tell
   * what became of them.
   */
  pushQuantities(session: Session, writes: readonly QuantityWrite[]): Promise<WriteResult[]>;
  pushPrices(session: Session, writes: readonly PriceWrite[]): Promise<WriteResult[]>;
  /** Only with capability `enableTracking`. One result per listing, by variant id. */
  enableTracking?(session: Session, listings: readonly ListingRef[]): Promise<{ variantId: string; refusal: Refusal | null }[]>;

  /** Present when the manifest names an order feed. */
  orders?: {
    /** Oldest change first. Every order that changed since then is in it, at least once, whatever its status. */
    pull(session: Session, request: OrderPullRequest): AsyncIterable<readonly RemoteOrder[]>;
    /** The orders as they stand now; those that no longer exist are left out. At most `ordersPerRead`. */
    read(session: Session, orderIds: readonly string[], remarks?: OrderRemarks): Promise<RemoteOrder[]>;
    /** Reports a shipment; only when the feed says `fulfils`. */
    ship?(session: Session, write: ShipmentWrite): Promise<ShipmentResult>;
    /** Carriers by the platform's own code, for a list to choose from; absent when any text will do. */
    carriers?(session: Session, orderId: string): Promise<readonly { code: string; name: string }[]>;
  };

  webhooks: {
    /** Constant-time check over the raw bytes. Never parses before it is sure. */
    verify(webhook: IncomingWebhook, apps: readonly AppCredentials[]): boolean;
    /** Only after verify(). Throws MalformedResponse when the body has not the documented shape. */
    parse(webhook: IncomingWebhook): WebhookDelivery;
    list(session: Session): Promise<WebhookRegistration[]>;
    register(session: Session, topic: string, url: string): Promise<WebhookRegistration>;
    unregister(session: Session, registration: WebhookRegistration): Promise<void>;
  };

  /** Refusal code -> sentence with {parameters}, per language. */
  messages: Messages;
}

export type Language = 'en' | 'vi' | 'id';
export type Messages = Readonly<Record<string, Readonly<Record<Language, string>>>>;
