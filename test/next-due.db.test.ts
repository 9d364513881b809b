/** A store that polls once a day is due sooner when something in its books is: each thing by itself. */
import { type SQL, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const begin = worlds();
const daySeconds = 86_400;

const later = (world: TwoStores, seconds: number) => new Date(world.clock.now().getTime() + seconds * 1000);

const ofStore = (world: TwoStores, table: 'listing_levels' | 'listing_prices', change: SQL) =>
  world.rows(sql`update ${sql.raw(table)} set ${change} where store_id = ${world.otherId}`);

/** Each makes something due in so many seconds. */
const causes: Record<string, [seconds: number, cause: (world: TwoStores, at: Date) => Promise<unknown>]> = {
  'a quantity that waits': [
    40,
    (world, at) => ofStore(world, 'listing_levels', sql`eligible = true, knowledge = 'unknown', attempt_after = ${at}`),
  ],
  'a price that waits': [
    41,
    (world, at) => ofStore(world, 'listing_prices', sql`eligible = true, knowledge = 'unknown', attempt_after = ${at}`),
  ],
  'a quantity that becomes another': [42, (world, at) => ofStore(world, 'listing_levels', sql`next_change_at = ${at}`)],
  'a price that becomes another': [43, (world, at) => ofStore(world, 'listing_prices', sql`next_change_at = ${at}`)],
  'units that a campaign holds': [
    44,
    (world, at) =>
      world
        .rows(sql`insert into listing_holds (organization_id, id, listing_id, store_id, variant_id, units, reason, until, created_at)
        select l.organization_id, ${newId()}, i.id, i.store_id, i.variant_id, l.remote, 'locked_by_platform', ${at}, ${world.clock.now()} from listings i
        join listing_levels l on l.organization_id = i.organization_id and l.listing_id = i.id where i.store_id = ${world.otherId}`)
        .then(() =>
          // More stands there than is wanted: it is not given up.
          ofStore(
            world,
            'listing_levels',
            sql`desired = remote - 1, refused_for = (remote - 1)::text, refusal = '{"keepsUnits": true}'`,
          ),
        ),
  ],
  'a difference that is to be settled': [
    45,
    (world, at) =>
      world.rows(sql`insert into drifts (organization_id, id, store_id, listing_id, variant_id, field, currency, expected, found, cause, state, seen_at, settle_after)
        select organization_id, ${newId()}, store_id, id, variant_id, 'quantity', '', 5, 4, 'edited', 'seen', ${world.clock.now()}, ${at} from listings where store_id = ${world.otherId}`),
  ],
  'orders that something waits for': [
    46,
    (world, at) => world.rows(sql`update stores set orders_wanted_at = ${at} where id = ${world.otherId}`),
  ],
  'an order that nobody pays': [
    3600 - 5,
    async (world) => {
      await world.rows(sql`update stores set settings = settings || '{"unpaidReservationHours": 1}' where id = ${world.otherId}`);
      world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*' }], { nativeStatus: 'unpaid' }));
      await world.rows(sql`update stores set orders_read_at = null where id = ${world.otherId}`);
      await world.turn(world.otherId);
      world.clock.advance(5);
    },
  ],
  'a shipment that is to be tried again': [
    47,
    async (world, at) => {
      world.other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'shirt*' }]));
      await world.rows(sql`update stores set orders_read_at = null where id = ${world.otherId}`);
      await world.turn(world.otherId);
      await world.rows(sql`insert into order_shipments (organization_id, id, order_id, store_id, carrier, tracking_number, items, state, attempt_after, created_at, updated_at)
        select organization_id, ${newId()}, id, store_id, '', '1Z', '[]', 'unsent', ${at}, ${world.clock.now()}, ${world.clock.now()} from orders`);
    },
  ],
};

test.each(Object.keys(causes))('%s', async (name) => {
  const world = await begin({ other: { orders: { fulfils: true, statuses: { unpaid: 'unpaid' } } } });
  await world.rows(sql`update stores set settings = settings || ${JSON.stringify({ syncIntervalSeconds: daySeconds })}::jsonb`);
  await world.turn(world.otherId);
  const [seconds = 0, cause] = causes[name] ?? [];
  await cause?.(world, later(world, seconds));
  const dueAt = await world.turn(world.otherId);
  expect(dueAt).toEqual(later(world, seconds));
  expect((await world.store(world.otherId)).next_run_at).toEqual(dueAt);
});

test('nothing: it is due when the day is over', async () => {
  const world = await begin();
  await world.rows(sql`update stores set settings = settings || ${JSON.stringify({ syncIntervalSeconds: daySeconds })}::jsonb`);
  await world.turn(world.otherId);
  world.clock.advance(10);
  const dueAt = (await world.turn(world.otherId)) as Date;
  expect(dueAt.getTime()).toBeGreaterThan(later(world, daySeconds - 60).getTime());
});

test.each<[string, (at: Date) => SQL, number]>([
  ['a store that may not be called is due when it may', (at) => sql`blocked_until = ${at}`, 50],
  ['a paused one is not, but is looked at once a day', () => sql`status = 'paused'`, daySeconds],
])('whatever waits: %s', async (_, change, seconds) => {
  const world = await begin();
  await ofStore(world, 'listing_levels', sql`eligible = true, knowledge = 'unknown'`);
  await world.rows(sql`update stores set ${change(later(world, 50))} where id = ${world.otherId}`);
  expect(await world.turn(world.otherId)).toEqual(later(world, seconds));
  expect(world.other.callsOf('readLevels')).toBe(0);
});
