/** The entry points of queries, and what the shop and its app say about themselves. */
import { gid, idOf, kindOf } from '#connectors/shopify/sandbox/ids.ts';
import { findLevel } from '#connectors/shopify/sandbox/levels.ts';
import { seesFulfillmentOrders, shown } from '#connectors/shopify/sandbox/orders/visible-orders.ts';
import { type Connection, listLimit, type PageArguments, pageOf } from '#connectors/shopify/sandbox/paging.ts';
import { type RequestContext, type Resolvers, requestError } from '#connectors/shopify/sandbox/request-context.ts';
import { productKeys, variantKeys } from '#connectors/shopify/sandbox/resolve-catalog.ts';
import { demandScope, scopesByType } from '#connectors/shopify/sandbox/scopes.ts';
import { parseSearch, type SearchFields, soleTerm } from '#connectors/shopify/sandbox/search.ts';
import {
  byId,
  type InventoryItem,
  type Location,
  type Product,
  type Variant,
  variantTitle,
} from '#connectors/shopify/sandbox/shop-state.ts';
import type { SortKey } from '#connectors/shopify/sandbox/sorted-view.ts';

type ListArguments = PageArguments & { query?: string | null; sortKey: string };

const productSearch: SearchFields<Product> = {
  words: (product) =>
    [
      product.title,
      product.vendor,
      product.productType,
      product.tags.join(' '),
      ...product.variants.map((variant) => variant.item.sku),
    ].join(' '),
  fields: {
    id: { kind: 'id', of: (product) => product.id },
    title: { kind: 'text', of: (product) => [product.title, ...product.title.split(/\s+/)] },
    handle: { kind: 'text', of: (product) => product.handle },
    vendor: { kind: 'text', of: (product) => product.vendor },
    product_type: { kind: 'text', of: (product) => product.productType },
    tag: { kind: 'text', of: (product) => product.tags },
    status: { kind: 'text', of: (product) => product.status },
    sku: { kind: 'text', of: (product) => product.variants.map((variant) => variant.item.sku) },
    barcode: { kind: 'text', of: (product) => product.variants.map((variant) => variant.barcode ?? '') },
    gift_card: { kind: 'boolean', of: (product) => product.giftCard },
    created_at: { kind: 'time', of: (product) => product.createdAt },
    updated_at: { kind: 'time', of: (product) => product.updatedAt },
  },
};

const variantSearch: SearchFields<Variant> = {
  words: (variant) => [variant.product.title, variantTitle(variant), variant.item.sku, variant.barcode ?? ''].join(' '),
  fields: {
    id: { kind: 'id', of: (variant) => variant.id },
    product_id: { kind: 'id', of: (variant) => variant.product.id },
    product_status: { kind: 'text', of: (variant) => variant.product.status },
    title: { kind: 'text', of: (variant) => [variantTitle(variant), ...variant.optionValues] },
    vendor: { kind: 'text', of: (variant) => variant.product.vendor },
    sku: { kind: 'text', of: (variant) => variant.item.sku },
    barcode: { kind: 'text', of: (variant) => variant.barcode ?? '' },
    updated_at: { kind: 'time', of: (variant) => variant.updatedAt },
  },
};

const itemSearch: SearchFields<InventoryItem> = {
  words: (item) => item.sku,
  fields: {
    id: { kind: 'id', of: (item) => item.id },
    sku: { kind: 'text', of: (item) => item.sku },
    created_at: { kind: 'time', of: (item) => item.createdAt },
    updated_at: { kind: 'time', of: (item) => item.updatedAt },
  },
};

const itemKey: SortKey<InventoryItem> = { name: 'ID', valueOf: () => 0 };
const nameKey: SortKey<Location> = { name: 'NAME', valueOf: (location) => location.name };
const locationIdKey: SortKey<Location> = { name: 'ID', valueOf: () => 0 };

function findProducts(args: { query?: string | null }, context: RequestContext, rows: readonly Product[]): readonly Product[] {
  const predicate = parseSearch(args.query, productSearch, context.shop.clock.now());
  return predicate === null ? rows : rows.filter(predicate);
}

