/** `npm run simulate`: see command-line.ts. The exit status is 1 when a world breaks an invariant, 2 for a wrong option. */
import { messageOf } from '#base/errors.ts';
import type { TestDatabase } from '#test/database.ts';
import { type Asked, readCommandLine, usage } from '#test/simulation/command-line.ts';
import { compare } from '#test/simulation/compare.ts';
import { duelsPerWorld, type LastUnits, lastUnits } from '#test/simulation/last-unit.ts';
import { ownDatabase } from '#test/simulation/own-database.ts';
import { type Run, type RunOptions, runStory } from '#test/simulation/run-story.ts';
import { seedsFrom, shareOut } from '#test/simulation/share-out.ts';
import { shrink } from '#test/simulation/shrink.ts';
import { rivalWithinSeconds, type Story, sellsAt, storyOf, told } from '#test/simulation/story.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

function readAsked(): Asked {
  try {
    return readCommandLine(process.argv.slice(2));
  } catch (thrown) {
    console.error(`${messageOf(thrown)}\n\n${usage}`);
    process.exit(2);
  }
}

const { what, stores, minutes, seeds, firstSeed, duels, jobs, weather, places, upkeep, emptied, bundles, tell } = readAsked();
/** What makes the same kind of world of a seed, beside minutes and stores. */
const sameKind = [
  ...(weather === undefined ? [] : [`--${weather}`]),
  ...(places === undefined ? [] : ['--one-place']),
  ...(upkeep === undefined ? [] : ['--no-upkeep']),
  ...(emptied === undefined ? [] : ['--no-emptied']),
  ...(bundles === undefined ? [] : ['--no-bundles']),
];
if (what === 'help') {
  console.log(usage);
  process.exit(0);
}

if (what === 'worlds' && jobs > 1 && !tell) {
  const asked = ['--minutes', String(minutes), '--stores', stores.join(), ...sameKind];
  const ends = await shareOut(jobs, seeds, (from, count) => [...asked, ...seedsFrom(firstSeed + from, '--seeds', count)]);
  const held = ends.every(({ code }) => code === 0);
  console.log(held ? `all ${seeds} worlds hold` : `some of ${seeds} worlds break an invariant: see above`);
  process.exit(held ? 0 : 1);
}
if (what === 'last-unit' && jobs > 1) {
  const worlds = Math.ceil(duels / duelsPerWorld);
  const ends = await shareOut(jobs, worlds, (from, count) => [
    '--stores',
    stores.join(),
    ...seedsFrom(firstSeed + from, '--last-unit', count * duelsPerWorld),
  ]);
  for (const buffer of [0, 1] as const) {
    const shares = ends.flatMap(({ said }) => said as Said[]).filter((one) => one.buffer === buffer);
    console.log(`all: ${duelWords(buffer, togetherOf(shares.map(({ found }) => found)))}`);
  }
  process.exit(ends.every(({ code }) => code === 0) ? 0 : 1);
}

const summary = ({ tally }: Run): string =>
  `${tally.turns} turns, ${tally.done} of ${tally.deeds} deeds, ${tally.sales} sales, ${tally.pushesApplied} pushes, ` +
  `${tally.unitsOversold} of ${tally.unitsSold} units oversold, longest window ${Math.max(0, ...tally.windows).toFixed(1)} s`;

async function tellFailure(database: TestDatabase, story: Story, run: Run, options: RunOptions): Promise<void> {
  const { broken } = run;
  if (broken === null) return;
  console.log(`seed ${story.seed} BREAKS ${broken.message}`);
  const replay = ['--seed', story.seed, '--minutes', story.minutes, '--stores', stores.join(), ...sameKind];
  console.log(`  replay: npm run simulate -- ${replay.join(' ')}`);
  // What did not happen is not found in a shorter story.
  if (broken.invariant === 'idle') return;
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
  console.log(`${seeds} worlds of ${minutes} minutes from seed ${firstSeed} on: ${stores.join(' and ')}`);
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const story = storyOf(seed, { minutes, weather, places, upkeep, emptied, bundles, sells: sellsAt(stores) });
    const begun = performance.now();
    const run = await runStory(database, story, { stores, ...(tell ? { tell: console.log } : {}) });
    console.log(`seed ${seed}: ${summary(run)}; ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    if (run.broken === null) continue;
    failed++;
    await tellFailure(database, story, run, { stores });
  }
  console.log(failed === 0 ? `all ${seeds} worlds hold` : `${failed} of ${seeds} worlds break an invariant`);
  return failed;
}

/** What a process that has a share of the duels says of it. */
interface Said {
  buffer: 0 | 1;
  found: LastUnits;
}

async function duel(database: TestDatabase): Promise<void> {
  for (const buffer of [0, 1] as const) {
    const soFar = (found: LastUnits) => console.log(`seed ${firstSeed} on: ${duelWords(buffer, found)}`);
    const found = await lastUnits(database, { seed: firstSeed, duels, buffer, stores, tell: soFar });
    if (process.send !== undefined) await new Promise((sent) => process.send?.({ buffer, found } satisfies Said, sent));
  }
}

function duelWords(buffer: 0 | 1, { duels: fought, inWindow, oversold, windows }: LastUnits): string {
  const mean = windows.reduce((sum, one) => sum + one, 0) / Math.max(1, windows.length);
  const longest = windows.reduce((most, one) => Math.max(most, one), 0);
  return (
    `buffer ${buffer}: the second buyer came within ${rivalWithinSeconds} s in ${fought} duels, ${inWindow} times inside of the window; ` +
    `${oversold} units oversold; windows: mean ${mean.toFixed(3)} s, longest ${longest.toFixed(3)} s`
  );
}

function togetherOf(shares: readonly LastUnits[]): LastUnits {
  const sum = (of: (share: LastUnits) => number) => shares.reduce((all, one) => all + of(one), 0);
  return {
    duels: sum((one) => one.duels),
    oversold: sum((one) => one.oversold),
    inWindow: sum((one) => one.inWindow),
    windows: shares.flatMap(({ windows }) => windows),
  };
}

async function run(database: TestDatabase): Promise<number> {
  if (what === 'last-unit') await duel(database);
  else if (what === 'compare') {
    const all = Array.from({ length: seeds }, (_, at) => firstSeed + at);
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
