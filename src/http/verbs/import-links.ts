/** Brings links in from a file: every line is checked against the stores and the catalog first; then all of it or nothing. */
import { createReadStream } from 'node:fs';
import { sql } from 'drizzle-orm';
import { AppError, type FieldIssue } from '#base/errors.ts';
import { comparisonKey } from '#catalog/catalog.ts';
import { rejectFile } from '#catalog/csv/csv-issues.ts';
import type { Transaction } from '#db/transaction.ts';
import { causesChanged, ofListings, ofVariants } from '#listings/changes.ts';
import type { CsvLink } from '#listings/csv/csv-link.ts';
import { checkLinkCsv, readLinkCsv } from '#listings/csv/read-link-csv.ts';
import { linkInTransaction, takeLinksAway } from '#listings/link-listing.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';

export interface LinkImport {
  linked: number;
  unlinked: number;
  ignored: number;
  unchanged: number;
}

const chunk = 2000;
const issuesShown = 200;

/** A line with what it names, as it stands now. */
interface Resolved extends Record<string, unknown> {
  line: number;
  store_known: boolean;
  listing_id: string | null;
  listing_status: string | null;
  listing_variant: string | null;
  sync_price: boolean | null;
  sync_inventory: boolean | null;
  variant_id: string | null;
  variants: number;
}

/** Throws 'file_rejected' with one issue per line that cannot be applied. */
export async function importLinks(hub: Hub, actor: Actor, path: string): Promise<LinkImport> {
  const report = await checkLinkCsv(createReadStream(path));
  if (!report.whole) throw rejectFile(report.issues, report.issueCount);
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const outcome: LinkImport = { linked: 0, unlinked: 0, ignored: 0, unchanged: 0 };
    const issues: FieldIssue[] = [];
    let part: CsvLink[] = [];
    for await (const link of readLinkCsv(createReadStream(path))) {
      part.push(link);
      if (part.length < chunk) continue;
      await applyPart(hub, tx, actor, part, outcome, issues);
      part = [];
    }
    await applyPart(hub, tx, actor, part, outcome, issues);
    if (issues.length > 0) {
      throw new AppError('file_rejected', `Nothing was imported. ${issues[0]?.path}: ${issues[0]?.message}`, {
        issues: issues.slice(0, issuesShown),
      });
    }
    await audit(tx, actor, 'listing.links_imported', 'listing', null, { ...outcome }, hub.clock.now());
    return outcome;
  });
}

async function applyPart(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  part: readonly CsvLink[],
  outcome: LinkImport,
  issues: FieldIssue[],
): Promise<void> {
  if (part.length === 0) return;
  const byLine = new Map(part.map((link) => [link.line, link]));
  const plan = {
    link: [] as { listingId: string; variantId: string }[],
    unlink: [] as string[],
    ignore: [] as string[],
    switches: [] as Switch[],
  };
  for (const row of await resolve(tx, part)) {
    const link = byLine.get(row.line);
    if (link === undefined) continue;
    const problem = problemOf(row, link);
    if (problem !== null || row.listing_id === null) {
      issues.push({ path: `Line ${row.line}`, message: problem ?? 'This listing is not known.' });
      continue;
    }
    const switches = switchesOf(row, link, row.listing_id);
    const moved = link.status !== row.listing_status || (link.status === 'linked' && row.variant_id !== row.listing_variant);
    if (switches !== null) plan.switches.push(switches);
    if (!moved) {
      if (switches === null) outcome.unchanged++;
    } else if (link.status === 'linked' && row.variant_id !== null)
      plan.link.push({ listingId: row.listing_id, variantId: row.variant_id });
    else plan[link.status === 'ignored' ? 'ignore' : 'unlink'].push(row.listing_id);
  }
  if (issues.length > 0) return;
  await applySwitches(tx, plan.switches);
  const { linked, failed } = await linkInTransaction(hub, tx, actor, plan.link, 'csv');
  for (const { problem } of failed) issues.push({ path: 'The file', message: problem });
  outcome.linked += linked;
  const left = [...(await setStatus(hub, tx, plan.unlink, 'unlinked')), ...(await setStatus(hub, tx, plan.ignore, 'ignored'))];
  outcome.unlinked += plan.unlink.length;
  outcome.ignored += plan.ignore.length;
  const listings = ofListings([...plan.unlink, ...plan.ignore, ...plan.switches.map(({ id }) => id)]);
  await causesChanged(hub, tx, sql`(${listings} or ${ofVariants(left)})`);
}

