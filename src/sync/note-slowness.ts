/**
 * Notes that a store takes changes late: it throttles us, does not answer, or is behind. Where a stock rule keeps more back
 * for that, its figures are recomputed; they go back by themselves when it has been quick again for a while.
 */
import { sql } from 'drizzle-orm';
import { latestOf, secondsAfter } from '#base/clock.ts';
import type { Transaction } from '#db/transaction.ts';
import { type SlowReason, slownessAt } from '#stores/slowness.ts';
import { changeStoreRow, lockStore, makeDue, type StoreRow } from '#stores/stores-store.ts';
import type { Turn } from '#sync/turn.ts';

/** So long after the last sign of it a store still counts as slow. */
const believedSeconds = 900;
/** Noted again only when less than this is left of it: a store that throttles each call is not written down each time. */
const againSeconds = 600;

/** `busyUntil`: the store is not talked to before, whatever happens. */
export async function noteSlowness(turn: Turn, reason: Exclude<SlowReason, 'access_ending'>, busyUntil: Date): Promise<void> {
  const { hub, lease, store } = turn;
  const now = hub.clock.now();
  const until = secondsAfter(latestOf(now, busyUntil), believedSeconds);
  if (store.slow !== null && new Date(store.slow.until) > secondsAfter(now, againSeconds)) return;
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    const current = await lockStore(tx, store.id);
    const before = slownessAt({ stored: current.slow, refreshExpiresAt: current.refreshExpiresAt }, now).slow;
    const since = before?.reason === reason ? before.since : now;
    const slow = { reason, since: since.toISOString(), until: until.toISOString() };
    // Going on being slow changes no figure: the moment they were to change at is looked at again when it comes.
    const matters = before === null && (await keepsMoreBack(tx, current));
    await changeStoreRow(tx, store.id, { slow, ...(matters ? { rulesVersion: current.rulesVersion + 1 } : {}) });
    if (matters) await makeDue(tx, store.id, now);
    store.slow = slow;
    tx.afterCommit(() => hub.announce(lease.organizationId, { kind: 'store', ids: [store.id] }));
  });
}

/** Whether any rule that counts here has a wider buffer for slow stores. */
async function keepsMoreBack(tx: Transaction, store: StoreRow): Promise<boolean> {
  const found = await tx.execute<{ matters: boolean }>(sql`
    select coalesce((coalesce(nullif(s.settings->'stockRule', 'null'::jsonb), o.settings->'stockRule')->>'slowBuffer')::integer > 0, false)
      or exists (select from listings i where i.organization_id = s.organization_id and i.store_id = s.id and i.status = 'linked'
        and (i.settings->'stockRule'->>'slowBuffer')::integer > 0) as matters
    from stores s left join organization_settings o on o.organization_id = s.organization_id
    where s.organization_id = ${tx.organizationId} and s.id = ${store.id}`);
  return found.rows[0]?.matters ?? false;
}
