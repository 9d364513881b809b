/**
 * What the whole store should show may be other than what its levels say: rules have changed, or a moment has come at which
 * a price or quantity becomes something else. Both are recomputed a chunk at a time, before anything is sent.
 */
import { type SQL, sql } from 'drizzle-orm';
import { canonicalOf } from '#listings/changes.ts';
import { recomputeLevels } from '#listings/recompute.ts';
import { currencyFound } from '#stores/remote-currency.ts';
import { findStore, type StoreRow, sourceStoreId } from '#stores/stores-store.ts';
import { gatherCurrency } from '#sync/changed-currency.ts';
import { gatherHeldPrices } from '#sync/held-prices.ts';
import type { Turn } from '#sync/turn.ts';

const chunk = 1000;

/** Returns 0 when nothing was left to recompute. Refreshes what the turn knows of its store. */
export async function drainCauses(turn: Turn): Promise<number> {
  const { hub, lease, store } = turn;
  const touched = await hub.db.inOrganization(lease.organizationId, async (tx) => {
    const current = await findStore(tx, store.id);
    const { rulesVersion, settings, status, currency, metadata, slow } = current;
    Object.assign(store, { rulesVersion, settings, status, currency, metadata, slow });
    turn.isSource = (await sourceStoreId(tx)) === store.id;
    const options = { canonical: canonicalOf(hub), now: hub.clock.now() };
    const olderRules = sql`l.store_id = ${store.id} and l.rules_version < ${rulesVersion}`;
    const momentCame = sql`l.store_id = ${store.id} and l.next_change_at <= ${options.now}`;
    // Asked in one go, for mostly there is nothing to be done.
    const isBehind = (
      why: SQL,
    ) => sql`exists (select from listing_levels l where l.organization_id = ${tx.organizationId} and ${why})
      or exists (select from listing_prices l where l.organization_id = ${tx.organizationId} and ${why})`;
    const { rows } = await tx.execute<{ rules: boolean; time: boolean }>(
      sql`select ${isBehind(olderRules)} as rules, ${isBehind(momentCame)} as time`,
    );
    const count = async (behind: SQL) => (await recomputeLevels(tx, behind, options, chunk)).size;
    return (rows[0]?.rules === true ? await count(olderRules) : 0) + (rows[0]?.time === true ? await count(momentCame) : 0);
  });
  if (touched > 0 || mayHold(store)) await gatherWaiting(turn, touched > 0);
  return touched;
}

const mayHold = ({ settings, metadata }: StoreRow): boolean =>
  settings.priceApprovalPercent !== null || currencyFound(metadata) !== null;

/** Brings the store's change-sets to what is held now; also at a turn's end, for a page of its pull may have held something. */
export async function gatherWaiting({ hub, lease, store }: Turn, recomputed = false): Promise<void> {
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    const current = await findStore(tx, store.id);
    if (!recomputed && !mayHold(current)) return;
    await gatherHeldPrices(hub, tx, current);
    await gatherCurrency(hub, tx, current);
  });
}
