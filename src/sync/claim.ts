/** Takes due levels of a store: what must be read, and what must be written, the latter committed as in flight before anything is sent. */
import { type SQL, sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { ListingRef } from '#connectors/connector.ts';
import type { Transaction } from '#db/transaction.ts';
import { type LevelKind, type LevelRow, lockLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent, type NextAct, nextAct } from '#listings/level-state.ts';
import { holdFence } from '#stores/lease.ts';
import { namedPlaces } from '#stores/places.ts';
import { lowerFirst } from '#sync/lower-first.ts';
import { canRepeat, nameCalls, repeatAfterSeconds } from '#sync/named-calls.ts';
import { ordersFirst } from '#sync/orders-first.ts';
import type { Turn } from '#sync/turn.ts';

export interface Claimed<V> {
  row: LevelRow<V>;
  listing: ListingRef;
  /** What is to be written; absent for a reading. */
  write: { id: string; value: V; replaces: V | null; sendUntil: number } | null;
}

/** A share of every claim is kept for increases, so that a flood of decreases never starves them. */
const increasesShare = 0.2;

/** `except` are levels that this turn has in hand without a mark in their rows. */
export async function claimDue<V>(
  turn: Turn,
  kind: LevelKind<V>,
  atMost: number,
  except: readonly string[] = [],
): Promise<Claimed<V>[]> {
  return await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await holdFence(tx, turn.lease);
    const now = turn.hub.clock.now();
    // All are held against the same reading: by one that ends meanwhile a higher figure would pass a lower one that waits for it.
    const { ordersReadAt } = turn.store;
    const inHand = except.length === 0 ? sql`` : sql`and l.id <> all(${sql.param([...except])}::uuid[])`;
    // What has become something else by the passing of time is recomputed first.
    const current = sql`(l.next_change_at is null or l.next_change_at > ${now})`;
    const due = sql`l.store_id = ${turn.store.id} and l.eligible and l.attempt_after <= ${now} and ${current} ${inHand} ${alone(turn, kind)}`;
    const claimed =
      kind.name === 'quantity'
        ? await lockLevels(tx, kind, ordered(turn, due, atMost), { anew: true })
        : await lockLevels(tx, kind, due, { limit: atMost, orderBy: sql`l.attempt_after, l.listing_id` });
    const refs = await listingRefs(
      tx,
      claimed.map((row) => row.listingId),
    );
    const acts = claimed.map((row) => ({ row, act: nextAct(row.level, now.getTime(), kind.same) }));
    const lowered = await raisesThatWait(turn, tx, kind, acts, now);
    const taken: Claimed<V>[] = [];
    const began: LevelRow<V>[] = [];
    for (const { row, act } of acts) {
      const listing = refs.get(row.listingId);
      if (listing === undefined) continue;
      if (act.kind === 'read') taken.push({ row, listing, write: null });
      if (act.kind !== 'write') continue;
      const { waitUntil, sendUntil } = await ordersFirst(turn, tx, kind, row, { now, ordersReadAt });
      const until = waitUntil ?? (raises(row) ? lowered.get(row.listingId) : undefined);
      if (until !== undefined) {
        began.push({ ...row, level: afterEvent(row.level, { kind: 'raise_waits', until: until.getTime() }, kind.same) });
        continue;
      }
      if (row.rulesVersion !== turn.store.rulesVersion && raises(row)) continue;
      const id = newId();
      const replaces = row.level.remote;
      const next = {
        ...row,
        level: afterEvent(row.level, { kind: 'write_began', writeId: id }, kind.same),
        writeFence: turn.lease.fence,
        writeStartedAt: now,
      };
      began.push(next);
      taken.push({ row: next, listing, write: { id, value: act.value, replaces, sendUntil } });
    }
    await saveLevels(tx, kind, canRepeat(turn.connector, kind) ? inCalls(turn, began) : began, now);
    return taken;
  });
}

async function raisesThatWait<V>(
  turn: Turn,
  tx: Transaction,
  kind: LevelKind<V>,
  acts: readonly { row: LevelRow<V>; act: NextAct<V> }[],
  now: Date,
): Promise<Map<string, Date>> {
  if (kind.name !== 'quantity') return new Map();
  const writes = acts.flatMap(({ row, act }) => (act.kind === 'write' ? [row] : []));
  const raised = writes.filter(raises).map(({ listingId }) => listingId);
  return await lowerFirst(
    turn,
    tx,
    raised,
    writes.map(({ id }) => id),
    now,
  );
}

