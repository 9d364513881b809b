import { AppError } from '#base/errors.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';
import { connectorOf, openSession } from '#stores/session.ts';
import { changeStoreRow, findStore } from '#stores/stores-store.ts';

/**
 * One real call: are the credentials still good, is it still the same account? Notes its name, locations and scopes.
 * Throws the platform's error as it is, 'conflict' when another account answers.
 */
export async function testStore(hub: Hub, actor: Actor, storeId: string): Promise<void> {
  const store = await hub.db.inOrganization(actor.organizationId, (tx) => findStore(tx, storeId));
  if (store.status === 'disconnected')
    throw new AppError('store_disconnected', `${store.name} is disconnected. Connect it again under Integrations.`);
  const connector = connectorOf(hub, store.platform);
  const identity = await connector.auth.identify(await openSession(hub, store, null));
  if (identity.platformStoreId !== store.platformStoreId) {
    throw new AppError(
      'conflict',
      `These credentials now belong to another account, ${identity.name}. Connect ${store.name} again with its own.`,
    );
  }
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const current = await findStore(tx, storeId);
    await changeStoreRow(tx, storeId, {
      storeName: identity.name,
      domain: identity.domain,
      scopes: [...identity.grantedScopes],
      metadata: { ...current.metadata, locations: identity.locations },
      updatedAt: now,
    });
    await audit(tx, actor, 'store.tested', 'store', storeId, {}, now);
    tx.afterCommit(() => hub.announce(actor.organizationId, { kind: 'store', ids: [storeId] }));
  });
}
