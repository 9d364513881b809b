/** Single rules of a level's life; that they hold together is shown in level-state.explore.test.ts. */
import { describe, expect, test } from 'vitest';
import {
  afterEvent,
  isWork,
  type Level,
  type LevelEvent,
  type NextAct,
  nextAct,
  seenLevel,
  unconfirmedWritesAtMost,
} from '#listings/level-state.ts';

const same = (a: number, b: number) => a === b;
const level = (change: Partial<Level<number>> = {}): Level<number> => ({ ...seenLevel(5), desired: 5, ...change });
const following = (start: Level<number>, ...events: LevelEvent<number>[]) =>
  events.reduce((one, event) => afterEvent(one, event, same), start);
const act = (one: Level<number>, now = 0) => nextAct(one, now, same);

describe('the next act', () => {
  test('is nothing when the store shows it, when it is held, refused for this value, gone from the platform, or in flight', () => {
    expect(act(level())).toEqual({ kind: 'nothing' });
    expect(act(level({ desired: 3, heldReason: 'sync_off' }))).toEqual({ kind: 'nothing' });
    expect(act(level({ desired: null }))).toEqual({ kind: 'nothing' });
    expect(act(level({ desired: 3, refusedFor: 3 }))).toEqual({ kind: 'nothing' });
    expect(act(level({ remote: null }))).toEqual({ kind: 'nothing' });
    expect(act(level({ desired: 3, knowledge: 'in_flight' }))).toEqual({ kind: 'nothing' });
  });

  test('is a write of what is desired when something else is known to stand there', () => {
    expect(act(level({ desired: 3 }))).toEqual({ kind: 'write', value: 3 });
    expect(act(level({ desired: 3, refusedFor: 4 }))).toEqual({ kind: 'write', value: 3 });
  });

  test('is a reading when nothing is known, although it may show what is desired or was refused', () => {
    expect(act(level({ knowledge: 'unknown' }))).toEqual({ kind: 'read' });
    expect(act(level({ knowledge: 'unknown', refusedFor: 5 }))).toEqual({ kind: 'read' });
  });

  test('waits to the millisecond', () => {
    const waiting = level({ desired: 3, attemptAfter: 1000 });
    expect(act(waiting, 999)).toEqual({ kind: 'wait', until: 1000 });
    expect(act(waiting, 1000)).toEqual({ kind: 'write', value: 3 });
    expect(isWork(waiting, same)).toBe(true);
  });
});

