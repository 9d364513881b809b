/**
 * A platform that refuses to lower a quantity (a campaign holds it) goes on selling what it shows. Those units are kept from
 * every other store for as long as it does, and lowering them is tried again from time to time.
 */
import { sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import { lockItems } from '#inventory/book.ts';
import { causesChanged, lockVariants, ofVariants } from '#listings/changes.ts';
import { lockLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { lockLevelsOf } from '#listings/recompute.ts';
import { holdFence } from '#stores/lease.ts';
import { soldFrom } from '#stores/places.ts';
import { openLocationIds, readPlaces } from '#stores/read-places.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

/** How long after a refusal the same quantity is tried again: campaigns last for hours, and nobody tells of their end. */
const againSeconds = 900;

/** Of listing_levels: the last write was refused in this way. */
export const keepsUnits = sql`refused_for is not null and (refusal->>'keepsUnits')::boolean`;
/** Of listing_holds: units that are kept from the other stores for it. */
export const isLockHold = sql`reason = 'locked_by_platform'`;

interface Lock extends Record<string, unknown> {
  listing_id: string;
  variant_id: string;
  place: string;
  /** What it shows, and will not give up; 0 when it has. */
  units: number;
  level_id: string;
  hold_id: string | null;
  held: number;
  due: boolean;
  /** What was refused is to be tried again. */
  again: boolean;
}

/** Returns how many holds were made, changed or ended. */
export async function tendLocks(turn: Turn): Promise<number> {
  const { hub, lease } = turn;
  const found = await hub.db.inOrganization(lease.organizationId, (tx) => readLocks(turn, tx));
  const stirring = found.filter(({ units, held, due, again }) => units !== held || due || again);
  if (stirring.length === 0) return 0;
  const variantIds = [...new Set(stirring.map((row) => row.variant_id))].sort();
  return await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    await lockVariants(tx, variantIds);
    await lockItems(tx, variantIds);
    await lockLevelsOf(tx, ofVariants(variantIds));
    const locks = (await readLocks(turn, tx)).filter((row) => variantIds.includes(row.variant_id));
    await keepHolds(turn, tx, locks);
    await tryAgain(
      turn,
      tx,
      locks.filter(({ again }) => again),
    );
    await causesChanged(hub, tx, ofVariants(variantIds));
    return stirring.length;
  });
}

/**
 * Levels whose last write was refused in this way, and whatever is held for one. One that shows no more than wanted was refused
 * for the sake of another place of its listing, as some platforms take all places at once or none: it is tried again with that
 * one, or by itself when that shows no more than wanted either.
 */
async function readLocks({ hub, store }: Turn, tx: Transaction): Promise<Lock[]> {
  const now = hub.clock.now();
  const result = await tx.execute<Lock>(sql`
    with refused as (
      select i.id as listing_id, i.variant_id, l.remote_location_id as place, l.id as level_id, h.id as hold_id, coalesce(h.units, 0) as held, coalesce(h.until <= ${now}, false) as due,
        case when coalesce(l.remote > l.desired, false) and (h.id is not null or coalesce((l.refusal->>'keepsUnits')::boolean, false)) then l.remote else 0 end as units,
        case when l.refused_for is not null then (l.refusal->>'at')::timestamptz end as refused_at
      from listing_levels l
      join listings i on i.organization_id = l.organization_id and i.id = l.listing_id and i.variant_id is not null
      left join listing_holds h on h.organization_id = l.organization_id and h.listing_id = l.listing_id
        and h.remote_location_id = l.remote_location_id and h.reason = 'locked_by_platform'
      where l.organization_id = ${tx.organizationId} and l.store_id = ${store.id} and (h.id is not null or coalesce((l.refusal->>'keepsUnits')::boolean, false))
        and l.listing_id in (
          select listing_id from listing_levels where organization_id = ${tx.organizationId} and store_id = ${store.id} and ${keepsUnits}
          union all
          select listing_id from listing_holds where organization_id = ${tx.organizationId} and store_id = ${store.id} and ${isLockHold}))
    select *, case when bool_or(units > 0) over listing then bool_or(due and units > 0) over listing
        else coalesce(refused_at <= ${secondsAfter(now, -againSeconds)}, false) end as again
    from refused window listing as (partition by listing_id) order by level_id`);
  return result.rows;
}

async function keepHolds({ hub, store }: Turn, tx: Transaction, locks: readonly Lock[]): Promise<void> {
  const now = hub.clock.now();
  const until = secondsAfter(now, againSeconds);
  const rows = locks
    .filter(({ units, held, due }) => units !== held || due)
    .map((row) => ({ ...row, id: row.hold_id ?? newId() }));
  const [places, open] = [await readPlaces(tx, store), await openLocationIds(tx)];
  const json = JSON.stringify(
    rows.map(({ id, listing_id, variant_id, place, units }) => {
      return { id, listing_id, variant_id, place, location_ids: soldFrom(places, place, open), units };
    }),
  );
  await tx.execute(sql`delete from listing_holds h using json_to_recordset(${json}::json) as x(id uuid, units integer)
    where h.organization_id = ${tx.organizationId} and h.id = x.id and x.units = 0`);
  await tx.execute(sql`
    insert into listing_holds as h (organization_id, id, listing_id, store_id, variant_id, remote_location_id, location_ids, units, reason, until, created_at)
    select ${tx.organizationId}::uuid, x.id, x.listing_id, ${store.id}::uuid, x.variant_id, x.place, x.location_ids, x.units, 'locked_by_platform', ${until}::timestamptz, ${now}::timestamptz
    from json_to_recordset(${json}::json) as x(id uuid, listing_id uuid, variant_id uuid, place text, location_ids uuid[], units integer) where x.units > 0
    on conflict (organization_id, id) do update set units = excluded.units, location_ids = excluded.location_ids, until = excluded.until`);
  const told = rows.filter(({ units, held }) => units !== held);
  await writeSyncLogs(
    tx,
    told.map(({ listing_id, units }) => ({
      jobId: null,
      storeId: store.id,
      listingId: listing_id,
      level: units === 0 ? ('info' as const) : ('warning' as const),
      event: units === 0 ? 'units_given_up' : 'units_locked',
      message:
        units === 0
          ? `${store.name} has given up the units that it held. They are for sale everywhere again.`
          : `${store.name} does not let its quantity be lowered, and may sell ${units}. They are kept from every other store meanwhile.`,
    })),
    now,
  );
}

/** What was refused is wanted again. */
async function tryAgain({ hub }: Turn, tx: Transaction, locks: readonly Lock[]): Promise<void> {
  const ids = locks.map((row) => row.level_id);
  const rows = await lockLevels(tx, quantityLevels, sql`l.id = any(${sql.param(ids)}::uuid[])`);
  const again = rows.map((row) => ({ ...row, level: { ...row.level, refusedFor: null } }));
  await saveLevels(tx, quantityLevels, again, hub.clock.now());
}
