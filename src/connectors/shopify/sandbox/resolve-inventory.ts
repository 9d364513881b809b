/** What inventory items and levels show, and inventoryActivate and inventoryItemUpdate. */

import { refuseIdempotency } from '#connectors/shopify/sandbox/idempotency.ts';
import { gid, idOf } from '#connectors/shopify/sandbox/ids.ts';
import { activateLevel, adjustQuantities, setQuantities } from '#connectors/shopify/sandbox/inventory-mutations.ts';
import { type ItemInput, itemChange } from '#connectors/shopify/sandbox/item-input.ts';
import { levelGid, quantityNames, quantityOf } from '#connectors/shopify/sandbox/levels.ts';
import { type PageArguments, pageOf } from '#connectors/shopify/sandbox/paging.ts';
import {
  type FieldResolver,
  type RequestContext,
  type Resolvers,
  requestError,
} from '#connectors/shopify/sandbox/request-context.ts';
import { moneyOf } from '#connectors/shopify/sandbox/resolve-catalog.ts';
import type { InventoryItem, Level, Location } from '#connectors/shopify/sandbox/shop-state.ts';
import type { SortKey } from '#connectors/shopify/sandbox/sorted-view.ts';

interface Keyed {
  id: string;
  level: Level;
}
const levelKey: SortKey<Keyed> = { name: 'ID', valueOf: () => 0 };

function pageOfLevels(
  levels: Iterable<Level>,
  idOfLevel: (level: Level) => string,
  args: PageArguments & { includeInactive: boolean; query?: string | null },
  bulk: boolean,
) {
  if (args.query != null && args.query !== '')
    throw requestError('This practice shop does not filter inventory levels', 'BAD_REQUEST');
  const keyed: Keyed[] = [];
  for (const level of levels) if (level.location.active || args.includeInactive) keyed.push({ id: idOfLevel(level), level });
  const page = pageOf(
    keyed.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)),
    levelKey,
    args,
    bulk,
  );
  return {
    ...page,
    nodes: page.nodes.map(({ level }) => level),
    edges: page.edges.map(({ cursor, node }) => ({ cursor, node: node.level })),
  };
}

const quantities = (level: Level, args: { names: string[] }) =>
  args.names.map((name) => {
    if (!quantityNames.includes(name))
      throw requestError(`The quantity name '${name}' is not known. Known are ${quantityNames.join(', ')}.`, 'BAD_REQUEST');
    return {
      id: `${gid('InventoryQuantity', level.location.id)}?inventory_item_id=${level.item.id}&name=${name}`,
      name,
      quantity: quantityOf(level, name),
      updatedAt: level.updatedAt,
    };
  });

const item = {
  countryCodeOfOrigin: () => null,
  duplicateSkuCount: (one: InventoryItem, _: unknown, { shop }: RequestContext) =>
    one.sku === '' ? 0 : (shop.state.bySku.get(one.sku.toLowerCase())?.size ?? 1) - 1,
  harmonizedSystemCode: () => null,
  id: (one: InventoryItem) => gid('InventoryItem', one.id),
  inventoryLevel: (one: InventoryItem, args: { locationId: string }) =>
    one.levels.get(idOf('Location', args.locationId) ?? '') ?? null,
  inventoryLevels: (one: InventoryItem, args: PageArguments & { includeInactive: boolean }, context: RequestContext) =>
    pageOfLevels(one.levels.values(), (level) => level.location.id, args, context.bulk),
  legacyResourceId: (one: InventoryItem) => one.id,
  locationsCount: (one: InventoryItem) => ({ count: one.levels.size, precision: 'EXACT' }),
  measurement: (one: InventoryItem) => ({ id: gid('InventoryItemMeasurement', one.id), weight: one.weight }),
  sku: (one: InventoryItem) => (one.sku === '' ? null : one.sku),
  unitCost: (one: InventoryItem, _: unknown, { shop }: RequestContext) =>
    one.cost === null ? null : moneyOf(one.cost, shop.identity.currency),
  variants: (one: InventoryItem, args: PageArguments, context: RequestContext) =>
    pageOf([one.variant], { name: 'ID', valueOf: () => 0 }, args, context.bulk),
};

const location = {
  address: () => ({ address1: null, city: null, country: null, countryCode: null, formatted: [], zip: null }),
  deactivatedAt: (one: Location) => (one.active ? null : new Date(one.createdAt).toISOString()),
  hasActiveInventory: (one: Location, _: unknown, { shop }: RequestContext) => {
    for (const held of shop.state.items.values()) if (held.levels.has(one.id)) return true;
    return false;
  },
  id: (one: Location) => gid('Location', one.id),
  inventoryLevel: (one: Location, args: { inventoryItemId: string }, { shop }: RequestContext) =>
    shop.state.items.get(idOf('InventoryItem', args.inventoryItemId) ?? '')?.levels.get(one.id) ?? null,
  inventoryLevels: (one: Location, args: PageArguments & { includeInactive: boolean }, context: RequestContext) => {
    const levels = [...context.shop.state.items.values()].flatMap((held) => held.levels.get(one.id) ?? []);
    return pageOfLevels(levels, (level) => level.item.id, args, context.bulk);
  },
  isActive: (one: Location) => one.active,
  isFulfillmentService: () => false,
  legacyResourceId: (one: Location) => one.id,
  shipsInventory: (one: Location) => one.active,
};

const inventoryItemUpdate: FieldResolver = (_: unknown, args: { id: string; input: ItemInput }, { shop }, info) => {
  refuseIdempotency(info);
  const found = shop.state.items.get(idOf('InventoryItem', args.id) ?? '');
  if (found === undefined)
    return {
      inventoryItem: null,
      userErrors: [{ field: ['id'], message: "The product couldn't be updated because it does not exist." }],
    };
  const { change, errors } = itemChange(args.input, ['input'], shop.state);
  if (errors.length > 0) return { inventoryItem: null, userErrors: errors };
  shop.state.changeItem(found, change);
  return { inventoryItem: found, userErrors: [] };
};

export const inventoryResolvers: Resolvers = {
  InventoryItem: item,
  InventoryLevel: {
    canDeactivate: (level: Level) => level.available === 0 && level.committed === 0,
    id: levelGid,
    isActive: (level: Level) => level.location.active,
    quantities,
  },
  Location: location,
  Mutation: {
    inventoryActivate: activateLevel,
    inventoryAdjustQuantities: adjustQuantities,
    inventoryItemUpdate,
    inventorySetQuantities: setQuantities,
  },
};
