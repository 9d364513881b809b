import { expect, test } from 'vitest';
import { type Figure, figureState, gravest, listingState, type Surroundings } from '#listings/cell-state.ts';

const now = new Date('2026-05-01T12:00:00Z');
const later = new Date('2026-05-01T12:01:00Z');
const true5: Figure = {
  desired: '5',
  remote: '5',
  knowledge: 'known',
  attemptAfter: null,
  heldReason: null,
  refusedFor: null,
  eligible: false,
};
const linked: Surroundings = { status: 'linked', storeStatus: 'active', storeBlockedUntil: null, nextSyncAt: null };
const of = (figure: Partial<Figure> | null, around: Partial<Surroundings> = {}) =>
  figureState(figure === null ? null : { ...true5, ...figure }, { ...linked, ...around }, now);

test('what is known to be as it should is in sync, however the amount is written', () => {
  expect(of({}).state).toBe('in_sync');
  expect(of({ desired: '5.00', remote: '5' }).state).toBe('in_sync');
});

test('a difference that may be written is pushing; one being written too; what must be read first too', () => {
  expect(of({ remote: '4', eligible: true }).state).toBe('pushing');
  expect(of({ remote: '4', knowledge: 'in_flight' }).state).toBe('pushing');
  expect(of({ knowledge: 'unknown', eligible: true }).state).toBe('pushing');
});

test('an equal figure that is not known to be there is not called in sync', () => {
  expect(of({ knowledge: 'unknown', eligible: true }).state).not.toBe('in_sync');
  expect(of({ knowledge: 'in_flight' }).state).not.toBe('in_sync');
});

test('waiting says until when and why: back-off, a resting store, a schedule; the longest counts', () => {
  expect(of({ remote: '4', eligible: true, attemptAfter: later })).toEqual({
    state: 'waiting',
    reason: 'retry',
    waitUntil: later,
  });
  expect(of({ remote: '4', eligible: true }, { storeBlockedUntil: later })).toEqual({
    state: 'waiting',
    reason: 'platform_unavailable',
    waitUntil: later,
  });
  const latest = new Date('2026-05-01T13:00:00Z');
  expect(of({ remote: '4', eligible: true, attemptAfter: later }, { nextSyncAt: latest })).toEqual({
    state: 'waiting',
    reason: 'schedule',
    waitUntil: latest,
  });
  expect(of({ remote: '4', eligible: true, attemptAfter: now }).state).toBe('pushing');
});

test('a higher figure that waits for orders is not said to follow a write without an answer', () => {
  expect(of({ remote: '4', eligible: true, attemptAfter: later, raiseWaits: true })).toMatchObject({
    state: 'waiting',
    reason: 'raise_waits',
  });
});

test('a store that is paused or must be connected again waits without an end; what is in sync stays so', () => {
  expect(of({ remote: '4', eligible: true }, { storeStatus: 'paused' })).toEqual({
    state: 'waiting',
    reason: 'store_paused',
    waitUntil: null,
  });
  expect(of({ remote: '4', eligible: true }, { storeStatus: 'needs_reconnect' }).reason).toBe('store_needs_reconnect');
  expect(of({}, { storeStatus: 'paused' }).state).toBe('in_sync');
  expect(of({}, { storeStatus: 'disconnected' })).toMatchObject({ state: 'held', reason: 'store_disconnected' });
});

test('a refusal counts for the very value that was refused only', () => {
  expect(of({ desired: '0', remote: '5', refusedFor: '0' }).state).toBe('refused');
  expect(of({ desired: '0.00', remote: '5', refusedFor: '0' }).state).toBe('refused');
  expect(of({ desired: '3', remote: '5', refusedFor: '0', eligible: true }).state).toBe('pushing');
});

test('held says why, and nothing desired is never in sync', () => {
  expect(of({ heldReason: 'no_rate', desired: null })).toMatchObject({ state: 'held', reason: 'no_rate' });
  expect(of({ desired: null, remote: null })).toMatchObject({ state: 'held', reason: 'not_counted' });
  expect(of(null)).toMatchObject({ state: 'held', reason: 'not_counted' });
  expect(of({ remote: null })).toMatchObject({ state: 'held', reason: 'not_on_platform' });
});

test('a listing without a variant is not linked, whatever its figures are', () => {
  expect(of({ remote: '4', eligible: true }, { status: 'unlinked' }).state).toBe('not_linked');
  expect(of(null, { status: 'ignored' })).toMatchObject({ state: 'not_linked', reason: 'ignored' });
});

test('what is switched off does not count for the listing, unless both are', () => {
  const off = of({ heldReason: 'sync_off', desired: null });
  expect(listingState(of({}), off)).toBe('in_sync');
  expect(listingState(of({ desired: '0', refusedFor: '0' }), off)).toBe('refused');
  expect(listingState(off, off)).toBe('held');
});

test('what somebody should look at first comes first', () => {
  expect(gravest(['in_sync', 'pushing', 'refused', 'held'])).toBe('refused');
  expect(gravest(['in_sync', 'waiting'])).toBe('waiting');
  expect(gravest(['in_sync', 'not_linked'])).toBe('in_sync');
  expect(gravest([])).toBe('not_listed');
});
