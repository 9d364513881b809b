/**
 * A store that names another currency than ours: its prices are held (stores/remote-currency.ts) until a person says whether
 * they go on in the new one, or the old one stands on the platform again.
 */
import { sql } from 'drizzle-orm';
import type { PriceReading } from '#connectors/connector.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Hub } from '#stores/hub.ts';
import { holdFence } from '#stores/lease.ts';
import { acceptCurrency, currencyFound, holdForCurrency, releaseCurrency } from '#stores/remote-currency.ts';
import { lockStore, type StoreRow, sourceStoreId } from '#stores/stores-store.ts';
import { workFor } from '#stores/work-for.ts';
import { type ChangeSetRow, openChangeSet, pendingChangeSet, supersede } from '#sync/change-sets.ts';
import type { Claimed } from '#sync/claim.ts';
import { systemOf } from '#sync/held-prices.ts';
import { writeSyncLogs } from '#sync/sync-logs.ts';
import type { Turn } from '#sync/turn.ts';

interface ReadPrice {
  claimed: Claimed<string>;
  value: string | null | undefined;
  compareAt?: string | null;
}

/** Prices as read, for the levels of the batch. One in another currency than ours is no value: the store's prices are held instead. */
export async function inOurCurrency(
  turn: Turn,
  batch: readonly Claimed<string>[],
  found: readonly PriceReading[],
): Promise<ReadPrice[]> {
  const byVariant = new Map(found.map((reading) => [reading.listing.variantId, reading]));
  const foreign = new Set<string>();
  const read = batch.map((claimed): ReadPrice => {
    const reading = byVariant.get(claimed.listing.variantId);
    if (reading === undefined) return { claimed, value: undefined };
    const { price, compareAtPrice } = reading;
    const isForeign = price !== null && price.currency !== claimed.row.currency;
    if (isForeign) foreign.add(price.currency);
    return isForeign
      ? { claimed, value: undefined }
      : { claimed, value: price?.amount ?? null, compareAt: compareAtPrice?.amount ?? null };
  });
  const [currency] = [...foreign].sort();
  if (currency !== undefined) {
    await turn.hub.db.inOrganization(turn.lease.organizationId, async (tx) => {
      await holdFence(tx, turn.lease);
      await holdForCurrency(tx, turn.store.id, currency, turn.hub.clock.now());
    });
  }
  return read;
}

/** Opens the change-set for a currency that was found, or ends it when the store is as it was. */
export async function gatherCurrency(hub: Hub, tx: Transaction, store: StoreRow): Promise<void> {
  const now = hub.clock.now();
  const found = currencyFound(store.metadata);
  const pending = await pendingChangeSet(tx, store.id, 'currency');
  if ((pending?.change.to ?? null) === found) return;
  await lockStore(tx, store.id);
  if (found === null) return await supersede(tx, systemOf(tx), store.id, 'currency', null, now);
  const priced = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from listing_prices p join listings i on i.organization_id = p.organization_id and i.id = p.listing_id
    where p.organization_id = ${tx.organizationId} and p.store_id = ${store.id} and i.status = 'linked'`);
  const prices = priced.rows[0]?.n ?? 0;
  await openChangeSet(
    tx,
    systemOf(tx),
    {
      storeId: store.id,
      cause: 'currency',
      summary: { listings: prices, repriced: prices, recounted: 0, zeroed: 0, from: store.currency, to: found },
      change: { from: store.currency, to: found },
    },
    now,
  );
  const message = `${store.name} shows its prices in ${found} now, no longer in ${store.currency}. No price is sent to it until you have decided under Activity: approve to go on in ${found}, or discard when ${store.currency} is back.`;
  await writeSyncLogs(
    tx,
    [{ jobId: null, storeId: store.id, listingId: null, level: 'error', event: 'currency_changed', message }],
    now,
  );
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'store', ids: [store.id] }));
}

/** Approved: prices are worked out in the new currency. Discarded: every price is read before anything is sent, and judged anew. */
export async function decideCurrency(
  hub: Hub,
  tx: Transaction,
  changeSet: ChangeSetRow & { storeId: string },
  decision: 'approved' | 'discarded',
): Promise<void> {
  const now = hub.clock.now();
  const store = await lockStore(tx, changeSet.storeId);
  if (decision === 'discarded') await releaseCurrency(tx, store.id, now);
  else {
    const isSource = (await sourceStoreId(tx)) === store.id;
    await acceptCurrency(tx, store.id, { from: String(changeSet.change.from), to: String(changeSet.change.to), isSource }, now);
  }
  await workFor(hub, tx, [store.id]);
  tx.afterCommit(() => hub.announce(tx.organizationId, { kind: 'store', ids: [store.id] }));
}
