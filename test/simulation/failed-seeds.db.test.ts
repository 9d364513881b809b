import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '#test/database.ts';
import { failedSeeds } from '#test/simulation/failed-seeds.ts';
import { runStory } from '#test/simulation/run-story.ts';
import { sellsAt, storyOf } from '#test/simulation/story.ts';

const stores = ['shopify', 'tiktok_shop'] as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test.each(failedSeeds)(
  'the world of seed $seed holds: $why',
  async ({ seed, minutes, weather, places, upkeep, emptied, bundles }) => {
    const story = storyOf(seed, { minutes, weather, places, upkeep, emptied, bundles, sells: sellsAt(stores) });
    const { broken } = await runStory(database, story, { stores });
    const words = [
      weather === undefined ? '' : ` --${weather}`,
      places === false ? ' --one-place' : '',
      upkeep === false ? ' --no-upkeep' : '',
      emptied === false ? ' --no-emptied' : '',
      bundles === false ? ' --no-bundles' : '',
    ].join('');
    expect(broken, `npm run simulate -- --seed ${seed} --minutes ${minutes} --stores ${stores.join()}${words}`).toBeNull();
  },
  1_800_000,
);