describe('events', () => {
  test('a change of what is desired forgets the refusal; the same value again does not', () => {
    const refused = level({ desired: 3, refusedFor: 3, unconfirmed: 2 });
    const changed = (desired: number): LevelEvent<number> => ({ kind: 'desired_changed', desired, heldReason: null });
    expect(following(refused, changed(3))).toMatchObject({ refusedFor: 3, unconfirmed: 2 });
    expect(following(refused, changed(4), changed(3))).toMatchObject({ refusedFor: null, unconfirmed: 0 });
  });

  test.each<[string, LevelEvent<number>, NextAct<number>]>([
    ['a lower figure', { kind: 'desired_changed', desired: 3, heldReason: null }, { kind: 'write', value: 3 }],
    ['another higher one', { kind: 'desired_changed', desired: 8, heldReason: null }, { kind: 'write', value: 8 }],
    ['a reading after a sale', { kind: 'sale_booked' }, { kind: 'read' }],
    ['a reading after a hint', { kind: 'doubted' }, { kind: 'read' }],
    ['the same figure', { kind: 'desired_changed', desired: 7, heldReason: null }, { kind: 'wait', until: 60 }],
  ])('what waits because it would raise waits for no other reason: %s', (_, event, next) => {
    const waiting = following(level({ desired: 7 }), { kind: 'raise_waits', until: 60 });
    expect(act(waiting, 59)).toEqual({ kind: 'wait', until: 60 });
    expect(act(following(waiting, event), 59)).toEqual(next);
  });

  test('a wait that a failed write has begun is not ended by what is desired then', () => {
    const failed = following(
      level({ desired: 7 }),
      { kind: 'raise_waits', until: 60 },
      { kind: 'write_began', writeId: 'w' },
      { kind: 'write_not_applied', writeId: 'w', retryAt: 90 },
      { kind: 'desired_changed', desired: 3, heldReason: null },
    );
    expect(act(failed, 89)).toEqual({ kind: 'wait', until: 90 });
  });

  test('a refusal of what is no longer desired does not stop what is', () => {
    const one = following(
      level({ desired: 3 }),
      { kind: 'write_began', writeId: 'w' },
      { kind: 'desired_changed', desired: 4, heldReason: null },
      { kind: 'write_refused', writeId: 'w' },
    );
    expect(act(one)).toEqual({ kind: 'write', value: 4 });
  });

  test('a lost write keeps its value until a reading counts, and nothing shortens the wait', () => {
    const lost = following(
      level({ desired: 3 }),
      { kind: 'write_began', writeId: 'w' },
      { kind: 'write_lost', writeId: 'w', appliesUntil: 60 },
    );
    expect(lost).toMatchObject({ knowledge: 'unknown', lost: 3, attemptAfter: 60 });
    const later = following(
      lost,
      { kind: 'doubted' },
      { kind: 'sale_booked' },
      { kind: 'desired_changed', desired: 9, heldReason: null },
      { kind: 'read_failed', retryAt: 10 },
    );
    expect(later).toMatchObject({ lost: 3, attemptAfter: 60 });
    expect(following(later, { kind: 'read_returned', value: 3, readFence: later.readFence })).toMatchObject({
      lost: null,
      knowledge: 'known',
      remote: 3,
    });
  });

  test('a value that readings never confirm counts as refused after so many accepted writes, and not before', () => {
    let one = level({ desired: 3 });
    for (let times = 1; times <= unconfirmedWritesAtMost; times++) {
      expect(act(one)).toEqual({ kind: 'write', value: 3 });
      one = following(one, { kind: 'write_began', writeId: 'w' }, { kind: 'write_applied', writeId: 'w' }, { kind: 'doubted' });
      one = following(one, { kind: 'read_returned', value: 5, readFence: one.readFence });
    }
    expect(act(one)).toEqual({ kind: 'nothing' });
    expect(one.refusedFor).toBe(3);
  });

  test('one reading that confirms starts the count anew', () => {
    const read = (one: Level<number>, value: number) =>
      following(one, { kind: 'read_returned', value, readFence: one.readFence });
    const write = (one: Level<number>) =>
      following(one, { kind: 'write_began', writeId: 'w' }, { kind: 'write_applied', writeId: 'w' }, { kind: 'doubted' });
    const twice = read(write(read(write(level({ desired: 3 })), 5)), 5);
    expect(twice.unconfirmed).toBe(2);
    expect(read(write(twice), 3).unconfirmed).toBe(0);
  });

  test("a third value is somebody else's edit, however often: only what stood there before counts as a write that was ignored", () => {
    let one = level({ desired: 3 });
    for (let times = 0; times < 5; times++) {
      one = following(one, { kind: 'write_began', writeId: 'w' }, { kind: 'write_applied', writeId: 'w' }, { kind: 'doubted' });
      one = following(one, { kind: 'read_returned', value: 10 + times, readFence: one.readFence });
      expect(act(one)).toEqual({ kind: 'write', value: 3 });
    }
    expect(one).toMatchObject({ unconfirmed: 0, refusedFor: null });
  });

  test('a page that shows the last write confirms it: what is set back later is an edit', () => {
    let one = level({ desired: 3 });
    for (let times = 0; times < 5; times++) {
      one = following(
        one,
        { kind: 'write_began', writeId: 'w' },
        { kind: 'write_applied', writeId: 'w' },
        { kind: 'seen', value: 3 },
      );
      one = following(one, { kind: 'seen', value: 5 });
      one = following(one, { kind: 'read_returned', value: 5, readFence: one.readFence });
    }
    expect(one).toMatchObject({ unconfirmed: 0, refusedFor: null });
  });

  test('a page changes nothing but what is known: it neither ends a doubt nor speaks of a write under way', () => {
    const doubted = following(level(), { kind: 'doubted' });
    expect(following(doubted, { kind: 'seen', value: 5 })).toBe(doubted);
    const began = following(level({ desired: 3 }), { kind: 'write_began', writeId: 'w' });
    expect(following(began, { kind: 'seen', value: 3 })).toBe(began);
  });

  test('what waits for a decision is read when in doubt and never written; what is held otherwise is left alone', () => {
    for (const heldReason of ['needs_approval', 'price_discarded']) {
      expect(act(level({ desired: 3, heldReason }))).toEqual({ kind: 'nothing' });
      expect(act(level({ desired: 3, heldReason, knowledge: 'unknown' }))).toEqual({ kind: 'read' });
    }
    expect(act(level({ desired: 3, heldReason: 'gone', knowledge: 'unknown' }))).toEqual({ kind: 'nothing' });
  });

  test('of another write or of an overtaken reading change nothing at all', () => {
    const one = level({ desired: 3 });
    const began = following(one, { kind: 'write_began', writeId: 'w' });
    for (const kind of ['write_applied', 'write_refused', 'write_stale'] as const)
      expect(following(began, { kind, writeId: 'other' })).toBe(began);
    expect(following(one, { kind: 'read_returned', value: 9, readFence: 4 })).toBe(one);
  });
});