function problemOf(row: Resolved, link: CsvLink): string | null {
  if (!row.store_known)
    return `There is no store "${link.store.slice(0, 80)}". Use its name as it stands under Integrations, or its id.`;
  if (row.listing_id === null) return 'This store has no such listing. Pull the store first, or check both ids.';
  if (link.status !== 'linked') return null;
  if (row.variants === 0) return 'There is no such variant in the catalog. Check variant_id or variant_sku.';
  if (row.variants > 1)
    return `${row.variants} variants have the SKU "${link.variantSku.slice(0, 80)}". Fill in variant_id to say which.`;
  return null;
}

interface Switch {
  id: string;
  sync_price: boolean;
  sync_inventory: boolean;
}

function switchesOf(row: Resolved, link: CsvLink, id: string): Switch | null {
  const price = link.syncPrice ?? row.sync_price ?? true;
  const inventory = link.syncInventory ?? row.sync_inventory ?? true;
  return price === row.sync_price && inventory === row.sync_inventory
    ? null
    : { id, sync_price: price, sync_inventory: inventory };
}

async function resolve(tx: Transaction, part: readonly CsvLink[]): Promise<Resolved[]> {
  const lines = part.map((link) => ({
    line: link.line,
    store: link.store.trim(),
    product: link.platformProductId,
    variant: link.platformVariantId,
    variant_id: link.variantId,
    sku_key: link.variantId === null ? comparisonKey(link.variantSku) : '',
  }));
  const result = await tx.execute<Resolved>(sql`
    select x.line, s.id is not null as store_known, l.id as listing_id, l.status as listing_status, l.variant_id as listing_variant, l.sync_price, l.sync_inventory,
      (v.ids)[1] as variant_id, coalesce(cardinality(v.ids), 0) as variants
    from json_to_recordset(${JSON.stringify(lines)}::json) as x(line integer, store text, product text, variant text, variant_id uuid, sku_key text)
    left join lateral (select id from stores where organization_id = ${tx.organizationId} and (id::text = x.store or lower(name) = lower(x.store))
      order by (status = 'disconnected'), created_at limit 1) s on true
    left join listings l on l.organization_id = ${tx.organizationId} and l.store_id = s.id and l.platform_product_id = x.product and l.platform_variant_id = x.variant
    left join lateral (select array_agg(id order by id) as ids from product_variants where organization_id = ${tx.organizationId} and archived_at is null
      and ((x.variant_id is not null and id = x.variant_id) or (x.variant_id is null and x.sku_key <> '' and sku_key = x.sku_key and sku_key <> ''))) v on true
    order by x.line`);
  return result.rows;
}

async function applySwitches(tx: Transaction, switches: readonly Switch[]): Promise<void> {
  if (switches.length === 0) return;
  await tx.execute(sql`
    update listings l set sync_price = x.sync_price, sync_inventory = x.sync_inventory
    from json_to_recordset(${JSON.stringify(switches)}::json) as x(id uuid, sync_price boolean, sync_inventory boolean)
    where l.organization_id = ${tx.organizationId} and l.id = x.id`);
}

/** Returns the variants that were linked there. */
async function setStatus(hub: Hub, tx: Transaction, ids: readonly string[], status: 'unlinked' | 'ignored'): Promise<string[]> {
  if (ids.length === 0) return [];
  const left = await takeLinksAway(hub, tx, ids, status);
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'listing', ids: ids.slice(0, 100) }));
  return left.flatMap(({ variantId }) => (variantId === null ? [] : [variantId]));
}
