/**
 * Sends what people have reported as shipped, exactly once. A shipment is committed as `sent` before its call; no answer, or
 * a worker that died, leaves it `unknown`: it may have been made, or may yet be, until the platform's longest processing
 * time has passed. Then the order is read, where ingesting recognises it (orders/save-shipments.ts); only what the order
 * does not show is sent again, and the connector looks once more for itself. See orders/request-shipment.ts for the states.
 */
import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import {
  CredentialsExpired,
  isPlatformError,
  MalformedResponse,
  PlatformUnavailable,
  RateLimited,
  type Refusal,
  Refused,
} from '#connectors/errors.ts';
import type { ShipmentResult, ShipmentWrite } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { refusalSentence } from '#listings/refusal-sentence.ts';
import { addOrderEvents } from '#orders/order-events.ts';
import { holdFence, LeaseLost } from '#stores/lease.ts';
import { readOrders } from '#sync/pull-orders.ts';
import { noteFailure, noteSuccess } from '#sync/store-health.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

/** Shipments of one round, which goes beside the exchange of quantities and prices; a turn then has an end in sight. */
const atOnce = 10;
/** An order that could not be read is read again after this. */
const readAgainSeconds = 30;

/** Of order_shipments, as their index has it: something is still to come of it. */
export const shipmentWaits = sql`(state in ('unsent', 'sent', 'unknown') or attempt_after is not null)`;
/** Its time has come, and no call for it is under way. */
export const shipmentIsDue = (now: Date | Placeholder): SQL =>
  sql`${shipmentWaits} and state <> 'sent' and (attempt_after is null or attempt_after <= ${now})`;

interface Due extends Record<string, unknown> {
  id: string;
  order_id: string;
  platform_order_id: string;
  number: string;
  state: 'unsent' | 'unknown' | 'done';
  carrier: string;
  tracking_number: string;
  tracking_url: string | null;
  items: { itemId: string; quantity: number }[];
  notify_buyer: boolean;
}

type End = ShipmentResult | { outcome: 'not_applied'; retryAt: Date };

/** What a dead worker of this store left on its way: nobody will hear its answer. Called when the lease has been taken. */
export async function recoverShipments(turn: Turn): Promise<number> {
  const { hub, lease, store, connector } = turn;
  return await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    const now = hub.clock.now();
    // Orders before their shipments, as everybody locks them.
    await tx.execute(sql`
      select from orders where organization_id = ${tx.organizationId} and id in (
        select order_id from order_shipments where organization_id = ${tx.organizationId} and store_id = ${store.id} and state = 'sent')
      order by platform_order_id for update`);
    const lost = await tx.execute<{ id: string; order_id: string; tracking_number: string }>(sql`
      update order_shipments set state = 'unknown', attempt_after = ${secondsAfter(now, connector.manifest.limits.longestWriteSeconds)}, updated_at = ${now}
      where organization_id = ${tx.organizationId} and store_id = ${store.id} and state = 'sent' returning id, order_id, tracking_number`);
    for (const row of lost.rows) await noteEvent(turn, tx, row, 'shipment_unknown', {});
    return lost.rows.length;
  });
}

/** Sends what is due and reads the orders of what was sent. */
export async function sendShipments(turn: Turn): Promise<void> {
  const due = await findDue(turn);
  for (const shipment of due) {
    if (turn.pauseUntil !== null || turn.signal.aborted) break;
    if (shipment.state === 'unsent') await send(turn, shipment, 'unsent');
    else await readBack(turn, shipment);
  }
}

/** Its platform can be told of shipments. */
export const takesShipments = ({ connector: { manifest, orders } }: Turn): boolean =>
  manifest.orders?.fulfils === true && orders?.ship !== undefined;

async function findDue({ hub, lease, store }: Turn): Promise<Due[]> {
  const { rows } = await hub.db.inOrganization(lease.organizationId, (tx) =>
    tx.execute<Due>(sql`
      select s.id, s.order_id, o.platform_order_id, o.number, s.state, s.carrier, s.tracking_number, s.tracking_url, s.items, s.notify_buyer
      from (
        select * from order_shipments where organization_id = ${tx.organizationId} and store_id = ${store.id} and ${shipmentIsDue(hub.clock.now())}
        order by created_at, id limit ${atOnce}) s
      join orders o on o.organization_id = s.organization_id and o.id = s.order_id
      order by s.created_at, s.id`),
  );
  return rows;
}

