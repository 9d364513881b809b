import { createHmac } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { disconnectStore } from '#stores/change-store.ts';
import { readWebhookEvent } from '#webhooks/list-webhook-events.ts';
import { receiveWebhook } from '#webhooks/receive-webhook.ts';
import { type SignedDelivery, storeDelivery } from '#webhooks/store-deliveries.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
let world: TwoStores;

beforeAll(async () => {
  database = await testDatabase();
  world = await twoStores(database);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const accountOf = async (storeId: string) =>
  (await world.rows<{ id: string }>(sql`select platform_store_id as id from stores where id = ${storeId}`))[0]?.id ?? '';

async function bodyOf(storeId: string, delivery: Record<string, unknown> = {}): Promise<string> {
  const hints = [{ kind: 'level_changed', productId: world.other.good('shirt*').productId, inventoryId: null, locationId: null }];
  return JSON.stringify({
    deliveryId: newId(),
    platformStoreId: await accountOf(storeId),
    topic: 'levels/update',
    occurredAt: null,
    hints,
    ...delivery,
  });
}

const deliver = (body: string, signature: string = world.other.sign(body), hub = world.hub) =>
  receiveWebhook(hub, 'fake_other', { body: new TextEncoder().encode(body), headers: { 'x-signature': signature } });

const stored = () =>
  world.rows<{ topic: string; duplicates: number; payload: string; delivery_id: string | null }>(
    sql`select topic, duplicates, payload, delivery_id from webhook_events where store_id = ${world.otherId} order by created_at, id`,
  );

describe('I10: a webhook that tells of a customer', () => {
  test.each([
    { kind: 'order_changed', orderId: '1' },
    { kind: 'compliance', request: 'erase' },
  ])(
    '($kind) stands sealed in the database, opens where a person looks at it, and is counted as a duplicate all the same',
    async (hint) => {
      const body = await bodyOf(world.otherId, { hints: [hint], email: 'ánh@example.com' });
      expect(await deliver(body)).toEqual({ status: 200, result: 'stored' });
      expect(await deliver(body)).toEqual({ status: 200, result: 'duplicate' });
      const rows = await world.rows<{ id: string; row: string }>(
        sql`select id, e::text as row from webhook_events e where delivery_id = ${JSON.parse(body).deliveryId}`,
      );
      expect(rows).toHaveLength(1);
      expect(rows[0]?.row).not.toMatch(/example\.com|nh@/);
      const event = await world.within((tx) => readWebhookEvent(world.hub.sealer, tx, rows[0]?.id ?? ''));
      expect(event).toMatchObject({ payload: body, sealed: true, duplicates: 1, hints: [hint] });
    },
  );

  test('(any other kind) stays readable as it came', async () => {
    const body = await bodyOf(world.otherId);
    await deliver(body);
    expect((await stored()).at(-1)?.payload).toBe(body);
  });
});

describe('a webhook that arrives', () => {
  test('with a bad signature is answered 401 and leaves nothing', async () => {
    const body = await bodyOf(world.otherId);
    const before = await stored();
    expect(await deliver(body, world.other.sign(`${body} `))).toEqual({ status: 401, result: 'bad_signature' });
    expect(await deliver(body, '')).toEqual({ status: 401, result: 'bad_signature' });
    expect(await stored()).toEqual(before);
  });

  test('is stored as it came, makes the store due and wakes it', async () => {
    await world.rows(
      sql`update store_directory set next_run_at = ${new Date(world.clock.now().getTime() + 300_000)} where store_id = ${world.otherId}`,
    );
    const wakes = world.wakes.length;
    const body = await bodyOf(world.otherId);
    expect(await deliver(body)).toEqual({ status: 200, result: 'stored' });
    expect((await stored()).at(-1)).toMatchObject({ topic: 'levels/update', payload: body, duplicates: 0 });
    expect((await world.store(world.otherId)).next_run_at.getTime()).toBeLessThanOrEqual(world.clock.now().getTime());
    expect(world.wakes.slice(wakes)).toEqual([`${world.organizationId}/${world.otherId}`]);
  });

  test('twice, even at once, is stored once and counted', async () => {
    const body = await bodyOf(world.otherId);
    const before = (await stored()).length;
    const answers = await Promise.all([deliver(body), deliver(body), deliver(body)]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(answers.map((answer) => answer.result).sort()).toEqual(['duplicate', 'duplicate', 'stored']);
    const events = await stored();
    expect(events).toHaveLength(before + 1);
    expect(events.at(-1)?.duplicates).toBe(2);
  });

  test('of a platform that gives no delivery id is stored each time', async () => {
    const body = await bodyOf(world.otherId, { deliveryId: null });
    const before = (await stored()).length;
    await deliver(body);
    await deliver(body);
    expect(await stored()).toHaveLength(before + 2);
  });

  test('causes a reading, and what it says itself is not believed', async () => {
    world.other.good('shirt*').quantity = 11;
    await deliver(await bodyOf(world.otherId));
    const readings = world.other.callsOf('readLevels');
    await world.turn(world.otherId);
    expect(world.other.callsOf('readLevels')).toBe(readings + 1);
    expect(world.other.good('shirt*').quantity).toBe(5);
  });

  test.each([
    ['the figure that is known causes no reading', 0, 0],
    ['another figure causes one, and is not believed', 1, 1],
  ])('and tells %s', async (_, off, readings) => {
    const good = world.other.good('shirt*');
    await world.hint(world.otherId, good);
    await world.turn(world.otherId);
    const before = world.other.callsOf('readLevels');
    const { productId, quantity } = good;
    await world.tell(world.otherId, [
      { kind: 'level_changed', productId, inventoryId: null, locationId: null, quantity: quantity + off },
    ]);
    await world.turn(world.otherId);
    expect(world.other.callsOf('readLevels')).toBe(before + readings);
    expect(await world.level('shirt*')).toMatchObject({ knowledge: 'known', remote: quantity });
    expect(await world.rows(sql`select from webhook_events where store_id = ${world.otherId} and processed_at is null`)).toEqual(
      [],
    );
  });

  test('while others are being stored is stored with them, in one transaction, and none suffers from one that cannot be', async () => {
    let transactions = 0;
    const inOrganization: typeof world.hub.db.inOrganization = async (...args) => {
      transactions++;
      return await world.hub.db.inOrganization(...args);
    };
    const hub = { ...world.hub, db: { ...world.hub.db, inOrganization } };
    const one = (storeId: string): SignedDelivery => ({
      ...{ id: newId(), organizationId: world.organizationId, storeId, payload: '{}', sealed: false },
      delivery: { deliveryId: newId(), platformStoreId: '', topic: 'any', occurredAt: null, hints: [] },
      receivedAt: world.clock.now(),
    });
    const before = (await stored()).length;
    const all = Array.from({ length: 20 }, () => one(world.otherId));
    expect(new Set(await Promise.all(all.map((delivery) => storeDelivery(hub, delivery))))).toEqual(new Set(['stored']));
    expect(transactions).toBe(2);
    expect(await stored()).toHaveLength(before + 20);
    const nobodys = one(newId());
    const ended = await Promise.allSettled(
      [one(world.otherId), nobodys, one(world.otherId), all[0] as SignedDelivery].map((delivery) => storeDelivery(hub, delivery)),
    );
    expect(ended.map((end) => (end.status === 'fulfilled' ? end.value : end.status))).toEqual([
      'stored',
      'rejected',
      'stored',
      'duplicate',
    ]);
    expect(await stored()).toHaveLength(before + 22);
  });

  test('for an account that nobody has connected is answered 200', async () => {
    const body = await bodyOf(world.otherId, { platformStoreId: 'somebody else' });
    expect(await deliver(body)).toEqual({ status: 200, result: 'unknown_account' });
  });

  test('signed, but of an unknown shape, is answered 200 and stores nothing', async () => {
    const before = await stored();
    expect(await deliver('not json')).toEqual({ status: 200, result: 'malformed' });
    expect(await stored()).toEqual(before);
  });

  test('with a NUL in it is stored without', async () => {
    const body = `${await bodyOf(world.otherId)}\n`;
    const withNul = body.replace('"levels/update"', '"levels/update","note":"a\u0000b"').replace('\u0000', '\\u0000');
    expect((await deliver(withNul)).status).toBe(200);
  });

  test('while the database is away is answered 503, never 2xx', async () => {
    const body = await bodyOf(world.otherId);
    const away = {
      ...world.hub,
      db: {
        ...world.hub.db,
        withoutOrganization: async () => Promise.reject(new Error('connection refused')),
        inOrganization: async () => Promise.reject(new Error('connection refused')),
      },
    };
    expect(await deliver(body, world.other.sign(body), away)).toEqual({ status: 503, result: 'database_away' });
  });

  test('when storing it fails is answered 503 and leaves nothing', async () => {
    const body = await bodyOf(world.otherId);
    const before = await stored();
    const failing = { ...world.hub, db: { ...world.hub.db, inOrganization: async () => Promise.reject(new Error('disk full')) } };
    expect((await deliver(body, world.other.sign(body), failing)).status).toBe(503);
    expect(await stored()).toEqual(before);
  });

  test("signed by another organization's app cannot speak for this account", async () => {
    const attacker = newId();
    const storeId = newId();
    const secret = 'of an app that the attacker owns';
    const credentials = { scheme: 'client_credentials', secrets: { client_id: 'theirs', client_secret: secret }, scopes: [] };
    const sealed = await world.hub.sealer.seal(storeId, credentials);
    const now = world.clock.now();
    await world.hub.db.inOrganization(attacker, async (tx) => {
      await tx.execute(sql`insert into stores (organization_id, id, platform, name, platform_store_id, currency, timezone, status, sealed_credentials, settings, created_at, updated_at)
        values (${attacker}, ${storeId}, 'fake_other', 'Theirs', 'their account', 'USD', 'UTC', 'active', ${sealed}, '{}', ${now}, ${now})`);
      await tx.execute(sql`insert into store_directory (platform, platform_store_id, organization_id, store_id, next_run_at)
        values ('fake_other', 'their account', ${attacker}, ${storeId}, ${now})`);
    });
    const sign = (body: string) => createHmac('sha256', secret).update(body).digest('hex');
    const theirs = await bodyOf(storeId, { platformStoreId: 'their account' });
    expect(await deliver(theirs, sign(theirs))).toEqual({ status: 200, result: 'stored' });
    const before = await stored();
    const forged = await bodyOf(world.otherId, { hints: [{ kind: 'authorization_ended' }] });
    expect(await deliver(forged, sign(forged))).toEqual({ status: 401, result: 'bad_signature' });
    expect(await stored()).toEqual(before);
  });

  test('for a store that was disconnected is answered 200 and wakes nobody', async () => {
    await disconnectStore(world.hub, world.actor, world.otherId);
    const wakes = world.wakes.length;
    expect(await deliver(await bodyOf(world.otherId))).toEqual({ status: 200, result: 'unknown_account' });
    expect(world.wakes).toHaveLength(wakes);
  });
});
