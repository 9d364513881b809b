/**
 * The only SQL on listing_levels and listing_prices that changes what is known or desired: rows are locked in id order,
 * turned into Levels, and written back in one statement each.
 */
import { type SQL, sql } from 'drizzle-orm';
import { sameAmount } from '#base/money.ts';
import type { Transaction } from '#db/transaction.ts';
import { isWork, type Knowledge, type Level, type Same, seenLevel } from '#listings/level-state.ts';
import type { StoredRefusal } from '#listings/listings.ts';

/** A level is a quantity or a price: same rules, another table and type. */
export interface LevelKind<V> {
  name: 'quantity' | 'price';
  table: SQL;
  column: SQL;
  same: Same<V>;
  parse(stored: unknown): V;
}

export const quantityLevels: LevelKind<number> = {
  name: 'quantity',
  table: sql.raw('listing_levels'),
  column: sql.raw('integer'),
  same: (a, b) => a === b,
  parse: Number,
};

export const priceLevels: LevelKind<string> = {
  name: 'price',
  table: sql.raw('listing_prices'),
  column: sql.raw('numeric'),
  same: sameAmount,
  parse: String,
};

export interface LevelRow<V> {
  id: string;
  listingId: string;
  storeId: string;
  /** Quantities only; '' on platforms without locations and for prices. */
  remoteLocationId: string;
  /** Prices only. */
  currency: string;
  level: Level<V>;
  writeFence: number | null;
  writeStartedAt: Date | null;
  lastAppliedAt: Date | null;
  lastReadAt: Date | null;
  refusal: StoredRefusal | null;
  rulesVersion: number;
  wantedAt: Date | null;
  /** When desired changes by the passing of time alone. */
  nextChangeAt: Date | null;
  /** Quantities only: units sold there and booked since the figure was last known. */
  soldSince: number;
  /** Quantities only, where calls can be repeated: the call of the write under way, and the write that was lost. */
  writeCall: string | null;
  lostWriteId: string | null;
  /** Prices only: what stands crossed out beside it, '0' for nothing. Desired null: it is left alone. */
  compareAt: { desired: string | null; remote: string | null };
}

interface StoredRow extends Record<string, unknown> {
  id: string;
  listing_id: string;
  store_id: string;
  remote_location_id: string;
  currency: string;
  desired: unknown;
  remote: unknown;
  knowledge: Knowledge;
  write_id: string | null;
  write_value: unknown;
  write_voided: boolean;
  write_fence: number | null;
  write_started_at: Date | null;
  read_fence: number;
  attempt_after: number;
  failures: number;
  unconfirmed: number;
  last_applied_value: unknown;
  replaced_value: unknown;
  lost_value: unknown;
  last_applied_at: Date | null;
  last_read_at: Date | null;
  held_reason: string | null;
  refused_for: string | null;
  refusal: StoredRefusal | null;
  rules_version: number;
  wanted_at: Date | null;
  next_change_at: Date | null;
  sold_since: number;
  raise_waits: boolean;
  write_call: string | null;
  lost_call: string | null;
  lost_write_id: string | null;
  desired_compare_at: string | null;
  remote_compare_at: string | null;
}

/**
 * Locks the rows that `where` selects (alias `l`), in id order, and reads them. `skipLocked` leaves what others hold. The
 * first of many are planned `anew` each time: how many that is tells the planner what to do.
 */
export async function lockLevels<V>(
  tx: Transaction,
  kind: LevelKind<V>,
  where: SQL,
  options: { limit?: number; orderBy?: SQL; skipLocked?: boolean; anew?: boolean } = {},
): Promise<LevelRow<V>[]> {
  const place =
    kind.name === 'quantity'
      ? sql`l.remote_location_id, '' as currency, l.sold_since, l.raise_waits, l.write_call, l.lost_call, l.lost_write_id, null as desired_compare_at, null as remote_compare_at`
      : sql`'' as remote_location_id, l.currency, 0 as sold_since, false as raise_waits, null as write_call, null as lost_call, null as lost_write_id, l.desired_compare_at, l.remote_compare_at`;
  const chosen =
    options.limit === undefined
      ? where
      : sql`l.id in (select l.id from ${kind.table} l where l.organization_id = ${tx.organizationId} and ${where}
            order by ${options.orderBy ?? sql`l.id`} limit ${options.limit})`;
  const result = await tx.execute<StoredRow>(
    sql`
    select l.id, l.listing_id, l.store_id, ${place}, l.desired, l.remote, l.knowledge, l.write_id, l.write_value, l.write_voided, l.write_fence,
           l.write_started_at, l.read_fence, case when l.attempt_after = '-infinity' then 0 else extract(epoch from l.attempt_after) * 1000 end::float8 as attempt_after,
           l.failures, l.unconfirmed, l.last_applied_value, l.replaced_value, l.lost_value, l.last_applied_at, l.last_read_at, l.held_reason, l.refused_for, l.refusal,
           l.rules_version, l.wanted_at, l.next_change_at
    from ${kind.table} l
    where l.organization_id = ${tx.organizationId} and ${chosen}
    order by l.id
    for update of l ${options.skipLocked ? sql`skip locked` : sql``}`,
    options.limit === undefined && options.anew !== true ? 'kept' : undefined,
  );
  return result.rows.map((row) => readRow(kind, row));
}

