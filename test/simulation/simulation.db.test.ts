import { test } from 'vitest';
import { testDatabase } from '#test/database.ts';
import { runStory } from '#test/simulation/run-story.ts';
import { storyOf } from '#test/simulation/story.ts';

test('opens', async () => {
  const db = await testDatabase();
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const t0 = performance.now();
    const run = await runStory(db, storyOf(seed, { minutes: 6, faults: process.env.FAULTS === '1', sells: [true, false] }), {
      stores: ['shopify', 'tiktok_shop'],
    });
    console.log(
      seed,
      Math.round(performance.now() - t0),
      process.cpuUsage().user / 1e6,
      run.broken?.message ?? 'holds',
      JSON.stringify({ ...run.tally, windows: Math.max(...run.tally.windows) }),
    );
  }
  await db.drop();
}, 600_000);
