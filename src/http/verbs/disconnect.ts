/**
 * Disconnects a store. First its quantities are made what they are to be left as, then the platform is told to call us no
 * more, while there still is access; a platform that does not answer does not keep a seller from leaving.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AppError, messageOf } from '#base/errors.ts';
import { type QuantitiesThere, readQuantitiesThere } from '#listings/read-quantities-there.ts';
import type { Actor } from '#organizations/actor.ts';
import { disconnectStore } from '#stores/change-store.ts';
import { setClosing } from '#stores/close-store.ts';
import type { Hub } from '#stores/hub.ts';
import { connectorOf, openSession } from '#stores/session.ts';
import { findStore, type StoreRow } from '#stores/stores-store.ts';
import { workFor } from '#stores/work-for.ts';

/** leave: what is due is sent first, for so long; zero: every quantity was made 0 before (see close-store.ts). */
export type LeftWith = 'leave' | 'zero';

const longestMs = 10_000;
const lastWritesMs = 5_000;
const lookAgainMs = 200;

/**
 * Returns how the quantities stood when it was left: what is not right then is known to nobody any more. Throws conflict
 * while not every quantity is 0 that was to be.
 */
export async function disconnect(hub: Hub, actor: Actor, storeId: string, left: LeftWith): Promise<QuantitiesThere> {
  const store = await hub.db.inOrganization(actor.organizationId, (tx) => findStore(tx, storeId));
  if (store.status === 'disconnected') return await quantitiesThere(hub, actor, storeId);
  const quantities = left === 'zero' ? await allZero(hub, actor, store) : await lastWrites(hub, actor, store);
  await endWebhooks(hub, store).catch((error: unknown) =>
    hub.log.warn({ storeId, err: messageOf(error) }, 'webhooks stay registered at a store that is disconnected'),
  );
  await disconnectStore(hub, actor, storeId);
  return quantities;
}

const quantitiesThere = (hub: Hub, actor: Actor, storeId: string): Promise<QuantitiesThere> =>
  hub.db.inOrganization(actor.organizationId, (tx) => readQuantitiesThere(tx, storeId));

async function allZero(hub: Hub, actor: Actor, { id, settings }: StoreRow): Promise<QuantitiesThere> {
  if (settings.closing !== true)
    throw new AppError(
      'conflict',
      'The quantities of this store were not set to 0 yet. Begin with that, and wait until it is done.',
    );
  const quantities = await quantitiesThere(hub, actor, id);
  if (quantities.onTheWay > 0)
    throw new AppError(
      'conflict',
      `${quantities.onTheWay} quantities are not known to be 0 yet. Wait until they are, then disconnect.`,
    );
  return quantities;
}

/** What is due has a few seconds: a worker that is busy, or a platform that is, does not keep a seller from leaving. */
async function lastWrites(hub: Hub, actor: Actor, store: StoreRow): Promise<QuantitiesThere> {
  if (store.settings.closing === true) await setClosing(hub, actor, store.id, false);
  let quantities = await quantitiesThere(hub, actor, store.id);
  if (store.status !== 'active' || quantities.onTheWay === 0) return quantities;
  await hub.db.inOrganization(actor.organizationId, (tx) => workFor(hub, tx, [store.id]));
  for (let waitedMs = 0; quantities.onTheWay > 0 && waitedMs < lastWritesMs; waitedMs += lookAgainMs) {
    await pause(lookAgainMs);
    quantities = await quantitiesThere(hub, actor, store.id);
  }
  return quantities;
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