function readRow<V>(kind: LevelKind<V>, row: StoredRow): LevelRow<V> {
  const value = (stored: unknown): V | null => (stored === null || stored === undefined ? null : kind.parse(stored));
  const compareAt = { desired: row.desired_compare_at, remote: row.remote_compare_at };
  return {
    id: row.id,
    listingId: row.listing_id,
    storeId: row.store_id,
    remoteLocationId: row.remote_location_id,
    currency: row.currency,
    level: {
      desired: value(row.desired),
      remote: value(row.remote),
      knowledge: row.knowledge,
      write:
        row.knowledge === 'in_flight' && row.write_id !== null
          ? { id: row.write_id, value: kind.parse(row.write_value), voided: row.write_voided }
          : null,
      readFence: row.read_fence,
      attemptAfter: row.attempt_after,
      raiseWaits: row.raise_waits,
      failures: row.failures,
      unconfirmed: row.unconfirmed,
      lastApplied: value(row.last_applied_value),
      replaced: value(row.replaced_value),
      lost: value(row.lost_value),
      lostCall: row.lost_call,
      heldReason: row.held_reason,
      refusedFor: value(row.refused_for),
      companionDiffers: differs(compareAt),
    },
    writeFence: row.write_fence,
    writeStartedAt: row.write_started_at,
    lastAppliedAt: row.last_applied_at,
    lastReadAt: row.last_read_at,
    refusal: row.refusal,
    rulesVersion: row.rules_version,
    wantedAt: row.wanted_at,
    nextChangeAt: row.next_change_at,
    soldSince: row.sold_since,
    writeCall: row.write_call,
    lostWriteId: row.lost_write_id,
    compareAt,
  };
}

/** Whether what is to stand crossed out is not what stands there. */
const differs = ({ desired, remote }: LevelRow<unknown>['compareAt']): boolean =>
  desired !== null && !sameAmount(desired, remote ?? '0');

/** Zeros before decreases and unknowns, these before increases; prices have no order. */
function urgencyOf<V>(level: Level<V>): number {
  if (typeof level.desired !== 'number') return 1;
  if (level.desired === 0) return 0;
  return typeof level.remote === 'number' && level.remote < level.desired && level.knowledge === 'known' ? 2 : 1;
}

/** A level that is seen for the first time: what stands there is known, and nothing was ever written to it. */
export function firstSeen<V>(
  seen: Pick<LevelRow<V>, 'id' | 'listingId' | 'storeId' | 'remoteLocationId' | 'currency'>,
  remote: V | null,
  now: Date,
): LevelRow<V> {
  const unused = {
    writeFence: null,
    writeStartedAt: null,
    lastAppliedAt: null,
    refusal: null,
    wantedAt: null,
    nextChangeAt: null,
  };
  return {
    ...seen,
    ...unused,
    level: seenLevel(remote),
    lastReadAt: now,
    rulesVersion: 0,
    soldSince: 0,
    writeCall: null,
    lostWriteId: null,
    compareAt: { desired: null, remote: null },
  };
}

/** A row as its columns, with everything that is derived from the level. */
function columnsOf<V>(kind: LevelKind<V>, row: LevelRow<V>, now: Date) {
  const work = isWork({ ...row.level, companionDiffers: differs(row.compareAt) }, kind.same);
  const settled = !work && row.level.knowledge !== 'in_flight';
  return {
    id: row.id,
    desired: row.level.desired,
    remote: row.level.remote,
    knowledge: row.level.knowledge,
    write_id: row.level.write?.id ?? null,
    write_value: row.level.write?.value ?? null,
    write_voided: row.level.write?.voided ?? false,
    write_fence: row.writeFence,
    write_started_at: row.writeStartedAt,
    read_fence: row.level.readFence,
    attempt_after: row.level.attemptAfter <= 0 ? '-infinity' : new Date(row.level.attemptAfter),
    failures: row.level.failures,
    unconfirmed: row.level.unconfirmed,
    last_applied_value: row.level.lastApplied,
    replaced_value: row.level.replaced,
    lost_value: row.level.lost,
    last_applied_at: row.lastAppliedAt,
    last_read_at: row.lastReadAt,
    held_reason: row.level.heldReason,
    refused_for: row.level.refusedFor === null ? null : String(row.level.refusedFor),
    refusal: row.level.refusedFor === null ? null : row.refusal,
    rules_version: row.rulesVersion,
    wanted_at: settled ? null : (row.wantedAt ?? now),
    next_change_at: row.nextChangeAt,
    eligible: work,
    ...(kind.name === 'quantity'
      ? {
          urgency: urgencyOf(row.level),
          sold_since: row.soldSince,
          raise_waits: row.level.raiseWaits,
          write_call: row.level.write === null ? null : row.writeCall,
          lost_call: row.level.lostCall,
          lost_write_id: row.level.lostCall === null ? null : row.lostWriteId,
        }
      : { desired_compare_at: row.compareAt.desired, remote_compare_at: row.compareAt.remote }),
  };
}

