import { sql } from 'drizzle-orm';
import { choose, type LinkSuggestion } from '#listings/suggest-links.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';

type Candidate = Parameters<typeof choose>[0][number];

/** Rows without an equal SKU or barcode for which titles are compared: more of them would hold the page up. */
const titlesAtMost = 20;
const scoreAtLeast = 0.5;

/** The proposals for a page of unlinked listings, by listing. The rules are those of suggest-links.ts. */
export async function suggestFor(hub: Hub, actor: Actor, listingIds: readonly string[]): Promise<Map<string, LinkSuggestion>> {
  if (listingIds.length === 0) return new Map();
  const result = await hub.db.inOrganization(actor.organizationId, (tx) =>
    tx.execute<Candidate>(sql`
      with chosen as materialized (
        select i.* from listings i where i.organization_id = ${tx.organizationId} and i.id = any(${sql.param([...listingIds])}::uuid[])),
      exact as materialized (
        select c.id as listing_id, v.id as variant_id, 'sku' as reason from chosen c
          join product_variants v on v.organization_id = c.organization_id and v.sku_key = c.sku_key and v.sku_key <> ''
        union all
        select c.id, v.id, 'barcode' from chosen c
          join product_variants v on v.organization_id = c.organization_id and v.barcode_key = c.barcode_key and v.barcode_key <> ''),
      titles as materialized (
        select distinct c.product_title from chosen c where not exists (select from exact e where e.listing_id = c.id) limit ${titlesAtMost}),
      alike as materialized (
        select t.product_title, s.product_id from titles t
        cross join lateral search_products(${tx.organizationId}::uuid, left(t.product_title, 200), 6) s),
      pairs as (
        select * from exact
        union all
        select c.id, v.id, 'title' from chosen c join alike s on s.product_title = c.product_title
          join product_variants v on v.organization_id = c.organization_id and v.product_id = s.product_id)
      select c.id as listing_id, c.store_id, c.product_title, c.variant_title, c.sku as listing_sku, c.image_url, c.options, x.reason,
        v.id as variant_id, p.id as product_id, p.title as master_title, v.title as master_variant, v.sku as master_sku, v.option_values
      from pairs x
      join chosen c on c.id = x.listing_id
      join product_variants v on v.organization_id = c.organization_id and v.id = x.variant_id and v.archived_at is null
      join products p on p.organization_id = v.organization_id and p.id = v.product_id
      where not exists (select from listings o where o.organization_id = c.organization_id and o.store_id = c.store_id and o.variant_id = v.id)`),
  );
  return new Map(choose(result.rows, scoreAtLeast).map((item) => [item.listingId, item]));
}
