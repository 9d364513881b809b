import { describe, expect, test } from 'vitest';
import {
  countedAt,
  isEmptied,
  isShown,
  locationsAt,
  type Placing,
  placeOf,
  ruleReach,
  shownNowhere,
  withMain,
} from './places.ts';

const ours = ['hall', 'barn', 'attic'];
const placing = (change: Partial<Placing> = {}): Placing => ({
  feeding: null,
  map: {},
  emptied: [],
  main: 'front',
  counts: [],
  ...change,
});
const shownBy = (change: Partial<Placing>) =>
  Object.fromEntries(['front', 'back', 'side'].map((place) => [place, locationsAt(placing(change), place, ours)]));

describe('our locations are shown', () => {
  test.each<[string, Partial<Placing>, object]>([
    ['at the main place, as long as nothing is mapped', {}, { front: ours, back: [], side: [] }],
    ['where they are mapped to', { map: { back: 'barn' } }, { front: ['hall', 'attic'], back: ['barn'], side: [] }],
    ['once, however often they are mapped', { map: { side: 'barn', back: 'barn' } }, { back: ['barn'], side: [] }],
    ['at the main place, if that is one of several', { map: { back: 'barn', front: 'barn' } }, { front: ours, back: [] }],
    ['if they feed the store', { feeding: ['hall'], map: { back: 'barn' } }, { front: ['hall'], back: [] }],
    ['alone where the store counts them', { counts: ['hall'], map: { back: 'barn' } }, { front: ['hall'], back: ['barn'] }],
    ['if the store counts them, whatever feeds it', { feeding: ['attic'], counts: ['barn'] }, { front: ['barn'] }],
  ])('%s', (_, change, want) => expect(shownBy(change)).toMatchObject(want));

  test('nowhere, if the store counts another one where they would be', () => {
    expect(shownNowhere(placing({ counts: ['hall'], map: { back: 'barn' } }), ours)).toEqual(['attic']);
    expect(shownNowhere(placing({ map: { back: 'barn' } }), ours)).toEqual([]);
    expect(shownNowhere(placing({ counts: ['hall'], feeding: ['hall'] }), ours)).toEqual([]);
  });
});

test('a place to which nothing is mapped, or nothing that feeds the store, is left alone; the main one never is', () => {
  expect(isShown(placing(), 'front')).toBe(true);
  expect(isShown(placing(), 'back')).toBe(false);
  expect(isShown(placing({ map: { back: 'barn' } }), 'back')).toBe(true);
  expect(isShown(placing({ map: { back: 'barn' }, feeding: ['hall'] }), 'back')).toBe(false);
});

test('a place at which nothing is sold shows 0, unless something is mapped to it', () => {
  expect(isShown(placing({ emptied: ['back'] }), 'back')).toBe(true);
  expect(isEmptied(placing({ emptied: ['back'] }), 'back')).toBe(true);
  expect(isEmptied(placing({ emptied: ['back'], map: { back: 'barn' } }), 'back')).toBe(false);
});

test('what was the main place does not go on selling what it shows, unless it shows something else or becomes the main one again', () => {
  const before = placing({ emptied: ['side'] });
  const moved = withMain(before, before, 'back');
  expect([moved.main, moved.emptied]).toEqual(['back', ['side', 'front']]);
  expect(withMain(before, moved, 'side').emptied).toEqual(['front']);
  expect(withMain(before, moved, 'front')).toEqual(before);
  expect(withMain(before, { ...before, map: { front: 'barn' } }, 'back').emptied).toEqual(['side']);
});

test('a location that the store counts is counted where it is shown', () => {
  const counting = placing({ counts: ['barn'], map: { back: 'barn' } });
  expect([placeOf(counting, 'barn'), countedAt(counting, 'back'), countedAt(counting, 'front')]).toEqual(['back', 'barn', null]);
});

test.each([
  ['everywhere', [], { back: 'barn' }],
  ['nowhere', ['hall'], {}],
  ['elsewhere', ['hall'], { back: 'barn' }],
  ['elsewhere', ['barn'], { back: 'barn' }],
  ['nowhere', ['hall', 'barn'], { back: 'barn' }],
] as const)('a stock rule reaches %s where the store counts %j', (reach, countsLocationIds, locationMap) => {
  expect(ruleReach({ settings: { remoteLocationId: 'front', locationMap }, countsLocationIds })).toBe(reach);
});
