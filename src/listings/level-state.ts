/**
 * What the engine knows of one level (a quantity or a price of one listing on one store), what an event makes of it, and
 * what to do next. Pure: the database rows are read into a Level, an event is applied, the row is written back. The
 * exploration in level-state.explore.test.ts walks every interleaving of a small world with exactly this code.
 *
 *   known      the store showed `remote` when it was last read or written, and nothing has happened since that we know of
 *   in_flight  a write was committed here and sent; its answer is not here yet
 *   unknown    anything may stand there: it must be read (after `attemptAfter`) before it may be written
 *
 * A write begins only from known. Its answer makes the level known, unless a sale was booked meanwhile (voided). No answer
 * makes it unknown, and nothing is read or written before the lost write can no longer apply, unless the call can be repeated
 * under its key: then its answer is asked for again first. A reading counts only if
 * neither a write nor a booking came between its request and its answer: it carries the read fence it began with.
 */
export type Knowledge = 'known' | 'in_flight' | 'unknown';

export interface Level<V> {
  desired: V | null;
  remote: V | null;
  knowledge: Knowledge;
  /** The write under way. */
  write: { id: string; value: V; voided: boolean } | null;
  /** Grows with everything that makes a reading under way worthless. */
  readFence: number;
  /** Milliseconds since the epoch. */
  attemptAfter: number;
  /** It waits that long only because it would raise: whatever else is to be done need not wait. */
  raiseWaits: boolean;
  failures: number;
  /** Accepted writes in a row after which a reading showed what stood there before. */
  unconfirmed: number;
  lastApplied: V | null;
  /** What stood there before the last write that the platform took, until it is seen whether the write took effect. */
  replaced: V | null;
  /** The value of a write without an answer, until a reading counts: what stands there is this, or what stood before. */
  lost: V | null;
  /** The call that it was sent in, where the very same call can be repeated under its key to learn what became of it. */
  lostCall: string | null;
  heldReason: string | null;
  refusedFor: V | null;
  /** What is written along with the value (a crossed-out price) is not what it is to be: the value is written again. */
  companionDiffers?: boolean;
}

/** As it is seen for the first time: what stands there is known, nothing is wanted yet, and nothing was ever written to it. */
export const seenLevel = <V>(remote: V | null): Level<V> => ({
  desired: null,
  remote,
  knowledge: 'known',
  write: null,
  readFence: 0,
  attemptAfter: 0,
  raiseWaits: false,
  failures: 0,
  unconfirmed: 0,
  lastApplied: null,
  replaced: null,
  lost: null,
  lostCall: null,
  heldReason: null,
  refusedFor: null,
});

export type LevelEvent<V> =
  | { kind: 'write_began'; writeId: string }
  /** What is desired is higher than what stands there, and may not be written before `until`. */
  | { kind: 'raise_waits'; until: number }
  | { kind: 'write_applied'; writeId: string }
  /** No answer, half an answer, or the sender died. Until `appliesUntil` it may still be applied. */
  | { kind: 'write_lost'; writeId: string; appliesUntil: number; call?: string | null }
  /** The call of a lost write was repeated: its answer is that of the first try, or of this one. */
  | { kind: 'repeat_answered'; applied: boolean }
  | { kind: 'repeat_given_up'; appliesUntil: number }
  /** Certainly not applied: throttled, never sent. */
  | { kind: 'write_not_applied'; writeId: string; retryAt: number }
  | { kind: 'write_refused'; writeId: string }
  /** Compare-and-set failed: something else stands there. */
  | { kind: 'write_stale'; writeId: string }
  /** `value` null: the platform no longer has it. */
  | { kind: 'read_returned'; value: V | null; readFence: number }
  | { kind: 'read_failed'; retryAt: number }
  | { kind: 'sale_booked' }
  | { kind: 'desired_changed'; desired: V | null; heldReason: string | null }
  /** A hint that something else may stand there now (a webhook): it must be read. */
  | { kind: 'doubted' }
  /**
   * A webhook says that it shows this, or did: they come in any order. The platform sends one for each change, ours among them,
   * so one that says what is known anyhow is no reason to read.
   */
  | { kind: 'told'; value: V }
  /** A page of a pull shows it. Nobody knows how old the page is: a difference is doubt, sameness confirms the last write. */
  | { kind: 'seen'; value: V | null };

