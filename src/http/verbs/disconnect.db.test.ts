import { afterAll, beforeAll, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import type { Connector, WebhookRegistration } from '#connectors/connector.ts';
import { PlatformUnavailable } from '#connectors/errors.ts';
import { addStore } from '#http/test-goods.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';
import { disconnect } from '#http/verbs/disconnect.ts';
import { findStore } from '#stores/stores-store.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const publicUrl = 'https://hub.example.com';
const registered = (id: string, url: string): WebhookRegistration => ({ id, topic: 'goods/changed', url });

async function disconnectWith(name: string, webhooks: Partial<Connector['webhooks']>): Promise<string> {
  const { hub, owner } = server;
  const id = await addStore(hub, owner.organizationId, name);
  const shop = present(hub.connectors.corner_shop, 'the connector');
  const connector: Connector = {
    ...shop,
    manifest: { ...shop.manifest, capabilities: { ...shop.manifest.capabilities, webhooks: true } },
    webhooks: { ...shop.webhooks, ...webhooks },
  };
  const actor = { organizationId: owner.organizationId, userId: owner.userId, kind: 'user', role: 'owner' } as const;
  await disconnect({ ...hub, config: { ...hub.config, publicUrl }, connectors: { corner_shop: connector } }, actor, id, 'leave');
  return (await hub.db.inOrganization(owner.organizationId, (tx) => findStore(tx, id))).status;
}

test('the platform is told to call us no more, and calls to others stay', async () => {
  const ended: string[] = [];
  const status = await disconnectWith('Leaving', {
    list: async () => [
      registered('ours', `${publicUrl}/webhooks/corner_shop`),
      registered('theirs', 'https://other.example/webhooks/corner_shop'),
    ],
    unregister: async (_session, { id }) => void ended.push(id),
  });
  expect([status, ended]).toEqual(['disconnected', ['ours']]);
});

test('a platform that does not answer does not keep a seller from leaving', async () => {
  const status = await disconnectWith('Silent', {
    list: async () => {
      throw new PlatformUnavailable('no answer', { mayHaveApplied: false });
    },
  });
  expect(status).toBe('disconnected');
  expect(server.logged.some(({ message }) => message.includes('webhooks stay registered'))).toBe(true);
});
