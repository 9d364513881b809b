/** Two practice stores, connected, pulled and linked, beside the truth about their goods that no program knows. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { sql } from 'drizzle-orm';
import { present } from '#base/assert.ts';
import type { Connector } from '#connectors/connector.ts';
import type { PracticeOrders, PracticeShop } from '#connectors/practice.ts';
import { registry } from '#connectors/registry.ts';
import { changeComponents } from '#listings/change-bundle.ts';
import { openLocation } from '#listings/change-location.ts';
import { linkListings } from '#listings/link-listing.ts';
import { transferStock } from '#listings/post-stock.ts';
import { connectStore } from '#stores/connect-store.ts';
import type { StoreSettings } from '#stores/stores.ts';
import { changeStoreRow, findStore, lockStore } from '#stores/stores-store.ts';
import { runTurn, type TurnOptions } from '#sync/run-turn.ts';
import { type TestHub, testHub } from '#test/hub.ts';
import { inProcess, type Observer } from '#test/simulation/in-process.ts';
import { type OneAtATime, type Statements, sealerThrough, statementsThrough } from '#test/simulation/one-at-a-time.ts';
import { randomOf } from '#test/simulation/random.ts';
import { shopKind } from '#test/simulation/shops.ts';
import type { Part, Story } from '#test/simulation/story.ts';
import type { VirtualTime } from '#test/simulation/virtual-time.ts';
import { receiveWebhook } from '#webhooks/receive-webhook.ts';

export interface Shop {
  platform: string;
  practice: PracticeShop;
  storeId: string;
  /** Buyers' orders, where both sides know them; else sales move the quantity alone. */
  orders: PracticeOrders | null;
}

export interface Good {
  sku: string;
  variantId: string;
  /** Its id on each shop. */
  on: readonly string[];
  /** Counted, corrected, edited at the source: all but what orders took. Nobody counts a bundle. */
  stock: number;
  /** A bundle's parts. */
  madeOf: readonly Part[] | null;
}

export interface Push {
  /** When its calls left, its questions included. */
  sentAt: number[];
  arrivedAt: number[];
  shop: number;
  writes: { variantId: string; quantity: number; applied: boolean }[];
  lastOrdersAt: number | null;
  applied: number;
}

export interface World {
  test: TestHub;
  time: VirtualTime;
  gate: OneAtATime;
  statements: Statements;
  /** Of its database. */
  url: string;
  story: Story;
  shops: readonly Shop[];
  goods: readonly Good[];
  /** Ours, where there are two: the other store has a place for each. */
  locations: { main: string; shop: string; place: string } | null;
  /** Stores that somebody has woken. */
  woken: Set<string>;
  /** Set to refuse what comes in: the hub hears no webhooks. */
  deaf: boolean;
  /** Units that a store keeps back which does not own the count. */
  spare: number;
  pushes: Push[];
  /** As the platforms took them. `over`: units of it that were not there. `inWindow`: the store showed more than there was. */
  sales: { at: number; shop: number; good: number; units: number; over: number; inWindow: boolean }[];
  /** What nobody tells of: it may take so many seconds until it is found. */
  untold: { at: number; shop: number; good: number; seconds: number }[];
  close(): Promise<void>;
}

export interface WorldOptions {
  time: VirtualTime;
  gate: OneAtATime;
  /** The source store's platform, and the other's. */
  stores: readonly [string, string];
  /** Of both stores, other than the usual ones. */
  settings?: Partial<StoreSettings>;
  deaf?: boolean;
  /** A connector that lies to the engine, in proof that the simulation sees it. */
  tamper?: (connector: Connector) => Connector;
  /** A database that is told something else, in the same proof. */
  reworded?: (statement: string) => string;
}

export const realConnectors: Readonly<Record<string, Connector>> = registry;

const publicUrl = 'https://hub.example';

