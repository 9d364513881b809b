/**
 * An order that is not understood, or that the database does not take, is left out, and said. It comes back when the platform
 * changes it, for then it stands in the feed again; and once a day it is asked for by its id, for by then StoreSync may be a
 * newer one that understands it.
 */
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import type { RemoteOrder, UnreadableOrder } from '#connectors/order.ts';
import type { Transaction } from '#db/transaction.ts';
import { contentOf } from '#orders/ingest-orders.ts';
import { holdFence } from '#stores/lease.ts';
import { shapeOf } from '#sync/shape-of.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

/** Of one store so many are remembered, the latest: of more than these some may be said again. */
const rememberedAtMost = 100;
const askedAgainAfterSeconds = 86_400;

/** What was said of an order, by its id: a hash of how it stood then. Kept in the store's row. */
type Said = Record<string, string>;

/** An order that the database does not take. */
export function setOrderAside(turn: Turn, order: RemoteOrder, thrown: unknown): Promise<void> {
  turn.hub.log.warn({ storeId: turn.store.id, orderId: order.id, err: messageOf(thrown) }, 'an order cannot be kept');
  const why = 'with a figure or a text that cannot be kept';
  return setAside(turn, { id: order.id, content: contentOf(order), why, details: {} });
}

/** Orders that could not be read at all. */
export async function setUnreadableAside(turn: Turn, unreadable: readonly UnreadableOrder[]): Promise<void> {
  for (const { id, updatedAt, why: cause, raw } of unreadable) {
    const content = createHash('sha256')
      .update(JSON.stringify([id, updatedAt, cause]))
      .digest('base64url');
    const why = `in a way that StoreSync does not understand (${cause})`;
    await setAside(turn, { id, content, why, details: { cause, shape: shapeOf(raw) } });
  }
}

interface Aside {
  id: string;
  /** Another one is another snapshot. */
  content: string;
  why: string;
  details: Record<string, unknown>;
}

/**
 * Says so, once for an order as the platform tells of it: it is read again and again while it stands in the feed, and is said
 * anew only when it has changed.
 */
async function setAside({ hub, lease, store }: Turn, { id, content, why, details }: Aside): Promise<void> {
  const named = id === '' ? content : id;
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    const { [named]: before, ...others } = await readSaid(tx, store.id);
    if (before === content) return;
    // jsonb keeps no order of its keys: which ones are forgotten is left to it.
    const kept = Object.entries(others).slice(0, rememberedAtMost - 1);
    await remember(tx, store.id, Object.fromEntries([...kept, [named, content]]));
    const line = {
      jobId: null,
      storeId: store.id,
      listingId: null,
      level: 'error' as const,
      event: 'order_set_aside',
      message: `${store.name} tells of ${id === '' ? 'an order without an id' : `the order ${id}`} ${why}, so what it says now is not shown and not counted. Look at it there, and correct the counts of its goods by hand. It is read again when it changes, and once a day.`,
      details: { orderId: id, ...details },
    };
    await writeSyncLogs(tx, [line], hub.clock.now());
  });
}

/** Ids of orders that are to be asked for again now; then not for a day. */
export async function takeSetAside({ hub, lease, store }: Turn): Promise<string[]> {
  const now = hub.clock.now();
  const { ordersSetAside = {}, setAsideReadAt } = store.metadata as { ordersSetAside?: Said; setAsideReadAt?: string };
  const isTime = setAsideReadAt === undefined || secondsAfter(new Date(setAsideReadAt), askedAgainAfterSeconds) <= now;
  if (!isTime || Object.keys(ordersSetAside).length === 0) return [];
  return await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    const said = await readSaid(tx, store.id);
    await tx.execute(sql`update stores set metadata = metadata || ${JSON.stringify({ setAsideReadAt: now })}::jsonb
      where organization_id = ${tx.organizationId} and id = ${store.id}`);
    // One that has no id is remembered by its content.
    return Object.keys(said).filter((id) => said[id] !== id);
  });
}

/** These have been read: of those that are not remembered as they stand now, nothing more is to be said. */
export async function forgetSetAside({ hub, lease, store }: Turn, orderIds: readonly string[]): Promise<void> {
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    const said = await readSaid(tx, store.id);
    const left = Object.entries(said).filter(([id]) => !orderIds.includes(id));
    await remember(tx, store.id, Object.fromEntries(left));
  });
}

/** Locks the store: webhooks and the feed tell of orders beside each other, in one turn. */
async function readSaid(tx: Transaction, storeId: string): Promise<Said> {
  const { rows } = await tx.execute<{ said: Said | null }>(sql`
    select metadata->'ordersSetAside' as said from stores where organization_id = ${tx.organizationId} and id = ${storeId} for no key update`);
  return rows[0]?.said ?? {};
}

const remember = (tx: Transaction, storeId: string, said: Said) =>
  tx.execute(sql`update stores set metadata = jsonb_set(metadata, '{ordersSetAside}', ${JSON.stringify(said)}::jsonb)
    where organization_id = ${tx.organizationId} and id = ${storeId}`);
