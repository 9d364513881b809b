import type { Transaction } from '#db/transaction.ts';
import type { Hub } from '#stores/hub.ts';
import { makeAllDue } from '#stores/stores-store.ts';

/** These stores have something to do: they are due with this transaction, and woken after its commit. */
export async function workFor(hub: Hub, tx: Transaction, storeIds: Iterable<string>): Promise<void> {
  const ids = [...storeIds];
  await makeAllDue(tx, ids, hub.clock.now());
  for (const storeId of ids) tx.afterCommit(() => hub.wake(tx.organizationId, storeId));
}