/** Rows of `firstSeen`, recomputed or not, as they are. What nothing can have happened to yet has the columns' defaults. */
export async function insertLevels<V>(
  tx: Transaction,
  kind: LevelKind<V>,
  rows: readonly LevelRow<V>[],
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  const stored = rows.map((row) => ({
    ...columnsOf(kind, row, now),
    listing_id: row.listingId,
    store_id: row.storeId,
    place: row.remoteLocationId,
    currency: row.currency,
  }));
  const own =
    kind.name === 'quantity'
      ? { columns: sql`remote_location_id, urgency`, values: sql`n.place, n.urgency` }
      : {
          columns: sql`currency, remote_compare_at, desired_compare_at`,
          values: sql`n.currency, n.remote_compare_at, n.desired_compare_at`,
        };
  await tx.execute(sql`
    insert into ${kind.table} (organization_id, id, listing_id, store_id, desired, remote, knowledge, last_read_at, held_reason, rules_version,
      wanted_at, next_change_at, eligible, updated_at, ${own.columns})
    select ${tx.organizationId}::uuid, n.id, n.listing_id, n.store_id, n.desired, n.remote, n.knowledge, n.last_read_at, n.held_reason, n.rules_version,
      n.wanted_at, n.next_change_at, n.eligible, ${now}::timestamptz, ${own.values}
    from json_to_recordset(${JSON.stringify(stored)}::json) as n(id uuid, listing_id uuid, store_id uuid, desired ${kind.column}, remote ${kind.column},
      knowledge text, last_read_at timestamptz, held_reason text, rules_version integer, wanted_at timestamptz, next_change_at timestamptz, eligible boolean,
      place text, urgency integer, currency text, remote_compare_at numeric, desired_compare_at numeric)`);
}

/** Writes locked rows back. One statement, whatever the number of rows. */
export async function saveLevels<V>(tx: Transaction, kind: LevelKind<V>, rows: readonly LevelRow<V>[], now: Date): Promise<void> {
  if (rows.length === 0) return;
  const stored = rows.map((row) => columnsOf(kind, row, now));
  const own =
    kind.name === 'quantity'
      ? {
          set: sql`urgency = n.urgency, sold_since = n.sold_since, raise_waits = n.raise_waits, write_call = n.write_call, lost_call = n.lost_call, lost_write_id = n.lost_write_id`,
          columns: sql`urgency integer, sold_since integer, raise_waits boolean, write_call text, lost_call text, lost_write_id uuid`,
        }
      : {
          set: sql`desired_compare_at = n.desired_compare_at, remote_compare_at = n.remote_compare_at`,
          columns: sql`desired_compare_at numeric, remote_compare_at numeric`,
        };
  await tx.execute(
    sql`
    update ${kind.table} l set desired = n.desired, remote = n.remote, knowledge = n.knowledge, write_id = n.write_id, write_value = n.write_value,
      write_voided = n.write_voided, write_fence = n.write_fence, write_started_at = n.write_started_at, read_fence = n.read_fence,
      attempt_after = n.attempt_after, failures = n.failures, unconfirmed = n.unconfirmed, last_applied_value = n.last_applied_value,
      replaced_value = n.replaced_value, lost_value = n.lost_value, last_applied_at = n.last_applied_at, last_read_at = n.last_read_at, held_reason = n.held_reason,
      refused_for = n.refused_for, refusal = n.refusal, rules_version = n.rules_version, wanted_at = n.wanted_at, next_change_at = n.next_change_at, eligible = n.eligible,
      updated_at = ${now}, ${own.set}
    from json_to_recordset(${JSON.stringify(stored)}::json) as n(id uuid, desired ${kind.column}, remote ${kind.column}, knowledge text, write_id uuid,
      write_value ${kind.column}, write_voided boolean, write_fence bigint, write_started_at timestamptz, read_fence bigint, attempt_after timestamptz,
      failures integer, unconfirmed integer, last_applied_value ${kind.column}, replaced_value ${kind.column}, lost_value ${kind.column}, last_applied_at timestamptz,
      last_read_at timestamptz, held_reason text, refused_for text, refusal jsonb, rules_version integer, wanted_at timestamptz, next_change_at timestamptz, eligible boolean,
      ${own.columns})
    where l.organization_id = ${tx.organizationId} and l.id = n.id`,
    'kept',
  );
}
