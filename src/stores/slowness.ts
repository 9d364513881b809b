/**
 * Whether a store takes changes late: it throttles, does not answer, is behind, or its access is about to end. A stock rule
 * may keep more back there meanwhile. Noted when it happens and believed for a while, so that figures do not go up and down
 * with every answer; the end of access is known ahead.
 */

export type SlowReason = 'throttled' | 'not_answering' | 'behind' | 'access_ending';

export interface Slowness {
  reason: SlowReason;
  since: Date;
  /** Null: until somebody connects it again. */
  until: Date | null;
}

/** As the store's row keeps it. */
export interface StoredSlowness {
  reason: Exclude<SlowReason, 'access_ending'>;
  since: string;
  until: string;
}

/** Access that ends sooner, and is not renewed by itself, is about to end. */
const accessEndsAheadMilliseconds = 7 * 86_400_000;

export interface SlownessCauses {
  stored: StoredSlowness | null;
  /** When the access that renews itself ends for good; null when it does not. */
  refreshExpiresAt: Date | null;
}

/** What holds at `now`, and when that changes by itself: always later than `now`. */
export function slownessAt(
  { stored, refreshExpiresAt }: SlownessCauses,
  now: Date,
): { slow: Slowness | null; changesAt: Date | null } {
  const ending = endingFrom(refreshExpiresAt);
  if (stored !== null && new Date(stored.until) > now) {
    const until = new Date(stored.until);
    return { slow: { reason: stored.reason, since: new Date(stored.since), until }, changesAt: until };
  }
  if (ending === null) return { slow: null, changesAt: null };
  if (ending > now) return { slow: null, changesAt: ending };
  return { slow: { reason: 'access_ending', since: ending, until: null }, changesAt: null };
}

const endingFrom = (refreshExpiresAt: Date | null): Date | null =>
  refreshExpiresAt === null ? null : new Date(refreshExpiresAt.getTime() - accessEndsAheadMilliseconds);

/** Whether with new access a figure computed by the old one may be wrong before the moment it knew of. */
export function accessMatters(before: Date | null, after: Date | null, now: Date): boolean {
  const [was, is] = [endingFrom(before), endingFrom(after)];
  const wasEnding = was !== null && was <= now;
  const isEnding = is !== null && is <= now;
  return wasEnding !== isEnding || (is !== null && (was === null || is < was));
}
