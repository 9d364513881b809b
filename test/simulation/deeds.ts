/** What people do in a world, on the platforms and in the hub. */
import { sql } from 'drizzle-orm';
import { present } from '#base/assert.ts';
import { AppError } from '#base/errors.ts';
import { sqlStateOf } from '#db/transaction.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { changeVariant } from '#listings/change-variant.ts';
import { linkListings, unlinkListings } from '#listings/link-listing.ts';
import { transferStock } from '#listings/post-stock.ts';
import { disconnectStore, pauseStore, resumeStore, updateStore } from '#stores/change-store.ts';
import { countsSafely } from '#stores/counts-safely.ts';
import { shopKind } from '#test/simulation/shops.ts';
import type { Deed } from '#test/simulation/story.ts';
import { connect, type Good, realConnectors, type Shop, shownAt, truthOf, type World } from '#test/simulation/world.ts';

/** A round of polling, and units that were edited away are kept back for as long as an order might explain them. */
const polledSeconds = 310 + 30;
/** Nobody tells that a campaign has ended: lowering is tried again each quarter of an hour (sync/tend-locks.ts). */
const triedAgainSeconds = 900 + polledSeconds;

/** `done`: it took effect. `refused`: the platform or the hub said no, as it should. `void`: there was nothing to do it to. */
export type Outcome = 'done' | 'refused' | 'void';

export async function perform(world: World, deed: Deed): Promise<Outcome> {
  switch (deed.kind) {
    case 'buy':
      return buy(world, deed);
    case 'take':
      return sell(world, { ...deed, units: 1, paid: true });
    case 'restock':
      return await restock(world, deed.to);
    case 'pay':
    case 'cancel':
    case 'ship':
    case 'return':
      return changeOrder(world, deed);
    case 'edit_quantity':
      return editQuantity(world, deed);
    case 'edit_price':
      shopOf(world, deed.store).practice.control.edit(idOf(world, deed), { price: deed.price });
      return 'done';
    case 'adjust':
      return await count(world, goodOf(world, deed.good), deed.by, (good) => ({ variantId: good.variantId, delta: deed.by }));
    case 'stocktake':
      return await count(world, goodOf(world, deed.good), deed.by, async (good) => ({
        variantId: good.variantId,
        counted: (await onHand(world, good)) + deed.by,
      }));
    case 'move':
      return await move(world, deed);
    case 'edit_order':
      return editOrder(world, deed);
    case 'unlink':
    case 'pause':
    case 'disconnect':
      return await leave(world, deed);
    case 'campaign':
      return promote(world, deed);
    case 'empty_place':
      return await inHub(() => showSecond(world, false));
    case 'price':
      return await inHub(() =>
        changeVariant(world.test.hub, world.test.actor, goodOf(world, deed.good).variantId, { price: deed.price }),
      );
    default:
      throw new Error(`${deed.kind} is no deed of people`);
  }
}

type Of<K extends Deed['kind']> = Extract<Deed, { kind: K }>;

const shopOf = (world: World, place: number): Shop => present(world.shops[place], `shop ${place}`);
const goodOf = (world: World, at: number): Good => present(world.goods[at], `good ${at}`);
const idOf = (world: World, { store, good }: { store: number; good: number }): string =>
  present(goodOf(world, good).on[store], `good ${good} at shop ${store}`);

/** A buyer takes what the store shows; of another good, where the shelf is empty. */
function buy(world: World, deed: Of<'buy'>): Outcome {
  const goods = [...world.goods.keys()].map((next) => (deed.good + next) % world.goods.length);
  const good = goods.find((one) => shownAt(world, deed.store, goodOf(world, one)).quantity > 0);
  if (good !== undefined) return sell(world, { ...deed, good });
  // Where much is bought everything is sold out at times, or lies where this store shows nothing of it.
  const elsewhere = deed.store === 0 && world.locations !== null;
  return elsewhere || world.goods.every((one) => truthOf(world, one) <= 0) ? 'void' : 'refused';
}

