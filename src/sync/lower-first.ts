/**
 * Nothing is raised at one place of a listing while another may still show units that this one is about to show as well: a
 * platform gives a cancelled order's units back where they were sold, and ours may be shown elsewhere by then.
 */
import { sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import type { Transaction } from '#db/transaction.ts';
import { namedPlaces } from '#stores/places.ts';
import type { Turn } from '#sync/turn.ts';

/** A reading or a write of the other place is under way. */
const againSeconds = 0.2;

/**
 * Of these listings those of which a place is yet to be read or lowered, or has a write under way, beside the levels `sent`
 * that are written together: until when raising waits.
 */
export async function lowerFirst(
  { store }: Turn,
  tx: Transaction,
  listingIds: readonly string[],
  sent: readonly string[],
  now: Date,
): Promise<Map<string, Date>> {
  if (listingIds.length === 0 || namedPlaces(store.settings).length === 0) return new Map();
  const { rows } = await tx.execute<{ listing_id: string; until: Date }>(
    sql`
    select listing_id, greatest(max(attempt_after), ${secondsAfter(now, againSeconds)}::timestamptz) as until from listing_levels
    where organization_id = ${tx.organizationId} and listing_id = any(${sql.param([...new Set(listingIds)])}::uuid[]) and id <> all(${sql.param([...sent])}::uuid[])
      and desired is not null and (knowledge = 'in_flight' or (eligible and (knowledge = 'unknown' or remote > desired))) group by 1`,
    'kept',
  );
  return new Map(rows.map(({ listing_id: listingId, until }) => [listingId, until]));
}
