/**
 * A store that is to be left with nothing to sell: while it is closing, every quantity that is sent to it is 0. It ends with
 * the disconnection, or when somebody thinks better of it.
 */
import { AppError } from '#base/errors.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { updateStoreIn } from '#stores/change-store.ts';
import type { Hub } from '#stores/hub.ts';
import { readPlaces } from '#stores/read-places.ts';
import { lockStore } from '#stores/stores-store.ts';

/** Throws conflict for a store that nothing can be sent to, and for the one that owns the stock: its 0 would be everybody's. */
export async function setClosing(hub: Hub, actor: Actor, storeId: string, closing: boolean): Promise<void> {
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const store = await lockStore(tx, storeId);
    if ((store.settings.closing === true) === closing) return;
    if (closing) {
      if ((await readPlaces(tx, store)).owned.length > 0)
        throw new AppError(
          'conflict',
          'This store counts stock of yours, so its quantities cannot all become 0. Let another store or StoreSync count it first, or leave the quantities as they are.',
        );
      if (store.status !== 'active')
        throw new AppError(
          'conflict',
          'Nothing can be sent to this store at the moment. Resume or reconnect it first, or leave the quantities as they are.',
        );
      if (!store.settings.syncInventory)
        throw new AppError(
          'conflict',
          'Quantities are not sent to this store. Switch "Send quantities" on first, or leave the quantities as they are.',
        );
    }
    await updateStoreIn(hub, tx, actor, storeId, { settings: { closing } });
    await audit(tx, actor, closing ? 'store.closing' : 'store.kept_open', 'store', storeId, {}, hub.clock.now());
  });
}
