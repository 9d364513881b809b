import { describe, expect, test } from 'vitest';
import { accessMatters, type StoredSlowness, slownessAt } from '#stores/slowness.ts';

const day = 86_400_000;
const now = new Date('2026-11-21T12:00:00Z');
const inDays = (days: number) => new Date(now.getTime() + days * day);
const stored = (untilDays: number): StoredSlowness => ({
  reason: 'throttled',
  since: inDays(-1).toISOString(),
  until: inDays(untilDays).toISOString(),
});

describe('whether a store is slow', () => {
  test.each([
    ['nothing known of it', null, null, null, null],
    ['noted, and still believed', stored(0.01), null, 'throttled', inDays(0.01)],
    ['noted, and over at this very moment', stored(0), null, null, null],
    ['its access ends in eight days: known ahead', null, inDays(8), null, inDays(1)],
    ['its access ends in exactly seven days', null, inDays(7), 'access_ending', null],
    ['its access has ended', null, inDays(-1), 'access_ending', null],
    ['both: what was noted is said, and looked at again when it ends', stored(0.01), inDays(3), 'throttled', inDays(0.01)],
  ] as const)('%s', (_, one, refreshExpiresAt, reason, changesAt) => {
    const found = slownessAt({ stored: one, refreshExpiresAt }, now);
    expect(found.slow?.reason ?? null).toBe(reason);
    expect(found.changesAt).toEqual(changesAt);
  });
});

describe('new access makes the figures be computed again', () => {
  test.each([
    ['when the old one was about to end', inDays(3), inDays(90), true],
    ['when the new one is about to end', inDays(60), inDays(5), true],
    ['when it ends earlier than the figures know', inDays(60), inDays(30), true],
    ['when it ends where the old one did not', null, inDays(30), true],
    ['not when it only ends later', inDays(30), inDays(90), false],
    ['not when neither ends', null, null, false],
  ] as const)('%s', (_, before, after, matters) => expect(accessMatters(before, after, now)).toBe(matters));
});
