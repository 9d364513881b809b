/**
 * Since when a figure or a rule is what it is, by whom and by what. It stands beside the figure, for "why is this 7?": the
 * audit trail knows it too, but has no way to ask for one thing's last line.
 */
import type { Actor } from '#organizations/actor.ts';

/**
 * - hand: a person, or a key of the API, has set it;
 * - import: a file has (document: its job; none where the command line did it);
 * - adoption: the figure of a store was taken over (document: that store);
 * - change_set: a change that waited was approved (document: that change);
 * - undo: a bulk change was undone (document: the change that was undone).
 */
export type OriginKind = 'hand' | 'import' | 'adoption' | 'change_set' | 'undo';

/** By what something is set. */
export interface Means {
  kind: OriginKind;
  documentId: string | null;
}

export interface Origin extends Means {
  /** ISO 8601. */
  at: string;
  /** Id of the person or key; null for what StoreSync did by itself. */
  by: string | null;
}

export const byHand: Means = { kind: 'hand', documentId: null };

/** Of one thing's rules and fixed figures, those that were ever set, by name. */
export type Origins<Name extends string = string> = Partial<Record<Name, Origin>>;
export type RuleName = 'priceRule' | 'stockRule';

export const originOf = (userId: Actor['userId'], { kind, documentId }: Means, now: Date): Origin => ({
  at: now.toISOString(),
  by: userId,
  kind,
  documentId,
});

/** With `names` set now. */
export const withOrigin = (before: Origins | null, names: readonly RuleName[], origin: Origin): Origins => ({
  ...before,
  ...Object.fromEntries(names.map((name) => [name, origin])),
});
