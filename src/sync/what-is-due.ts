/**
 * What there is to do for a store, asked in one statement: mostly there is nothing, and each chore would need a transaction
 * of its own to find that out. It is a hint and no promise: every chore looks again for itself, under its locks, and what
 * comes after this question is found by the next one, or makes the store due again (see run-turn.ts).
 */
import { eq, type SQL, sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { isUnpaid } from '#orders/expire-reservations.ts';
import { organizationSettings } from '#organizations/organizations-tables.ts';
import { oneStore, type StoreRow } from '#stores/stores-store.ts';
import { stores } from '#stores/stores-tables.ts';
import { productHintWaits, quickHintWaits } from '#sync/process-hints.ts';
import { shipmentIsDue, shipmentWaits } from '#sync/push-shipments.ts';
import { driftIsRipe, holdIsOver } from '#sync/settle-drifts.ts';
import { isOpenPull } from '#sync/sync-jobs.ts';
import { isLockHold, keepsUnits } from '#sync/tend-locks.ts';

/** A quantity that has waited so long to be sent makes its store slow. */
const behindSeconds = 60;

export interface Due {
  /** Webhooks that nobody has taken in hand: those that name no product, and those that do. */
  hints: boolean;
  products: boolean;
  /** Levels that follow older rules, and levels that become something else by the passing of time. */
  rules: boolean;
  moments: boolean;
  /** Listings have been linked: items of orders may have been kept for them. */
  linked: boolean;
  /** Orders that somebody waits for, and those that nobody pays. */
  wantedOrders: boolean;
  unpaidOrders: boolean;
  /** Differences, and units that are kept back for them, whose time has come; the policy may still wait for orders. */
  drifts: boolean;
  /** Somebody is asked about very many figures of the store at once: what became of them is looked after. */
  adoptions: boolean;
  /** Units that the platform does not give up. */
  locks: boolean;
  shipments: boolean;
  /** Left on their way by a worker that held the store before. */
  lostQuantities: boolean;
  lostPrices: boolean;
  lostShipments: boolean;
  /** Calls to be sent once more, and levels to be read or written. */
  repeats: boolean;
  quantities: boolean;
  prices: boolean;
  /** A pull that waits or was left running. */
  pull: boolean;
  /** Something should have been sent long ago. */
  behind: boolean;
}

export interface Look {
  store: StoreRow;
  isSource: boolean;
  due: Due;
}

/** `fence`: the number of the lease that the caller works under. Throws AppError 'not_found' when the store is no more. */
export async function whatIsDue(tx: Transaction, storeId: string, fence: number, now: Date): Promise<Look> {
  const [row] = await tx
    .prepared('what_is_due', (within) =>
      within
        .select({ store: stores, sourceStoreId: organizationSettings.sourceStoreId, due })
        .from(stores)
        .leftJoin(organizationSettings, eq(organizationSettings.organizationId, stores.organizationId))
        .where(oneStore),
    )
    .execute({ organizationId: tx.organizationId, storeId, fence, now, behindSince: secondsAfter(now, -behindSeconds) });
  if (row === undefined) throw new AppError('not_found', 'There is no such store. It may have been removed; reload the page.');
  return { store: row.store, isSource: row.sourceStoreId === storeId, due: row.due };
}

/** Whether a level of the store, which `of` names, follows rules older than `version`. */
export const olderRules = (of: SQL, version: SQL): SQL => leastLevel(of, sql`rules_version`, sql`< ${version}`);

/**
 * Whether the least value of a column among the store's levels is so. It is looked up: asked for any such value, the planner
 * expects to meet one soon and walks through all levels, where mostly there is none.
 */
function leastLevel(of: SQL, column: SQL, isSo: SQL): SQL {
  const least = (table: SQL) =>
    sql`coalesce((select ${column} from ${table} where ${of} and ${column} is not null order by ${column} limit 1) ${isSo}, false)`;
  return sql`(${least(sql`listing_levels`)} or ${least(sql`listing_prices`)})`;
}

function dueNow(): SQL<Due> {
  const [now, fence] = [sql.placeholder('now'), sql.placeholder('fence')];
  const of = sql`organization_id = ${sql.placeholder('organizationId')} and store_id = ${sql.placeholder('storeId')}`;
  const found = (table: string, where: SQL) => sql`exists (select from ${sql.raw(table)} where ${of} and ${where})`;
  const [quantities, prices] = ['listing_levels', 'listing_prices'];
  const toDo = sql`eligible and attempt_after <= ${now}`;
  // What has become something else by the passing of time is recomputed first.
  const current = sql`(next_change_at is null or next_change_at > ${now})`;
  const lost = sql`knowledge = 'in_flight' and write_fence < ${fence}`;
  const patience = sql`(stores.settings->>'unpaidReservationHours')::numeric * interval '1 hour'`;
  const due: Record<keyof Due, SQL> = {
    hints: found('webhook_events', quickHintWaits),
    products: found('webhook_events', productHintWaits),
    rules: olderRules(of, sql`stores.rules_version`),
    moments: leastLevel(of, sql`next_change_at`, sql`<= ${now}`),
    linked: found('new_links', sql`true`),
    wantedOrders: found('orders', sql`refresh_wanted_at is not null`),
    unpaidOrders: found('orders', sql`${isUnpaid} and placed_at <= ${now}::timestamptz - ${patience}`),
    drifts: sql`(${found('listing_holds', holdIsOver({ now, until: now }))} or ${found('drifts', driftIsRipe(now))})`,
    adoptions: found('change_sets', sql`status = 'pending' and cause = 'adoption'`),
    locks: sql`(${found('listing_holds', isLockHold)} or ${found(quantities, keepsUnits)})`,
    shipments: found('order_shipments', shipmentIsDue(now)),
    lostQuantities: found(quantities, lost),
    lostPrices: found(prices, lost),
    lostShipments: found('order_shipments', sql`${shipmentWaits} and state = 'sent'`),
    repeats: found(quantities, sql`lost_call is not null and ${toDo}`),
    quantities: found(quantities, sql`${toDo} and ${current}`),
    prices: found(prices, sql`${toDo} and ${current}`),
    pull: found('sync_jobs', isOpenPull),
    behind: found(quantities, sql`${toDo} and wanted_at < ${sql.placeholder('behindSince')}`),
  };
  const members = Object.entries(due).map(([name, is]) => sql`${sql.raw(`'${name}'`)}, ${is}`);
  return sql<Due>`json_build_object(${sql.join(members, sql`, `)})`;
}

const due = dueNow();
