/** Stock at several of a platform's locations: each of ours is shown at one of them, and sold, held and edited there. */
import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { openLocation } from '#listings/change-location.ts';
import { explainListing } from '#listings/explain-listing.ts';
import { quantityLevels } from '#listings/level-rows.ts';
import { transferStock } from '#listings/post-stock.ts';
import { releaseLease, takeLease } from '#stores/lease.ts';
import { claimDue } from '#sync/claim.ts';
import { changeLocationUnderBrake } from '#sync/location-brake.ts';
import { previewRules } from '#sync/preview-rules.ts';
import { remoteOrder } from './remote-order.ts';
import { begin, both, causes, change, counts, held, order, reasons, shop, shown, sold, told, world } from './two-places.ts';
import { workerWith } from './worker-with.ts';

async function main(): Promise<string> {
  const [found] = await world.rows<{ id: string }>(sql`select id from inventory_locations where is_default`);
  return found?.id ?? '';
}

/** Of two shirts. */
async function transfer(fromLocationId: string, toLocationId: string): Promise<void> {
  const lines = [{ variantId: await world.variantOf('shirt'), units: 2 }];
  await transferStock(world.hub, world.actor, { fromLocationId, toLocationId, note: '', belowZero: false, lines });
}

describe('each of our locations is shown', () => {
  test('where it is mapped to, or at the main place; a transfer moves units from one to the other', async () => {
    await begin();
    expect(shown()).toEqual([5, 5, 3]);
    await transfer(await main(), shop);
    await both();
    expect(shown()).toEqual([3, 3, 5]);
  });

  test('at the main place while nothing is mapped: the other place is left alone', async () => {
    await begin({ locationMap: {} });
    expect(shown()).toEqual([5, 8, 40]);
  });

  test('at the main place where the listing has no figure at the other one', async () => {
    await begin({}, null);
    expect(shown()).toEqual([5, 8, null]);
  });

  test('nowhere when it does not feed the store: its place is left alone, and so is one of what was never counted', async () => {
    await begin();
    const [main] = await world.rows<{ id: string }>(sql`select id from inventory_locations where is_default`);
    await change({ locationIds: [main?.id ?? ''] });
    world.other.good('shirt*').elsewhere = { boutique: 12 };
    await told('boutique');
    await both();
    expect(shown()).toEqual([5, 5, 12]);
    const empty = await openLocation(world.hub, world.actor, { name: 'Empty' });
    await change({ locationIds: null, locationMap: { boutique: empty } });
    expect(shown()).toEqual([5, 8, 12]);
    expect(await reasons()).toEqual({ depot: null, boutique: 'not_counted_here' });
  });
});

describe('a sale', () => {
  test('is taken from the location that the place shows, and every other store follows from what is left', async () => {
    await begin();
    sold('boutique', 2);
    await order('A', 'boutique', 2);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 0], Shop: [3, 2] }, [5, 5, 1]]);
    sold('depot', 1);
    await order('B', 'depot', 1);
    await both();
    expect([await counts(), shown()]).toEqual([{ Main: [5, 1], Shop: [3, 2] }, [4, 4, 1]]);
  });

  test('that is told of late is held at its place alone, and its order frees the units there', async () => {
    await begin();
    sold('boutique', 2);
    await told('boutique');
    await both();
    expect(await held()).toEqual([{ place: 'boutique', units: 2 }]);
    expect(shown(), 'nothing is missing anywhere else').toEqual([5, 5, 1]);
    await order('A', 'boutique', 2);
    await both();
    expect([await held(), await counts(), shown()]).toEqual([[], { Main: [5, 0], Shop: [3, 2] }, [5, 5, 1]]);
  });

  test('of one place explains no lower figure of the other', async () => {
    await begin();
    sold('boutique', 1);
    sold('depot', 2);
    await order('A', 'boutique', 1);
    await told('depot');
    await both();
    expect(await held()).toEqual([{ place: 'depot', units: 2 }]);
    expect(shown(), 'what may be sold of the main location is kept back where that is shown').toEqual([3, 3, 2]);
  });
});

