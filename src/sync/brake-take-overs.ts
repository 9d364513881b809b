/**
 * The brake on what a store's policy takes over. A store that does not own its figures, but whose changes count (policy
 * 'store'), may be broken as well as the owner (mass-adoption.ts): what zeroes or reprices more of its listings within an hour
 * than its limit allows waits for a person, one difference each, as under the policy 'ask'. Units that are missing stay held
 * meanwhile, and a price stays as it stands there.
 */
import { type SQL, sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import type { Transaction } from '#db/transaction.ts';
import type { DriftField } from '#listings/drifts.ts';
import { untilDecided } from '#listings/holds.ts';
import { brakeLimit } from '#stores/brake-limit.ts';
import { adoptionHourSeconds, linkedListings } from '#sync/mass-adoption.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

/** Of drifts (alias `d`): what zeroes, or reprices. */
const counts = (field: DriftField): SQL => sql`d.field = ${field} and (d.field = 'price' or (d.found <= 0 and d.expected > 0))`;

/**
 * The ids of those differences that are not taken over: all that zeroes or reprices, where the store's of the last hour are
 * too many together. Taken over by a person they count no more; what was sold has been explained, and neither. The caller
 * holds their levels.
 */
export async function takeOversToAsk(
  turn: Turn,
  tx: Transaction,
  ids: readonly string[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const asked = new Set<string>();
  if (ids.length === 0) return asked;
  for (const field of ['quantity', 'price'] as const) {
    const fresh = await tx.execute<{ id: string }>(
      sql`select d.id from drifts d where d.organization_id = ${tx.organizationId} and d.id = any(${sql.param([...ids])}::uuid[]) and ${counts(field)}`,
    );
    if (fresh.rows.length === 0) continue;
    const { listings, waiting } = await hourOf(turn, tx, field, now);
    if (listings <= brakeLimit(turn.store.settings, await linkedListings(tx, turn.store.id))) continue;
    for (const { id } of fresh.rows) asked.add(id);
    if (waiting === 0) await tell(turn, tx, field, now);
  }
  return asked;
}

/** Listings of the store that were zeroed (or repriced) within the hour: taken over, waiting, or still to be settled. */
async function hourOf(
  { store }: Turn,
  tx: Transaction,
  field: DriftField,
  now: Date,
): Promise<{ listings: number; waiting: number }> {
  const { rows } = await tx.execute<{ listings: number; waiting: number }>(sql`
    select count(distinct d.listing_id)::int as listings, (count(*) filter (where d.state = 'waiting'))::int as waiting from drifts d
    where d.organization_id = ${tx.organizationId} and d.store_id = ${store.id} and d.seen_at > ${secondsAfter(now, -adoptionHourSeconds)} and ${counts(field)}
      and d.cause <> 'too_many' and case d.state when 'waiting' then true when 'taken_over' then d.settled_by is null
        when 'seen' then d.field = 'price' or exists (select from listing_holds h where h.organization_id = d.organization_id and h.listing_id = d.listing_id
          and h.remote_location_id = d.remote_location_id and h.reason = 'unexplained_drop' and h.until = ${untilDecided}) else false end`);
  return rows[0] ?? { listings: 0, waiting: 0 };
}

async function tell({ store }: Turn, tx: Transaction, field: DriftField, now: Date): Promise<void> {
  const what = field === 'quantity' ? '0' : 'other prices';
  const message = `${store.name} shows ${what} for very many listings at once. They are not taken over by its setting: decide about them under Activity, Differences.`;
  await writeSyncLogs(
    tx,
    [{ jobId: null, storeId: store.id, listingId: null, level: 'warning', event: 'adoption_held', message }],
    now,
  );
}
