/**
 * The same buyers in the same worlds, with stores that are told of each sale at once and with stores that are compared every
 * so often, as products do that synchronize at intervals: how many units are sold that are not there.
 */
import { type Run, type RunOptions, runStory, type Tally } from '#test/simulation/run-story.ts';
import { rushOf, sellsAt } from '#test/simulation/story.ts';

const intervals: readonly { name: string; everySeconds: number | null }[] = [
  { name: 'StoreSync', everySeconds: null },
  { name: 'every minute', everySeconds: 60 },
  { name: 'every 5 minutes', everySeconds: 300 },
  { name: 'every 15 minutes', everySeconds: 900 },
];

export interface CompareOptions {
  seeds: readonly number[];
  minutes: number;
  stores: RunOptions['stores'];
}

/** A table in Markdown, a row for each way of synchronizing. Throws what breaks an invariant. */
export async function compare(database: { appUrl: string }, { seeds, minutes, stores }: CompareOptions): Promise<string> {
  const lines = [
    '| | windows: mean | 95 % within | longest | units sold | bought in a window | oversold | share |',
    '|---|---|---|---|---|---|---|---|',
  ];
  for (const { name, everySeconds } of intervals) {
    const tallies: Tally[] = [];
    for (const seed of seeds) {
      const story = rushOf(seed, { minutes, sells: sellsAt(stores) });
      tallies.push(held(await runStory(database, story, { stores, ...(everySeconds === null ? {} : { everySeconds }) }), seed));
    }
    lines.push(row(name, tallies));
  }
  return lines.join('\n');
}

function held({ tally, broken }: Run, seed: number): Tally {
  if (broken !== null) throw new Error(`the world of seed ${seed} breaks ${broken.message}`);
  return tally;
}

function row(name: string, tallies: readonly Tally[]): string {
  const windows = tallies.flatMap((tally) => tally.windows).toSorted((a, b) => a - b);
  const sum = (of: (tally: Tally) => number) => tallies.reduce((all, tally) => all + of(tally), 0);
  const mean = windows.reduce((all, one) => all + one, 0) / Math.max(1, windows.length);
  const [sold, oversold] = [sum(({ unitsSold }) => unitsSold), sum(({ unitsOversold }) => unitsOversold)];
  const seconds = (figure: number) => `${figure < 10 ? figure.toFixed(2) : Math.round(figure)} s`;
  const within = windows[Math.ceil(windows.length * 0.95) - 1] ?? 0;
  const bought = sum(({ unitsInWindow }) => unitsInWindow);
  const share = `${((100 * oversold) / Math.max(1, sold)).toFixed(1)} %`;
  return `| ${name} | ${seconds(mean)} | ${seconds(within)} | ${seconds(windows.at(-1) ?? 0)} | ${sold} | ${bought} | ${oversold} | ${share} |`;
}