export async function openWorld(database: { appUrl: string }, story: Story, options: WorldOptions): Promise<World> {
  const { time } = options;
  const world = {
    time,
    story,
    url: database.appUrl,
    locations: null,
    woken: new Set<string>(),
    deaf: options.deaf ?? false,
    spare: options.settings?.stockRule?.buffer ?? 0,
    pushes: [],
    sales: [],
    untold: [],
  } as unknown as World;
  const practices = options.stores.map((platform, place) => {
    const practice = shopKind(platform).open(
      {
        shop: `sim-${story.seed}-${place}`,
        baseUrl: originOf(place),
        currency: 'USD',
        time: time.forShops,
        deliver: (_, init) => deliver(world, platform, init),
      },
      story.places === true && place === 1 ? 2 : 1,
    );
    practice.control.add(
      story.goods.map(({ quantity, price }, at) => ({ title: `Good ${at}`, variants: [{ sku: skuOf(at), price, quantity }] })),
    );
    return practice;
  });
  const test = await testHub(database, {
    clock: time,
    connectors: Object.fromEntries(
      options.stores.map((platform, place) => {
        const real = present(realConnectors[platform], `a connector of ${platform}`);
        return [platform, observed(world, place, options.tamper === undefined ? real : options.tamper(real))];
      }),
    ),
    environment: {
      PUBLIC_URL: publicUrl,
      ...Object.fromEntries(options.stores.flatMap((platform, place) => appOf(platform, present(practices[place], 'a shop')))),
    },
  });
  test.hub.wake = (_, storeId) => void world.woken.add(storeId);
  const called = new Map(
    practices.map((practice, place) => [originOf(place), { practice, random: randomOf(story.seed, place + 1) }]),
  );
  const observe: Observer = (moment) => sentFor.getStore()?.[`${moment}At`].push(time.milliseconds());
  test.hub.wire = inProcess(time, (origin) => called.get(origin), observe);
  const reworded = (text: string) => options.reworded?.(text) ?? text;
  const statements = statementsThrough(options.gate, test.hub.db.pool, database.appUrl, (text) =>
    reworded(byTheClockOf(time, text)),
  );
  test.hub.sealer = sealerThrough(options.gate, test.hub.sealer);
  Object.assign(world, { test, statements, gate: options.gate, close: () => close(test, statements, practices) });
  try {
    await furnish(world, practices, options);
    return world;
  } catch (thrown) {
    await world.close();
    throw thrown;
  }
}

const originOf = (place: number): string => `http://127.0.0.1:${place + 1}`;

/** Calls are paced by the database's clock: it is told the world's. Leases keep its own. */
const byTheClockOf = (time: VirtualTime, text: string): string =>
  text.includes('pacing_buckets') ? text.replaceAll('clock_timestamp()', `to_timestamp(${time.milliseconds() / 1000})`) : text;

/** Connects the stores, pulls what they have and links it. */
async function furnish(world: World, practices: readonly PracticeShop[], options: WorldOptions): Promise<void> {
  const { test, story } = world;
  const storeIds: string[] = [];
  for (const [place, platform] of options.stores.entries())
    storeIds.push(await connect(world, { platform, practice: present(practices[place], 'a practice store') }));
  const shops = options.stores.map((platform, place): Shop => {
    const practice = present(practices[place], 'a practice store');
    const read = test.hub.connectors[platform]?.orders !== undefined;
    return {
      platform,
      practice,
      storeId: present(storeIds[place], 'a store'),
      orders: read ? (practice.control.orders ?? null) : null,
    };
  });
  Object.assign(world, { shops });
  await settle(world);
  Object.assign(world, { goods: await link(world) });
  await bundle(world);
  // Somebody's edit of a figure that is not the count is put back: what a write of ours has met nobody could say.
  for (const { storeId } of shops) await changeSettings(world, storeId, { drift: { quantity: 'hub' } });
  if (story.places === true) await openShop(world);
  if (options.settings !== undefined) for (const { storeId } of shops) await changeSettings(world, storeId, options.settings);
  await settle(world);
}

/** What is made of others, as the story says. */
async function bundle({ test, goods }: World): Promise<void> {
  for (const { variantId, madeOf } of goods) {
    const parts = (madeOf ?? []).map(({ good, units }) => ({ variantId: present(goods[good], 'a part').variantId, units }));
    if (parts.length > 0) await changeComponents(test.hub, test.actor, variantId, parts);
  }
}

