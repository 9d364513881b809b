/**
 * A price that would change by more than the store's limit waits for a person, whatever changed it: an edit of one product,
 * a link, a rule, a rate. It is judged when what is wanted changes, against the last known price; once a person has let it
 * pass it stands, and what a person has discarded stays discarded, until something else is wanted. What somebody else edits
 * on the platform is set back without asking: nothing new is wanted then.
 */
import { exact } from '#base/money.ts';
import { priceLevels } from '#listings/level-rows.ts';
import { awaitsDecision, type Level } from '#listings/level-state.ts';

/** Why this price waits for a decision; null when it may be sent. `limitPercent` null: none waits. */
export function decisionAwaited(level: Level<string>, desired: string, limitPercent: number | null): string | null {
  const unchanged = level.desired !== null && priceLevels.same(level.desired, desired);
  if (unchanged && level.heldReason === 'price_discarded') return level.heldReason;
  if (unchanged && !awaitsDecision(level.heldReason)) return null;
  return limitPercent !== null && changePercent(lastKnown(level), desired) > limitPercent ? 'needs_approval' : null;
}

/** What the store shows, or is being told. */
const lastKnown = (level: Level<string>): string | null => level.write?.value ?? level.remote;

/** By how much `to` is above or below `from`, in percent of it; 0 when there is nothing to compare with. */
export function changePercent(from: string | null, to: string): number {
  if (from === null || !new exact(from).gt(0)) return 0;
  return new exact(to).minus(from).abs().times(100).div(from).toNumber();
}
