/** A new sealing key: what the old one sealed is sealed anew, and customers are found as before. */
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { openDetails, searchKeys } from '#orders/customer-details.ts';
import { resealOrders } from '#orders/reseal-orders.ts';
import { setPlatformApp } from '#stores/platform-app.ts';
import { resealStores } from '#stores/reseal.ts';
import { makeSealer } from '#stores/sealing.ts';
import { resealEvents } from '#webhooks/reseal-events.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { remoteOrder } from './remote-order.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
let world: TwoStores;

beforeAll(async () => {
  database = await testDatabase();
  world = await twoStores(database, { other: { orders: {} } });
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

const oldKey = Buffer.alloc(32, 7).toString('base64');

test('credentials, customers and webhooks are opened with the new key alone, in batches; what no key opens is counted and left', async () => {
  // More than two batches.
  for (let n = 0; n < 450; n++) {
    const at = new Date(world.clock.now().getTime() - n * 1000);
    world.other.orders.set(
      `o${n}`,
      remoteOrder(`o${n}`, at, [{ variantId: 'shirt*' }], {
        buyer: { name: `Buyer ${n}`, email: `b${n}@example.com`, phone: '' },
      }),
    );
  }
  world.clock.advance(301);
  await world.turn(world.otherId);
  const eventId = newId();
  const payload = await world.hub.sealer.seal(eventId, '{"email":"b7@example.com"}');
  await world.rows(sql`insert into webhook_events (organization_id, id, store_id, topic, payload, sealed, hints, created_at)
    values (${world.organizationId}, ${eventId}, ${world.otherId}, 'orders', ${payload}, true, '[]', ${world.clock.now()})`);
  const stranger = makeSealer([randomBytes(32).toString('base64')]);
  const [lostOrder] = await world.rows<{ id: string }>(sql`select id from orders where platform_order_id = 'o3'`);
  await world.rows(
    sql`update orders set sealed_details = ${await stranger.seal(lostOrder?.id ?? '', {})} where id = ${lostOrder?.id}`,
  );
  await world.rows(sql`update orders set sealed_details = null, buyer_keys = '{}' where platform_order_id = 'o4'`);

  await setPlatformApp(world.hub, world.actor, { platform: 'fake', clientId: 'app', clientSecret: 'very hidden', extra: {} });

  const newKey = randomBytes(32).toString('base64');
  const rotating = makeSealer([newKey, oldKey]);
  const count = { resealed: 0, lost: 0 };
  const all = async () => {
    await resealStores(world.hub, rotating, world.organizationId, count);
    await resealOrders(world.hub, rotating, world.organizationId, count);
    await resealEvents(world.hub, rotating, world.organizationId, count);
  };
  await all();
  expect(count).toEqual({ resealed: 2 + 1 + 448 + 1, lost: 1 });

  const alone = makeSealer([newKey]);
  const rows = await world.rows<{ id: string; sealed: string; keys: string[]; platform_order_id: string }>(sql`
    select id, sealed_details as sealed, buyer_keys as keys, platform_order_id from orders where sealed_details is not null and platform_order_id <> 'o3'`);
  expect(rows).toHaveLength(448);
  for (const row of rows) {
    const { buyer } = await openDetails(alone, row.id, row.sealed);
    expect(buyer.email).toBe(`b${row.platform_order_id.slice(1)}@example.com`);
    for (const key of searchKeys(alone.searchKey, buyer.email)) expect(row.keys).toContain(key);
  }
  const [event] = await world.rows<{ payload: string }>(sql`select payload from webhook_events where id = ${eventId}`);
  expect(await alone.open(eventId, event?.payload ?? '')).toBe('{"email":"b7@example.com"}');
  const stores = await world.rows<{ id: string; sealed: string }>(sql`select id, sealed_credentials as sealed from stores`);
  for (const { id, sealed } of stores) expect(await alone.open(id, sealed)).toMatchObject({ secrets: { token: 'token' } });
  const [app] = await world.rows<{ sealed: string }>(sql`select sealed_secret as sealed from platform_apps`);
  expect(await alone.open(`app:${world.organizationId}:fake`, app?.sealed ?? '')).toBe('very hidden');

  // Once more: nothing is left but what is lost.
  Object.assign(count, { resealed: 0, lost: 0 });
  await all();
  expect(count).toEqual({ resealed: 0, lost: 1 });
});
