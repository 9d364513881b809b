/**
 * A whole catalog by exports. A child of the file names its parent by `__parentId` and need not follow it, nor need a
 * product's children stand together. So the file is read twice: first the children of each product are counted, then
 * products are gathered and each is handed on as soon as it has all of its children. That is right in any order; memory
 * holds only the products that are still waiting for children, one at a time in a file whose children follow their parents,
 * and all of them in the worst of orders.
 *
 * Levels and the images of variants come from exports of their own (documents.ts says why) and are held in memory by item:
 * less than two hundred bytes each.
 * https://shopify.dev/docs/api/usage/bulk-operations/queries
 */
import type { z } from 'zod';
import type { PullPage, PullRequest, RemoteLevel, RemoteProduct, Session } from '#connectors/connector.ts';
import { MalformedResponse, PlatformUnavailable } from '#connectors/errors.ts';
import { type ExportRow, rowsOf } from '#connectors/shopify/export-rows.ts';
import { runExports } from '#connectors/shopify/export-run.ts';
import {
  levelNode,
  type MediaNode,
  mediaNode,
  type ProductNode,
  productNode,
  type VariantNode,
  variantNode,
} from '#connectors/shopify/schema.ts';
import { toLevels, toProduct } from '#connectors/shopify/translate.ts';

/** A page ends with whichever comes first: it is stored at once, and held in memory. */
const productsPerPullPage = 250;
const listingsPerPullPage = 1000;

/** Yields pages of whole products; returns the ids of products that the file has children of, but not themselves. */
export async function* pullByExport(
  session: Session,
  request: PullRequest,
  currency: string,
  total: number,
): AsyncGenerator<PullPage, string[]> {
  const files = await runExports(session, request);
  const { url } = files.products;
  if (url === null) return [];
  const children = await countChildren(session, url, files.products.rootObjectCount);
  const levels = await readLevels(session, files.levels.url);
  const images = await readVariantImages(session, files.variantImages.url);
  const gathering = new Map<string, Gathered>();
  let ready: RemoteProduct[] = [];
  let listings = 0;
  for await (const row of rowsOf(session, url)) {
    const id = row.parentId ?? row.id;
    const gathered = gathering.get(id) ?? { node: null, variants: [], media: [], waitingFor: children.get(id) ?? 0 };
    gathering.set(id, gathered);
    take(gathered, row);
    if (gathered.node === null || gathered.waitingFor > 0) continue;
    gathering.delete(id);
    ready.push(withTheRest(toProduct(gathered.node, gathered.variants, gathered.media, currency), levels, images));
    listings += gathered.variants.length;
    if (ready.length < productsPerPullPage && listings < listingsPerPullPage) continue;
    yield { products: ready, deletedProductIds: [], totalProducts: total };
    ready = [];
    listings = 0;
  }
  if (ready.length > 0) yield { products: ready, deletedProductIds: [], totalProducts: total };
  return [...gathering.keys()];
}

interface Gathered {
  node: ProductNode | null;
  variants: VariantNode[];
  media: MediaNode[];
  waitingFor: number;
}

function take(gathered: Gathered, row: ExportRow): void {
  if (row.parentId === null) {
    gathered.node = check(productNode, row);
    return;
  }
  if (row.id.startsWith('gid://shopify/ProductVariant/')) gathered.variants.push(check(variantNode, row));
  else gathered.media.push(check(mediaNode, row));
  gathered.waitingFor--;
}

/** How many children the file has of each product. Throws PlatformUnavailable when it has fewer products than were exported. */
async function countChildren(session: Session, url: string, products: number): Promise<Map<string, number>> {
  const children = new Map<string, number>();
  let roots = 0;
  for await (const { parentId } of rowsOf(session, url)) {
    if (parentId === null) roots++;
    else children.set(parentId, (children.get(parentId) ?? 0) + 1);
  }
  if (roots < products) {
    throw new PlatformUnavailable(`The file of the export is cut off: ${roots} of ${products} products`, {
      mayHaveApplied: false,
    });
  }
  return children;
}

async function readLevels(session: Session, url: string | null): Promise<Map<string, RemoteLevel[]>> {
  const levels = new Map<string, RemoteLevel[]>();
  // Every line has the name of its location anew: one of each is kept.
  const places = new Map<string, string>();
  if (url === null) return levels;
  for await (const row of rowsOf(session, url)) {
    const { parentId } = row;
    if (parentId === null) continue;
    // Nearly every item stands at one place: a list made by `push` would keep room for sixteen more.
    const [level] = toLevels([check(levelNode, row)]);
    if (level === undefined) continue;
    const place = places.get(level.locationId) ?? level.locationId;
    places.set(place, place);
    const shown = { locationId: place, available: level.available };
    const known = levels.get(parentId);
    levels.set(parentId, known === undefined ? [shown] : [...known, shown]);
  }
  return levels;
}

/** The first image of each variant that has one, as by pages. */
async function readVariantImages(session: Session, url: string | null): Promise<Map<string, string>> {
  const images = new Map<string, string>();
  if (url === null) return images;
  for await (const { id, parentId } of rowsOf(session, url))
    if (parentId !== null && !images.has(parentId)) images.set(parentId, id);
  return images;
}

function withTheRest(
  product: RemoteProduct,
  levels: ReadonlyMap<string, RemoteLevel[]>,
  images: ReadonlyMap<string, string>,
): RemoteProduct {
  const listings = product.listings.map((listing) => {
    const image = images.get(listing.id);
    return { ...listing, levels: levels.get(listing.inventoryId ?? '') ?? [], imageIds: image === undefined ? [] : [image] };
  });
  return { ...product, listings };
}

function check<T extends z.ZodType>(shape: T, row: ExportRow): z.infer<T> {
  const parsed = shape.safeParse(row.value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MalformedResponse(`A line of the export: ${issue?.path.join('.')}: ${issue?.message}`, {
    body: JSON.stringify(row.value).slice(0, 4000),
  });
}