/**
 * Where all figures of a listing are sent together, one of another call may be put back by this one: each listing waits for
 * its own call under way.
 */
const alone = <V>({ connector, store }: Turn, kind: LevelKind<V>): SQL =>
  kind.name === 'quantity' && connector.manifest.limits.quantitiesPerProduct && namedPlaces(store.settings).length > 0
    ? sql`and not exists (select from listing_levels o where o.organization_id = l.organization_id and o.listing_id = l.listing_id and o.knowledge = 'in_flight')`
    : sql``;

/** As the exchange will cut them, in the order in which they were taken. */
function inCalls<V>(turn: Turn, began: readonly LevelRow<V>[]): LevelRow<V>[] {
  const writes = began.filter(({ level }) => level.knowledge === 'in_flight');
  return [
    ...nameCalls(writes, turn.connector.manifest.limits.quantitiesPerCall),
    ...began.filter(({ level }) => level.knowledge !== 'in_flight'),
  ];
}

/** Zeros, then decreases and unknowns, then increases: with the increases' share. */
function ordered(turn: Turn, due: SQL, atMost: number): SQL {
  const organization = turn.lease.organizationId;
  const urgent = sql`select l.id from listing_levels l where l.organization_id = ${organization} and ${due} order by l.urgency, l.attempt_after, l.listing_id limit ${atMost}`;
  const increases = sql`select l.id from listing_levels l where l.organization_id = ${organization} and ${due} and l.urgency = 2 order by l.attempt_after, l.listing_id limit ${Math.ceil(atMost * increasesShare)}`;
  return sql`l.id in ((${urgent}) union (${increases}))`;
}

/** A level computed by older rules is never raised, nor repriced, meanwhile. */
function raises<V>({ level }: LevelRow<V>): boolean {
  return typeof level.desired !== 'number' || typeof level.remote !== 'number' || level.desired > level.remote;
}

/** What a connector needs to name a listing, by its id. */
export async function listingRefs(tx: Transaction, listingIds: readonly string[]): Promise<Map<string, ListingRef>> {
  const result = await tx.execute<{ id: string; product: string; variant: string; inventory: string | null }>(
    sql`
    select id, platform_product_id as product, platform_variant_id as variant, platform_inventory_id as inventory from listings
    where organization_id = ${tx.organizationId} and id = any(${sql.param([...listingIds])}::uuid[])`,
    'kept',
  );
  return new Map(
    result.rows.map((row) => [row.id, { productId: row.product, variantId: row.variant, inventoryId: row.inventory }]),
  );
}

/** Until then a write that has no answer by now may still be applied; in ms since 1970. */
export const appliesUntil = ({ hub, connector }: Turn): number =>
  hub.clock.now().getTime() + connector.manifest.limits.longestWriteSeconds * 1000;

/** A write without an answer. Where its call can be repeated that is done soon; else it is read when it can no longer apply. */
export function lostWrite<V>(turn: Turn, kind: LevelKind<V>, row: LevelRow<V>): LevelRow<V> {
  const writeId = row.level.write?.id ?? '';
  const call = canRepeat(turn.connector, kind) ? row.writeCall : null;
  const until = call === null ? appliesUntil(turn) : turn.hub.clock.now().getTime() + repeatAfterSeconds * 1000;
  const level = afterEvent(row.level, { kind: 'write_lost', writeId, appliesUntil: until, call }, kind.same);
  return { ...row, level, lostWriteId: writeId };
}

/**
 * What a dead worker left in flight under an older fence: nobody will acknowledge it, and it may still be applied until the
 * platform's longest processing time after its sender lost the store.
 */
export async function recoverInFlight<V>(turn: Turn, kind: LevelKind<V>): Promise<number> {
  return await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await holdFence(tx, turn.lease);
    const now = turn.hub.clock.now();
    const rows = await lockLevels(
      tx,
      kind,
      sql`l.store_id = ${turn.store.id} and l.knowledge = 'in_flight' and l.write_fence < ${turn.lease.fence}`,
    );
    const lost = rows.map((row) => lostWrite(turn, kind, row));
    await saveLevels(tx, kind, lost, now);
    return lost.length;
  });
}
