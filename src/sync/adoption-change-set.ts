/** The one change-set per store that asks about adoptions that wait; see mass-adoption.ts. Its figures follow what waits. */
import { isDeepStrictEqual } from 'node:util';
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import type { Transaction } from '#db/transaction.ts';
import { adoptionWaits, lockWaits, waitsOf } from '#listings/adoption-waits.ts';
import type { DriftField } from '#listings/drifts.ts';
import type { FigureChange } from '#listings/figure-changes.ts';
import type { Hub } from '#stores/hub.ts';
import { type Places, placeOf } from '#stores/places.ts';
import { readPlaces } from '#stores/read-places.ts';
import { findStore, lockStore, sourceStoreId } from '#stores/stores-store.ts';
import { openChangeSet, pendingChangeSet, supersede } from '#sync/change-sets.ts';
import { systemOf } from '#sync/held-prices.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import { changeSets } from '#sync/sync-tables.ts';

interface Waits extends Record<string, unknown> {
  listings: number;
  repriced: number;
  zeroed: number;
}

/** Workers' clocks differ by less. */
const slackSeconds = 600;

/** Of drifts (alias `d`): what the change-set of that moment asks about. */
export const waitsFor = (tx: Transaction, storeId: string, createdAt: Date): SQL =>
  waitsOf(tx, storeId, secondsAfter(createdAt, -slackSeconds));

/** Of those that were judged last: how many had been taken over within the hour before. */
interface Judged {
  field: DriftField;
  takenOver: number;
}

/** Brings the store's change-set to what waits. Returns whether it is a new one. The caller holds the waits. */
export async function followWaits(hub: Hub, tx: Transaction, storeId: string, now: Date, judged?: Judged): Promise<boolean> {
  const store = await lockStore(tx, storeId);
  const pending = await pendingChangeSet(tx, storeId, 'adoption');
  const { rows } = await tx.execute<Waits>(sql`
    select count(distinct d.listing_id)::int as listings, count(*) filter (where d.field = 'price')::int as repriced, count(*) filter (where d.field = 'quantity')::int as zeroed
    from drifts d where ${waitsFor(tx, storeId, pending?.createdAt ?? now)}`);
  const { listings = 0, repriced = 0, zeroed = 0 } = rows[0] ?? {};
  if (listings === 0) {
    await supersede(tx, systemOf(tx), storeId, 'adoption', null, now);
    return false;
  }
  const before = (field: DriftField, name: string) =>
    Math.max(Number(pending?.summary[name] ?? 0), judged?.field === field ? judged.takenOver : 0);
  const taken = { zeroedBefore: before('quantity', 'zeroedBefore'), repricedBefore: before('price', 'repricedBefore') };
  const summary = { listings, repriced, recounted: zeroed, zeroed, ...taken };
  tx.afterCommit(() => {
    hub.announce(tx.organizationId, { kind: 'store', ids: [storeId] });
    hub.announce(tx.organizationId, { kind: 'drift', ids: [], storeId });
  });
  if (pending !== null) {
    const one = and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.id, pending.id));
    if (!isDeepStrictEqual(summary, pending.summary)) await tx.update(changeSets).set({ summary }).where(one);
    return false;
  }
  await openChangeSet(tx, systemOf(tx), { storeId, cause: 'adoption', summary, change: {} }, now);
  const message = `${store.name} shows ${zeroed > 0 ? '0' : 'other prices'} for very many listings at once. Nothing more of it is taken over until you have decided under Activity.`;
  await writeSyncLogs(tx, [{ jobId: null, storeId, listingId: null, level: 'warning', event: 'adoption_held', message }], now);
  return true;
}

