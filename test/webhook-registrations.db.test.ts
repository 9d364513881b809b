/** Which topics a platform is told to call us for. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connector } from '#connectors/connector.ts';
import { PlatformUnavailable, Refused } from '#connectors/errors.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { fakeShop } from './fake-shop.ts';
import { testHub } from './hub.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** Turns of a store whose platform answers `register` so, for the topics A, B and C; what is registered after each. */
async function registered(register: (topic: string, turn: number) => void, turns: number): Promise<string[]> {
  const { connector } = fakeShop({ account: `hooks-${Math.random()}` });
  let turn = 0;
  const listening: Connector = {
    ...connector,
    manifest: {
      ...connector.manifest,
      capabilities: { ...connector.manifest.capabilities, webhooks: true },
      webhookTopics: ['A', 'B', 'C'],
    },
    webhooks: {
      ...connector.webhooks,
      register: async (_, topic, url) => {
        register(topic, turn);
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
    const seen: string[] = [];
    for (turn = 1; turn <= turns; turn++) {
      await world.turn(storeId);
      const rows = await world.rows<{ topic: string }>(
        sql`select topic from webhook_endpoints where store_id = ${storeId} order by topic`,
      );
      seen.push(rows.map(({ topic }) => topic).join(''));
      world.clock.advance(3600);
    }
    return seen;
  } finally {
    await world.close();
  }
}

test('a topic that the platform refuses, of things it does not show us, does not keep the others from us', async () => {
  const asked: string[] = [];
  const seen = await registered((topic) => {
    asked.push(topic);
    if (topic === 'A') throw new Refused({ code: 'gone', parameters: {} });
  }, 2);
  expect(seen).toEqual(['BC', 'BC']);
  // Compared once a day: a topic that is refused is not asked for at each turn.
  expect(asked).toEqual(['A', 'B', 'C']);
});

test('a platform that does not answer is asked again at the next turn', async () => {
  const seen = await registered((topic, turn) => {
    if (topic === 'B' && turn === 1) throw new PlatformUnavailable('cut', { mayHaveApplied: true });
  }, 2);
  expect(seen).toEqual(['', 'ABC']);
});
