/**
 * The brake on imports. What a file makes of the stores' figures is known once they follow, within the import's transaction:
 * where that is more of a store than its brake allows, nothing of the file stays; it waits until somebody has approved.
 */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import { causesChanged, ofVariants } from '#listings/changes.ts';
import {
  type Effect,
  effectOfChanges,
  type FigureChange,
  isRecounted,
  isRepriced,
  largestOf,
  type NamedFigureChange,
  namedChanges,
  quantityChange,
  type Standing,
  standingFigures,
} from '#listings/figure-changes.ts';
import { brakeLimit } from '#stores/brake-limit.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreSettings } from '#stores/stores.ts';

const recomputeChunk = 2000;
const examplesAtMost = 20;

/** What an import that was stopped would have done to the stores. */
export interface HeldEffect extends Effect {
  /** Listings that would change. */
  listings: number;
  /** The largest changes. */
  examples: NamedFigureChange[];
}

export class ImportHeld extends AppError {
  readonly effect: HeldEffect;
  /** The names of those whose brake it met. */
  readonly stores: readonly string[];
  /** Products in the file. */
  readonly products: number;

  constructor({ effect, stores }: MetBrake, products: number) {
    super(
      'brake_pending',
      `This file would change ${effect.repriced} prices and ${effect.recounted} quantities on your stores (${effect.zeroed} of them to 0), more than the brake of ${stores.join(', ')} allows. Nothing was imported yet: approve or discard it under Activity.`,
    );
    this.effect = effect;
    this.stores = stores;
    this.products = products;
  }
}

export interface MetBrake {
  effect: HeldEffect;
  stores: readonly string[];
}

/** Lets every store's figures follow these variants. Answers, when it is not approved, what is more than a store's brake allows. */
export async function followUnderBrake(
  hub: Hub,
  tx: Transaction,
  variantIds: readonly string[],
  { approved, signal }: { approved: boolean; signal: AbortSignal | undefined },
): Promise<MetBrake | null> {
  const changed = new Map<string, FigureChange>();
  for (let at = 0; at < variantIds.length; at += recomputeChunk) {
    signal?.throwIfAborted();
    const ofChunk = ofVariants(variantIds.slice(at, at + recomputeChunk));
    const before = approved ? [] : await standingFigures(tx, ofChunk);
    await causesChanged(hub, tx, ofChunk);
    if (!approved) noteChanges(changed, before, await standingFigures(tx, ofChunk));
  }
  return approved ? null : await metBrake(tx, [...changed.values()]);
}

/** A bundle may follow several times: what it was at first is what it was. */
function noteChanges(changed: Map<string, FigureChange>, before: readonly Standing[], after: readonly Standing[]): void {
  const earlier = new Map(before.map((standing) => [standing.listing_id, standing]));
  for (const now of after) {
    const was = earlier.get(now.listing_id);
    if (was === undefined) continue;
    const places = Object.keys(now.quantities);
    const units = ({ quantities }: Standing) => places.map((place) => quantities[place] ?? null);
    const first = changed.get(now.listing_id);
    const quantity = quantityChange(units(was), units(now));
    const change: FigureChange = {
      listingId: now.listing_id,
      storeId: now.store_id,
      currency: now.currency,
      price: { before: first === undefined ? was.price : first.price.before, after: now.price, reason: now.reason },
      quantity:
        first === undefined
          ? quantity
          : { ...quantity, before: first.quantity.before, moved: first.quantity.moved || quantity.moved },
    };
    if (isRepriced(change) || isRecounted(change)) changed.set(now.listing_id, change);
  }
}

async function metBrake(tx: Transaction, changes: readonly FigureChange[]): Promise<MetBrake | null> {
  if (changes.length === 0) return null;
  const stores = await tx.execute<{ id: string; name: string; settings: StoreSettings; linked: number }>(sql`
    select s.id, s.name, s.settings, count(*)::int as linked from stores s
    join listings i on i.organization_id = s.organization_id and i.store_id = s.id and i.status = 'linked'
    where s.organization_id = ${tx.organizationId} group by s.organization_id, s.id order by s.name, s.id`);
  const byStore = Map.groupBy(changes, ({ storeId }) => storeId);
  const tooMany = stores.rows.filter(({ id, settings, linked }) => {
    const { repriced, recounted } = effectOfChanges(byStore.get(id) ?? []);
    return Math.max(repriced, recounted) > brakeLimit(settings, linked);
  });
  if (tooMany.length === 0) return null;
  const examples = await namedChanges(tx, largestOf(changes, examplesAtMost));
  return {
    effect: { listings: changes.length, ...effectOfChanges(changes), examples },
    stores: tooMany.map(({ name }) => name),
  };
}