/** Ends what waits and is the store's to say no more: unlinked, gone, counted or priced by another, in another currency. */
export async function endVoidWaits(tx: Transaction, storeId: string, createdAt: Date, now: Date): Promise<number> {
  const store = await findStore(tx, storeId);
  const isSource = (await sourceStoreId(tx)) === storeId;
  const { rowCount } = await tx.execute(sql`
    with over as (select d.id from drifts d where ${waitsFor(tx, storeId, createdAt)} and not ${isTheirs(await readPlaces(tx, store), isSource)} for update)
    update drifts d set state = 'put_back', settled_at = ${now} from over where d.organization_id = ${tx.organizationId} and d.id = over.id`);
  return rowCount ?? 0;
}

/** Of drifts (alias `d`). */
function isTheirs({ settings, owned }: Places, isSource: boolean): SQL {
  const counted = JSON.stringify(owned.map((id) => ({ id, place: placeOf(settings, id) })));
  return sql`exists (
    select from listings i join product_variants v on v.organization_id = i.organization_id and v.id = i.variant_id
    where i.organization_id = d.organization_id and i.id = d.listing_id and i.status = 'linked' and i.state <> 'gone' and i.variant_id = d.variant_id
      and case when d.field = 'price' then ${isSource}::boolean and exists (
          select from listing_prices p where p.organization_id = d.organization_id and p.listing_id = d.listing_id and p.currency = d.currency)
        else not v.is_bundle and exists (
          select from json_to_recordset(${counted}::json) as x(id uuid, place text) where x.id = d.location_id and x.place = d.remote_location_id) end)`;
}

/** As `followWaits`, for what has become of listings, owners and currencies since; nothing where none is asked about. */
export async function tendWaits(hub: Hub, tx: Transaction, storeId: string): Promise<void> {
  const pending = await pendingChangeSet(tx, storeId, 'adoption');
  if (pending === null) return;
  const { zeroed, repriced } = pending.summary;
  if ((await heldLevels(tx, storeId)) === Number(zeroed) + Number(repriced)) return;
  await lockWaits(tx, storeId);
  const now = hub.clock.now();
  await endVoidWaits(tx, storeId, pending.createdAt, now);
  await followWaits(hub, tx, storeId, now);
}

/** As many as wait, where nothing has become of any of them. */
async function heldLevels(tx: Transaction, storeId: string): Promise<number> {
  const of = (table: SQL) =>
    sql`select count(*) from ${table} where organization_id = ${tx.organizationId} and store_id = ${storeId} and held_reason = ${adoptionWaits}`;
  const { rows } = await tx.execute<{ n: number }>(
    sql`select ((${of(sql`listing_levels`)}) + (${of(sql`listing_prices`)}))::int as n`,
  );
  return rows[0]?.n ?? 0;
}

/** Some that wait, those that would move furthest first. What else the listing shows stays. */
export async function waitingChanges(tx: Transaction, storeId: string, createdAt: Date, atMost: number): Promise<FigureChange[]> {
  const { rows } = await tx.execute<{
    id: string;
    field: DriftField;
    before: string;
    after: string;
    currency: string;
    price: string | null;
    units: number | null;
  }>(sql`
    select d.listing_id as id, d.field, d.expected::text as before, d.found::text as after, p.currency, p.desired::text as price, (select sum(q.desired)::int from listing_levels q
      where q.organization_id = d.organization_id and q.listing_id = d.listing_id) as units
    from drifts d join listing_prices p on p.organization_id = d.organization_id and p.listing_id = d.listing_id where ${waitsFor(tx, storeId, createdAt)}
    order by case when d.field = 'price' and d.expected > 0 then abs(d.found - d.expected) / d.expected else 1 end desc, d.expected desc, d.id limit ${atMost}`);
  return rows.map(({ id, field, before, after, currency, price, units }) => ({
    listingId: id,
    storeId,
    currency,
    price: field === 'price' ? { before, after, reason: null } : { before: price, after: price, reason: null },
    quantity:
      field === 'quantity'
        ? { before: Number(before), after: Number(after), moved: true }
        : { before: units, after: units, moved: false },
  }));
}