/** What was sold of more than there was counts as oversold. */
function sell(world: World, bought: Pick<Of<'buy'>, 'store' | 'good' | 'units' | 'paid'>): Outcome {
  const { practice, orders } = shopOf(world, bought.store);
  const variantId = idOf(world, bought);
  const good = goodOf(world, bought.good);
  const shown = shownAt(world, bought.store, good).quantity;
  const units = Math.min(bought.units, shown);
  if (units === 0) return 'void';
  const inWindow = shown > Math.max(0, truthOf(world, good));
  if (orders !== null) {
    // An order is shipped from one place: what lies at two is not sold as one.
    if (orders.place([{ variantId, units }], { paid: bought.paid }) === null)
      return world.locations === null ? refusedFor(shown, units) : 'void';
  } else {
    // What only a lower figure tells of is told of what the store counts.
    if (good.madeOf !== null) return 'void';
    if (!practice.control.sell(variantId, units)) return refusedFor(shown, units);
    good.stock -= units;
  }
  const over = overOf(world, good, units);
  world.sales.push({ at: world.time.milliseconds(), shop: bought.store, good: bought.good, units, over, inWindow });
  return 'done';
}

/** Of units that were just sold, those that were not there; of a bundle by its scarcest part. */
function overOf(world: World, good: Good, units: number): number {
  const parts = good.madeOf?.map((part) => ({ one: goodOf(world, part.good), each: part.units })) ?? [{ one: good, each: 1 }];
  return Math.max(...parts.map(({ one, each }) => Math.ceil(Math.min(units * each, Math.max(0, -truthOf(world, one))) / each)));
}

/** An empty shelf is a refusal as it should be; a full one is none. */
function refusedFor(shown: number, units: number): Outcome {
  if (shown >= units) throw new Error(`the platform refuses ${units} units although it shows ${shown}`);
  return 'void';
}

function changeOrder(world: World, deed: Of<'pay' | 'cancel' | 'ship' | 'return'>): Outcome {
  const { orders } = shopOf(world, deed.store);
  if (orders === null) return 'void';
  type Line = ReturnType<typeof orders.list>[number]['lines'][number];
  const open = ({ ordered, cancelled, shipped }: Line): number => ordered - cancelled - shipped;
  const returnable = ({ shipped, returned }: Line): number => shipped - returned;
  const unpaid = (status: string): boolean => /unpaid|pending/i.test(status);
  const fit = orders.list().filter(({ status, lines }) => {
    if (deed.kind === 'pay') return unpaid(status);
    if (deed.kind === 'return') return lines.some((line) => returnable(line) > 0);
    return !(deed.kind === 'ship' && unpaid(status)) && lines.every((line) => open(line) === line.ordered);
  });
  const order = fit[Math.floor(deed.pick * fit.length)];
  if (order === undefined) return 'void';
  if (deed.kind === 'pay') orders.pay(order.id);
  else if (deed.kind === 'cancel') orders.cancel(order.id, { restock: true });
  else if (deed.kind === 'ship') orders.ship(order.id);
  else
    orders.refund(
      order.id,
      order.lines
        .filter((line) => returnable(line) > 0)
        .map((line) => ({ variantId: line.variantId, units: returnable(line), restock: true })),
    );
  return 'done';
}

/** Where the source store counts an edit is a correction; elsewhere it is drift, and nothing has changed in truth. */
function editQuantity(world: World, deed: Of<'edit_quantity'>): Outcome {
  const good = goodOf(world, deed.good);
  const shown = shownAt(world, deed.store, good).quantity;
  const by = Math.max(-shown, deed.by);
  if (by === 0) return 'void';
  shopOf(world, deed.store).practice.control.edit(idOf(world, deed), { quantity: shown + by });
  if (
    deed.store === 0 &&
    good.madeOf === null &&
    countsSafely(present(realConnectors[shopOf(world, 0).platform], 'a connector').manifest)
  )
    good.stock += by;
  else world.untold.push({ at: world.time.milliseconds(), shop: deed.store, good: deed.good, seconds: polledSeconds });
  return 'done';
}

