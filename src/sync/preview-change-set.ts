/** What a change that waits would do, in examples: whoever decides sees what becomes of what. Of an import, as it was held. */
import { and, eq } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { type NamedFigureChange, namedChanges } from '#listings/figure-changes.ts';
import type { Hub } from '#stores/hub.ts';
import { waitingChanges } from '#sync/adoption-change-set.ts';
import type { ChangeSetRow } from '#sync/change-sets.ts';
import type { HeldImport } from '#sync/held-imports.ts';
import { heldPriceChanges } from '#sync/held-prices.ts';
import { locationIn, previewLocation } from '#sync/location-brake.ts';
import { previewRules, type RulePreview } from '#sync/preview-rules.ts';
import { previewStated, rateIn } from '#sync/rate-brake.ts';
import type { RulePatch, RuleScope } from '#sync/rule-changes.ts';
import { changeSets } from '#sync/sync-tables.ts';

const shown = 20;

export interface ChangePreview extends RulePreview {
  /** When these figures were worked out, of what was held with them; null: now. */
  since: Date | null;
}

/** Changes nothing. Throws not_found for what does not wait, or waits no longer. */
export async function previewChangeSet(hub: Hub, tx: Transaction, id: string): Promise<ChangePreview> {
  const [found] = await tx
    .select()
    .from(changeSets)
    .where(and(eq(changeSets.organizationId, tx.organizationId), eq(changeSets.id, id), eq(changeSets.status, 'pending')));
  if (found === undefined)
    throw new AppError('not_found', 'There is no such change any more. It may have been decided already; reload the page.');
  if (found.cause !== 'import') return { ...(await previewNow(hub, tx, found)), since: null };
  const { examples } = (found.change as unknown as HeldImport).effect;
  return { ...ofChanges(found, examples), since: found.createdAt };
}

async function previewNow(hub: Hub, tx: Transaction, found: ChangeSetRow): Promise<RulePreview> {
  const { cause, storeId, change } = found;
  if (cause === 'rate') return await previewStated(hub, tx, rateIn(change), shown);
  if (cause === 'location') {
    const { id: locationId, change: wanted } = locationIn(change);
    return await previewLocation(hub, tx, locationId, wanted, shown);
  }
  if (cause === 'rules') {
    const patch = storeId === null ? change.rules : (change.patch as { settings?: RulePatch }).settings;
    return await previewWhenMost(hub, tx, storeId === null ? 'organization' : { storeId }, (patch ?? {}) as RulePatch);
  }
  if (cause === 'prices' && storeId !== null)
    return ofChanges(found, await namedChanges(tx, await heldPriceChanges(tx, storeId, shown)));
  if (cause === 'adoption' && storeId !== null)
    return ofChanges(found, await namedChanges(tx, await waitingChanges(tx, storeId, found.createdAt, shown)));
  return ofChanges(found, []);
}

/** Now, or when a sale begins: whichever touches more, as the brake has judged it. */
async function previewWhenMost(hub: Hub, tx: Transaction, scope: RuleScope, patch: RulePatch): Promise<RulePreview> {
  const touched = ({ repriced, recounted }: RulePreview) => Math.max(repriced, recounted);
  let most = await previewRules(hub, tx, { scope, patch, shown });
  for (const duringSale of (patch.priceRule?.sales ?? []).keys()) {
    const then = await previewRules(hub, tx, { scope, patch, shown, duringSale });
    if (touched(then) > touched(most)) most = then;
  }
  return most;
}

function ofChanges({ summary }: ChangeSetRow, largest: NamedFigureChange[]): RulePreview {
  const figure = (name: string) => Number(summary[name] ?? 0);
  return {
    listings: figure('listings'),
    computed: figure('listings'),
    repriced: figure('repriced'),
    recounted: figure('recounted'),
    zeroed: figure('zeroed'),
    largest,
    examples: [],
    rates: [],
  };
}
