/**
 * Proposes a variant for every unlinked listing: by SKU, then by barcode, then by title and options. Changes nothing.
 *
 * Within one store a variant is proposed once: to the listing that fits best. Where two listings, or two variants, fit
 * about as well, the proposal is ambiguous and waits for a person.
 */
import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import { optionSimilarity, sameNumbers, titleSimilarity } from '#listings/similarity.ts';
import type { Actor } from '#organizations/actor.ts';
import type { Hub } from '#stores/hub.ts';

export interface LinkSuggestion {
  listingId: string;
  storeId: string;
  variantId: string;
  score: number;
  reason: 'sku' | 'barcode' | 'title';
  ambiguous: boolean;
  /** Other variants that fit about as well. */
  alternatives: number;
  listing: { productTitle: string; variantTitle: string; sku: string; imageUrl: string | null };
  variant: { productId: string; productTitle: string; title: string; sku: string };
}

export interface LinkSuggestions {
  items: LinkSuggestion[];
  counts: { certain: number; probable: number; ambiguous: number; none: number };
}

/** Two scores nearer than this are about equal. */
const tie = 0.06;
const titleWeight = 0.75;
/** The very same title says less than a SKU or a barcode. */
const likeliestTitle = 0.98;
const listingsAtMost = 5000;

export interface Candidate extends Record<string, unknown> {
  listing_id: string;
  store_id: string;
  product_title: string;
  variant_title: string;
  listing_sku: string;
  image_url: string | null;
  options: { name: string; value: string }[];
  reason: 'sku' | 'barcode' | 'title';
  variant_id: string;
  product_id: string;
  master_title: string;
  master_variant: string;
  master_sku: string;
  option_values: string[];
}

export async function suggestLinks(
  hub: Hub,
  actor: Actor,
  input: { storeId?: string | undefined; minScore?: number | undefined },
): Promise<LinkSuggestions> {
  const minScore = input.minScore ?? 0.5;
  return await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const candidates = await readCandidates(tx, input.storeId ?? null);
    const unlinked = await tx.execute<{ n: number }>(sql`
      select count(*)::int as n from listings i where i.organization_id = ${tx.organizationId} and i.status = 'unlinked' and i.state <> 'gone'
        and (${input.storeId ?? null}::uuid is null or i.store_id = ${input.storeId ?? null}::uuid)`);
    const items = choose(candidates, minScore);
    return {
      items,
      counts: {
        certain: items.filter((item) => !item.ambiguous && item.reason !== 'title').length,
        probable: items.filter((item) => !item.ambiguous && item.reason === 'title').length,
        ambiguous: items.filter((item) => item.ambiguous).length,
        none: (unlinked.rows[0]?.n ?? 0) - items.length,
      },
    };
  });
}

interface ChosenListing extends Record<string, unknown> {
  listing_id: string;
  store_id: string;
  product_title: string;
  variant_title: string;
  listing_sku: string;
  sku_key: string;
  barcode_key: string;
  image_url: string | null;
  options: { name: string; value: string }[];
}

interface MasterVariant extends Record<string, unknown> {
  variant_id: string;
  product_id: string;
  master_title: string;
  master_variant: string;
  master_sku: string;
  sku_key: string;
  barcode_key: string;
  option_values: string[];
  /** Stores on which it is listed already. */
  taken: string[];
}

/** Products whose title is worth comparing, for each title. */
const productsPerTitle = 6;