test('where a platform takes all figures of a listing at once, one call waits for the other', async () => {
  await begin({}, 40, { quantitiesPerProduct: true });
  const variantId = await world.variantOf('shirt');
  const count = (counted: number, locationId?: string) =>
    adjustStock(world.hub, world.actor, { variantId, counted, ...(locationId === undefined ? {} : { locationId }) });
  const before = world.other.callsOf('pushQuantities');
  let atOnce = 0;
  world.other.next('pushQuantities', async (_, proceed) => {
    // A higher figure would wait for the lower one anyway.
    await count(2, shop);
    await new Promise((resolve) => setTimeout(resolve, 400));
    atOnce = world.other.callsOf('pushQuantities') - before;
    return proceed();
  });
  await count(8);
  await both();
  expect([atOnce, shown()]).toEqual([1, [8, 8, 2]]);
});

test('units that the platform gives back at one place are shown nowhere else before they are gone from there', async () => {
  await begin();
  await order('A', 'depot', 2);
  sold('depot', 2);
  await both();
  await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), delta: -4, belowZero: true });
  await both();
  expect(shown(), 'one is missing at Main, and two of three are left').toEqual([0, 0, 2]);
  const sums: number[] = [];
  const watch = () =>
    world.other.next('pushQuantities', async (_, proceed) => {
      const answer = proceed();
      sums.push((shown()[1] ?? 0) + (shown()[2] ?? 0));
      watch();
      return answer;
    });
  watch();
  world.other.good('shirt*').quantity += 2;
  const cancelled = { variantId: 'shirt*', quantity: 2, effect: { reserved: 0 }, change: { locationId: 'depot' } };
  const now = world.clock.now();
  const change = { nativeStatus: 'cancelled', cancelledAt: now.toISOString(), updatedAt: now.toISOString() };
  world.other.orders.set('A', remoteOrder('A', now, [cancelled], change));
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId: 'A' }]);
  await both();
  world.clock.advance(1);
  await both();
  expect(shown()).toEqual([1, 1, 3]);
  expect(Math.max(...sums), 'of four').toBeLessThanOrEqual(4);
});

test('orders that are read while figures are taken in hand let none be raised before the lower one that waits for them', async () => {
  await begin();
  const depot = await main();
  // Whichever of the two figures comes first.
  for (const [from, to] of [
    [depot, shop],
    [shop, depot],
  ] as const) {
    world.clock.advance(70);
    await transfer(from, to);
    const worker = await workerWith(world, present(await world.within((tx) => takeLease(tx, world.otherId)), 'the lease'));
    let reading = 0;
    Object.defineProperty(worker.store, 'ordersWantedAt', {
      get: () => null,
      set(at: Date) {
        reading += 1;
        worker.store.ordersReadAt = at;
      },
    });
    expect([await claimDue(worker, quantityLevels, 10), reading]).toEqual([[], 2]);
    await world.within((tx) => releaseLease(tx, worker.lease));
    await both();
  }
  expect(shown()).toEqual([5, 5, 3]);
});

test('an order at one place frees nothing that is held at another', async () => {
  await begin();
  sold('boutique', 2);
  await told('boutique');
  await both();
  sold('depot', 2);
  await order('A', 'depot', 2);
  await both();
  expect(await held()).toEqual([{ place: 'boutique', units: 2 }]);
  expect(shown()).toEqual([3, 3, 1]);
});

describe('an edit there', () => {
  test('is set back at its place, or changes the count of the location that is shown there', async () => {
    await begin();
    world.other.good('shirt*').elsewhere = { boutique: 9 };
    await told('boutique');
    await both();
    expect([shown(), await counts()]).toEqual([[5, 5, 3], { Main: [5, 0], Shop: [3, 0] }]);
    await change({ drift: { quantity: 'store' } });
    world.other.good('shirt*').elsewhere = { boutique: 9 };
    await told('boutique');
    await both();
    world.clock.advance(90);
    await both();
    expect([shown(), await counts()]).toEqual([[5, 5, 9], { Main: [5, 0], Shop: [9, 0] }]);
  });

  test('changes no location that is closed, whatever its turn would be', async () => {
    await begin({ drift: { quantity: 'store' } });
    const attic = await openLocation(world.hub, world.actor, { name: 'Attic', priority: 0 });
    const [main] = await world.rows<{ id: string }>(sql`select id from inventory_locations where is_default`);
    await changeLocationUnderBrake(world.hub, world.actor, present(main, 'the main location').id, {
      ownerStoreId: null,
      priority: 5,
    });
    await changeLocationUnderBrake(world.hub, world.actor, attic, { isActive: false });
    await both();
    world.other.good('shirt*').quantity = 7;
    await told('depot');
    await both();
    world.clock.advance(90);
    await both();
    expect([shown(), await counts()]).toEqual([[10, 7, 3], { Main: [7, 0], Shop: [3, 0] }]);
  });
});

