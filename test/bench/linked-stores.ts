/** An installation with two linked practice stores, and bulk changes of it. */
import { assert, present } from '#base/assert.ts';
import { linkAndTrack } from '#cli/demo/set-up.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { plainGoods } from '#test/crash/goods.ts';
import { type Installation, openInstallation } from '#test/crash/installation.ts';
import { eventually } from '#test/journeys/eventually.ts';

export interface LinkedStores {
  installation: Installation;
  /** Ids of the hub's variants, by SKU. */
  variants: ReadonlyMap<string, string>;
}

export async function openLinkedStores(goods: number): Promise<LinkedStores> {
  const installation = await openInstallation({ goods: plainGoods(goods, 1), manifests: {} });
  try {
    for (const { hosted } of installation.stores) hosted.shop.control.unlimited(true);
    const ids: string[] = [];
    for (const store of installation.stores) ids.push(await installation.connect(store));
    const { hub, actor } = installation;
    const { linked } = await linkAndTrack(hub, actor, present(ids[0], 'the source store'));
    assert(linked === goods, `all ${goods} goods are linked, not ${linked}`);
    const { rows } = await hub.db.inOrganization(actor.organizationId, (tx) =>
      tx.execute<{ id: string; sku: string }>(
        `select id, sku from product_variants where organization_id = '${actor.organizationId}'`,
      ),
    );
    await untilQuiet(installation, 60);
    return { installation, variants: new Map(rows.map(({ sku, id }) => [sku, id])) };
  } catch (thrown) {
    await installation.close();
    throw thrown;
  }
}

const lanes = 6;

/** One unit more of everything. */
export async function adjustAll({ installation, variants }: LinkedStores): Promise<void> {
  const waiting = [...variants.values()];
  const lane = async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
      await adjustStock(installation.hub, installation.actor, { variantId: id, delta: 1 });
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Waits until no level has anything to be done. */
export async function untilQuiet({ hub, actor }: Installation, seconds: number): Promise<void> {
  const check = async () => {
    const { rows } = await hub.db.inOrganization(actor.organizationId, (tx) =>
      tx.execute<{ n: number }>(`select (select count(*) from listing_levels where eligible or knowledge <> 'known')
        + (select count(*) from listing_prices where eligible or knowledge <> 'known')
        + (select count(*) from webhook_events where processed_at is null) as n`),
    );
    if (rows[0]?.n !== 0) throw new Error(`${rows[0]?.n} levels or webhooks wait`);
  };
  await eventually('everything is quiet', check, seconds);
}
