import { sql } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import type { Connector } from '#connectors/connector.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { changeVariant } from '#listings/change-variant.ts';
import { priceLevels, quantityLevels } from '#listings/level-rows.ts';
import { heldLease, holdFence, type Lease, LeaseLost, leaseSeconds, releaseLease, renewLease, takeLease } from '#stores/lease.ts';
import { makeDue } from '#stores/stores-store.ts';
import { acknowledgeWrites } from '#sync/acknowledge.ts';
import { claimDue } from '#sync/claim.ts';
import type { TwoStores } from './two-stores.ts';
import { workerWith } from './worker-with.ts';
import { worlds } from './worlds.ts';

const begin = worlds();

const expire = (world: TwoStores, storeId: string) =>
  world.rows(sql`update store_leases set expires_at = clock_timestamp() - interval '1 second' where store_id = ${storeId}`);

const take = (world: TwoStores) => world.within((tx) => takeLease(tx, world.otherId));

async function mustTake(world: TwoStores): Promise<Lease> {
  const lease = await take(world);
  if (lease === null) throw new Error('the lease is taken');
  return lease;
}

const count = async (world: TwoStores, counted: number) =>
  void (await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted }));

describe('the lease of a store', () => {
  test('of ten that reach for it at once, one gets it', async () => {
    const world = await begin();
    const taken = await Promise.all(Array.from({ length: 10 }, () => take(world)));
    expect(taken.filter((lease) => lease !== null)).toHaveLength(1);
    expect(await world.turn(world.otherId)).toBe('busy');
  });

  test('is free after its release, and after its time by the clock of the database; every taking has a higher fence', async () => {
    const world = await begin();
    const first = await mustTake(world);
    await world.within((tx) => releaseLease(tx, first));
    const second = await mustTake(world);
    expect(await take(world)).toBeNull();
    await expire(world, world.otherId);
    const third = await mustTake(world);
    expect([second.fence - first.fence, third.fence - second.fence]).toEqual([1, 1]);
  });

  test('its former holder neither renews it, nor releases it, nor writes under it', async () => {
    const world = await begin();
    const former = await mustTake(world);
    await expire(world, world.otherId);
    const present = await mustTake(world);
    await expect(renewLease(world.hub.db, former)).rejects.toThrow(LeaseLost);
    await world.within((tx) => releaseLease(tx, former));
    await expect(world.within((tx) => holdFence(tx, former))).rejects.toThrow(LeaseLost);
    await expect(world.within((tx) => holdFence(tx, present))).resolves.toBeUndefined();
    await expect(renewLease(world.hub.db, present)).resolves.toBeUndefined();
  });

  test('who stood still asks whether the store is still his before he calls it, and is told', async () => {
    const world = await begin();
    const { db } = world.hub;
    const untilOf = async () =>
      (await world.rows<{ at: Date }>(sql`select expires_at as at from store_leases where store_id = ${world.otherId}`))[0]?.at;
    const slept = heldLease(db, world.clock, await mustTake(world), world.clock.now());
    const given = await untilOf();
    world.clock.advance(leaseSeconds / 2);
    await slept.confirm();
    expect(await untilOf()).toEqual(given);
    world.clock.advance(leaseSeconds / 2);
    await Promise.all([slept.confirm(), slept.confirm()]);
    const renewed = await untilOf();
    expect(renewed).not.toEqual(given);
    await slept.confirm();
    expect(await untilOf()).toEqual(renewed);
    await expire(world, world.otherId);
    await mustTake(world);
    world.clock.advance(leaseSeconds);
    await expect(slept.confirm()).rejects.toThrow(LeaseLost);
    await expect(slept.confirm()).rejects.toThrow(LeaseLost);
  });

  test('a worker that lost the store between its claim and its call sends nothing, and blames nobody', async () => {
    const world = await begin({ other: { limits: { buckets: { api: { capacity: 40, refillPerSecond: 2, learned: false } } } } });
    await world.turn(world.otherId);
    const { connectors, wire } = world.hub;
    const sent: string[] = [];
    world.hub.wire = {
      ...wire,
      open: async ({ url }) => {
        sent.push(url);
        throw new Error('sent');
      },
    };
    const real = present(connectors.fake_other, 'the connector');
    const slow: Connector = {
      ...real,
      async pushQuantities(session, writes) {
        await expire(world, world.otherId);
        await mustTake(world);
        world.clock.advance(leaseSeconds);
        await session.http.send({ method: 'POST', url: 'https://shop.example/', bucket: 'api', cost: 1 });
        return await real.pushQuantities(session, writes);
      },
    };
    Object.assign(world.hub, { connectors: { ...connectors, fake_other: slow } });
    await count(world, 3);
    expect(await world.turn(world.otherId)).toBe('busy');
    expect(sent).toEqual([]);
    expect(world.errors).toEqual([]);
    expect(await world.level('shirt*')).toMatchObject({ knowledge: 'in_flight' });
  });

  test('is not taken while a transaction holds its fence, although its time is over', async () => {
    const world = await begin();
    const holder = await mustTake(world);
    await world.rows(
      sql`update store_leases set expires_at = clock_timestamp() + interval '100 milliseconds' where store_id = ${world.otherId}`,
    );
    const order: string[] = [];
    await world.within(async (tx) => {
      await holdFence(tx, holder);
      await tx.execute(sql`select pg_sleep(0.15)`);
      const taking = take(world).then((lease) => void order.push(lease === null ? 'not taken' : 'taken'));
      await tx.execute(sql`select pg_sleep(0.15)`);
      order.push('written');
      pending = taking;
    });
    await pending;
    expect(order).toEqual(['written', 'taken']);
  });

  test('is renewed while transactions hold its fence: who writes for long does not lose the store by it', async () => {
    const world = await begin();
    const lease = await mustTake(world);
    await world.within(async (tx) => {
      await holdFence(tx, lease);
      // What a renewal locks; said first, for a renewal that had to wait would wait for ever here.
      await world.rows(sql`select 1 from store_leases where store_id = ${world.otherId} for no key update nowait`);
      await expect(renewLease(world.hub.db, lease)).resolves.toBeUndefined();
    });
  });
});

