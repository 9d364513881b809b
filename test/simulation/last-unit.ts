/**
 * Two buyers on two stores take the last unit, again and again, each at a random moment. Without a buffer exactly those
 * units are oversold whose second buyer came while the other store still showed the unit: inside the propagation window,
 * which is measured. With a buffer of one no unit is.
 */
import { must } from '#test/simulation/invariants.ts';
import { type RunOptions, runStory } from '#test/simulation/run-story.ts';
import { duelsOf, duelsPerRound } from '#test/simulation/story.ts';

export interface LastUnits {
  duels: number;
  /** Units sold that were not there. */
  oversold: number;
  /** Second buyers who found the unit still shown. */
  inWindow: number;
  /** Seconds from the first sale to the other store showing none. */
  windows: number[];
}

/** A world's orders are all looked at after each step: many small worlds cost less than a large one. */
const roundsPerWorld = 8;
export const duelsPerWorld = roundsPerWorld * duelsPerRound;

export interface Duels {
  /** Of the first world; the next ones have those that follow. */
  seed: number;
  duels: number;
  buffer: 0 | 1;
  stores: RunOptions['stores'];
  /** What was found so far, after each world. */
  tell?: (found: LastUnits) => void;
}

/** Throws Broken when a unit is oversold outside of a window, or at all with a buffer. */
export async function lastUnits(database: { appUrl: string }, { seed, duels, buffer, stores, tell }: Duels): Promise<LastUnits> {
  const found: LastUnits = { duels: 0, oversold: 0, inWindow: 0, windows: [] };
  for (let world = 0; found.duels < duels; world++) {
    const rounds = Math.min(roundsPerWorld, Math.ceil((duels - found.duels) / duelsPerRound));
    const story = duelsOf(seed + world, rounds, buffer);
    const settings = { stockRule: { buffer, percent: 100, cap: null } };
    const { tally, broken } = await runStory(database, story, { stores, settings, duels: true });
    if (broken !== null) throw broken;
    found.duels += rounds * duelsPerRound;
    found.oversold += tally.unitsOversold;
    found.inWindow += tally.unitsInWindow;
    found.windows.push(...tally.windows);
    tell?.(found);
  }
  must(
    'I6',
    buffer > 0 || found.oversold === found.inWindow
      ? []
      : [`${found.oversold} units oversold, ${found.inWindow} bought inside of a window`],
  );
  must('I6', buffer === 0 || found.oversold === 0 ? [] : [`${found.oversold} units oversold in spite of the buffer`]);
  return found;
}