function findVariants(
  args: { query?: string | null },
  context: RequestContext,
  rows: () => readonly Variant[],
): readonly Variant[] {
  const { state, clock } = context.shop;
  const sku = soleTerm(args.query, 'sku');
  if (sku !== null) return [...(state.bySku.get(sku.toLowerCase()) ?? [])].sort(byId);
  const predicate = parseSearch(args.query, variantSearch, clock.now());
  return predicate === null ? rows() : rows().filter(predicate);
}

const products = (_: unknown, args: ListArguments, context: RequestContext): Connection<Product> => {
  const key = productKeys[args.sortKey] ?? unknownKey(args.sortKey);
  return pageOf(findProducts(args, context, context.shop.state.productView.rows(key)), key, args, context.bulk);
};

const productVariants = (_: unknown, args: ListArguments, context: RequestContext): Connection<Variant> => {
  const key = variantKeys[args.sortKey] ?? unknownKey(args.sortKey);
  const found = findVariants(args, context, () => context.shop.state.variantView.rows(key));
  return pageOf(found, key, args, context.bulk);
};

const inventoryItems = (_: unknown, args: ListArguments, context: RequestContext): Connection<InventoryItem> => {
  const predicate = parseSearch(args.query, itemSearch, context.shop.clock.now());
  const all = [...context.shop.state.items.values()];
  return pageOf((predicate === null ? all : all.filter(predicate)).sort(byId), itemKey, args, context.bulk);
};

const locations = (
  _: unknown,
  args: PageArguments & { includeInactive: boolean; sortKey: string },
  context: RequestContext,
): Connection<Location> => {
  const rows = context.shop.state.locations.filter((location) => location.active || args.includeInactive);
  const byName = args.sortKey !== 'ID';
  const sorted = rows.toSorted((a, b) => (byName && a.name !== b.name ? (a.name < b.name ? -1 : 1) : byId(a, b)));
  return pageOf(sorted, byName ? nameKey : locationIdKey, args, context.bulk);
};

/** Exact up to the caller's limit; a count never goes beyond 25 001 [https://shopify.dev/docs/api/usage/limits]. */
export function countOf(count: number, limit: number | null): { count: number; precision: string } {
  const bound = Math.min(limit ?? listLimit + 1, listLimit + 1);
  return count > bound ? { count: bound, precision: 'AT_LEAST' } : { count, precision: 'EXACT' };
}

/** Any object by its global id; null when there is none. */
function node(id: string, context: RequestContext, fieldName: string): unknown {
  const kind = kindOf(id);
  if (kind === null) throw requestError(`Invalid global id '${id}'`, 'RESOURCE_NOT_FOUND');
  const need = scopesByType[kind];
  if (need !== undefined) demandScope(need, context, fieldName);
  const found = findObject(kind, id, context);
  // The executor asks which type an interface's value has; the stored object itself stays as it is.
  return found == null ? null : Object.assign(Object.create(found), { __typename: kind });
}

function findObject(kind: string, id: string, context: RequestContext): object | null | undefined {
  const { state, orders, bulk, webhooks, identity } = context.shop;
  const number = idOf(kind, id) ?? '';
  switch (kind) {
    case 'Product':
      return state.products.get(number);
    case 'ProductVariant':
      return state.variants.get(number);
    case 'InventoryItem':
      return state.items.get(number);
    case 'InventoryLevel':
      return findLevel(id, state);
    case 'Location':
      return state.locations.find((location) => location.id === number);
    case 'Order':
      return shown(orders.orders.get(number), context);
    case 'Fulfillment':
      return shown(orders.fulfillments.get(number), context);
    case 'FulfillmentOrder':
      return seesFulfillmentOrders(context) ? shown(orders.fulfillmentOrders.get(number), context) : null;
    case 'Refund':
      return shown(orders.refunds.get(number), context);
    case 'Return':
      return shown(orders.returns.get(number), context);
    case 'ReverseFulfillmentOrder':
      return shown(orders.reverseOrders.get(number), context);
    case 'BulkOperation':
      return bulk.find(id);
    case 'WebhookSubscription':
      return webhooks.find(id);
    case 'Shop':
      return number === identity.id ? identity : null;
    default:
      return null;
  }
}

