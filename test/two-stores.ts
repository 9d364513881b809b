/** A source store and another one, connected, pulled and linked: where most stories about turns begin. */
import { sql } from 'drizzle-orm';
import { newId } from '#base/ids.ts';
import type { WebhookHint } from '#connectors/connector.ts';
import type { Knowledge } from '#listings/level-state.ts';
import { linkListings } from '#listings/link-listing.ts';
import { type FakeShop, type FakeShopOptions, fakeShop, type Good, webhookSecret } from './fake-shop.ts';
import { type TestHub, type TestHubOptions, testHub } from './hub.ts';

export interface LevelView extends Record<string, unknown> {
  id: string;
  listing_id: string;
  desired: number | string | null;
  remote: number | string | null;
  knowledge: Knowledge;
  eligible: boolean;
  held_reason: string | null;
  refused_for: string | null;
  refusal: { code: string } | null;
  lost_value: number | string | null;
  attempt_after: Date | number;
  rules_version: number;
  write_id: string | null;
}

export interface TwoStores extends TestHub {
  source: FakeShop;
  other: FakeShop;
  sourceId: string;
  otherId: string;
  /** The quantity level of a good: of the other store unless said otherwise. */
  level(variantId: string, storeId?: string): Promise<LevelView>;
  price(variantId: string, storeId?: string): Promise<LevelView>;
  /** The master's variant behind a good of the source store. */
  variantOf(sourceVariantId: string): Promise<string>;
  onHand(sourceVariantId: string): Promise<number>;
  /** Links a good of the other store to the variant of a good of the source store. */
  link(otherVariantId: string, sourceVariantId: string): Promise<void>;
  /** Hints of the platform are stored as a webhook would store them. */
  tell(storeId: string, hints: readonly WebhookHint[]): Promise<void>;
  /** That the level of a good has changed. */
  hint(storeId: string, good: Good): Promise<void>;
  store(
    storeId: string,
  ): Promise<{ status: string; last_error_code: string | null; next_run_at: Date; blocked_until: Date | null }>;
}

export interface TwoStoresOptions {
  other?: FakeShopOptions;
  source?: FakeShopOptions;
  /** Goods of the source store; the other store has `<name>*` for each, linked to it, unless `linked` is false. */
  goods?: readonly (Partial<Good> & { variantId: string })[];
  linked?: boolean;
  hub?: Partial<TestHubOptions>;
}

export async function twoStores(database: { appUrl: string }, options: TwoStoresOptions = {}): Promise<TwoStores> {
  const source = fakeShop({ id: 'fake', account: `source-${newId()}`, ...options.source });
  const other = fakeShop({ id: 'fake_other', account: `other-${newId()}`, ...options.other });
  const connectors = { fake: source.connector, fake_other: other.connector };
  const environment = Object.fromEntries(
    ['FAKE', 'FAKE_OTHER'].flatMap((name) => [
      [`STORESYNC_APP_${name}_CLIENT_ID`, 'app'],
      [`STORESYNC_APP_${name}_CLIENT_SECRET`, webhookSecret],
    ]),
  );
  const test = await testHub(database, {
    connectors,
    ...options.hub,
    environment: { ...environment, ...options.hub?.environment },
  });
  const goods = options.goods ?? [{ variantId: 'shirt' }];
  for (const good of goods) source.add(good);
  for (const good of goods) other.add({ ...good, variantId: `${good.variantId}*` });
  const sourceId = await test.connect('fake');
  const otherId = await test.connect('fake_other');
  const world = { ...test, source, other, sourceId, otherId, ...viewsOf(test, otherId, sourceId) };
  await test.turn(sourceId);
  await test.turn(otherId);
  if (options.linked !== false) for (const good of goods) await world.link(`${good.variantId}*`, good.variantId);
  return world;
}

function viewsOf(test: TestHub, otherId: string, sourceId: string) {
  const organization = test.organizationId;
  const only = async <Row extends Record<string, unknown>>(statement: ReturnType<typeof sql>): Promise<Row> => {
    const [row] = await test.rows<Row>(statement);
    if (row === undefined) throw new Error('there is no such row');
    return row;
  };
  const figure =
    (table: string) =>
    (variantId: string, storeId: string = otherId) =>
      only<LevelView>(sql`select l.* from ${sql.raw(table)} l join listings i on i.organization_id = l.organization_id and i.id = l.listing_id
      where l.organization_id = ${organization} and i.store_id = ${storeId} and i.platform_variant_id = ${variantId}`);
  const variantOf = async (variantId: string) =>
    (
      await only<{ variant_id: string }>(sql`select variant_id from listings
        where organization_id = ${organization} and store_id = ${sourceId} and platform_variant_id = ${variantId}`)
    ).variant_id;
  const tell = async (storeId: string, hints: readonly WebhookHint[]) =>
    void (await test.rows(sql`insert into webhook_events (organization_id, id, store_id, topic, payload, hints, created_at)
      values (${organization}, ${newId()}, ${storeId}, 'any', '', ${JSON.stringify(hints)}::jsonb, ${test.hub.clock.now()})`));
  return {
    level: figure('listing_levels'),
    price: figure('listing_prices'),
    variantOf,
    onHand: async (variantId: string) =>
      (
        await only<{ on_hand: number }>(sql`select on_hand from inventory_items
          where organization_id = ${organization} and variant_id = ${await variantOf(variantId)}`)
      ).on_hand,
    async link(otherVariantId: string, sourceVariantId: string) {
      const { id } = await only<{ id: string }>(sql`select id from listings
        where organization_id = ${organization} and store_id = ${otherId} and platform_variant_id = ${otherVariantId}`);
      const { failed } = await linkListings(test.hub, test.actor, [
        { listingId: id, variantId: await variantOf(sourceVariantId) },
      ]);
      if (failed[0] !== undefined) throw new Error(failed[0].problem);
    },
    hint: (storeId: string, { productId }: Good) =>
      tell(storeId, [{ kind: 'level_changed', productId, inventoryId: null, locationId: null }]),
    tell,
    store: (storeId: string) =>
      only<{ status: string; last_error_code: string | null; next_run_at: Date; blocked_until: Date | null }>(sql`
        select s.status, s.last_error_code, s.blocked_until, d.next_run_at from stores s
        join store_directory d on d.organization_id = s.organization_id and d.store_id = s.id
        where s.organization_id = ${organization} and s.id = ${storeId}`),
  };
}
