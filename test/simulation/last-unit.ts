/**
 * Two buyers on two stores take the last unit, again and again, each at a random moment. Without a buffer exactly those
 * units are oversold whose second buyer came before the write that lowers the other store was there: inside the propagation
 * window. Both are measured apart, by the moments and by the books. With a buffer of one no unit is oversold.
 */
import { present } from '#base/assert.ts';
import { must } from '#test/simulation/invariants.ts';
import { type RunOptions, runStory } from '#test/simulation/run-story.ts';
import { duelsOf, duelsPerRound } from '#test/simulation/story.ts';
import type { Lived } from '#test/simulation/verdict.ts';

export interface LastUnits {
  duels: number;
  /** Units sold that were not there. */
  oversold: number;
  /** Second buyers who came before the other store's write was there. */
  inWindow: number;
  /** Seconds from the first sale to the write that lowers the other store; of those that needed one. */
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
    const fought: Duel[] = [];
    const { tally, broken } = await runStory(database, story, {
      stores,
      settings,
      duels: (lived) => {
        fought.push(...duelsIn(lived));
        if (buffer === 0) must('I6', fought.flatMap(unlikeItsMoments));
      },
    });
    if (broken !== null) throw broken;
    found.duels += fought.length;
    found.oversold += tally.unitsOversold;
    found.inWindow += fought.filter(isInWindow).length;
    found.windows.push(...fought.flatMap(({ firstAt, lowered }) => (lowered === null ? [] : [(lowered.until - firstAt) / 1000])));
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

interface Duel {
  good: number;
  firstAt: number;
  secondAt: number;
  /**
   * When the first write after the first sale that counted was at the store of the second buyer; null: it needed none. Of a push
   * of several calls it is not known which one carried the good: from the first one's arrival to the last one's.
   */
  lowered: { from: number; until: number } | null;
  secondBought: boolean;
}

const isInWindow = ({ secondAt, lowered, secondBought }: Duel): boolean =>
  lowered === null || secondAt < lowered.from || (secondAt <= lowered.until && secondBought);

const unlikeItsMoments = (duel: Duel): string[] => {
  if (isInWindow(duel) === duel.secondBought) return [];
  const { good, firstAt, secondAt, lowered, secondBought } = duel;
  const after = (at: number | null) => (at === null ? 'never' : `after ${(at - firstAt).toFixed(0)} ms`);
  const did = secondBought ? 'bought' : 'found nothing';
  return [
    `the second buyer of good ${good} came ${after(secondAt)} and ${did}, the store was lowered ${after(lowered?.until ?? null)}`,
  ];
};

/** Each two sales of a good are one; then the shelves are filled for the next. */
function duelsIn({ world, outcomes }: Lived): Duel[] {
  const taken = outcomes.flatMap(({ deed, outcome, at }) => (deed.kind === 'take' ? [{ ...deed, outcome, at }] : []));
  const restockedAt = outcomes.flatMap(({ deed, at }) => (deed.kind === 'restock' ? [at] : []));
  return [...Map.groupBy(taken, ({ good }) => good)].flatMap(([good, ofGood]) =>
    Array.from({ length: ofGood.length / 2 }, (_, at): Duel => {
      const [first, second] = [present(ofGood[2 * at], 'a first buyer'), present(ofGood[2 * at + 1], 'a second buyer')];
      must('idle', first.outcome === 'done' ? [] : [`the first buyer of good ${good} found nothing`]);
      const [firstAt, secondAt] = [first.at, second.at];
      const until = restockedAt.find((moment) => moment > firstAt) ?? Number.POSITIVE_INFINITY;
      const variantId = world.goods[good]?.on[second.store];
      const [lowered] = world.pushes
        .filter(({ shop, writes }) => shop === second.store && writes.some((one) => one.variantId === variantId && one.applied))
        .map(({ arrivedAt }) => ({ from: Math.min(...arrivedAt), until: Math.max(...arrivedAt) }))
        .filter((arrived) => arrived.until > firstAt && arrived.until < until)
        .toSorted((one, other) => one.until - other.until);
      return {
        good,
        firstAt,
        secondAt,
        lowered: lowered ?? null,
        secondBought: second.outcome === 'done',
      };
    }),
  );
}