/** A second location of ours, with a part of every good, and a place of its own at the other store. */
async function openShop(world: World): Promise<void> {
  const { test, shops, goods } = world;
  const storeId = present(shops[1], 'the other store').storeId;
  const { metadata } = await test.within((tx) => findStore(tx, storeId));
  const [, second] = (metadata.locations ?? []) as readonly { id: string; preferred: boolean }[];
  const place = present(second, 'a second location of the other store').id;
  const shop = await openLocation(test.hub, test.actor, { name: 'Shop' });
  const [main] = await test.rows<{ id: string }>(sql`select id from inventory_locations where is_default`);
  const locations = { main: present(main, 'the main location').id, shop, place };
  const lines = goods
    .filter(({ madeOf }) => madeOf === null)
    .map(({ variantId, stock }) => ({ variantId, units: Math.max(1, Math.floor(stock / 3)) }));
  const moved = { fromLocationId: locations.main, toLocationId: shop, note: '', belowZero: false };
  await transferStock(test.hub, test.actor, { ...moved, lines });
  await changeSettings(world, storeId, { locationMap: { [place]: shop } });
  Object.assign(world, { locations });
}

const skuOf = (at: number): string => `SKU-${at}`;

/** What buyers have, as the platforms' orders say: of each shop, units by variant. */
export const takenFrom = (world: World): ReadonlyMap<string, number>[] =>
  world.shops.map(({ orders }) => {
    const taken = new Map<string, number>();
    for (const { lines } of orders?.list() ?? [])
      for (const { variantId, ordered, cancelled, returned } of lines)
        taken.set(variantId, (taken.get(variantId) ?? 0) + ordered - cancelled - returned);
    return taken;
  });

/** What is there to be sold: what was counted, less what buyers have; of a bundle, as much as its scarcest part allows. */
export function truthOf(world: World, good: Good, taken = takenFrom(world)): number {
  const takenOf = (one: Good): number => taken.reduce((sum, ofShop, place) => sum + (ofShop.get(one.on[place] ?? '') ?? 0), 0);
  if (good.madeOf === null)
    return world.goods.reduce(
      (left, one) => left - takenOf(one) * (one === good ? 1 : unitsIn(one, world.goods.indexOf(good))),
      good.stock,
    );
  return Math.min(
    ...good.madeOf.map((part) => Math.floor(truthOf(world, present(world.goods[part.good], 'a part'), taken) / part.units)),
  );
}

/** How many of a good are in one of another; 0: none. */
export const unitsIn = ({ madeOf }: Good, good: number): number => madeOf?.find((part) => part.good === good)?.units ?? 0;

export function shownAt(world: World, place: number, good: Good): { quantity: number; price: string } {
  const found = world.shops[place]?.practice.control.goods().find(({ variantId }) => variantId === good.on[place]);
  return present(found, `${good.sku} at shop ${place}`);
}

function appOf(platform: string, practice: PracticeShop): [string, string][] {
  const { clientId, clientSecret } = shopKind(platform).app(practice.control.access());
  const prefix = `STORESYNC_APP_${platform.toUpperCase()}`;
  return [
    [`${prefix}_CLIENT_ID`, clientId],
    [`${prefix}_CLIENT_SECRET`, clientSecret],
  ];
}

