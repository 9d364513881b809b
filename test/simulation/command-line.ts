/** What `npm run simulate` is asked for. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { platforms } from '#test/simulation/shops.ts';
import type { Weather } from '#test/simulation/story.ts';

export const usage = `npm run simulate -- [--seeds 20] [--first-seed N] [--seed N] [--minutes 30] [--stores shopify,tiktok_shop] [--calm | --rough] [--one-place] [--no-upkeep] [--no-emptied] [--no-bundles] [--tell] [--jobs N]
    Worlds by seed; a seed whose world breaks an invariant is printed and shrunk to the shortest story that still does.
    As many processes as there are cores share them, or --jobs of them.
npm run simulate -- --compare [--seeds 5]
    Units oversold, beside the same worlds synchronized at intervals.
npm run simulate -- --last-unit 10000
    Two buyers on two stores take the last unit, without and with a buffer; shared among processes as above.`;

export interface Asked {
  what: 'worlds' | 'compare' | 'last-unit' | 'help';
  stores: readonly [string, string];
  minutes: number;
  seeds: number;
  firstSeed: number;
  duels: number;
  /** Processes that share the worlds. */
  jobs: number;
  /** By the seed, when absent. */
  weather: Weather | undefined;
  /** False: our stock lies at one location. By the seed, when absent. */
  places: false | undefined;
  /** False: links, stores and orders are left alone. By the seed, when absent. */
  upkeep: false | undefined;
  /** False: no place of a store is emptied. */
  emptied: false | undefined;
  /** False: nothing is sold in bundles. By the seed, when absent. */
  bundles: false | undefined;
  tell: boolean;
}

const options = {
  seeds: { type: 'string' },
  'first-seed': { type: 'string' },
  seed: { type: 'string' },
  minutes: { type: 'string', default: '30' },
  stores: { type: 'string', default: 'shopify,tiktok_shop' },
  calm: { type: 'boolean', default: false },
  rough: { type: 'boolean', default: false },
  'one-place': { type: 'boolean', default: false },
  'no-upkeep': { type: 'boolean', default: false },
  'no-emptied': { type: 'boolean', default: false },
  'no-bundles': { type: 'boolean', default: false },
  tell: { type: 'boolean', default: false },
  jobs: { type: 'string' },
  compare: { type: 'boolean', default: false },
  'last-unit': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Throws for what it does not know, in words for whoever typed it. */
export function readCommandLine(args: readonly string[]): Asked {
  const { values } = parseArgs({ options, args: [...args] });
  const seeds = values.seed === undefined ? wholeOf('seeds', values.seeds ?? (values.compare ? '5' : '20')) : 1;
  const drawn = String(Math.floor(Math.random() * 1_000_000));
  return {
    what: values.help ? 'help' : values['last-unit'] !== undefined ? 'last-unit' : values.compare ? 'compare' : 'worlds',
    stores: storesOf(values.stores),
    minutes: wholeOf('minutes', values.minutes),
    seeds,
    firstSeed: wholeOf('seed', values.seed ?? values['first-seed'] ?? drawn),
    duels: wholeOf('last-unit', values['last-unit'] ?? '0'),
    jobs: jobsOf(values, seeds),
    weather: values.calm ? 'calm' : values.rough ? 'rough' : undefined,
    places: values['one-place'] ? false : undefined,
    upkeep: values['no-upkeep'] ? false : undefined,
    emptied: values['no-emptied'] ? false : undefined,
    bundles: values['no-bundles'] ? false : undefined,
    tell: values.tell,
  };
}

/** No more than there are worlds; duels are many. */
function jobsOf(values: { jobs?: string; 'last-unit'?: string }, seeds: number): number {
  const jobs = wholeOf('jobs', values.jobs ?? String(availableParallelism()));
  return Math.max(1, values['last-unit'] === undefined ? Math.min(seeds, jobs) : jobs);
}

function wholeOf(name: string, text: string): number {
  if (!/^[0-9]{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number, not "${text}"`);
  return Number(text);
}

function storesOf(text: string): readonly [string, string] {
  const [source = '', other = '', ...more] = text.split(',');
  if (more.length > 0 || ![source, other].every((one) => platforms.includes(one)) || source === other)
    throw new Error(`--stores takes two different ones of ${platforms.join(', ')}, the source store first`);
  return [source, other];
}
