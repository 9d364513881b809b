import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import type { WebhookHint } from '#connectors/connector.ts';
import { MalformedResponse, PlatformUnavailable } from '#connectors/errors.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { lockLevels, quantityLevels, saveLevels } from '#listings/level-rows.ts';
import { afterEvent } from '#listings/level-state.ts';
import { pauseStore, resumeStore } from '#stores/change-store.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const begin = worlds();

const count = async (world: TwoStores, sourceVariantId: string, counted: number) =>
  void (await adjustStock(world.hub, world.actor, { variantId: await world.variantOf(sourceVariantId), counted }));

describe('what stores say', () => {
  test('I1: a count edited at the source store goes into the ledger and on to the other store', async () => {
    const world = await begin();
    world.source.good('shirt').quantity = 9;
    await world.hint(world.sourceId, world.source.good('shirt'));
    await world.turn(world.sourceId);
    expect(await world.onHand('shirt')).toBe(9);
    const lines = await world.rows<{ type: string; delta: number }>(
      sql`select type, delta from inventory_transactions where organization_id = ${world.organizationId} order by created_at, id`,
    );
    expect(lines).toEqual([
      { type: 'baseline', delta: 5 },
      { type: 'adoption', delta: 4 },
    ]);
    expect(world.wakes).toContain(`${world.organizationId}/${world.otherId}`);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(9);
    expect(world.source.callsOf('pushQuantities')).toBe(0);
  });

  test('what a whole pull does not show is asked about by itself, and gone only if it is not there then either', async () => {
    const world = await begin({ goods: [{ variantId: 'shirt' }, { variantId: 'hat' }] });
    world.other.good('hat*').gone = true;
    world.other.next('pull', async (_, proceed) => proceed().map((page) => ({ ...page, products: [] })));
    world.clock.advance(301);
    await world.turn(world.otherId);
    const states = sql`select platform_variant_id as id, state from listings where store_id = ${world.otherId} order by 1`;
    expect(await world.rows(states)).toEqual([
      { id: 'hat*', state: 'gone' },
      { id: 'shirt*', state: 'live' },
    ]);
    await count(world, 'hat', 3);
    await count(world, 'shirt', 3);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(3);
    expect(await world.rows(sql`select id from sync_logs where event = 'quantity_refused'`)).toEqual([]);
  });

  test('a write that was taken, and answered with something that nobody understands, does not undo what was sold since', async () => {
    const world = await begin();
    await count(world, 'shirt', 6);
    world.source.next('pushQuantities', async (_, proceed) => {
      proceed();
      throw new MalformedResponse('no results in it');
    });
    await world.turn(world.sourceId);
    world.source.good('shirt').quantity -= 2;
    for (const seconds of [31, 31]) {
      world.clock.advance(seconds);
      await world.turn(world.sourceId);
    }
    await world.turn(world.otherId);
    expect([world.source.good('shirt').quantity, world.other.good('shirt*').quantity]).toEqual([4, 4]);
    expect(await world.onHand('shirt')).toBe(4);
  });

  test('a figure that an answer leaves out is asked for again, not taken for gone', async () => {
    const world = await begin();
    await world.hint(world.otherId, world.other.good('shirt*'));
    world.other.next('readLevels', async () => []);
    await world.turn(world.otherId);
    await count(world, 'shirt', 3);
    world.clock.advance(61);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(3);
  });

  test('a price edited at the source store becomes the master price', async () => {
    const world = await begin();
    world.source.good('shirt').price = '14.00';
    world.clock.advance(301);
    await world.turn(world.sourceId);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').price).toBe('14.00');
    expect(world.source.callsOf('pushPrices')).toBe(0);
  });

  test("another store's edit is drift: it is read and set back, and the book does not move", async () => {
    const world = await begin();
    world.other.good('shirt*').quantity = 40;
    await world.hint(world.otherId, world.other.good('shirt*'));
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(5);
    expect(await world.onHand('shirt')).toBe(5);
    const lines = await world.rows<{ event: string }>(sql`select event from sync_logs where store_id = ${world.otherId}`);
    expect(lines.map((line) => line.event)).toContain('quantity_drift');
  });

  test('the echo of our own push changes nothing', async () => {
    const world = await begin();
    await count(world, 'shirt', 3);
    await world.turn(world.sourceId);
    await world.hint(world.sourceId, world.source.good('shirt'));
    await world.turn(world.sourceId);
    expect(await world.onHand('shirt')).toBe(3);
    expect(world.source.callsOf('pushQuantities')).toBe(1);
  });

  test('a reading that was overtaken by a hint is dropped, and the level is read again', async () => {
    const world = await begin();
    world.other.good('shirt*').quantity = 40;
    await world.hint(world.otherId, world.other.good('shirt*'));
    world.other.next('readLevels', async (_, proceed) => {
      const readings = proceed();
      world.other.good('shirt*').quantity = 5;
      await world.within(async (tx) => {
        const rows = await lockLevels(tx, quantityLevels, sql`l.store_id = ${world.otherId}`);
        const doubted = rows.map((row) => ({ ...row, level: afterEvent(row.level, { kind: 'doubted' }, quantityLevels.same) }));
        await saveLevels(tx, quantityLevels, doubted, world.clock.now());
      });
      return readings;
    });
    await world.turn(world.otherId);
    expect(world.other.callsOf('readLevels')).toBe(2);
    expect(world.other.callsOf('pushQuantities')).toBe(0);
    expect(await world.level('shirt*')).toMatchObject({ remote: 5, knowledge: 'known' });
  });

  test.each([
    { title: 'it was applied', shows: 8, onHand: 8 },
    { title: 'it was not', shows: 5, onHand: 8 },
    { title: 'something else happened as well: the larger loss is believed', shows: 6, onHand: 6 },
  ])('a lost write on the source store, $title: nothing of ours is mistaken for an edit', async ({ shows, onHand }) => {
    const world = await begin();
    world.source.next('pushQuantities', async () => {
      throw new PlatformUnavailable('no answer', { mayHaveApplied: true });
    });
    await count(world, 'shirt', 8);
    await world.turn(world.sourceId);
    world.source.good('shirt').quantity = shows;
    world.clock.advance(61);
    await world.turn(world.sourceId);
    expect(await world.onHand('shirt')).toBe(onHand);
    expect(world.source.good('shirt').quantity).toBe(onHand);
    expect(await world.level('shirt', world.sourceId)).toMatchObject({ knowledge: 'known', desired: onHand, remote: onHand });
  });

  test('a hint about a listing that a page is just bringing is not lost', async () => {
    const world = await begin();
    world.source.add({ variantId: 'hat', quantity: 5 });
    world.source.next('pull', async (_, proceed) => {
      const pages = proceed();
      world.source.good('hat').quantity = 4;
      await world.hint(world.sourceId, world.source.good('hat'));
      for (let waited = 0; waited < 100; waited++) {
        const waiting = await world.rows(
          sql`select 1 from webhook_events where store_id = ${world.sourceId} and processed_at is null`,
        );
        if (waiting.length === 0) return pages;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error('the hint was not taken in hand while the pull ran');
    });
    world.clock.advance(301);
    await world.turn(world.sourceId);
    await world.turn(world.sourceId);
    expect(await world.onHand('hat')).toBe(4);
  });
});

describe('hints of products', () => {
  const hinted = (world: TwoStores, storeId: string, hint: WebhookHint) => world.tell(storeId, [hint]);

  test('hold back no sale: it is booked while the page of a changed product is on its way', async () => {
    const world = await begin({ other: { orders: {} } });
    await world.turn(world.otherId);
    world.clock.advance(5);
    const booked = () => world.rows(sql`select 1 from order_items where booked_from is not null`);
    world.other.next('pull', async (_, proceed) => {
      world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*' }]));
      await hinted(world, world.otherId, { kind: 'order_changed', orderId: 'A' });
      for (let waited = 0; (await booked()).length === 0; waited++) {
        if (waited === 100) throw new Error('the order waited for the page');
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return proceed();
    });
    await hinted(world, world.otherId, { kind: 'product_changed', productId: world.other.good('shirt*').productId });
    await world.turn(world.otherId);
    expect(await booked()).toHaveLength(1);
    expect(await world.rows(sql`select 1 from webhook_events where processed_at is null`)).toEqual([]);
    expect(world.errors).toEqual([]);
  });
});

describe('people and processes', () => {
  test('a store paused during its turn is left alone from then on, and resuming reads before it writes', async () => {
    const world = await begin({ goods: [{ variantId: 'a' }, { variantId: 'b' }] });
    await count(world, 'a', 1);
    world.other.next('pushQuantities', async (_, proceed) => {
      const results = proceed();
      await pauseStore(world.hub, world.actor, world.otherId);
      await count(world, 'b', 1);
      return results;
    });
    await world.turn(world.otherId);
    expect(world.other.callsOf('pushQuantities')).toBe(1);
    expect(world.other.good('b*').quantity).toBe(5);
    world.other.good('b*').quantity = 9;
    await resumeStore(world.hub, world.actor, world.otherId);
    await world.turn(world.otherId);
    expect(world.other.callsOf('readLevels')).toBeGreaterThan(0);
    expect(world.other.good('b*').quantity).toBe(1);
  });

  test('work made while a turn ends makes the store due at once', async () => {
    const world = await begin();
    await world.turn(world.otherId);
    const before = await world.store(world.otherId);
    expect(before.next_run_at.getTime()).toBeGreaterThan(world.clock.now().getTime());
    const [turn] = await Promise.all([world.turn(world.otherId), count(world, 'shirt', 2)]);
    const { next_run_at } = await world.store(world.otherId);
    const done = world.other.good('shirt*').quantity === 2;
    expect(turn).not.toBe('busy');
    expect(done || next_run_at.getTime() <= world.clock.now().getTime()).toBe(true);
  });
});
