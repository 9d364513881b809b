import { type SQL, sql } from 'drizzle-orm';
import { barcodeKey, comparisonKey } from '#catalog/catalog.ts';
import { productVariants } from '#catalog/catalog-tables.ts';
import { swappedNeighbours } from '#catalog/typing-errors.ts';
import type { Transaction } from '#db/transaction.ts';

/** Whether a variant is meant by a search: one of the words in its product's title, or its whole SKU or barcode. */
export const variantMatches = (tx: Transaction, q: string, words: readonly string[]): SQL => sql`(
  ${productVariants.productId} in (select s.product_id from unnest(${sql.param([...words])}::text[]) w(word) cross join lateral search_products(${tx.organizationId}::uuid, w.word, 500) s)
  or (${productVariants.skuKey} = ${comparisonKey(q)} and ${productVariants.skuKey} <> '')
  or (${productVariants.barcodeKey} = ${barcodeKey(q)} and ${productVariants.barcodeKey} <> ''))`;

/** Variants that a search means, archived ones too. `forgiving`: letters that were typed in the wrong order are put right. */
export async function findVariants(tx: Transaction, q: string, forgiving: boolean): Promise<string[]> {
  const found = await idsMatching(tx, q, [q]);
  const others = found.length > 0 || !forgiving ? [] : swappedNeighbours(q);
  return others.length === 0 ? found : await idsMatching(tx, q, others);
}

async function idsMatching(tx: Transaction, q: string, words: readonly string[]): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from product_variants where organization_id = ${tx.organizationId} and ${variantMatches(tx, q, words)}`);
  return rows.map(({ id }) => id);
}
