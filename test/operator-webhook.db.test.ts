/** The platform calls although nobody of this installation has connected: a right signature is answered well, a wrong one is not. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { receiveWebhook } from '#webhooks/receive-webhook.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { fakeShop, webhookSecret } from './fake-shop.ts';
import { type TestHub, testHub } from './hub.ts';

const shop = fakeShop({ id: 'fake' });
const app = { STORESYNC_APP_FAKE_CLIENT_ID: 'app', STORESYNC_APP_FAKE_CLIENT_SECRET: webhookSecret };
const body = JSON.stringify({ deliveryId: 'd1', platformStoreId: 'nobody', topic: 'levels', occurredAt: null, hints: [] });
const delivery = (signature: string) => ({ body: new TextEncoder().encode(body), headers: { 'x-signature': signature } });

let database: TestDatabase;
const open: TestHub[] = [];
const hubWith = async (environment: Record<string, string>) => {
  const one = await testHub(database, { connectors: { fake: shop.connector }, environment });
  open.push(one);
  return one.hub;
};
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  for (const one of open) await one.close();
  await database.drop();
});

test("signed with the operator's app: 200, and counted as of an unknown account", async () => {
  expect(await receiveWebhook(await hubWith(app), 'fake', delivery(shop.sign(body)))).toEqual({
    status: 200,
    result: 'unknown_account',
  });
});

test('signed wrongly: 401', async () => {
  expect(await receiveWebhook(await hubWith(app), 'fake', delivery(shop.sign(`${body} `)))).toEqual({
    status: 401,
    result: 'bad_signature',
  });
});

test('signed rightly, but no app is set up that could say so: 401', async () => {
  expect(await receiveWebhook(await hubWith({}), 'fake', delivery(shop.sign(body)))).toEqual({
    status: 401,
    result: 'bad_signature',
  });
});
