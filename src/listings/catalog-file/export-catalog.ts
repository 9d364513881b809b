/** Exports the master catalog as a product CSV, product by product, with bounded memory. Importing it changes nothing. */
import { type SQL, sql } from 'drizzle-orm';
import type { CsvProduct } from '#catalog/csv/csv-product.ts';
import { writeProductCsv } from '#catalog/csv/write-product-csv.ts';
import type { Transaction } from '#db/transaction.ts';
import { readStoredProducts, type StoredProduct } from '#listings/catalog-file/stored-products.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';

const pageSize = 200;

export async function* exportCatalog(hub: Hub, actor: Actor): AsyncGenerator<string> {
  const extraColumns = await hub.db.inOrganization(actor.organizationId, (tx) => namesOfExtraColumns(tx));
  yield* writeProductCsv(products(hub, actor), { extraColumns });
}

async function namesOfExtraColumns(tx: Transaction): Promise<string[]> {
  const result = await tx.execute<{ name: string }>(sql`
    select distinct name from (
      select jsonb_object_keys(attributes->'file'->'extra') as name from products where organization_id = ${tx.organizationId} and jsonb_typeof(attributes->'file'->'extra') = 'object'
      union select jsonb_object_keys(attributes->'file'->'extra') from product_variants where organization_id = ${tx.organizationId} and jsonb_typeof(attributes->'file'->'extra') = 'object'
    ) names order by name`);
  return result.rows.map((row) => row.name);
}

async function* products(hub: Hub, actor: Actor): AsyncGenerator<CsvProduct> {
  for (let after: string | null = null; ; ) {
    const from: SQL = after === null ? sql`true` : sql`p.id > ${after}::uuid`;
    const page: StoredProduct[] = await hub.db.inOrganization(actor.organizationId, (tx) =>
      readStoredProducts(tx, from, pageSize),
    );
    for (const { product } of page) if (product.variants.length > 0) yield product;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
