import { afterAll, beforeAll, expect, test } from 'vitest';
import { addListing, addProduct, addStore } from '#http/test-goods.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

test('the quantities of a store are told apart: right, on the way, refused, and those that nothing is sent for', async () => {
  const { hub, owner } = server;
  const id = await addStore(hub, owner.organizationId, 'Told');
  const { variantIds } = await addProduct(hub, owner.organizationId, {
    title: 'Jar',
    variants: ['a', 'b', 'c', 'd', 'e', 'f'].map((sku) => ({ sku })),
  });
  const levels = [
    { rulesVersion: 1 },
    { rulesVersion: 1, knowledge: 'unknown' as const },
    { rulesVersion: 1, remote: 3 },
    { rulesVersion: 1, remote: 3, refusedFor: '5' },
    { rulesVersion: 1, desired: null },
    // The newest rules of the store have not reached it.
    { rulesVersion: 0 },
  ];
  for (const [at, level] of levels.entries())
    await addListing(hub, owner.organizationId, id, { productTitle: 'Jar', variantId: variantIds[at] ?? '' }, { level });
  await addListing(hub, owner.organizationId, id, { productTitle: 'Not linked' });
  const answer = await owner.get(`/api/stores/${id}/quantities`);
  expect(answer.body).toEqual({ linked: 6, right: 1, onTheWay: 3, refused: 1, untouched: 1 });
  expect((await server.stranger.get(`/api/stores/${id}/quantities`)).status).toBe(404);
});

test('a store is closed by its own act alone, never among its settings, and kept open again', async () => {
  const { hub, owner, stranger } = server;
  const id = await addStore(hub, owner.organizationId, 'Closing');
  expect((await owner.send('PATCH', `/api/stores/${id}`, { settings: { closing: true } })).status).toBe(400);
  expect((await stranger.send('POST', `/api/stores/${id}/closing`, { closing: true })).status).toBe(404);
  expect((await owner.send('POST', `/api/stores/${id}/closing`, { closing: true })).body.settings.closing).toBe(true);
  expect((await owner.send('PATCH', `/api/stores/${id}`, { name: 'Renamed' })).body.settings.closing).toBe(true);
  expect((await owner.send('POST', `/api/stores/${id}/closing`, { closing: false })).body.settings.closing).toBe(false);
  const early = await owner.send('POST', `/api/stores/${id}/disconnect`, { quantities: 'zero' });
  expect([early.status, early.body.code]).toEqual([409, 'conflict']);
});

test('a store is left with or without a word about its quantities, and the answer says how they stood', async () => {
  const { hub, owner } = server;
  for (const [name, body] of [
    ['Plain', undefined],
    ['Asked', { quantities: 'leave' }],
  ] as const) {
    const id = await addStore(hub, owner.organizationId, name);
    const answer = await owner.send('POST', `/api/stores/${id}/disconnect`, body);
    expect([answer.status, answer.body]).toMatchObject([200, { status: 'disconnected', left: { linked: 0, onTheWay: 0 } }]);
  }
  const other = await addStore(hub, owner.organizationId, 'Wrong');
  expect((await owner.send('POST', `/api/stores/${other}/disconnect`, { quantities: 'some' })).status).toBe(400);
});
