/** Every webhook that the platform publishes a sample of, sent to the hub as the platform would, and worked off. */
import { createHmac, randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contractMissing, sampleWebhooks } from '#connectors/shopify/fixtures/published-contract.ts';
import { eventually } from '#test/journeys/eventually.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';

const samples = sampleWebhooks();
/** What follows it is heard of nobody: it comes last. */
const farewell = 'app/uninstalled';

interface Event extends Record<string, unknown> {
  topic: string;
  done: boolean;
  tries: number;
  error: string | null;
}

if (samples.length === 0) console.warn(`The published webhooks sent to the hub: ${contractMissing}`);

describe.skipIf(samples.length === 0)('the published sample of a webhook', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
    await stage.connect(stage.source);
    await eventually('what the connection itself has caused is worked off', async () => {
      expect((await events()).filter(({ done }) => !done)).toEqual([]);
    });
  });
  afterAll(() => stage.close());

  const events = async () =>
    (
      await stage.hub.db.inOrganization(stage.actor.organizationId, (tx) =>
        tx.execute<Event>(sql`select topic, processed_at is not null as done, retry_count as tries, error_message as error
          from webhook_events where organization_id = ${tx.organizationId} order by created_at, id`),
      )
    ).rows;
  const errorLines = async () =>
    (
      await stage.hub.db.inOrganization(stage.actor.organizationId, (tx) =>
        tx.execute(sql`select event, message from sync_logs where organization_id = ${tx.organizationId} and level = 'error'`),
      )
    ).rows;

  /** Signed with the shop's own app, and named after the shop where the sample leaves a place for that. */
  async function send(topic: string, example: unknown): Promise<number> {
    const { shop = '', clientSecret = '' } = stage.source.control.access();
    const body = JSON.stringify(example).replaceAll('{shop}.myshopify.com', shop);
    const headers = {
      'content-type': 'application/json',
      'x-shopify-topic': topic,
      'x-shopify-shop-domain': shop,
      'x-shopify-hmac-sha256': createHmac('sha256', clientSecret).update(body).digest('base64'),
      'x-shopify-webhook-id': randomUUID(),
      'x-shopify-triggered-at': new Date().toISOString(),
    };
    return (await fetch(`${stage.origin}/webhooks/shopify`, { method: 'POST', headers, body })).status;
  }

  async function workedOff(topics: readonly string[], before: number): Promise<void> {
    const all = topics.toSorted().map((topic) => ({ topic, done: true, tries: 0, error: null }));
    await eventually('they are worked off', async () => {
      const told = (await events()).slice(before).toSorted((one, other) => (one.topic < other.topic ? -1 : 1));
      expect(told).toEqual(all);
    });
  }

  test('of whatever topic is taken with 200 and worked off; of an order that is not there nothing becomes', async () => {
    const before = (await events()).length;
    const sent = samples.filter(({ topic }) => topic !== farewell);
    expect(sent.length).toBeGreaterThan(25);
    for (const { topic, example } of sent) expect([topic, await send(topic, example)]).toEqual([topic, 200]);
    await workedOff(
      sent.map(({ topic }) => topic),
      before,
    );
    expect(await errorLines()).toEqual([]);
    expect(stage.errors).toEqual([]);
    expect(await stage.person.all('/api/orders')).toEqual([]);
    expect(await stage.person.all('/api/stores')).toMatchObject([{ status: 'active', lastError: null }]);
  });

  test('that takes leave of us ends the connection, and is worked off too', async () => {
    const before = (await events()).length;
    const last = samples.find(({ topic }) => topic === farewell);
    expect(await send(farewell, last?.example)).toBe(200);
    await workedOff([farewell], before);
    expect(await stage.person.all('/api/stores')).toMatchObject([{ status: 'needs_reconnect' }]);
    expect(stage.errors).toEqual([]);
  });
});
