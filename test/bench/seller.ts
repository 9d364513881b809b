import { sql } from 'drizzle-orm';
import { present } from '#base/assert.ts';
import type { PracticeStore } from '#cli/demo/practice-stores.ts';
import type { OrderFeed } from '#connectors/order.ts';
import { connectorOf } from '#stores/session.ts';
import { findStore, type StoreRow } from '#stores/stores-store.ts';
import type { LinkedStores } from '#test/bench/linked-stores.ts';

/** The store that sells: not the one that owns the count, whose orders book nothing. */
export interface Seller {
  shop: PracticeStore;
  store: StoreRow;
  feed: OrderFeed;
}

export async function sellerOf({ installation }: LinkedStores): Promise<Seller> {
  const { hub, actor, stores } = installation;
  const shop = present(stores[1], 'the other store');
  const store = await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(
      sql`select id from stores where organization_id = ${tx.organizationId} and platform = ${shop.platform}`,
    );
    return await findStore(tx, present(rows[0], shop.platform).id);
  });
  return { shop, store, feed: present(connectorOf(hub, shop.platform).manifest.orders, 'the feed of orders') };
}