test('a late order explains what was missing at its own place, and nothing at another', async () => {
  await begin({ drift: { quantity: 'store' } });
  const soldAt = world.clock.now();
  sold('boutique', 2);
  await told('boutique');
  await both();
  world.clock.advance(90);
  await both();
  expect([await counts(), await causes()]).toEqual([{ Main: [5, 0], Shop: [1, 0] }, [['boutique', 'edited', 'taken_over']]]);
  const late = (id: string, place: string) => {
    const item = { variantId: 'shirt*', quantity: 2, change: { locationId: place } };
    world.other.orders.set(id, { ...remoteOrder(id, soldAt, [item]), updatedAt: world.clock.now().toISOString() });
    return world.tell(world.otherId, [{ kind: 'order_changed', orderId: id }]);
  };
  sold('depot', 2);
  await late('A', 'depot');
  await both();
  expect([await counts(), await causes()]).toEqual([{ Main: [5, 2], Shop: [1, 0] }, [['boutique', 'edited', 'taken_over']]]);
  await late('B', 'boutique');
  await both();
  expect([await counts(), await causes()]).toEqual([{ Main: [5, 2], Shop: [3, 2] }, [['boutique', 'missed_order', 'explained']]]);
});

describe('a rule', () => {
  test('is of all places together: what it keeps back is missing at the main one first', async () => {
    await begin();
    const rule = { buffer: 6, percent: 100, cap: null };
    await change({ stockRule: rule });
    expect(shown(), '8 less 6').toEqual([5, 0, 2]);
    await change({ stockRule: { ...rule, buffer: 2 } });
    expect(shown(), '8 less 2').toEqual([5, 3, 3]);
  });

  test('counts what is missing at one place against the others', async () => {
    await begin();
    await adjustStock(world.hub, world.actor, {
      variantId: await world.variantOf('shirt'),
      locationId: shop,
      delta: -5,
      belowZero: true,
    });
    await both();
    expect(shown(), 'five, and two that are missing').toEqual([5, 3, 0]);
  });

  test('and a mapping are previewed by what all places show, and by what moves', async () => {
    await begin();
    const ask = (patch: object) =>
      world.within((tx) => previewRules(world.hub, tx, { scope: { storeId: world.otherId }, patch, figures: 'quantities' }));
    expect((await ask({ locationMap: {} })).largest).toMatchObject([{ quantity: { before: 8, after: 8 } }]);
    expect((await ask({ stockRule: { buffer: 1, percent: 100, cap: null } })).largest).toMatchObject([
      { quantity: { before: 8, after: 7 } },
    ]);
    expect((await ask({ locationMap: { boutique: shop } })).largest).toEqual([]);
  });
});

test('why it is so is told by place', async () => {
  await begin();
  const { listing_id: listingId } = await world.level('shirt*');
  const { quantity } = await explainListing(world.hub, world.actor, listingId);
  expect(quantity).toMatchObject({
    result: '8',
    places: [
      { id: 'boutique', name: 'boutique there', locations: ['Shop'], isOwned: false, result: '3', pushed: { remote: '3' } },
      { id: 'depot', name: 'depot there', locations: ['Main'], isOwned: false, result: '5', pushed: { remote: '5' } },
    ],
  });
  expect(quantity.steps).toMatchObject([
    { code: 'on_hand', amount: '5', parameters: { location: 'Main' } },
    { code: 'on_hand', amount: '3', parameters: { location: 'Shop' } },
    { code: 'available', amount: '8' },
  ]);
});
