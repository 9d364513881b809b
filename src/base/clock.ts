/** The hub's clock. Domain SQL receives `clock.now()` as a parameter, so that a simulation can turn it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** The later moment: `seconds` may be fractional. */
export function secondsAfter(moment: Date, seconds: number): Date {
  return new Date(moment.getTime() + seconds * 1000);
}

export const earliestOf = (first: Date, ...others: readonly Date[]): Date =>
  new Date(Math.min(first.getTime(), ...others.map((moment) => moment.getTime())));

export const latestOf = (first: Date, ...others: readonly Date[]): Date =>
  new Date(Math.max(first.getTime(), ...others.map((moment) => moment.getTime())));

/** The moment as a clock without fractions of a second tells it. */
export const wholeSecond = (moment: Date): Date => new Date(Math.floor(moment.getTime() / 1000) * 1000);
