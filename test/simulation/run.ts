/**
 * npm run simulate -- [--seeds 20] [--first-seed N] [--seed N] [--minutes 30] [--stores shopify,tiktok_shop] [--calm] [--tell]
 *   Worlds by seed; a seed whose world breaks an invariant is printed and shrunk to the shortest story that still does.
 * npm run simulate -- --compare [--seeds 5]    units oversold, beside the same worlds synchronized at intervals
 * npm run simulate -- --last-unit 10000        two buyers on two stores take the last unit, without and with a buffer
 */
import { parseArgs } from 'node:util';
import type { TestDatabase } from '#test/database.ts';
import { compare } from '#test/simulation/compare.ts';
import { lastUnits } from '#test/simulation/last-unit.ts';
import { ownDatabase } from '#test/simulation/own-database.ts';
import { type Run, type RunOptions, runStory } from '#test/simulation/run-story.ts';
import { platforms } from '#test/simulation/shops.ts';
import { shrink } from '#test/simulation/shrink.ts';
import { rivalWithinSeconds, type Story, sellsAt, storyOf, told } from '#test/simulation/story.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    'first-seed': { type: 'string' },
    seed: { type: 'string' },
    minutes: { type: 'string', default: '30' },
    stores: { type: 'string', default: 'shopify,tiktok_shop' },
    calm: { type: 'boolean', default: false },
    tell: { type: 'boolean', default: false },
    compare: { type: 'boolean', default: false },
    'last-unit': { type: 'string' },
  },
});

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

const stores = storesOf(values.stores);
const minutes = wholeOf('minutes', values.minutes);
const seeds = values.seed === undefined ? wholeOf('seeds', values.seeds ?? (values.compare ? '5' : '20')) : 1;
const first = wholeOf('seed', values.seed ?? values['first-seed'] ?? String(Math.floor(Math.random() * 1_000_000)));

const summary = ({ tally }: Run): string =>
  `${tally.turns} turns, ${tally.done} of ${tally.deeds} deeds, ${tally.sales} sales, ${tally.pushesApplied} pushes, ` +
  `${tally.unitsOversold} of ${tally.unitsSold} units oversold, longest window ${Math.max(0, ...tally.windows).toFixed(1)} s`;

async function tellFailure(database: TestDatabase, story: Story, run: Run, options: RunOptions): Promise<void> {
  const { broken } = run;
  if (broken === null) return;
  console.log(`seed ${story.seed} BREAKS ${broken.message}`);
  const calm = values.calm ? ' --calm' : '';
  console.log(`  replay: npm run simulate -- --seed ${story.seed} --minutes ${story.minutes} --stores ${stores.join()}${calm}`);
  const shortest = await shrink(story, async (candidate) => {
    const again = await runStory(database, candidate, options);
    return again.broken?.invariant === broken.invariant;
  });
  console.log(`  the shortest story found (${shortest.deeds.length} of ${story.deeds.length} deeds):`);
  for (const deed of shortest.deeds) console.log(`  ${told(deed, stores)}`);
}

/** Returns how many worlds broke. */
async function simulate(database: TestDatabase): Promise<number> {
  let failed = 0;
  console.log(`${seeds} worlds of ${minutes} minutes from seed ${first} on: ${stores.join(' and ')}`);
  for (let seed = first; seed < first + seeds; seed++) {
    const story = storyOf(seed, { minutes, faults: !values.calm, sells: sellsAt(stores) });
    const begun = performance.now();
    const run = await runStory(database, story, { stores, ...(values.tell ? { tell: console.log } : {}) });
    console.log(`seed ${seed}: ${summary(run)}; ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    if (run.broken === null) continue;
    failed++;
    await tellFailure(database, story, run, { stores });
  }
  console.log(failed === 0 ? `all ${seeds} worlds hold` : `${failed} of ${seeds} worlds break an invariant`);
  return failed;
}

async function duel(database: TestDatabase, duels: number): Promise<void> {
  for (const buffer of [0, 1] as const) {
    const found = await lastUnits(database, { seed: first, duels, buffer, stores });
    const mean = found.windows.reduce((sum, one) => sum + one, 0) / Math.max(1, found.windows.length);
    console.log(
      `buffer ${buffer}: the second buyer came within ${rivalWithinSeconds} s in ${found.duels} duels, ${found.inWindow} times inside of the window; ` +
        `${found.oversold} units oversold; windows: mean ${mean.toFixed(3)} s, longest ${Math.max(0, ...found.windows).toFixed(3)} s`,
    );
  }
}

async function run(database: TestDatabase): Promise<number> {
  if (values['last-unit'] !== undefined) await duel(database, wholeOf('last-unit', values['last-unit']));
  else if (values.compare) {
    const all = Array.from({ length: seeds }, (_, at) => first + at);
    console.log(await compare(database, { seeds: all, minutes, stores }));
  } else return await simulate(database);
  return 0;
}

const { database, close } = await ownDatabase();
let failed = 1;
try {
  failed = await run(database);
} finally {
  await database.drop();
  await close();
}
process.exit(failed === 0 ? 0 : 1);