/** Few plain statements instead of one clever one: each has an index that serves it, whatever the statistics say. */
async function readCandidates(tx: Transaction, storeId: string | null): Promise<Candidate[]> {
  const chosen = await tx.execute<ChosenListing>(sql`
    select i.id as listing_id, i.store_id, i.product_title, i.variant_title, i.sku as listing_sku, i.sku_key, i.barcode_key, i.image_url, i.options
    from listings i where i.organization_id = ${tx.organizationId} and i.status = 'unlinked' and i.state <> 'gone'
      and (${storeId}::uuid is null or i.store_id = ${storeId}::uuid) order by i.id limit ${listingsAtMost}`);
  const keys = (name: 'sku_key' | 'barcode_key') =>
    sql.param([...new Set(chosen.rows.map((row) => row[name]).filter((key) => key !== ''))]);
  const exact = await readVariants(
    tx,
    sql`
    select id from product_variants where organization_id = ${tx.organizationId} and sku_key <> '' and sku_key = any(${keys('sku_key')}::text[])
    union select id from product_variants where organization_id = ${tx.organizationId} and barcode_key <> '' and barcode_key = any(${keys('barcode_key')}::text[])`,
  );
  const bySku = Map.groupBy(exact, (row) => row.sku_key);
  const byBarcode = Map.groupBy(exact, (row) => row.barcode_key);
  const exactOf = (listing: ChosenListing) => [
    ...pairs(listing, listing.sku_key === '' ? [] : bySku.get(listing.sku_key), 'sku'),
    ...pairs(listing, listing.barcode_key === '' ? [] : byBarcode.get(listing.barcode_key), 'barcode'),
  ];
  const candidates = chosen.rows.flatMap(exactOf);
  const titles = titlesToCompare(chosen.rows, candidates);
  const alike = await tx.execute<{ title: string; product_id: string }>(sql`
    select t.title, s.product_id from unnest(${sql.param(titles)}::text[]) as t(title)
    cross join lateral search_products(${tx.organizationId}::uuid, left(t.title, 200), ${productsPerTitle}) s`);
  const productIds = sql.param([...new Set(alike.rows.map((row) => row.product_id))]);
  const ofAlike = await readVariants(
    tx,
    sql`select id from product_variants where organization_id = ${tx.organizationId} and product_id = any(${productIds}::uuid[])`,
  );
  const productsAlike = Map.groupBy(alike.rows, (row) => row.title);
  const byProduct = Map.groupBy(ofAlike, (row) => row.product_id);
  const byTitle = (listing: ChosenListing) =>
    (productsAlike.get(listing.product_title) ?? []).flatMap((product) =>
      pairs(listing, byProduct.get(product.product_id), 'title'),
    );
  return [...candidates, ...chosen.rows.flatMap(byTitle)];
}

async function readVariants(tx: Transaction, ids: SQL): Promise<MasterVariant[]> {
  const { rows } = await tx.execute<MasterVariant>(sql`
    select v.id as variant_id, v.product_id, p.title as master_title, v.title as master_variant, v.sku as master_sku, v.sku_key, v.barcode_key, v.option_values,
      array(select o.store_id from listings o where o.organization_id = v.organization_id and o.variant_id = v.id) as taken
    from product_variants v join products p on p.organization_id = v.organization_id and p.id = v.product_id
    where v.organization_id = ${tx.organizationId} and v.archived_at is null and v.id in (${ids})`);
  return rows;
}

const pairs = (listing: ChosenListing, found: readonly MasterVariant[] | undefined, reason: Candidate['reason']): Candidate[] =>
  (found ?? [])
    .filter((variant) => !variant.taken.includes(listing.store_id))
    .map((variant) => ({ ...variant, ...listing, reason }));

/**
 * Comparing titles takes milliseconds each, and says nothing beside a SKU or a barcode: left out for listings that have a
 * variant by one of those, and share it with no other listing of their store.
 */
function titlesToCompare(listings: readonly ChosenListing[], exact: readonly Candidate[]): string[] {
  const placeOf = (one: Candidate) => `${one.store_id}\n${one.variant_id}`;
  const claimants = new Map<string, Set<string>>();
  for (const one of exact) claimants.set(placeOf(one), (claimants.get(placeOf(one)) ?? new Set()).add(one.listing_id));
  const settled = new Set(exact.filter((one) => claimants.get(placeOf(one))?.size === 1).map((one) => one.listing_id));
  return [...new Set(listings.filter((one) => !settled.has(one.listing_id)).map((one) => one.product_title))];
}

