/** Which topics a platform is told to call us for. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connector } from '#connectors/connector.ts';
import { PlatformUnavailable, RateLimited, Refused } from '#connectors/errors.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { fakeShop } from './fake-shop.ts';
import { testHub } from './hub.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

interface Seen {
  /** After each turn, the topics that are registered. */
  topics: string[];
  /** What was asked of the platform, oldest first: a topic, or 'pull'. */
  asked: string[];
  /** What became of the pull, after each turn. */
  pulls: string[];
}

/**
 * Turns of a store whose platform answers `register` so, for the topics A, B and C. Once it has failed nothing more is read in
 * that turn, as with any platform whose calls go over the wire.
 */
async function turnsOf(register: (topic: string, turn: number) => void, turns: number): Promise<Seen> {
  const { connector } = fakeShop({ account: `hooks-${Math.random()}` });
  const seen: Seen = { topics: [], asked: [], pulls: [] };
  let turn = 0;
  let failedIn: number | null = null;
  const listening: Connector = {
    ...connector,
    manifest: {
      ...connector.manifest,
      capabilities: { ...connector.manifest.capabilities, webhooks: true },
      webhookTopics: ['A', 'B', 'C'],
    },
    pull: async function* (session, request) {
      seen.asked.push('pull');
      if (failedIn === turn) throw new RateLimited(1);
      yield* connector.pull(session, request);
    },
    webhooks: {
      ...connector.webhooks,
      register: async (_, topic, url) => {
        seen.asked.push(topic);
        try {
          register(topic, turn);
        } catch (thrown) {
          if (thrown instanceof PlatformUnavailable) failedIn = turn;
          throw thrown;
        }
        return { id: topic, topic, url };
      },
    },
  };
  const world = await testHub(database, {
    connectors: { fake: listening },
    environment: { PUBLIC_URL: 'https://hub.example' },
  });
  try {
    const storeId = await world.connect('fake');
    for (turn = 1; turn <= turns; turn++) {
      await world.turn(storeId);
      const rows = await world.rows<{ topic: string }>(
        sql`select topic from webhook_endpoints where store_id = ${storeId} order by topic`,
      );
      seen.topics.push(rows.map(({ topic }) => topic).join(''));
      const [pull] = await world.rows<{ status: string }>(
        sql`select status from sync_jobs where store_id = ${storeId} and job_type = 'pull' order by created_at desc limit 1`,
      );
      seen.pulls.push(pull?.status ?? 'none');
      world.clock.advance(200);
    }
    return seen;
  } finally {
    await world.close();
  }
}

test('a topic that the platform refuses, of things it does not show us, does not keep the others from us', async () => {
  const { topics, asked } = await turnsOf((topic) => {
    if (topic === 'A') throw new Refused({ code: 'gone', parameters: {} });
  }, 2);
  expect(topics).toEqual(['BC', 'BC']);
  // Compared once a day: a topic that is refused is not asked for at each turn. The catalog is read when changes are told of.
  expect(asked).toEqual(['A', 'B', 'C', 'pull']);
});

test('a platform that does not answer is asked again at the next turn', async () => {
  const { topics } = await turnsOf((topic, turn) => {
    if (topic === 'B' && turn === 1) throw new PlatformUnavailable('cut', { mayHaveApplied: true });
  }, 2);
  expect(topics).toEqual(['', 'ABC']);
});

test('a platform that registers nothing is read all the same', async () => {
  const { topics, pulls } = await turnsOf(() => {
    throw new PlatformUnavailable('away', { mayHaveApplied: false });
  }, 2);
  expect(topics).toEqual(['', '']);
  expect(pulls).toEqual(['running', 'succeeded']);
});