let pending: Promise<void> = Promise.resolve();

describe('a worker that dies or is overtaken', () => {
  test('crash between claiming and acknowledging: the next one counts the write as lost, waits, reads, and sends', async () => {
    const world = await begin();
    await count(world, 3);
    const dead = await workerWith(world, await mustTake(world));
    const claimed = await claimDue(dead, quantityLevels, 100);
    expect(claimed).toHaveLength(1);
    expect(await world.level('shirt*')).toMatchObject({ knowledge: 'in_flight', eligible: false });
    expect(await world.turn(world.otherId)).toBe('busy');
    await expire(world, world.otherId);
    await world.turn(world.otherId);
    expect(await world.level('shirt*')).toMatchObject({ knowledge: 'unknown', lost_value: 3, eligible: true });
    expect(world.other.calls.filter((call) => call.operation !== 'pull')).toEqual([]);
    world.clock.advance(61);
    await world.turn(world.otherId);
    expect(world.other.callsOf('readLevels')).toBe(1);
    expect(world.other.good('shirt*').quantity).toBe(3);
    expect(await world.level('shirt*')).toMatchObject({ knowledge: 'known', eligible: false, lost_value: null });
  });

  test('a price that a dead worker was sending counts as lost, and is read before anything else is sent', async () => {
    const world = await begin();
    await changeVariant(world.hub, world.actor, await world.variantOf('shirt'), { price: '12.5' });
    const dead = await workerWith(world, await mustTake(world));
    expect(await claimDue(dead, priceLevels, 100)).toHaveLength(1);
    await expire(world, world.otherId);
    await world.turn(world.otherId);
    expect(await world.price('shirt*')).toMatchObject({ knowledge: 'unknown', eligible: true });
    world.clock.advance(61);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').price).toBe('12.50');
    expect(await world.price('shirt*')).toMatchObject({ knowledge: 'known', eligible: false });
  });

  test('the late answer of a worker that has lost the store changes nothing', async () => {
    const world = await begin();
    await count(world, 3);
    const former = await workerWith(world, await mustTake(world));
    const claimed = await claimDue(former, quantityLevels, 100);
    const ends = claimed.map((one) => ({ writeId: one.write?.id ?? '', outcome: 'applied' as const }));
    await expire(world, world.otherId);
    await world.turn(world.otherId);
    await expect(acknowledgeWrites(former, quantityLevels, claimed, ends)).rejects.toThrow(LeaseLost);
    expect(await world.level('shirt*')).toMatchObject({ knowledge: 'unknown', lost_value: 3 });
  });

  test('a whole turn that loses the store while its write is under way ends without believing the answer', async () => {
    const world = await begin();
    await count(world, 3);
    let second: 'busy' | Date = 'busy';
    world.other.next('pushQuantities', async (_, proceed) => {
      await expire(world, world.otherId);
      second = await world.turn(world.otherId);
      return proceed();
    });
    expect(await world.turn(world.otherId)).toBe('busy');
    expect(second).toBeInstanceOf(Date);
    expect(await world.level('shirt*')).toMatchObject({ knowledge: 'unknown', lost_value: 3 });
    await count(world, 7);
    world.clock.advance(61);
    await world.turn(world.otherId);
    expect(world.other.good('shirt*').quantity).toBe(7);
    expect(await world.level('shirt*')).toMatchObject({ knowledge: 'known', remote: 7 });
  });

  test('the answer of an earlier write does not speak for the one under way', async () => {
    const world = await begin();
    await count(world, 3);
    const worker = await workerWith(world, await mustTake(world));
    const first = await claimDue(worker, quantityLevels, 100);
    await acknowledgeWrites(
      worker,
      quantityLevels,
      first,
      first.map((one) => ({ writeId: one.write?.id ?? '', outcome: 'applied' as const })),
    );
    await count(world, 4);
    await claimDue(worker, quantityLevels, 100);
    await acknowledgeWrites(
      worker,
      quantityLevels,
      first,
      first.map((one) => ({ writeId: one.write?.id ?? '', outcome: 'applied' as const })),
    );
    expect(await world.level('shirt*')).toMatchObject({ knowledge: 'in_flight' });
  });
});

