/** The linked listings of one platform, put together by the platform's product: the requirement's product links. */
import { sql } from 'drizzle-orm';
import { type Page, type PageRequest, pageOfRows } from '#db/page.ts';
import type { Transaction } from '#db/transaction.ts';
import { gravest } from '#listings/cell-state.ts';
import { listings } from '#listings/listings-tables.ts';
import { type ListingFigures, readFigures } from '#listings/read-figures.ts';
import { heldSentence } from '#listings/refusal-sentence.ts';
import type { Hub } from '#stores/hub.ts';

export interface ProductLink {
  /** The first linked listing of the product: links come and go with it. */
  id: string;
  productId: string;
  platformProductId: string;
  title: string;
  state: 'pending' | 'synced' | 'error' | 'disabled';
  syncPrice: boolean;
  syncInventory: boolean;
  lastSyncedAt: Date | null;
  errorMessage: string | null;
  createdAt: Date;
  updatedAt: Date;
  listingIds: string[];
}

interface LinkRow extends Record<string, unknown> {
  id: string;
  product_id: string;
  listing_ids: string[];
}

/** A page of links, newest first. */
export async function listProductLinks(
  hub: Hub,
  tx: Transaction,
  platform: string,
  page: PageRequest,
): Promise<Page<ProductLink>> {
  const rows = await linkRows(tx, platform, page.after === null ? sql`true` : sql`id < ${page.after[1]}::uuid`, page.limit + 1);
  const { items, next } = pageOfRows(
    rows,
    page.limit,
    ({ id }) => [id, id],
    (row) => row,
  );
  return { items: await complete(hub, tx, items), next };
}

/** A link by the id of any of its listings, or null. */
export async function readProductLink(
  hub: Hub,
  tx: Transaction,
  platform: string,
  listingId: string,
): Promise<ProductLink | null> {
  return (await complete(hub, tx, await linkRows(tx, platform, sql`${listingId}::uuid = any(listing_ids)`, 1)))[0] ?? null;
}

async function linkRows(tx: Transaction, platform: string, where: ReturnType<typeof sql>, limit: number): Promise<LinkRow[]> {
  const result = await tx.execute<LinkRow>(sql`
    select * from (
      select (array_agg(l.id order by l.id))[1] as id, v.product_id, array_agg(l.id order by l.id) as listing_ids
      from listings l
      join stores s on s.organization_id = l.organization_id and s.id = l.store_id and s.platform = ${platform}
      join product_variants v on v.organization_id = l.organization_id and v.id = l.variant_id
      where l.organization_id = ${tx.organizationId} and l.status = 'linked'
      group by l.store_id, l.platform_product_id, v.product_id) links
    where ${where} order by id desc limit ${limit}`);
  return result.rows;
}

async function complete(hub: Hub, tx: Transaction, rows: readonly LinkRow[]): Promise<ProductLink[]> {
  const ids = rows.flatMap((row) => row.listing_ids);
  const figures = await readFigures(hub, tx, sql`${listings.id} = any(${sql.param(ids)}::uuid[])`);
  const byId = new Map(figures.map((figure) => [figure.listing.id, figure]));
  return rows.flatMap((row) => {
    const own = row.listing_ids.flatMap((id) => byId.get(id) ?? []);
    const [head] = own;
    if (head === undefined) return [];
    const syncPrice = own.some(({ listing }) => listing.syncPrice);
    const syncInventory = own.some(({ listing }) => listing.syncInventory);
    const state = gravest(own.map((figure) => figure.state));
    const problem = own.find((figure) => figure.state === state);
    return [
      {
        id: row.id,
        productId: row.product_id,
        platformProductId: head.listing.platformProductId,
        title: head.listing.productTitle,
        state:
          !syncPrice && !syncInventory
            ? 'disabled'
            : state === 'in_sync'
              ? 'synced'
              : state === 'refused' || state === 'held'
                ? 'error'
                : 'pending',
        syncPrice,
        syncInventory,
        lastSyncedAt: latest(own.map(({ listing }) => listing.lastSyncedAt)),
        errorMessage: problem === undefined ? null : errorOf(problem),
        createdAt: head.listing.linkedAt ?? head.listing.createdAt,
        updatedAt: latest(own.map(({ listing }) => listing.updatedAt)) ?? head.listing.updatedAt,
        listingIds: row.listing_ids,
      } as const,
    ];
  });
}

function errorOf({ state, refusal, price, quantity }: ListingFigures): string | null {
  if (refusal !== null) return refusal.sentence;
  const held = [quantity, price].find(
    (figure) => figure.state === 'held' && figure.reason !== null && figure.reason !== 'sync_off',
  );
  return state === 'held' && held?.reason ? heldSentence(held.reason) : null;
}

function latest(moments: readonly (Date | null)[]): Date | null {
  return moments.reduce((a, b) => (b !== null && (a === null || b > a) ? b : a), null);
}