/** `unknown`: read, and sent again only when the order does not show it. `done`: read, so that the newest snapshot is younger than the answer. */
async function readBack(turn: Turn, shipment: Due): Promise<void> {
  const used = turn.session.credentials;
  try {
    await readOrders(turn, [shipment.platform_order_id], { strict: true });
    await noteSuccess(turn);
  } catch (thrown) {
    if (!isPlatformError(thrown)) throw thrown;
    const pause = await noteFailure(turn, thrown, used);
    turn.hub.log.warn({ storeId: turn.store.id, err: messageOf(thrown) }, 'the order of a shipment could not be read');
    const readAgainAt = pause ?? secondsAfter(turn.hub.clock.now(), readAgainSeconds);
    await change(turn, shipment, [shipment.state], (tx) => wait(turn, tx, shipment, readAgainAt));
    return;
  }
  if (shipment.state === 'done') await change(turn, shipment, ['done'], (tx) => wait(turn, tx, shipment, null));
  else await send(turn, shipment, 'unknown');
}

async function wait({ hub }: Turn, tx: Transaction, { id }: Due, until: Date | null): Promise<void> {
  await tx.execute(sql`update order_shipments set attempt_after = ${until}, updated_at = ${hub.clock.now()}
    where organization_id = ${tx.organizationId} and id = ${id}`);
}

async function send(turn: Turn, shipment: Due, from: 'unsent' | 'unknown'): Promise<void> {
  // A person may have called it off, and a reading may have shown it, since it was found.
  const claimed = await change(turn, shipment, [from], async (tx) => {
    await setState(turn, tx, shipment, 'sent', {});
    await noteEvent(turn, tx, shipment, 'shipment_sent', {});
  });
  if (!claimed) return;
  const end = await call(turn, shipment);
  await change(turn, shipment, ['sent'], (tx) => bookEnd(turn, tx, shipment, end));
  if (end.outcome === 'applied' && turn.pauseUntil === null && !turn.signal.aborted)
    await readBack(turn, { ...shipment, state: 'done' });
}

async function call(turn: Turn, shipment: Due): Promise<End> {
  const ship = turn.connector.orders?.ship;
  const { tracking_number: number, carrier, tracking_url: url } = shipment;
  const write: ShipmentWrite = {
    writeId: shipment.id,
    orderId: shipment.platform_order_id,
    items: shipment.items,
    tracking: number === '' ? null : { number, carrier, url },
    notifyBuyer: shipment.notify_buyer,
  };
  const used = turn.session.credentials;
  try {
    if (ship === undefined) return { outcome: 'not_applied', retryAt: turn.hub.clock.now() };
    const result = await ship(turn.session, write);
    await noteSuccess(turn);
    return result;
  } catch (thrown) {
    if (thrown instanceof LeaseLost) throw thrown;
    return await endAfterFailure(turn, thrown, used);
  }
}

/** What an error of the call means for the shipment. */
async function endAfterFailure(turn: Turn, thrown: unknown, used: Turn['session']['credentials']): Promise<End> {
  const pause = await noteFailure(turn, thrown, used);
  const retryAt = pause ?? secondsAfter(turn.hub.clock.now(), 1);
  if (thrown instanceof RateLimited || thrown instanceof CredentialsExpired) return { outcome: 'not_applied', retryAt };
  if (thrown instanceof Refused)
    return thrown.wholeStore ? { outcome: 'not_applied', retryAt } : { outcome: 'refused', refusal: thrown.refusal };
  if (thrown instanceof PlatformUnavailable && !thrown.mayHaveApplied) return { outcome: 'not_applied', retryAt };
  if (thrown instanceof PlatformUnavailable || thrown instanceof MalformedResponse)
    return { outcome: 'unknown', answer: thrown.answer };
  turn.hub.log.error({ err: thrown, storeId: turn.store.id }, 'a shipment failed in our own code; it counts as unanswered');
  return { outcome: 'unknown' };
}

async function bookEnd(turn: Turn, tx: Transaction, shipment: Due, end: End): Promise<void> {
  const now = turn.hub.clock.now();
  switch (end.outcome) {
    case 'applied':
      return await bookApplied(turn, tx, shipment, end.shipmentId);
    case 'refused':
      return await bookRefused(turn, tx, shipment, end.refusal);
    case 'not_applied':
      await setState(turn, tx, shipment, 'unsent', { attemptAfter: end.retryAt });
      return await noteEvent(turn, tx, shipment, 'shipment_postponed', {});
    case 'unknown': {
      const appliesUntil = secondsAfter(now, turn.connector.manifest.limits.longestWriteSeconds);
      await setState(turn, tx, shipment, 'unknown', { attemptAfter: appliesUntil });
      await noteEvent(turn, tx, shipment, 'shipment_unknown', {});
      await log(
        turn,
        tx,
        shipment,
        'warning',
        'shipment_unanswered',
        `${turn.store.name} gave no answer to a shipment of order ${shipment.number}; the order is read before it is sent again`,
        {
          answer: end.answer ?? null,
        },
      );
    }
  }
}