export type NextAct<V> =
  | { kind: 'nothing' }
  | { kind: 'wait'; until: number }
  | { kind: 'read' }
  | { kind: 'repeat' }
  | { kind: 'write'; value: V };

export type Same<V> = (a: V, b: V) => boolean;

const equal = <V>(same: Same<V>, a: V | null, b: V | null): boolean => (a === null || b === null ? a === b : same(a, b));

/** Accepted writes that a reading does not confirm, after which the value counts as refused. */
export const unconfirmedWritesAtMost = 3;

/** Held until a person decides: such a level is read, so that nothing that happens there is missed, and never written. */
export const awaitsDecision = (heldReason: string | null): boolean => heldReason !== null && decisions.has(heldReason);
const decisions: ReadonlySet<string> = new Set(['needs_approval', 'price_discarded', 'drift_waits', 'adoption_waits']);

/** Nothing is to stand there, because what the master has is no price. It is read: the store that owns prices may show one by now. */
const isNoPrice = ({ desired, heldReason }: Level<unknown>): boolean => desired === null && heldReason === 'not_above_zero';

/** What is to be done about this level at `now` (milliseconds). */
export function nextAct<V>(level: Level<V>, now: number, same: Same<V>): NextAct<V> {
  if (!isWork(level, same)) return { kind: 'nothing' };
  if (now < level.attemptAfter) return { kind: 'wait', until: level.attemptAfter };
  if (level.knowledge === 'unknown') return { kind: level.lostCall === null ? 'read' : 'repeat' };
  return { kind: 'write', value: level.desired as V };
}

/**
 * Whether there is work, now or later. This is the stored column `eligible`: linked and paused are the caller's to add.
 * An unknown level is read even when its desired value was refused: what stands there may have changed by itself.
 */
export function isWork<V>(level: Level<V>, same: Same<V>): boolean {
  if (isNoPrice(level)) return level.knowledge === 'unknown';
  if (level.desired === null || level.knowledge === 'in_flight') return false;
  if (level.heldReason !== null && !awaitsDecision(level.heldReason)) return false;
  if (level.knowledge === 'unknown') return true;
  if (level.heldReason !== null) return false;
  if (level.remote === null) return false;
  if (same(level.remote, level.desired) && level.companionDiffers !== true) return false;
  return !equal(same, level.refusedFor, level.desired);
}