async function count(
  world: World,
  good: Good,
  by: number,
  said: (good: Good) => Promise<Parameters<typeof adjustStock>[2]> | Parameters<typeof adjustStock>[2],
): Promise<Outcome> {
  const outcome = await inHub(async () => void (await adjustStock(world.test.hub, world.test.actor, await said(good))));
  if (outcome === 'done') good.stock += by;
  return outcome;
}

async function move(world: World, { good, by }: Of<'move'>): Promise<Outcome> {
  const { main, shop } = present(world.locations, 'two locations');
  const [fromLocationId, toLocationId] = by > 0 ? [main, shop] : [shop, main];
  const lines = [{ variantId: goodOf(world, good).variantId, units: Math.abs(by) }];
  const { hub, actor } = world.test;
  const what = { fromLocationId, toLocationId, note: '', belowZero: false, lines };
  // What is not there is not moved.
  return (await inHub(async () => void (await transferStock(hub, actor, what)))) === 'done' ? 'done' : 'void';
}

async function restock(world: World, to: number): Promise<Outcome> {
  for (const good of world.goods) {
    const by = to - truthOf(world, good);
    if (by !== 0) await count(world, good, by, ({ variantId }) => ({ variantId, delta: by }));
  }
  return 'done';
}

/** An order of which nothing is shipped yet has one more of a thing, or one fewer. */
function editOrder(world: World, { pick, by }: Of<'edit_order'>): Outcome {
  const place = world.shops.findIndex(({ platform }) => shopKind(platform).editsOrders);
  const orders = world.shops[place]?.orders ?? null;
  if (orders === null) return 'void';
  const shownOf = (variantId: string) => {
    const good = world.goods.find(({ on }) => on[place] === variantId);
    return good === undefined ? 0 : shownAt(world, place, good).quantity;
  };
  const fit = orders.list().flatMap(({ id, status, lines }) => {
    if (/cancel/i.test(status) || lines.some(({ shipped, cancelled }) => shipped + cancelled > 0)) return [];
    return lines
      .filter(({ variantId, ordered }) => (by > 0 ? shownOf(variantId) > 0 : ordered > 1))
      .map(({ variantId, ordered }) => ({ id, variantId, units: ordered + by }));
  });
  const chosen = fit[Math.floor(pick * fit.length)];
  if (chosen === undefined) return 'void';
  orders.edit(chosen.id, chosen);
  return 'done';
}

/** Of which `takeUp` makes the end. */
export type Passing = Of<'unlink' | 'pause' | 'disconnect' | 'campaign' | 'empty_place'>;
const passing: readonly Deed['kind'][] = [
  ...(['unlink', 'pause', 'disconnect', 'campaign', 'empty_place'] satisfies Passing['kind'][]),
];
export const isPassing = (deed: Deed): deed is Passing => passing.includes(deed.kind);

/** Nobody hears meanwhile what is sold there, nor is it told what is sold elsewhere. */
async function leave(world: World, deed: Of<'unlink' | 'pause' | 'disconnect'>): Promise<Outcome> {
  const { hub, actor } = world.test;
  noteApart(world, deed);
  return await inHub(async () => {
    if (deed.kind === 'unlink') await unlinkListings(hub, actor, [await otherListing(world, deed.good)]);
    else if (deed.kind === 'pause') await pauseStore(hub, actor, shopOf(world, deed.store).storeId);
    else await disconnectStore(hub, actor, shopOf(world, deed.store).storeId);
  });
}

const triesAtMost = 10;