async function deliver(
  world: World,
  platform: string,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<number> {
  // Heard, but not listened to: no platform is told to try again.
  if (world.deaf) return 200;
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const answer = await receiveWebhook(world.test.hub, platform, { body: new TextEncoder().encode(body), headers: named });
  return answer.status;
}

/** What the calls that are made now are made for. */
const sentFor = new AsyncLocalStorage<Push>();

/** Notes what is pushed, and how old the newest reading of orders was then. */
function observed(world: World, shop: number, connector: Connector): Connector {
  let lastOrdersAt: number | null = null;
  const { orders } = connector;
  return {
    ...connector,
    async pushQuantities(session, writes) {
      const told = writes.map(({ ref, quantity }) => ({ variantId: ref.listing.variantId, quantity, applied: false }));
      const push: Push = { sentAt: [], arrivedAt: [], shop, writes: told, lastOrdersAt, applied: 0 };
      world.pushes.push(push);
      const results = await sentFor.run(push, () => connector.pushQuantities(session, writes));
      for (const [at, write] of told.entries()) write.applied = results[at]?.outcome === 'applied';
      push.applied = told.filter(({ applied }) => applied).length;
      return results;
    },
    ...(orders === undefined
      ? {}
      : {
          orders: {
            ...orders,
            async *pull(session, request) {
              const startedAt = world.time.milliseconds();
              yield* orders.pull(session, request);
              lastOrdersAt = startedAt;
            },
          },
        }),
  };
}

export async function connect(
  { test, time }: World,
  { platform, practice }: Pick<Shop, 'platform' | 'practice'>,
): Promise<string> {
  const access = practice.control.access();
  const baseUrl = access.baseUrl ?? access.base_url ?? null;
  const connecting = connectStore(test.hub, test.actor, { platform, baseUrl, ...shopKind(platform).form(access) });
  return (await time.during(connecting)).storeId;
}

/** Turns wait by the world's clock. */
export const turnOptions = ({ time }: World): TurnOptions => ({
  signal: new AbortController().signal,
  pause: (milliseconds) => time.pass(milliseconds / 1000),
});

/** Turns with both stores until neither has anything to do at once. */
export async function settle(world: World): Promise<void> {
  for (let rounds = 0; rounds < 20; rounds++) {
    let rest = true;
    for (const { storeId } of world.shops) {
      const due = await world.time.during(runTurn(world.test.hub, world.test.organizationId, storeId, turnOptions(world)));
      if (due === 'busy' || due <= world.time.now()) rest = false;
      world.time.advance(0.5);
    }
    if (rest && rounds > 1) return;
  }
  throw new Error('the stores do not come to rest before the story begins');
}

/** Every good of the other store to the variant that the source store's good has made. */
async function link(world: World): Promise<Good[]> {
  const { test, shops, story } = world;
  const listings = await test.rows<{
    id: string;
    store_id: string;
    sku: string;
    variant_id: string | null;
    platform_variant_id: string;
  }>(sql`select id, store_id, sku, variant_id, platform_variant_id from listings where organization_id = ${test.organizationId}`);
  const listingOf = (place: number, sku: string) =>
    present(
      listings.find((one) => one.store_id === shops[place]?.storeId && one.sku === sku),
      `the listing ${sku} of store ${place}`,
    );
  const goods = story.goods.map(({ quantity, madeOf = null }, at): Good => {
    const [source, other] = [listingOf(0, skuOf(at)), listingOf(1, skuOf(at))];
    const variantId = present(source.variant_id, `the variant of ${skuOf(at)}`);
    return { sku: skuOf(at), variantId, on: [source.platform_variant_id, other.platform_variant_id], stock: quantity, madeOf };
  });
  const links = goods.map(({ sku, variantId }) => ({ listingId: listingOf(1, sku).id, variantId }));
  const { failed } = await linkListings(test.hub, test.actor, links);
  if (failed[0] !== undefined) throw new Error(failed[0].problem);
  return goods;
}

async function changeSettings({ test }: World, storeId: string, change: Partial<StoreSettings>): Promise<void> {
  await test.within(async (tx) => {
    const { settings, rulesVersion } = await lockStore(tx, storeId);
    await changeStoreRow(tx, storeId, { settings: { ...settings, ...change }, rulesVersion: rulesVersion + 1 });
  });
}

/** The accounts are free for the next world of the same seed. */
async function close(test: TestHub, statements: Statements, practices: readonly PracticeShop[]): Promise<void> {
  for (const practice of practices) await practice.close();
  await test.hub.db.withoutOrganization((tx) =>
    tx.execute(sql`update store_directory set active = false where organization_id = ${test.organizationId}`),
  );
  await test.close();
  await statements.close();
}
