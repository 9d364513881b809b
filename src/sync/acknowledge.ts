/** Books what a platform answered to our writes and readings, under the fence of the lease that asked. */
import { sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { canonicalAmount } from '#base/money.ts';
import type { WriteResult } from '#connectors/connector.ts';
import type { Refusal } from '#connectors/errors.ts';
import { type LevelKind, type LevelRow, lockLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent, type LevelEvent } from '#listings/level-state.ts';
import { holdFence } from '#stores/lease.ts';
import { type Claimed, lostWrite } from '#sync/claim.ts';
import { type SyncLogLine, writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

/** How a write ended, in the engine's words: what the connector answered, or what its error meant for every write of the call. */
export type WriteEnd = WriteResult | { writeId: string; outcome: 'not_applied'; retryAt: number };

export interface Acknowledged {
  applied: number;
  refused: number;
  other: number;
}

export async function acknowledgeWrites<V>(
  turn: Turn,
  kind: LevelKind<V>,
  claimed: readonly Claimed<V>[],
  ends: readonly WriteEnd[],
): Promise<Acknowledged> {
  const endOf = new Map(ends.map((end) => [end.writeId, end]));
  const count = { applied: 0, refused: 0, other: 0 };
  await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    Object.assign(count, { applied: 0, refused: 0, other: 0 });
    await holdFence(tx, turn.lease);
    const now = turn.hub.clock.now();
    // Listings before levels, and in a pulled page's order: a pull stores its pages beside this.
    const listingIds = claimed.flatMap((one) =>
      one.write !== null && endOf.get(one.write.id)?.outcome === 'applied' ? [one.row.listingId] : [],
    );
    await tx.execute(sql`select from listings where organization_id = ${tx.organizationId} and id = any(${sql.param(listingIds)}::uuid[])
      order by platform_product_id, platform_variant_id for no key update`);
    const byRow = new Map(claimed.flatMap((one) => (one.write === null ? [] : [[one.row.id, one] as const])));
    const rows = await lockLevels(tx, kind, sql`l.id = any(${sql.param([...byRow.keys()])}::uuid[])`);
    const lines: SyncLogLine[] = [];
    const saved: LevelRow<V>[] = [];
    for (const row of rows) {
      const one = byRow.get(row.id);
      if (one?.write === null || one === undefined || row.level.write?.id !== one.write.id) continue;
      const end = endOf.get(one.write.id) ?? { writeId: one.write.id, outcome: 'unknown' as const };
      const after =
        end.outcome === 'unknown'
          ? lostWrite(turn, kind, row)
          : { ...row, level: afterEvent(row.level, eventOf(end), kind.same) };
      const applied = end.outcome === 'applied';
      if (applied) count.applied++;
      else if (end.outcome === 'refused') count.refused++;
      else count.other++;
      const refusal = end.outcome === 'refused' ? { ...end.refusal, at: now.toISOString() } : row.refusal;
      // What was sent beside the price, which may have become something else meanwhile.
      const sent = applied ? (one.row.compareAt.desired ?? row.compareAt.remote) : row.compareAt.remote;
      const compareAt = { ...row.compareAt, remote: sent };
      saved.push({ ...after, refusal, compareAt, lastAppliedAt: applied ? now : row.lastAppliedAt });
      if (end.outcome !== 'not_taken') lines.push(lineOf(turn, kind, row, one, end));
    }
    await saveLevels(tx, kind, saved, now);
    if (count.applied > 0) {
      // To the second is enough: every answer would otherwise wait for the one before, on this one row.
      await tx.execute(sql`update stores set last_sync_at = ${now} where organization_id = ${tx.organizationId} and id = ${turn.store.id}
        and (last_sync_at is null or last_sync_at < ${secondsAfter(now, -1)})`);
      await tx.execute(
        sql`update listings set last_synced_at = ${now} where organization_id = ${tx.organizationId} and id = any(${sql.param(listingIds)}::uuid[])`,
      );
    }
    await writeSyncLogs(tx, lines, now);
    tx.afterCommit(() =>
      turn.hub.announce(tx.organizationId, {
        kind: 'listing',
        ids: saved.slice(0, 100).map((row) => row.listingId),
        storeId: turn.store.id,
      }),
    );
  });
  return count;
}

function eventOf<V>(end: Exclude<WriteEnd, { outcome: 'unknown' }>): LevelEvent<V> {
  switch (end.outcome) {
    case 'applied':
      return { kind: 'write_applied', writeId: end.writeId };
    case 'refused':
      return { kind: 'write_refused', writeId: end.writeId };
    case 'stale':
      return { kind: 'write_stale', writeId: end.writeId };
    case 'not_applied':
      return { kind: 'write_not_applied', writeId: end.writeId, retryAt: end.retryAt };
    case 'not_taken':
      return { kind: 'write_not_applied', writeId: end.writeId, retryAt: 0 };
  }
}

type LoggedEnd = Exclude<WriteEnd, { outcome: 'not_taken' }>;

function lineOf<V>(turn: Turn, kind: LevelKind<V>, row: LevelRow<V>, one: Claimed<V>, end: LoggedEnd): SyncLogLine {
  const value = one.write?.value;
  const from = one.write?.replaces ?? null;
  const shown = (figure: unknown) =>
    kind.name === 'quantity' || figure === null ? String(figure) : canonicalAmount(String(figure), row.currency);
  const what = kind.name === 'quantity' ? `quantity ${shown(value)}` : `price ${shown(value)} ${row.currency}`;
  const base = { jobId: null, storeId: turn.store.id, listingId: row.listingId };
  // From the change that was wanted to the platform's yes: what freshness is made of.
  const latencyMs = row.wantedAt === null ? null : turn.hub.clock.now().getTime() - row.wantedAt.getTime();
  const details = { kind: kind.name, value, from, writeId: end.writeId };
  switch (end.outcome) {
    case 'applied':
      return {
        ...base,
        level: 'info',
        event: `${kind.name}_pushed`,
        message: `Pushed ${what} to ${turn.store.name} (was ${shown(from)})`,
        details: { ...details, latencyMs },
      };
    case 'refused':
      return {
        ...base,
        level: 'error',
        event: `${kind.name}_refused`,
        message: `${turn.store.name} refused ${what}: ${refusalText(turn, end.refusal)}`,
        details: { ...details, refusal: end.refusal },
      };
    case 'stale':
      return {
        ...base,
        level: 'info',
        event: `${kind.name}_stale`,
        message: `${turn.store.name} shows something else by now; it is read again before ${what} is sent`,
        details,
      };
    case 'not_applied':
      return {
        ...base,
        level: 'warning',
        event: `${kind.name}_postponed`,
        message: `${turn.store.name} could not take ${what} now; it is sent again`,
        details,
      };
    case 'unknown':
      return {
        ...base,
        level: 'warning',
        event: `${kind.name}_unanswered`,
        message: `${turn.store.name} gave no answer to ${what}; it is read back when the write can no longer arrive`,
        details: { ...details, answer: end.answer ?? null },
      };
  }
}

function refusalText(turn: Turn, refusal: Refusal): string {
  const template = turn.connector.messages[refusal.code]?.en;
  if (template === undefined) return refusal.answer?.message ?? refusal.code;
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(refusal.parameters[name] ?? whole));
}
