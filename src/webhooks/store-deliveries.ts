/**
 * Stores what platforms have called with. Deliveries that come while others are being stored are stored together, in one
 * transaction of their organization: stores that sell fast call faster than a disk commits. One that comes alone waits for
 * nobody.
 */
import { sql } from 'drizzle-orm';
import { gather } from '#base/gather.ts';
import type { WebhookDelivery } from '#connectors/connector.ts';
import { sqlStateOf } from '#db/transaction.ts';
import type { Hub } from '#stores/hub.ts';
import { workFor } from '#stores/work-for.ts';

/** Its signature holds, and it is of this store. */
export interface SignedDelivery {
  id: string;
  organizationId: string;
  storeId: string;
  delivery: WebhookDelivery;
  /** As it came, or sealed for the row `id`. */
  payload: string;
  sealed: boolean;
  receivedAt: Date;
}

/** They are in memory twice while they are sent. */
const togetherAtMost = 100;

type Outcome = 'stored' | 'duplicate';
type Store = (one: SignedDelivery) => Promise<Outcome>;

/** Of each hub, by organization. */
const storing = new WeakMap<Hub, Map<string, Store>>();

/** 'duplicate': the platform has sent it before, which is counted. */
export async function storeDelivery(hub: Hub, one: SignedDelivery): Promise<Outcome> {
  const { organizationId } = one;
  const ofHub = storing.get(hub) ?? new Map<string, Store>();
  const store = ofHub.get(organizationId) ?? gather((some) => storeTogether(hub, organizationId, some), togetherAtMost);
  storing.set(hub, ofHub.set(organizationId, store));
  try {
    return await store(one);
  } catch (thrown) {
    // One that cannot be stored, or whose store is gone, keeps none of the others back.
    if (!isOfOneRow(thrown)) throw thrown;
    const [outcome] = await storeTogether(hub, organizationId, [one]);
    return outcome ?? 'duplicate';
  }
}

/** Classes 22 and 23 of SQLSTATE: a value that no column takes, a constraint that does not hold. */
const isOfOneRow = (thrown: unknown): boolean => /^2[23]/.test(sqlStateOf(thrown) ?? '');

async function storeTogether(hub: Hub, organizationId: string, some: readonly SignedDelivery[]): Promise<Outcome[]> {
  // A row is written once by a statement: what was sent twice within this round is counted by the first of them.
  const first = Map.groupBy(some, keyOf);
  const rows = [...first.values()].flatMap(([one, ...again]) => (one === undefined ? [] : [rowOf(one, again.length)]));
  return await hub.db.inOrganization(organizationId, async (tx) => {
    const { rows: fresh } = await tx.execute<{ id: string }>(
      sql`
      with stored as (
        insert into webhook_events as e (organization_id, id, store_id, topic, delivery_id, payload, sealed, hints, occurred_at, duplicates, created_at)
        select ${organizationId}::uuid, x.id, x.store_id, x.topic, x.delivery_id, x.payload, x.sealed, x.hints, x.occurred_at, x.again, x.received_at
        from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, store_id uuid, topic text, delivery_id text, payload text, sealed boolean,
          hints jsonb, occurred_at timestamptz, again integer, received_at timestamptz)
        order by x.store_id, x.delivery_id
        on conflict (organization_id, store_id, delivery_id) do update set duplicates = e.duplicates + 1 + excluded.duplicates
        returning id, xmax = 0 as fresh)
      select id from stored where fresh`,
      'kept',
    );
    const isFresh = new Set(fresh.map(({ id }) => id));
    const stored = some.filter(({ id }) => isFresh.has(id));
    if (stored.length > 0) await workFor(hub, tx, new Set(stored.map(({ storeId }) => storeId)));
    return some.map(({ id }) => (isFresh.has(id) ? 'stored' : 'duplicate'));
  });
}

/** Where the platform gives no id of the delivery, each one is another. */
const keyOf = ({ id, storeId, delivery }: SignedDelivery): string => `${storeId}\n${delivery.deliveryId ?? `\n${id}`}`;

const rowOf = ({ id, storeId, delivery, payload, sealed, receivedAt }: SignedDelivery, again: number) => ({
  id,
  store_id: storeId,
  topic: delivery.topic,
  delivery_id: delivery.deliveryId,
  payload,
  sealed,
  hints: delivery.hints,
  occurred_at: delivery.occurredAt === null ? null : new Date(delivery.occurredAt),
  again,
  received_at: receivedAt,
});
