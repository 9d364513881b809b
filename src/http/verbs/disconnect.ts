/**
 * Disconnects a store. First the platform is told to call us no more, while there still is access; a platform that does not
 * answer does not keep a seller from leaving.
 */
import { messageOf } from '#base/errors.ts';
import type { Actor } from '#organizations/actor.ts';
import { disconnectStore } from '#stores/change-store.ts';
import type { Hub } from '#stores/hub.ts';
import { connectorOf, openSession } from '#stores/session.ts';
import { findStore, type StoreRow } from '#stores/stores-store.ts';

const longestMs = 10_000;

export async function disconnect(hub: Hub, actor: Actor, storeId: string): Promise<void> {
  const store = await hub.db.inOrganization(actor.organizationId, (tx) => findStore(tx, storeId));
  if (store.status !== 'disconnected') {
    await endWebhooks(hub, store).catch((error: unknown) =>
      hub.log.warn({ storeId, err: messageOf(error) }, 'webhooks stay registered at a store that is disconnected'),
    );
  }
  await disconnectStore(hub, actor, storeId);
}

async function endWebhooks(hub: Hub, store: StoreRow): Promise<void> {
  const { webhooks, manifest } = connectorOf(hub, store.platform);
  const { publicUrl } = hub.config;
  if (publicUrl === null || !manifest.capabilities.webhooks) return;
  const session = await openSession(hub, store, null, AbortSignal.timeout(longestMs));
  const ours = `${publicUrl}/webhooks/${manifest.id}`;
  for (const registration of await webhooks.list(session))
    if (registration.url === ours) await webhooks.unregister(session, registration);
}
