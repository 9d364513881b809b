/** Stated exchange rates under the brake: a rate reprices every store that is priced by it. */
import { AppError } from '#base/errors.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { rateStaleAfterDays as staleAfterDays, staleAt } from '#pricing/stated-rate.ts';
import type { Hub } from '#stores/hub.ts';
import { assertSoundRate, readRate, type StatedPair, stateRateIn, storesPricedIn, writeRate } from '#stores/state-rate.ts';
import { asIf } from '#sync/as-if.ts';
import { effectsOf } from '#sync/brake.ts';
import type { ChangeSetRow } from '#sync/change-sets.ts';
import { changeUnderBrake, type WayBack } from '#sync/organization-brake.ts';
import { previewRules, type RulePreview } from '#sync/preview-rules.ts';

export interface RateInput {
  base: string;
  quote: string;
  rate: string;
}

/**
 * States a rate, unless that would reprice more listings of a store than its brake allows: then it waits, AppError
 * 'brake_pending' says the figures, and of the pair nothing else waits any more. Throws invalid_input.
 */
export async function stateRateUnderBrake(hub: Hub, actor: Actor, input: RateInput): Promise<void> {
  assertSoundRate(input);
  const { base, quote, rate } = input;
  await changeUnderBrake(hub, actor, async (tx) => {
    const stated = { base, quote, rate, statedAt: hub.clock.now().toISOString() };
    const before = await readRate(tx, stated);
    const scope = { storeIds: await storesPricedIn(tx, quote) };
    return {
      cause: 'rate',
      named: `The rate 1 ${base} = ${rate} ${quote}`,
      change: { rate: stated },
      effects: await asIfStated(tx, stated, () => effectsOf(hub, tx, scope, {}, 'prices')),
      replaces: (waiting) => isSamePair(rateIn(waiting), stated),
      async apply() {
        await stateRateIn(hub, tx, actor, stated);
        // Said again, it is only newer.
        return before.rate === rate ? null : { rate: before };
      },
    };
  });
}

/** What stating a rate would do to the stores' prices. Changes nothing. Throws invalid_input. */
export async function previewRate(hub: Hub, tx: Transaction, input: RateInput): Promise<RulePreview> {
  assertSoundRate(input);
  return await previewStated(hub, tx, { ...input, statedAt: hub.clock.now().toISOString() });
}

/** `shown`: how many of the largest changes. */
export async function previewStated(hub: Hub, tx: Transaction, stated: StatedPair, shown?: number): Promise<RulePreview> {
  const scope = { storeIds: await storesPricedIn(tx, stated.quote) };
  return await asIfStated(tx, stated, () =>
    previewRules(hub, tx, { scope, patch: {}, figures: 'prices', ...(shown === undefined ? {} : { shown }) }),
  );
}

/** Approved. Throws conflict for a rate that has become too old to price by while it waited. */
export async function applyHeldRate(hub: Hub, tx: Transaction, actor: Actor, { change }: ChangeSetRow): Promise<void> {
  const stated = rateIn(change);
  if (
    stated.rate !== null &&
    hub.clock.now() >= staleAt({ rate: stated.rate, statedAt: new Date(stated.statedAt), staleAfterDays })
  )
    throw new AppError(
      'conflict',
      `This rate was stated more than ${staleAfterDays} days ago: no price would be sent by it. Discard it, and state today's under Settings.`,
    );
  await stateRateIn(hub, tx, actor, stated);
}

/** The rate that stood before stands again, as old as it is by now; or none does. */
export const undoRate = (changed: StatedPair, before: StatedPair): WayBack => ({
  async problem(tx) {
    const { rate, statedAt } = await readRate(tx, changed);
    return rate === changed.rate && statedAt === changed.statedAt
      ? null
      : 'The rate has been stated anew since. Look at it under Settings, and state the one that you want.';
  },
  preview: (hub, tx) => previewStated(hub, tx, before),
  putBack: (hub, tx, actor) => stateRateIn(hub, tx, actor, before),
});

/** The rate of a change-set of the cause 'rate': that it states, or that stood before. */
export const rateIn = (kept: Record<string, unknown>): StatedPair => (kept as { rate: StatedPair }).rate;

const isSamePair = (one: StatedPair, other: StatedPair): boolean => one.base === other.base && one.quote === other.quote;

const asIfStated = <T>(tx: Transaction, stated: StatedPair, look: () => Promise<T>): Promise<T> =>
  asIf(tx, () => writeRate(tx, stated, null), look);