/** The level after an event. Events of another write, or of a reading that was overtaken, change nothing. */
export function afterEvent<V>(level: Level<V>, event: LevelEvent<V>, same: Same<V>): Level<V> {
  switch (event.kind) {
    case 'write_began':
      return {
        ...level,
        raiseWaits: false,
        knowledge: 'in_flight',
        write: { id: event.writeId, value: level.desired as V, voided: false },
        readFence: level.readFence + 1,
      };
    case 'raise_waits':
      return { ...level, attemptAfter: Math.max(level.attemptAfter, event.until), raiseWaits: true };
    case 'write_applied':
    case 'write_lost':
    case 'write_not_applied':
    case 'write_refused':
    case 'write_stale':
      return level.write?.id === event.writeId ? afterWrite(level, level.write, event) : level;
    case 'read_returned':
      return event.readFence === level.readFence ? afterReading(level, event.value, same) : level;
    case 'repeat_answered': {
      if (level.lostCall === null || level.lost === null) return level;
      const now = event.applied ? { remote: level.lost, lastApplied: level.lost, replaced: level.remote } : {};
      return { ...level, ...now, lost: null, lostCall: null, readFence: level.readFence + 1, attemptAfter: 0, failures: 0 };
    }
    case 'repeat_given_up':
      return { ...level, lostCall: null, attemptAfter: Math.max(level.attemptAfter, event.appliesUntil) };
    case 'read_failed':
      return { ...level, attemptAfter: Math.max(level.attemptAfter, event.retryAt), failures: level.failures + 1 };
    case 'seen': {
      if (level.knowledge !== 'known') return level;
      if (!equal(same, level.remote, event.value)) return afterEvent(level, { kind: 'doubted' }, same);
      return { ...level, unconfirmed: 0, replaced: null };
    }
    case 'told':
      return afterEvent(
        level,
        level.knowledge === 'known' && equal(same, level.remote, event.value)
          ? { kind: 'seen', value: event.value }
          : { kind: 'doubted' },
        same,
      );
    case 'sale_booked':
    case 'doubted':
      return {
        ...waitingNoMore(level),
        knowledge: level.knowledge === 'known' ? 'unknown' : level.knowledge,
        write: level.write && { ...level.write, voided: true },
        readFence: level.readFence + 1,
      };
    case 'desired_changed': {
      const changed = !equal(same, level.desired, event.desired);
      return {
        ...(changed ? waitingNoMore(level) : level),
        desired: event.desired,
        heldReason: event.heldReason,
        ...(changed ? { refusedFor: null, unconfirmed: 0, failures: 0 } : {}),
      };
    }
  }
}

/** Something else may be to be done than to raise: it was due when that was put off. */
const waitingNoMore = <V>(level: Level<V>): Level<V> =>
  level.raiseWaits ? { ...level, attemptAfter: 0, raiseWaits: false } : level;

type WriteEvent = Extract<LevelEvent<unknown>, { writeId: string }>;

function afterWrite<V>(level: Level<V>, write: { value: V; voided: boolean }, event: WriteEvent): Level<V> {
  const ended = { ...level, write: null, readFence: level.readFence + 1 };
  switch (event.kind) {
    case 'write_applied':
      return {
        ...ended,
        remote: write.value,
        lastApplied: write.value,
        replaced: level.remote,
        lost: null,
        lostCall: null,
        knowledge: write.voided ? 'unknown' : 'known',
        failures: 0,
      };
    case 'write_lost':
      return {
        ...ended,
        knowledge: 'unknown',
        lost: write.value,
        lostCall: event.call ?? null,
        replaced: null,
        attemptAfter: Math.max(level.attemptAfter, event.appliesUntil),
        failures: level.failures + 1,
      };
    case 'write_not_applied':
      return {
        ...ended,
        knowledge: write.voided ? 'unknown' : 'known',
        attemptAfter: Math.max(level.attemptAfter, event.retryAt),
        failures: level.failures + 1,
      };
    case 'write_refused':
      return { ...ended, knowledge: write.voided ? 'unknown' : 'known', refusedFor: write.value };
    case 'write_stale':
      return { ...ended, knowledge: 'unknown' };
    default:
      return level;
  }
}

function afterReading<V>(level: Level<V>, value: V | null, same: Same<V>): Level<V> {
  // Read only ever begins between writes, but an event may have slipped in: a write under way outlives any reading.
  if (level.knowledge === 'in_flight') return level;
  // Our write was taken, and what stood there before stands there still. A third value was put there by somebody else.
  const ignored =
    value !== null &&
    level.replaced !== null &&
    level.lastApplied !== null &&
    same(value, level.replaced) &&
    !same(value, level.lastApplied) &&
    equal(same, level.desired, level.lastApplied);
  const unconfirmed = value !== null && equal(same, value, level.desired) ? 0 : level.unconfirmed + (ignored ? 1 : 0);
  return {
    ...level,
    remote: value,
    knowledge: 'known',
    lost: null,
    lostCall: null,
    failures: 0,
    unconfirmed,
    // The next reading is judged against the next write, not against this one again.
    replaced: null,
    refusedFor: unconfirmed >= unconfirmedWritesAtMost ? level.desired : level.refusedFor,
  };
}