async function bookApplied(turn: Turn, tx: Transaction, shipment: Due, platformShipmentId: string): Promise<void> {
  const same = await tx.execute<{ id: string; ours: boolean }>(sql`
    select id, created_by is not null as ours from order_shipments
    where organization_id = ${tx.organizationId} and order_id = ${shipment.order_id} and platform_shipment_id = ${platformShipmentId} and id <> ${shipment.id}`);
  const [other] = same.rows;
  // The same parcel was reported to the platform before: by another of ours, which stays, or by a person there.
  if (other?.ours === true) return await bookRefused(turn, tx, shipment, { code: 'shipment_known_already', parameters: {} });
  if (other !== undefined)
    await tx.execute(sql`delete from order_shipments where organization_id = ${tx.organizationId} and id = ${other.id}`);
  await setState(turn, tx, shipment, 'done', { attemptAfter: turn.hub.clock.now(), platformShipmentId });
  await noteEvent(turn, tx, shipment, 'shipment_done', {});
  await log(
    turn,
    tx,
    shipment,
    'info',
    'shipment_pushed',
    `Reported a shipment of order ${shipment.number} to ${turn.store.name}`,
    {
      platformShipmentId,
    },
  );
}

async function bookRefused(turn: Turn, tx: Transaction, shipment: Due, refusal: Refusal): Promise<void> {
  const sentence = refusalSentence(turn.hub.connectors, turn.store.platform, refusal);
  await setState(turn, tx, shipment, 'refused', { refusal });
  await noteEvent(turn, tx, shipment, 'shipment_refused', { sentence });
  await log(
    turn,
    tx,
    shipment,
    'error',
    'shipment_refused',
    `${turn.store.name} refused a shipment of order ${shipment.number}: ${sentence}`,
    {
      refusal,
    },
  );
}

/** Under the fence and with the order locked, if the shipment is still in one of these states. Returns whether it was. */
async function change(
  turn: Turn,
  shipment: Due,
  from: readonly string[],
  work: (tx: Transaction) => Promise<void>,
): Promise<boolean> {
  return await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
    await holdFence(tx, turn.lease);
    await tx.execute(
      sql`select from orders where organization_id = ${tx.organizationId} and id = ${shipment.order_id} for update`,
    );
    const held = await tx.execute(sql`select from order_shipments
      where organization_id = ${tx.organizationId} and id = ${shipment.id} and state = any(${sql.param([...from])}::text[])`);
    if (held.rowCount === 0) return false;
    await work(tx);
    tx.afterCommit(() =>
      turn.hub.announce(tx.organizationId, { kind: 'order', ids: [shipment.order_id], storeId: turn.store.id }),
    );
    return true;
  });
}

async function setState(
  turn: Turn,
  tx: Transaction,
  { id }: Pick<Due, 'id'>,
  state: string,
  change: { attemptAfter?: Date; platformShipmentId?: string; refusal?: Refusal },
): Promise<void> {
  await tx.execute(sql`
    update order_shipments set state = ${state}, attempt_after = ${change.attemptAfter ?? null}, updated_at = ${turn.hub.clock.now()},
      platform_shipment_id = coalesce(${change.platformShipmentId ?? null}::text, platform_shipment_id),
      refusal = ${change.refusal === undefined ? null : JSON.stringify(change.refusal)}::jsonb
    where organization_id = ${tx.organizationId} and id = ${id}`);
}

async function noteEvent(
  { hub }: Turn,
  tx: Transaction,
  shipment: { id: string; order_id: string; tracking_number: string },
  code: string,
  more: Record<string, unknown>,
): Promise<void> {
  const parameters = { shipmentId: shipment.id, trackingNumber: shipment.tracking_number, ...more };
  const now = hub.clock.now();
  await addOrderEvents(tx, [{ orderId: shipment.order_id, at: now, code, parameters, userId: null }], now);
}

async function log(
  { hub, store }: Turn,
  tx: Transaction,
  shipment: Due,
  level: 'info' | 'warning' | 'error',
  event: string,
  message: string,
  details: Record<string, unknown>,
): Promise<void> {
  const line = { jobId: null, storeId: store.id, listingId: null, level, event, message };
  await writeSyncLogs(
    tx,
    [{ ...line, details: { orderId: shipment.order_id, shipmentId: shipment.id, ...details } }],
    hub.clock.now(),
  );
}
