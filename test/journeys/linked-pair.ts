/** Two connected stores that sell the same few goods under the same SKUs, and what it means that all agree. */
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { present } from '#base/assert.ts';
import type { PracticeGood, PracticeProduct } from '#connectors/practice.ts';
import type { ListingAnswer } from '#http/listing-shape.ts';
import type { LinkSuggestions } from '#listings/suggest-links.ts';
import { expectLedgerToAddUp } from '#test/journeys/book.ts';
import { longestWriteSeconds } from '#test/journeys/brisk-connectors.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { goodOf } from '#test/journeys/filled-shops.ts';
import type { Stage } from '#test/journeys/stage.ts';

/** One thing: our variant, and where it stands in either store. */
export interface Pair {
  variantId: string;
  sourceId: string;
  otherId: string;
}

export interface LinkedStores {
  sourceStoreId: string;
  otherStoreId: string;
  pairs: Pair[];
}

export const startQuantity = 50;

/** Connects both stores, each with the same `count` products of one variant, and links them. */
export async function linkStores(stage: Stage, count: number): Promise<LinkedStores> {
  const products = Array.from(
    { length: count },
    (_, at): PracticeProduct => ({
      title: `Lantern ${at}`,
      variants: [{ sku: `LAN-${at}`, price: '20.00', quantity: startQuantity }],
    }),
  );
  for (const { control } of [stage.source, stage.other]) control.add(products);
  const sourceStoreId = await stage.connect(stage.source);
  const otherStoreId = await stage.connect(stage.other);
  const { items } = await stage.person.post<LinkSuggestions>('/api/listings/suggestions', {});
  const links = items.map(({ listingId, variantId }) => ({ listingId, variantId }));
  expect(await stage.person.post('/api/listings/bulk-link', { links })).toEqual({ linked: count, failed: [] });
  const bySku = new Map(stage.other.control.goods().map((good) => [good.sku, good.variantId]));
  const pairs: Pair[] = [];
  for (const one of await stage.person.all<ListingAnswer>(`/api/listings?storeId=${sourceStoreId}`)) {
    const otherId = present(bySku.get(one.sku), one.sku);
    pairs.push({ variantId: present(one.variant, one.sku).id, sourceId: one.platformVariantId, otherId });
  }
  await expectAgreement(stage, pairs);
  return { sourceStoreId, otherStoreId, pairs };
}

export interface Shown {
  price: string;
  quantity: number;
}

const shown = ({ price, quantity }: PracticeGood): Shown => ({ price, quantity });

/**
 * Waits until both stores themselves show what the book says, the engine knows it, and it stays so for longer than a lost
 * write may take. `want` is what the book should say, one for each pair.
 */
export async function expectAgreement(
  stage: Stage,
  pairs: readonly Pair[],
  want?: readonly Shown[],
  seconds = 15,
): Promise<void> {
  const check = async () => {
    for (const [at, pair] of pairs.entries()) {
      const book = await readBook(stage, pair.variantId);
      const about = `Lantern of ${pair.variantId}`;
      if (want !== undefined) expect(shown(book), `${about} in the book`).toEqual(want[at]);
      expect(shown(goodOf(stage.source, pair.sourceId)), `${about} on the source store`).toEqual(shown(book));
      expect(shown(goodOf(stage.other, pair.otherId)), `${about} on the other store`).toEqual(shown(book));
      expect(book.unsettled, `${about} has levels that are not known to be right`).toBe(0);
    }
  };
  await eventually('the book and both stores agree', check, seconds);
  if (want !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, longestWriteSeconds * 1000));
    await eventually('the book and both stores still agree', check, 3);
  }
  await expectLedgerToAddUp(stage);
}

async function readBook(stage: Stage, variantId: string): Promise<PracticeGood & { unsettled: number }> {
  const { organizationId } = stage.actor;
  const result = await stage.hub.db.inOrganization(organizationId, (tx) =>
    tx.execute<{ price: string; quantity: number; unsettled: number }>(sql`
      select v.price::numeric(12, 2)::text as price, (i.on_hand - i.reserved) as quantity,
        (select count(*)::int from listings n
          left join listing_levels l on l.organization_id = n.organization_id and l.listing_id = n.id
          left join listing_prices p on p.organization_id = n.organization_id and p.listing_id = n.id
          where n.organization_id = v.organization_id and n.variant_id = v.id
            and (l.knowledge <> 'known' or l.remote is distinct from l.desired or p.knowledge <> 'known' or p.remote is distinct from p.desired)) as unsettled
      from product_variants v join inventory_items i on i.organization_id = v.organization_id and i.variant_id = v.id
      where v.organization_id = ${organizationId} and v.id = ${variantId}`),
  );
  return present(result.rows[0], `the variant ${variantId}`) as PracticeGood & { unsettled: number };
}

/** A person changes price and count in our own catalog. */
export async function change(stage: Stage, pair: Pair, { price, quantity }: Partial<Shown>): Promise<void> {
  const { variantId } = pair;
  if (price !== undefined) await stage.person.patch(`/api/variants/${variantId}`, { price });
  if (quantity !== undefined) await stage.person.post('/api/inventory/adjust', { variantId, counted: quantity });
}
