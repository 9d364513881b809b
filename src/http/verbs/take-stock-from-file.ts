/** A counted list as a file: every line is matched to a variant first; then what differs is shown, or posted, all or nothing. */
import { createReadStream } from 'node:fs';
import { sql } from 'drizzle-orm';
import { comparisonKey } from '#catalog/catalog.ts';
import { type CsvIssue, csvIssue, rejectFile } from '#catalog/csv/csv-issues.ts';
import { type CountedLine, readStocktakeCsv } from '#listings/csv/read-stocktake-csv.ts';
import { type Stocktake, takeStock } from '#listings/post-stock.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';

/** Throws 'file_rejected' with one issue per line that names no variant, or more than one. */
export async function takeStockFromFile(
  hub: Hub,
  actor: Actor,
  path: string,
  options: { locationId?: string | undefined; note: string; apply: boolean; since?: Date | undefined },
): Promise<Stocktake> {
  const counted = await readStocktakeCsv(createReadStream(path));
  const variants = await variantsOf(hub, actor, counted);
  const issues: CsvIssue[] = [];
  const lineOf = new Map<string, number>();
  const lines = counted.flatMap(({ line, sku, counted: units }) => {
    const ids = variants.get(comparisonKey(sku)) ?? [];
    const [variantId] = ids;
    if (variantId === undefined) issues.push(csvIssue(line, 'sku', 'sku_unknown', { sku }));
    else if (ids.length > 1) issues.push(csvIssue(line, 'sku', 'sku_ambiguous', { sku, count: ids.length }));
    else if (lineOf.has(variantId)) issues.push(csvIssue(line, 'sku', 'sku_repeated', { sku, line: lineOf.get(variantId) ?? 0 }));
    else {
      lineOf.set(variantId, line);
      return [{ variantId, counted: units }];
    }
    return [];
  });
  if (issues.length > 0) throw rejectFile(issues.slice(0, 200), issues.length);
  return await takeStock(hub, actor, { ...options, lines });
}

async function variantsOf(hub: Hub, actor: Actor, counted: readonly CountedLine[]): Promise<Map<string, string[]>> {
  const keys = [...new Set(counted.map(({ sku }) => comparisonKey(sku)))];
  const { rows } = await hub.db.inOrganization(actor.organizationId, (tx) =>
    tx.execute<{ id: string; key: string }>(sql`
      select id, sku_key as key from product_variants
      where organization_id = ${tx.organizationId} and archived_at is null and sku_key <> '' and sku_key = any(${sql.param(keys)}::text[]) order by id`),
  );
  const variants = new Map<string, string[]>();
  for (const { id, key } of rows) variants.set(key, [...(variants.get(key) ?? []), id]);
  return variants;
}
