/** Reading what stands at locations, and prices. */
import type { LevelReading, LevelRef, ListingRef, PriceReading, RemoteLevel, Session } from '#connectors/connector.ts';
import { allPages, ask } from '#connectors/shopify/client.ts';
import { documents, itemsPerCloserLook } from '#connectors/shopify/documents.ts';
import { answers } from '#connectors/shopify/schema.ts';
import { availableOf, toLevels, toMoney } from '#connectors/shopify/translate.ts';

/** An item with its level and its quantity takes three points: 300 of the 1,000 that one call may take. */
const itemsPerCall = 100;
const pricesPerCall = 100;

/** Exactly the levels that are asked for, a call per location and hundred items. */
export async function readLevels(session: Session, refs: readonly LevelRef[]): Promise<LevelReading[]> {
  const readings: LevelReading[] = [];
  for (const [location, group] of Map.groupBy(refs, (ref) => ref.locationId)) {
    const ids = [...new Set(group.flatMap((ref) => ref.listing.inventoryId ?? []))];
    const found = new Map<string, number | null>();
    for (const part of parts(ids, itemsPerCall)) {
      const { nodes } = await ask(session, documents.levelsAt, { ids: part, location }, answers.levelsAt);
      for (const node of nodes) {
        if (node?.inventoryLevel) found.set(node.id, availableOf(node.inventoryLevel.quantities));
      }
    }
    for (const ref of group) readings.push({ ref, available: found.get(ref.listing.inventoryId ?? '') ?? null });
  }
  return readings;
}

/** All levels of these items, at however many locations. An item that no longer exists is missing from the result. */
export async function readAllLevels(session: Session, inventoryIds: readonly string[]): Promise<Map<string, RemoteLevel[]>> {
  const levels = new Map<string, RemoteLevel[]>();
  for (const ids of parts(inventoryIds, itemsPerCloserLook)) {
    const { nodes } = await ask(session, documents.allLevels, { ids }, answers.allLevels);
    for (const node of nodes) {
      if (node?.inventoryLevels === undefined) continue;
      const all = await allPages(node.inventoryLevels, async (after) => {
        const { inventoryItem } = await ask(session, documents.moreLevels, { id: node.id, after }, answers.moreLevels);
        return inventoryItem?.inventoryLevels ?? null;
      });
      if (all !== null) levels.set(node.id, toLevels(all));
    }
  }
  return levels;
}

export async function readPrices(session: Session, listings: readonly ListingRef[]): Promise<PriceReading[]> {
  const readings: PriceReading[] = [];
  for (const part of parts(listings, pricesPerCall)) {
    const ids = part.map((listing) => listing.variantId);
    const { shop, nodes } = await ask(session, documents.prices, { ids }, answers.prices);
    const money = (text: string | null | undefined) => toMoney(text, shop.currencyCode);
    const byId = new Map(nodes.flatMap((node) => (node === null ? [] : [[node.id, node] as const])));
    for (const listing of part) {
      const node = byId.get(listing.variantId);
      readings.push({ listing, price: money(node?.price), compareAtPrice: money(node?.compareAtPrice) });
    }
  }
  return readings;
}

/** The list cut into parts of at most so many. */
export function parts<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}
