/** How everything stands: the books, what is desired of each level, and what the stores themselves show. */
import { sql } from 'drizzle-orm';
import { assert, present } from '#base/assert.ts';
import type { Expectations } from '#test/crash/expectations.ts';
import type { Installation } from '#test/crash/installation.ts';

interface LevelStanding extends Record<string, unknown> {
  sku: string;
  platform: string;
  kind: 'quantity' | 'price';
  desired: string | null;
  knowledge: string;
  held: string | null;
  refused: string | null;
}

interface Books extends Record<string, unknown> {
  sku: string;
  on_hand: number;
  ledger: number;
  price: string;
}

const faultsShown = 5;

/** Throws an Error that names the first things that are not true yet; returns how many levels were compared. */
export async function assertTrueEverywhere(installation: Installation, expectations: Expectations): Promise<number> {
  const { hub, actor } = installation;
  const found = await hub.db.inOrganization(actor.organizationId, async (tx) => ({
    levels: (await tx.execute<LevelStanding>(levelsQuery(actor.organizationId))).rows,
    books: (await tx.execute<Books>(booksQuery(actor.organizationId))).rows,
    waiting: (
      await tx.execute<{ n: number }>(sql`select count(*)::int as n from webhook_events
      where organization_id = ${actor.organizationId} and processed_at is null`)
    ).rows[0]?.n,
    inFlight: (await tx.execute<{ n: number }>(inFlightQuery(actor.organizationId))).rows[0]?.n,
  }));
  const wrong = [...wrongBooks(found.books, expectations), ...wrongLevels(installation, found.levels, found.books)];
  if (found.waiting !== 0) wrong.push(`${found.waiting} webhooks are not processed`);
  if (found.inFlight !== 0) wrong.push(`${found.inFlight} levels are in flight under an old fence`);
  if (wrong.length > 0) throw new Error(`${wrong.length} things are not true: ${wrong.slice(0, faultsShown).join('; ')}`);
  for (const { sku, on_hand, price } of found.books) expectations.settle(sku, on_hand, price);
  return found.levels.length;
}

const levelsQuery = (organizationId: string) => sql`
  select i.sku, s.platform, 'quantity' as kind, l.desired::text, l.knowledge, l.held_reason as held, l.refused_for as refused
  from listing_levels l join listings i on i.organization_id = l.organization_id and i.id = l.listing_id
    join stores s on s.organization_id = l.organization_id and s.id = l.store_id
  where l.organization_id = ${organizationId}
  union all
  select i.sku, s.platform, 'price', l.desired::numeric(20, 2)::text, l.knowledge, l.held_reason, l.refused_for
  from listing_prices l join listings i on i.organization_id = l.organization_id and i.id = l.listing_id
    join stores s on s.organization_id = l.organization_id and s.id = l.store_id
  where l.organization_id = ${organizationId}`;

const booksQuery = (organizationId: string) => sql`
  select v.sku, i.on_hand, v.price::numeric(20, 2)::text as price,
    (select coalesce(sum(t.delta), 0)::int from inventory_transactions t
      where t.organization_id = i.organization_id and t.variant_id = i.variant_id and t.location_id = i.location_id) as ledger
  from inventory_items i join product_variants v on v.organization_id = i.organization_id and v.id = i.variant_id
  where i.organization_id = ${organizationId}`;

/** In flight under a lease that somebody else has taken since, or that has run out: nobody will acknowledge it. */
const inFlightQuery = (organizationId: string) => sql`
  select count(*)::int as n from (
    select store_id, write_fence from listing_levels where organization_id = ${organizationId} and knowledge = 'in_flight'
    union all
    select store_id, write_fence from listing_prices where organization_id = ${organizationId} and knowledge = 'in_flight'
  ) level join store_leases lease on lease.organization_id = ${organizationId} and lease.store_id = level.store_id
  where lease.fence > level.write_fence or lease.holder is null or lease.expires_at < clock_timestamp()`;

/** I1, and that every acknowledged change is in the books exactly once. */
function wrongBooks(books: readonly Books[], expectations: Expectations): string[] {
  const wrong: string[] = [];
  const bySku = new Map(books.map((book) => [book.sku, book]));
  for (const { sku, quantities, prices } of expectations.all()) {
    const book = bySku.get(sku);
    if (book === undefined) {
      wrong.push(`${sku} is not in the books`);
      continue;
    }
    if (book.on_hand !== book.ledger) wrong.push(`${sku}: on hand ${book.on_hand}, the ledger says ${book.ledger}`);
    if (!quantities.has(book.on_hand)) wrong.push(`${sku}: on hand ${book.on_hand}, not ${[...quantities].join(' or ')}`);
    if (!prices.has(book.price)) wrong.push(`${sku}: master price ${book.price}, not ${[...prices].join(' or ')}`);
  }
  return wrong;
}

/** What each store itself shows is what is desired of it, and what is desired is what the books say. */
function wrongLevels(installation: Installation, levels: readonly LevelStanding[], books: readonly Books[]): string[] {
  const wrong: string[] = [];
  const bookOf = new Map(books.map((book) => [book.sku, book]));
  for (const { platform, hosted } of installation.stores) {
    const goods = new Map(hosted.shop.control.goods().map((good) => [good.sku, good]));
    const here = levels.filter((level) => level.platform === platform);
    assert(
      here.length === 2 * goods.size,
      `each of the ${goods.size} goods of ${platform} has a quantity and a price: ${here.length}`,
    );
    for (const level of here) {
      const good = present(goods.get(level.sku), `${level.sku} in ${platform}`);
      const book = present(bookOf.get(level.sku), `${level.sku} in the books`);
      const inBooks = level.kind === 'quantity' ? String(book.on_hand) : book.price;
      const shown = level.kind === 'quantity' ? String(good.quantity) : Number(good.price).toFixed(2);
      const what = `${level.kind} of ${level.sku} in ${platform}`;
      if (level.desired !== inBooks)
        wrong.push(`${what}: ${level.desired} is desired, the books say ${inBooks} (${level.held ?? 'not held'})`);
      if (shown !== level.desired)
        wrong.push(
          `${what}: it shows ${shown}, ${level.desired} is desired (${level.knowledge}, ${level.refused ?? 'not refused'})`,
        );
      if (level.knowledge !== 'known') wrong.push(`${what}: ${level.knowledge}`);
    }
  }
  return wrong;
}
