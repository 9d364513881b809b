/**
 * What the whole store should show may be other than what its levels say: rules have changed, or a moment has come at which
 * a price or quantity becomes something else. Both are recomputed a chunk at a time, before anything is sent.
 */
import { sql } from 'drizzle-orm';
import { canonicalOf } from '#listings/changes.ts';
import { recomputeLevels } from '#listings/recompute.ts';
import { holdFence } from '#stores/lease.ts';
import { currencyFound } from '#stores/remote-currency.ts';
import { findStore, type StoreRow } from '#stores/stores-store.ts';
import { tendWaits } from '#sync/adoption-change-set.ts';
import { gatherCurrency } from '#sync/changed-currency.ts';
import { gatherHeldPrices } from '#sync/held-prices.ts';
import type { Turn } from '#sync/turn.ts';
import type { Due } from '#sync/what-is-due.ts';

const chunk = 1000;

/** Returns 0 when nothing was left to recompute. */
export async function drainCauses(turn: Turn, due: Pick<Due, 'rules' | 'moments'>): Promise<number> {
  const touched = due.rules || due.moments ? await recomputeDue(turn, due) : 0;
  if (touched > 0 || mayHold(turn.store)) await gatherWaiting(turn, touched > 0);
  return touched;
}

async function recomputeDue({ hub, lease, store }: Turn, due: Pick<Due, 'rules' | 'moments'>): Promise<number> {
  return await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    const options = { canonical: canonicalOf(hub), now: hub.clock.now() };
    const olderRules = sql`l.store_id = ${store.id} and l.rules_version < ${store.rulesVersion}`;
    const momentCame = sql`l.store_id = ${store.id} and l.next_change_at <= ${options.now}`;
    const byRules = due.rules ? await recomputeLevels(tx, olderRules, options, chunk) : new Set();
    const byTime = due.moments ? await recomputeLevels(tx, momentCame, options, chunk) : new Set();
    return byRules.size + byTime.size;
  });
}

const mayHold = ({ settings, metadata }: StoreRow): boolean =>
  settings.priceApprovalPercent !== null || currencyFound(metadata) !== null;

/** Ends what somebody need not be asked about any more, at a turn's end. */
export async function tendAdoptions({ hub, lease, store }: Turn): Promise<void> {
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    await holdFence(tx, lease);
    await tendWaits(hub, tx, store.id);
  });
}

/** Brings the store's change-sets to what is held now; also at a turn's end, for a page of its pull may have held something. */
export async function gatherWaiting({ hub, lease, store }: Turn, recomputed = false): Promise<void> {
  if (!recomputed && !mayHold(store)) return;
  await hub.db.inOrganization(lease.organizationId, async (tx) => {
    const current = await findStore(tx, store.id);
    await gatherHeldPrices(hub, tx, current);
    await gatherCurrency(hub, tx, current);
  });
}
