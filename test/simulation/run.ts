/**
 * npm run simulate -- --seeds 100 [--first-seed N] [--seed N] [--minutes 30] [--stores shopify,tiktok_shop] [--calm] [--quiet]
 * Worlds by seed; a seed whose world breaks an invariant is printed and shrunk to the shortest story that still does.
 */
import { parseArgs } from 'node:util';
import type { TestDatabase } from '#test/database.ts';
import { ownDatabase } from '#test/simulation/own-database.ts';
import { type Run, type RunOptions, runStory } from '#test/simulation/run-story.ts';
import { platforms } from '#test/simulation/shops.ts';
import { shrink } from '#test/simulation/shrink.ts';
import { type Story, sellsAt, storyOf, told } from '#test/simulation/story.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    'first-seed': { type: 'string' },
    seed: { type: 'string' },
    minutes: { type: 'string', default: '30' },
    stores: { type: 'string', default: 'shopify,tiktok_shop' },
    calm: { type: 'boolean', default: false },
    tell: { type: 'boolean', default: false },
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

const summary = ({ tally }: Run): string =>
  `${tally.turns} turns, ${tally.done} of ${tally.deeds} deeds, ${tally.sales} sales, ${tally.pushesApplied} pushes, ` +
  `${tally.unitsOversold} of ${tally.unitsSold} units oversold, longest window ${Math.max(0, ...tally.windows).toFixed(1)} s`;

async function tellFailure(database: TestDatabase, story: Story, run: Run, options: RunOptions): Promise<void> {
  const { broken } = run;
  if (broken === null) return;
  console.log(`seed ${story.seed} BREAKS ${broken.message}`);
  console.log(`  replay: npm run simulate -- --seed ${story.seed} --minutes ${story.minutes} --stores ${options.stores.join()}`);
  const shortest = await shrink(story, async (candidate) => {
    const again = await runStory(database, candidate, options);
    return again.broken?.invariant === broken.invariant;
  });
  console.log(`  the shortest story found (${shortest.deeds.length} of ${story.deeds.length} deeds):`);
  for (const deed of shortest.deeds) console.log(`  ${told(deed, options.stores)}`);
}

const stores = storesOf(values.stores);
const minutes = wholeOf('minutes', values.minutes);
const first = values.seed ?? values['first-seed'] ?? String(Math.floor(Math.random() * 1_000_000));
const seeds = values.seed === undefined ? wholeOf('seeds', values.seeds) : 1;
const { database, close } = await ownDatabase();
let failed = 0;
try {
  console.log(`${seeds} worlds of ${minutes} minutes from seed ${first} on: ${stores.join(' and ')}`);
  for (let seed = wholeOf('seed', first), left = seeds; left > 0; seed++, left--) {
    const story = storyOf(seed, { minutes, faults: !values.calm, sells: sellsAt(stores) });
    const begun = performance.now();
    const options: RunOptions = { stores, ...(values.tell ? { tell: console.log } : {}) };
    const run = await runStory(database, story, options);
    console.log(`seed ${seed}: ${summary(run)}; ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    if (run.broken !== null) {
      failed++;
      await tellFailure(database, story, run, { stores });
    }
  }
  console.log(failed === 0 ? `all ${seeds} worlds hold` : `${failed} of ${seeds} worlds break an invariant`);
} finally {
  await database.drop();
  await close();
}
process.exit(failed === 0 ? 0 : 1);