/** What was left for a while is taken up again, even if the database has to be asked twice; a campaign is over. */
export async function takeUp(world: World, deed: Passing): Promise<void> {
  const { hub, actor } = world.test;
  if (deed.kind === 'campaign') {
    const place = promoting(world);
    shopOf(world, place).practice.control.lockForCampaign?.(idOf(world, { store: place, good: deed.good }), 0);
    return noteApart(world, deed);
  }
  for (let tries = 0; ; tries++) {
    const outcome = await inHub(async () => {
      if (deed.kind === 'unlink') await relink(world, deed.good);
      else if (deed.kind === 'empty_place') await showSecond(world, true);
      else if (deed.kind === 'pause') await resumeStore(hub, actor, shopOf(world, deed.store).storeId);
      else await connect(world, shopOf(world, deed.store));
    });
    if (outcome === 'done') break;
    if (tries === triesAtMost) throw new Error('what was left is not taken up again');
  }
  if (deed.kind !== 'empty_place') noteApart(world, deed);
}

/** Our second location at the place of the other store, or nothing there and its units at the main one. */
async function showSecond(world: World, shown: boolean): Promise<void> {
  const { test, locations } = world;
  const { place, shop } = present(locations, 'two locations');
  const settings = shown ? { locationMap: { [place]: shop }, emptyPlaces: [] } : { locationMap: {}, emptyPlaces: [place] };
  await updateStore(test.hub, test.actor, shopOf(world, 1).storeId, { settings });
}

async function relink(world: World, good: number): Promise<void> {
  const { hub, actor } = world.test;
  const link = { listingId: await otherListing(world, good), variantId: goodOf(world, good).variantId };
  const { failed } = await linkListings(hub, actor, [link]);
  if (failed[0] !== undefined) throw new Error(failed[0].problem);
}

function promote(world: World, deed: Of<'campaign'>): Outcome {
  const place = promoting(world);
  const units = place < 0 ? 0 : Math.ceil(deed.share * shownAt(world, place, goodOf(world, deed.good)).quantity);
  if (units === 0) return 'void';
  noteApart(world, deed);
  shopOf(world, place).practice.control.lockForCampaign?.(idOf(world, { store: place, good: deed.good }), units);
  return 'done';
}

const promoting = ({ shops }: World): number => shops.findIndex(({ practice }) => practice.control.lockForCampaign !== undefined);

/** What either store shows of these goods may be off. */
function noteApart({ time, shops, goods, untold }: World, deed: Passing): void {
  const seconds = deed.kind === 'campaign' ? triedAgainSeconds : polledSeconds;
  for (const shop of shops.keys())
    for (const good of 'good' in deed ? [deed.good] : goods.keys()) untold.push({ at: time.milliseconds(), shop, good, seconds });
}

async function otherListing(world: World, good: number): Promise<string> {
  const { test, shops } = world;
  const rows = await test.rows<{ id: string }>(sql`select id from listings where organization_id = ${test.organizationId}
    and store_id = ${present(shops[1], 'the other store').storeId} and platform_variant_id = ${idOf(world, { store: 1, good })}`);
  return present(rows[0], 'the listing at the other store').id;
}

async function onHand({ test }: World, good: Good): Promise<number> {
  const rows = await test.rows<{ on_hand: number }>(sql`
    select n.on_hand from inventory_items n join inventory_locations w on w.organization_id = n.organization_id and w.id = n.location_id and w.is_default
    where n.organization_id = ${test.organizationId} and n.variant_id = ${good.variantId}`);
  return present(rows[0], `the count of ${good.sku}`).on_hand;
}

/** A person sees a no of the hub, or that the connection was lost before anything was begun. */
async function inHub(work: () => Promise<void>): Promise<Outcome> {
  try {
    await work();
    return 'done';
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.code === 'invalid_input') return 'refused';
    if (isLostConnection(thrown)) return 'refused';
    throw thrown;
  }
}

/** 57P01: ended by an administrator. The driver has words of its own for a connection that was cut. */
export function isLostConnection(thrown: unknown): boolean {
  if (sqlStateOf(thrown) === '57P01') return true;
  for (let error: unknown = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++)
    if (/Connection terminated|connection was closed|not queryable|ECONNRESET/i.test(error.message)) return true;
  return false;
}
