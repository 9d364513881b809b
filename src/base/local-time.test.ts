import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginsAt, endsAt, isLocalTime, localTimeAt } from '#base/local-time.ts';

describe('a local time as a moment', () => {
  test.each([
    ['Asia/Ho_Chi_Minh', '2026-11-27T00:00', '2026-11-26T17:00:00.000Z'],
    ['Europe/Berlin', '2026-07-01T09:30', '2026-07-01T07:30:00.000Z'],
    ['America/New_York', '2026-12-24T18:00', '2026-12-24T23:00:00.000Z'],
    ['Asia/Kolkata', '2026-05-05T12:00', '2026-05-05T06:30:00.000Z'],
    ['Pacific/Kiritimati', '2026-01-01T00:00', '2025-12-31T10:00:00.000Z'],
    ['Pacific/Pago_Pago', '2026-01-01T00:00', '2026-01-01T11:00:00.000Z'],
    ['UTC', '2028-02-29T23:59', '2028-02-29T23:59:00.000Z'],
  ])('in %s %s is %s, as a beginning and as an end', (zone, local, moment) => {
    expect(beginsAt(local, zone).toISOString()).toBe(moment);
    expect(endsAt(local, zone).toISOString()).toBe(moment);
  });

  test.each([
    ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00:00.000Z'],
    ['America/New_York', '2026-03-08T02:00', '2026-03-08T07:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30:00.000Z'],
    // Clocks go forward at midnight: the day has no first hour.
    ['Africa/Cairo', '2026-04-24T00:00', '2026-04-23T22:00:00.000Z'],
    // A whole day was left out.
    ['Pacific/Apia', '2011-12-30T12:00', '2011-12-30T10:00:00.000Z'],
  ])('in %s the clock never shows %s: it is the moment at which it was put forward', (zone, local, moment) => {
    expect(beginsAt(local, zone).toISOString()).toBe(moment);
    expect(endsAt(local, zone).toISOString()).toBe(moment);
  });

  test.each([
    ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z'],
    ['America/New_York', '2026-11-01T01:00', '2026-11-01T05:00:00.000Z', '2026-11-01T06:00:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00.000Z', '2026-04-04T15:15:00.000Z'],
  ])('in %s the clock shows %s twice: it begins with the first and ends with the second', (zone, local, first, second) => {
    expect(beginsAt(local, zone).toISOString()).toBe(first);
    expect(endsAt(local, zone).toISOString()).toBe(second);
  });

  test('is a minute that a calendar has', () => {
    expect(['2026-02-28T23:59', '2028-02-29T00:00'].every(isLocalTime)).toBe(true);
    expect(
      ['2026-02-29T00:00', '2026-13-01T00:00', '2026-01-01T24:00', '2026-01-01', '2026-01-01T00:00Z', '1999-01-01T00:00'].some(
        isLocalTime,
      ),
    ).toBe(false);
  });
});

const zones = fc.constantFrom(
  'Europe/Berlin',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Asia/Tehran',
  'Africa/Casablanca',
  'UTC',
);
const minutes = fc.integer({ min: Date.UTC(2001, 0, 1) / 60_000, max: Date.UTC(2037, 0, 1) / 60_000 });

test('whatever the place and time: no clock shows an earlier time from the end on, nor had shown it before the beginning', () => {
  fc.assert(
    fc.property(zones, minutes, (zone, minute) => {
      const local = new Date(minute * 60_000).toISOString().slice(0, 16);
      const [begin, end] = [beginsAt(local, zone), endsAt(local, zone)];
      expect(begin.getTime()).toBeLessThanOrEqual(end.getTime());
      const just = (moment: Date) => localTimeAt(new Date(moment.getTime() - 1), zone);
      expect(localTimeAt(begin, zone) >= local).toBe(true);
      expect(localTimeAt(end, zone) >= local).toBe(true);
      expect(just(begin) < local).toBe(true);
      expect(just(end) < local).toBe(true);
    }),
    { numRuns: 500 },
  );
});