interface Scored {
  candidate: Candidate;
  score: number;
}

/** Exported for the tests. Pure. */
export function choose(candidates: readonly Candidate[], minScore: number): LinkSuggestion[] {
  const byListing = new Map<string, Scored[]>();
  const best = new Map<string, Scored>();
  for (const candidate of candidates) {
    const scored = { candidate, score: scoreOf(candidate) };
    const key = `${candidate.listing_id}\n${candidate.variant_id}`;
    const earlier = best.get(key);
    if (scored.score >= minScore && (earlier === undefined || earlier.score < scored.score)) best.set(key, scored);
  }
  for (const scored of best.values()) {
    const list = byListing.get(scored.candidate.listing_id) ?? [];
    list.push(scored);
    byListing.set(scored.candidate.listing_id, list);
  }
  const ordered = [...best.values()].sort(
    (a, b) => b.score - a.score || (a.candidate.listing_id < b.candidate.listing_id ? -1 : 1),
  );
  const takenListings = new Set<string>();
  const takenVariants = new Map<string, LinkSuggestion>();
  const chosen: LinkSuggestion[] = [];
  for (const { candidate, score } of ordered) {
    if (takenListings.has(candidate.listing_id)) continue;
    const rival = takenVariants.get(`${candidate.store_id}\n${candidate.variant_id}`);
    if (rival !== undefined) {
      // Another listing of this store fits this variant better; about as well means that a person decides.
      if (rival.score - score < tie && rival.reason === candidate.reason) rival.ambiguous = true;
      continue;
    }
    const alternatives = (byListing.get(candidate.listing_id) ?? []).filter(
      (other) =>
        other.candidate.variant_id !== candidate.variant_id &&
        score - other.score < tie &&
        !isWeaker(other.candidate.reason, candidate.reason) &&
        // A variant that another listing has taken for a better reason is out of question; for the same reason it leaves a doubt.
        !isWeaker(
          candidate.reason,
          takenVariants.get(`${candidate.store_id}\n${other.candidate.variant_id}`)?.reason ?? candidate.reason,
        ),
    ).length;
    const suggestion = toSuggestion(candidate, score, alternatives);
    takenListings.add(candidate.listing_id);
    takenVariants.set(`${candidate.store_id}\n${candidate.variant_id}`, suggestion);
    chosen.push(suggestion);
  }
  return chosen;
}

/** Beside a SKU or a barcode, a like title says nothing. */
const isWeaker = (a: Candidate['reason'], b: Candidate['reason']): boolean => a === 'title' && b !== 'title';

function scoreOf(candidate: Candidate): number {
  if (candidate.reason === 'sku') return 1;
  if (candidate.reason === 'barcode') return 0.99;
  const titles = titleSimilarity(candidate.product_title, candidate.master_title);
  const options = optionSimilarity(
    candidate.options.map((option) => option.value),
    candidate.option_values,
  );
  // Other options make it another variant, however alike the titles are.
  return options < 1
    ? Math.min(0.49, titles * titleWeight * options)
    : Math.min(likeliestTitle, titles * titleWeight + (1 - titleWeight));
}

function toSuggestion(candidate: Candidate, score: number, alternatives: number): LinkSuggestion {
  return {
    listingId: candidate.listing_id,
    storeId: candidate.store_id,
    variantId: candidate.variant_id,
    score: Math.round(score * 1000) / 1000,
    reason: candidate.reason,
    ambiguous:
      alternatives > 0 || (candidate.reason === 'title' && !sameNumbers(candidate.product_title, candidate.master_title)),
    alternatives,
    listing: {
      productTitle: candidate.product_title,
      variantTitle: candidate.variant_title,
      sku: candidate.listing_sku,
      imageUrl: candidate.image_url,
    },
    variant: {
      productId: candidate.product_id,
      productTitle: candidate.master_title,
      title: candidate.master_variant,
      sku: candidate.master_sku,
    },
  };
}