describe('claiming', () => {
  test('zeros go first, then decreases, and increases keep a share', async () => {
    const names = Array.from({ length: 20 }, (_, at) => `g${String(at).padStart(2, '0')}`);
    const world = await begin({ goods: names.map((variantId) => ({ variantId })) });
    for (const [at, name] of names.entries()) {
      const counted = at < 8 ? 9 : at < 16 ? 2 : 0;
      await adjustStock(world.hub, world.actor, { variantId: await world.variantOf(name), counted });
    }
    const worker = await workerWith(world, await mustTake(world));
    const claimed = await claimDue(worker, quantityLevels, 10);
    const values = claimed.map((one) => one.write?.value).sort();
    expect(values).toEqual([0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 9, 9]);
  });

  test('a level of older rules is lowered meanwhile, never raised', async () => {
    const world = await begin({ goods: [{ variantId: 'up' }, { variantId: 'down' }] });
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('up'), counted: 9 });
    await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('down'), counted: 1 });
    await world.rows(sql`update stores set rules_version = rules_version + 1 where id = ${world.otherId}`);
    const worker = await workerWith(world, await mustTake(world));
    const claimed = await claimDue(worker, quantityLevels, 10);
    expect(claimed.map((one) => one.write?.value)).toEqual([1]);
  });

  test('what has become something else by the passing of time is not sent as it was', async () => {
    const world = await begin();
    await count(world, 3);
    await world.rows(sql`update listing_levels set next_change_at = ${world.clock.now()} where store_id = ${world.otherId}`);
    const worker = await workerWith(world, await mustTake(world));
    expect(await claimDue(worker, quantityLevels, 10)).toEqual([]);
  });
});

test.each(['is not due', 'is due already'])(
  'work that is being made while a turn ends makes a store due that %s',
  async (then) => {
    const world = await begin();
    await world.turn(world.otherId);
    if (then === 'is due already') await world.within((tx) => makeDue(tx, world.otherId, world.clock.now()));
    const turn = await world.within(async (tx) => {
      await makeDue(tx, world.otherId, world.clock.now());
      await tx.execute(sql`insert into webhook_events (organization_id, id, store_id, topic, payload, hints, created_at)
      values (${tx.organizationId}, ${newId()}, ${world.otherId}, 'levels', '', '[]'::jsonb, ${world.clock.now()})`);
      // The turn finds nothing of this, for it is not committed, and comes to its end.
      const ending = world.turn(world.otherId);
      await new Promise((resolve) => setTimeout(resolve, 500));
      return { ending };
    });
    expect(((await turn.ending) as Date).getTime()).toBeLessThanOrEqual(world.clock.now().getTime());
    expect((await world.store(world.otherId)).next_run_at.getTime()).toBeLessThanOrEqual(world.clock.now().getTime());
  },
);

test('who makes work for a store does not wait for another who does', async () => {
  const world = await begin();
  await world.turn(world.otherId);
  await world.within((tx) => makeDue(tx, world.otherId, world.clock.now()));
  await world.within(async (tx) => {
    await makeDue(tx, world.otherId, world.clock.now());
    await world.within(async (beside) => {
      await beside.execute(sql`set local lock_timeout = '2s'`);
      await makeDue(beside, world.otherId, world.clock.now());
    });
  });
});