const unknownKey = (sortKey: string): never => {
  throw requestError(`Cannot sort by ${sortKey}`, 'BAD_REQUEST');
};

const query = {
  appInstallation: (_: unknown, args: { id?: string | null }) =>
    args.id == null || args.id === gid('AppInstallation', '1') ? {} : null,
  currentAppInstallation: () => ({}),
  inventoryItem: (_: unknown, args: { id: string }, { shop }: RequestContext) =>
    shop.state.items.get(idOf('InventoryItem', args.id) ?? '') ?? null,
  inventoryItems,
  inventoryLevel: (_: unknown, args: { id: string }, { shop }: RequestContext) => findLevel(args.id, shop.state),
  location: (_: unknown, args: { id?: string | null }, { shop }: RequestContext) =>
    args.id == null
      ? shop.state.primaryLocation
      : (shop.state.locations.find((one) => one.id === idOf('Location', args.id ?? '')) ?? null),
  locations,
  node: (_: unknown, args: { id: string }, context: RequestContext) => node(args.id, context, 'node'),
  nodes: (_: unknown, args: { ids: string[] }, context: RequestContext) => args.ids.map((id) => node(id, context, 'nodes')),
  product: (_: unknown, args: { id: string }, { shop }: RequestContext) =>
    shop.state.products.get(idOf('Product', args.id) ?? '') ?? null,
  productVariant: (_: unknown, args: { id: string }, { shop }: RequestContext) =>
    shop.state.variants.get(idOf('ProductVariant', args.id) ?? '') ?? null,
  productVariants,
  productVariantsCount: (_: unknown, args: { limit: number | null; query?: string | null }, context: RequestContext) =>
    countOf(findVariants(args, context, () => [...context.shop.state.variants.values()]).length, args.limit),
  products,
  productsCount: (_: unknown, args: { limit: number | null; query?: string | null }, context: RequestContext) =>
    countOf(findProducts(args, context, [...context.shop.state.products.values()]).length, args.limit),
  publications: (_: unknown, args: PageArguments, context: RequestContext) =>
    pageOf(
      [{ id: '1', autoPublish: true, supportsFuturePublishing: true }],
      { name: 'ID', valueOf: () => 0 },
      args,
      context.bulk,
    ),
  shop: (_: unknown, __: unknown, { shop }: RequestContext) => shop.identity,
};

type Identity = RequestContext['shop']['identity'];
const mail = (shop: Identity): string => `owner@${shop.domain}`;

export const queryResolvers: Resolvers = {
  QueryRoot: query,
  Shop: {
    contactEmail: mail,
    email: mail,
    currencyCode: (shop: Identity) => shop.currency,
    enabledPresentmentCurrencies: (shop: Identity) => [shop.currency],
    ianaTimezone: (shop: Identity) => shop.timezone,
    id: (shop: Identity) => gid('Shop', shop.id),
    myshopifyDomain: (shop: Identity) => shop.domain,
    plan: () => ({ partnerDevelopment: true, publicDisplayName: 'Development', shopifyPlus: false }),
    primaryDomain: (shop: Identity) => ({
      id: gid('Domain', shop.id),
      host: shop.domain,
      sslEnabled: true,
      url: `https://${shop.domain}`,
    }),
    shopOwnerName: () => 'Practice Owner',
    taxesIncluded: () => false,
    updatedAt: (shop: Identity) => shop.updatedAt,
    url: (shop: Identity) => `https://${shop.domain}`,
    weightUnit: () => 'KILOGRAMS',
  },
  AppInstallation: {
    id: () => gid('AppInstallation', '1'),
    accessScopes: (_: unknown, __: unknown, context: RequestContext) =>
      [...context.scopes].sort().map((handle) => ({ handle, description: handle.replace('_', ' ') })),
  },
  Publication: { id: (publication: { id: string }) => gid('Publication', publication.id) },
};
