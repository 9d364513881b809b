/** Reading what stands at locations, in batches of inventory items. */
import type { LevelReading, LevelRef, ListingRef, PriceReading, RemoteLevel, Session } from '#connectors/connector.ts';
import { ask } from '#connectors/shopify/client.ts';
import { documents } from '#connectors/shopify/documents.ts';
import { answers } from '#connectors/shopify/schema.ts';
import { availableOf } from '#connectors/shopify/translate.ts';

const itemsPerCall = 50;
/** Locations per item in a first look; an item that fills it is asked about more closely. */
export const levelsPerItem = 3;
const levelsPerCloserLook = 50;
const itemsPerCloserLook = 4;
const pricesPerCall = 100;
/** A level with its location and its quantity. */
const pointsPerLevel = 3;

/** All levels of these items, at up to fifty locations each. */
export async function* readLevelNodes(session: Session, inventoryIds: readonly string[]): AsyncGenerator<{ id: string; levels: RemoteLevel[] }> {
  const full: string[] = [];
  for await (const item of readPart(session, inventoryIds, itemsPerCall, levelsPerItem)) {
    if (item.levels.length < levelsPerItem) yield item;
    else full.push(item.id);
  }
  yield* readPart(session, full, itemsPerCloserLook, levelsPerCloserLook);
}

async function* readPart(session: Session, inventoryIds: readonly string[], perCall: number, first: number): AsyncGenerator<{ id: string; levels: RemoteLevel[] }> {
  for (let at = 0; at < inventoryIds.length; at += perCall) {
    const ids = inventoryIds.slice(at, at + perCall);
    const { nodes } = await ask(session, documents.levels, { ids, first }, answers.levelNodes, { cost: ids.length * (1 + first * pointsPerLevel) });
    for (const node of nodes) {
      if (node?.inventoryLevels === undefined) continue;
      const levels = node.inventoryLevels.nodes.flatMap((level) => {
        const available = availableOf(level.quantities);
        return available === null ? [] : [{ locationId: level.location.id, available }];
      });
      yield { id: node.id, levels };
    }
  }
}

export async function readLevels(session: Session, refs: readonly LevelRef[]): Promise<LevelReading[]> {
  const found = new Map<string, RemoteLevel[]>();
  const ids = new Set(refs.flatMap((ref) => (ref.listing.inventoryId === null ? [] : [ref.listing.inventoryId])));
  for await (const item of readLevelNodes(session, [...ids])) found.set(item.id, item.levels);
  return refs.map((ref) => {
    const level = found.get(ref.listing.inventoryId ?? '')?.find((one) => one.locationId === ref.locationId);
    return { ref, available: level?.available ?? null };
  });
}

export async function readPrices(session: Session, listings: readonly ListingRef[]): Promise<PriceReading[]> {
  const readings: PriceReading[] = [];
  for (let at = 0; at < listings.length; at += pricesPerCall) {
    const part = listings.slice(at, at + pricesPerCall);
    const { shop, nodes } = await ask(session, documents.prices, { ids: part.map((listing) => listing.variantId) }, answers.prices, { cost: part.length + 2 });
    const byId = new Map(nodes.flatMap((node) => (node === null ? [] : [[node.id, node] as const])));
    for (const listing of part) {
      const node = byId.get(listing.variantId);
      const money = (amount: string | null | undefined) => (amount == null ? null : { amount, currency: shop.currencyCode });
      readings.push({ listing, price: money(node?.price), compareAtPrice: money(node?.compareAtPrice) });
    }
  }
  return readings;
}
