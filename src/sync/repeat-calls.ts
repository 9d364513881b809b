/**
 * Calls without an answer, of a platform that takes keys: the very same call is sent again, with the same writes under the
 * same key, and its answer tells whether it was applied. A reading alone could not: somebody may have sold there meanwhile
 * just what would make it look applied (listings/owner.explore.test.ts).
 */
import { sql } from 'drizzle-orm';
import { type LevelRow, lockLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent, nextAct } from '#listings/level-state.ts';
import { holdFence } from '#stores/lease.ts';
import type { WriteEnd } from '#sync/acknowledge.ts';
import { appliesUntil, type Claimed, listingRefs } from '#sync/claim.ts';
import { repeatAfterSeconds } from '#sync/named-calls.ts';
import type { Turn } from '#sync/turn.ts';

const repeatsAtMost = 10;
const callsAtOnce = 10;

const sizeOf = (call: string): number => Number(call.split(' ')[1]);

/** The lost calls that are due, each with all of its writes; those that are not whole any more are given up, and read. */
export async function claimRepeats(turn: Turn, except: readonly string[]): Promise<Claimed<number>[][]> {
  return await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    const now = turn.hub.clock.now();
    const due = await tx.execute<{ call: string }>(sql`
      select distinct lost_call as call from listing_levels where organization_id = ${tx.organizationId} and store_id = ${turn.store.id}
        and lost_call is not null and eligible and attempt_after <= ${now} and id <> all(${sql.param([...except])}::uuid[]) order by 1 limit ${callsAtOnce}`);
    const calls = due.rows.map(({ call }) => call);
    if (calls.length === 0) return [];
    await holdFence(tx, turn.lease);
    const rows = await lockLevels(
      tx,
      quantityLevels,
      sql`l.store_id = ${turn.store.id} and l.lost_call = any(${sql.param(calls)}::text[])`,
    );
    const refs = await listingRefs(
      tx,
      rows.map((row) => row.listingId),
    );
    const whole: Claimed<number>[][] = [];
    const givenUp: LevelRow<number>[] = [];
    for (const call of calls) {
      const members = rows.filter((row) => row.level.lostCall === call);
      // Each has failed as often as the call, and before it as often as it did alone.
      const tries = Math.min(...members.map(({ level }) => level.failures));
      const claimed = members.flatMap((row): Claimed<number>[] => {
        const listing = refs.get(row.listingId);
        const { lost, remote } = row.level;
        // Due with the first of its writes: one that had failed before waits longer than the others.
        const whenever = Number.POSITIVE_INFINITY;
        const repeats = row.level.knowledge === 'unknown' && nextAct(row.level, whenever, quantityLevels.same).kind === 'repeat';
        if (!repeats || listing === undefined || lost === null || row.lostWriteId === null || tries > repeatsAtMost) return [];
        return [{ row, listing, write: { id: row.lostWriteId, value: lost, replaces: remote, sendUntil: whenever } }];
      });
      if (claimed.length === sizeOf(call)) whole.push(claimed);
      else givenUp.push(...members);
    }
    const event = { kind: 'repeat_given_up', appliesUntil: appliesUntil(turn) } as const;
    await saveLevels(
      tx,
      quantityLevels,
      givenUp.map((row) => ({ ...row, level: afterEvent(row.level, event, quantityLevels.same) })),
      now,
    );
    return whole;
  });
}

/** What became of the lost writes of a call. Each is then read: what stands there now may be something else again. */
export async function bookRepeat(turn: Turn, claimed: readonly Claimed<number>[], ends: readonly WriteEnd[]): Promise<void> {
  const endOf = new Map(ends.map((end) => [end.writeId, end]));
  const calls = new Map(claimed.map(({ row }) => [row.id, row.level.lostCall]));
  await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await holdFence(tx, turn.lease);
    const now = turn.hub.clock.now();
    const rows = await lockLevels(tx, quantityLevels, sql`l.id = any(${sql.param([...calls.keys()])}::uuid[])`);
    const saved = rows.flatMap((row) => {
      if (row.level.lostCall === null || row.level.lostCall !== calls.get(row.id)) return [];
      const end = endOf.get(row.lostWriteId ?? '') ?? { outcome: 'unknown' as const };
      const again = now.getTime() + repeatAfterSeconds * 1000 * 2 ** Math.min(6, row.level.failures);
      const event =
        end.outcome === 'unknown' || end.outcome === 'not_applied'
          ? ({ kind: 'read_failed', retryAt: end.outcome === 'not_applied' ? Math.max(again, end.retryAt) : again } as const)
          : ({ kind: 'repeat_answered', applied: end.outcome === 'applied' } as const);
      return [{ ...row, level: afterEvent(row.level, event, quantityLevels.same) }];
    });
    await saveLevels(tx, quantityLevels, saved, now);
  });
}
