/**
 * What the API answers about stores and goods; beside it, of activity and settings. Amounts of money are decimal strings,
 * moments ISO 8601 strings. Only these files and api.ts know the wire; a test holds them against /api/openapi.json.
 */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  total?: number;
}

export type Role = 'owner' | 'admin' | 'member' | 'viewer';

export interface Setup {
  needsFirstRun: boolean;
  practiceStores: { platform: string; name: string; baseUrl: string }[];
}

export interface Organization {
  id: string;
  name: string;
  slug: string;
  currency: string;
  timezone: string;
  sourceStoreId: string | null;
}

export interface Me {
  /** A page is always read by a person. */
  user: { id: string; name: string; email: string };
  organization: Organization;
  role: Role;
  organizations: { id: string; name: string }[];
  practice: boolean;
}

export interface AuthField {
  name: string;
  label: string;
  secret: boolean;
  placeholder: string;
  pattern: string;
  rule: string;
}

export interface AuthScheme {
  kind: 'oauth2' | 'client_credentials' | 'access_token' | 'api_key';
  title: string;
  help: string;
  fields: AuthField[];
}

export interface Platform {
  id: string;
  name: string;
  badge: string;
  docsUrl: string;
  auth: AuthScheme[];
  /** What the operator's app has beside its id and secret. */
  appFields: Omit<AuthField, 'secret'>[];
  capabilities: { locations: boolean; enableTracking: boolean; webhooks: boolean };
  app: {
    configured: boolean;
    source: 'environment' | 'settings' | null;
    clientId: string | null;
    setAt: string | null;
    extra: Record<string, string>;
  };
  callbackUrl: string;
  practiceBaseUrl: string | null;
  /** What is typed to connect the practice store by consent. */
  practiceFields: Record<string, string> | null;
}

export type PriceStep = { kind: 'percent'; percent: number } | { kind: 'fixed'; amount: string };
export type Rounding =
  | { kind: 'none' }
  | { kind: 'ending'; ending: string }
  | { kind: 'multiple'; multiple: string; direction: 'up' | 'down' | 'nearest' };

export interface PriceRule {
  steps: PriceStep[];
  rounding: Rounding;
  floor?: { marginPercent: number | null; amount: string | null } | null;
  sales?: Sale[];
  compareAt?: 'send';
}

/** Times are as the store's clock shows them: "2026-11-27T09:00". */
export interface Sale {
  name: string;
  off: { kind: 'percent'; percent: number } | { kind: 'price'; amount: string };
  startsAt: string;
  endsAt: string;
}

export interface StockRule {
  buffer: number;
  percent: number;
  cap: number | null;
  hideBelow?: number;
  lastUnits?: { units: number; storeId: string } | null;
  fixed?: number | null;
  slowBuffer?: number;
}

/** What stores follow that say nothing of their own; null: the figures of the catalog as they are. */
export interface OrganizationRules {
  priceRule: PriceRule | null;
  stockRule: StockRule | null;
}

export interface StoreSettings {
  syncIntervalSeconds: number;
  webhooksEnabled: boolean;
  syncPrice: boolean;
  syncInventory: boolean;
  /** Null: the organization's. */
  priceRule: PriceRule | null;
  stockRule: StockRule | null;
  /** Its main location there: it shows what is mapped to no other. */
  remoteLocationId: string | null;
  /** Those that feed it; null or absent: all that are open. */
  locationIds?: string[] | null;
  /** Which of ours a location of the platform shows and ships from: the platform's id -> ours. */
  locationMap?: Record<string, string>;
  emptyPlaces?: string[];
  priceApprovalPercent: number | null;
  brakeListings: number;
  /** Null: the share does not count. */
  brakePercent: number | null;
  /** What becomes of a figure that is found changed there; absent: ours is put back. */
  drift?: { price?: DriftPolicy; quantity?: DriftPolicy };
  /** Every quantity there is to be 0, before it is disconnected. */
  closing?: boolean;
}

/** Ours is put back, theirs is taken over, or a person is asked. */
export type DriftPolicy = 'hub' | 'store' | 'ask';

/** How the quantities of a store's linked listings stand. */
export interface QuantitiesThere {
  linked: number;
  right: number;
  onTheWay: number;
  refused: number;
  untouched: number;
}

export type StoreStatus = 'active' | 'paused' | 'needs_reconnect' | 'disconnected';

export interface Store {
  id: string;
  platform: string;
  platformName: string;
  badge: string;
  name: string;
  storeName: string | null;
  domain: string | null;
  currency: string;
  timezone: string;
  status: StoreStatus;
  statusReason: string | null;
  isPrimary: boolean;
  /** Its products and prices are ours. */
  isSource: boolean;
  /** Our open locations that it counts. */
  countsLocationIds: string[];
  practice: boolean;
  settings: StoreSettings;
  locations: { id: string; name: string; active: boolean; preferred: boolean }[];
  scopesMissing: string[];
  credentialsExpireAt: string | null;
  refreshExpiresAt: string | null;
  slow: { reason: 'throttled' | 'not_answering' | 'behind' | 'access_ending'; since: string; until: string | null } | null;
  webhooks: 'on' | 'polling_only' | 'off';
  lastSyncAt: string | null;
  lastPulledAt: string | null;
  lastError: { code: string; message: string; at: string } | null;
  counts: {
    listings: number;
    linked: number;
    unlinked: number;
    ignored: number;
    behind: number;
    refused: number;
    held: number;
    notTracked: number;
  };
  createdAt: string;
}

/** Where a product, listing, price or quantity stands on one store. */
export type SyncState = 'in_sync' | 'pushing' | 'waiting' | 'refused' | 'held' | 'not_tracked' | 'not_linked' | 'not_listed';

export interface Product {
  id: string;
  title: string;
  brand: string;
  productType: string;
  status: 'active' | 'draft' | 'archived';
  tags: string[];
  imageUrl: string | null;
  variantCount: number;
  /** Of these, how many are made of others. */
  bundleCount: number;
  priceRange: { min: string; max: string; currency: string } | null;
  /** Null when nothing of it is counted. */
  available: number | null;
  cells: { storeId: string; state: SyncState; listings: number }[];
  updatedAt: string;
}

export interface Refusal {
  sentence: string;
  platformMessage: string | null;
}

export interface PriceState {
  desired: string | null;
  remote: string | null;
  currency: string;
  state: SyncState;
  /** A code: why it is held or waits. */
  reason: string | null;
}

export interface QuantityState {
  desired: number | null;
  remote: number | null;
  state: SyncState;
  reason: string | null;
}

/** How the store itself counts a listing. */
export type StockPolicy = 'tracked' | 'untracked' | 'oversellable' | 'gift_card';

export interface Cell {
  storeId: string;
  listingId: string | null;
  status: 'linked' | 'unlinked' | 'ignored' | null;
  stockPolicy: StockPolicy | null;
  state: SyncState;
  price: PriceState | null;
  quantity: QuantityState | null;
  waitUntil: string | null;
  refusal: Refusal | null;
  url: string | null;
}

export interface Variant {
  id: string;
  title: string;
  sku: string;
  barcode: string;
  optionValues: string[];
  price: string | null;
  compareAtPrice: string | null;
  currency: string;
  costPrice: string | null;
  tracked: boolean;
  /** Made of others: it cannot be counted itself. */
  isBundle: boolean;
  onHand: number;
  reserved: number;
  /** Of a bundle: as many as its components allow. */
  available: number;
  cells: Cell[];
}

export interface ProductDetail extends Product {
  descriptionHtml: string;
  images: { url: string; alt: string }[];
  optionNames: string[];
  attributes: Record<string, unknown>;
  variants: Variant[];
}

export interface Suggestion {
  variantId: string;
  productTitle: string;
  variantTitle: string;
  sku: string;
  score: number;
  reason: 'sku' | 'barcode' | 'title';
  ambiguous: boolean;
}

/** What is absent follows the store. */
export interface ListingSettings {
  priceRule?: PriceRule;
  stockRule?: StockRule;
  priceOverride?: string;
  syncIntervalSeconds?: number;
}

export interface Listing {
  id: string;
  storeId: string;
  storeName: string;
  platform: string;
  badge: string;
  status: 'linked' | 'unlinked' | 'ignored';
  productTitle: string;
  variantTitle: string;
  sku: string;
  barcode: string;
  imageUrl: string | null;
  url: string | null;
  platformProductId: string;
  platformVariantId: string;
  listingState: 'live' | 'inactive' | 'gone';
  stockPolicy: StockPolicy;
  variant: { id: string; productId: string; productTitle: string; title: string; sku: string } | null;
  syncPrice: boolean;
  syncInventory: boolean;
  syncIntervalSeconds: number | null;
  settings: ListingSettings;
  price: PriceState;
  quantity: QuantityState;
  state: SyncState;
  waitUntil: string | null;
  refusal: Refusal | null;
  linkedBy: string | null;
  linkedAt: string | null;
  lastSyncedAt: string | null;
  suggestion: Suggestion | null;
}

export interface LinkPreview {
  items: {
    listingId: string;
    storeId: string;
    variantId: string;
    score: number;
    reason: Suggestion['reason'];
    ambiguous: boolean;
    alternatives: number;
    listing: { productTitle: string; variantTitle: string; sku: string; imageUrl: string | null };
    variant: { productId: string; productTitle: string; title: string; sku: string };
  }[];
  counts: { certain: number; probable: number; ambiguous: number; none: number };
}

export interface Freshness {
  storeId: string;
  behind: number;
  oldestWantedAt: string | null;
  p50Ms: number | null;
  p95Ms: number | null;
  /** From a sale on another store to this one showing it; null when there was none to follow. */
  saleP50Ms: number | null;
  saleP95Ms: number | null;
  /** From a sale on this store to the last of the others showing it; of how many sales. */
  soldP50Ms: number | null;
  soldP95Ms: number | null;
  soldCount: number;
}

export interface FieldIssue {
  path: string;
  message: string;
  /** The field of the request that, set to true, says that it is meant. */
  confirmBy?: string;
}
