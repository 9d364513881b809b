/** Webhooks are worked off together: one that fails for itself hides no other, and an outage is nobody's fault. */
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { CredentialsExpired, MalformedResponse, PlatformUnavailable, RateLimited, Refused } from '#connectors/errors.ts';
import { remoteOrder } from './remote-order.ts';
import type { TwoStores } from './two-stores.ts';
import { worlds } from './worlds.ts';

const begin = worlds();
let world: TwoStores;

beforeEach(async () => {
  world = await begin({ goods: [{ variantId: 'shirt', quantity: 50 }], other: { orders: {} } });
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
  world.clock.advance(60);
});
afterEach(async () => {
  const errors = [...world.errors];
  expect(errors, 'errors of ours').toEqual([]);
});

/** Every reading that asks for this order fails, together with whatever else it asks for. */
function failsFor(orderId: string, failure: () => Error): void {
  const orders = present(world.other.connector.orders, 'the orders');
  const { read } = orders;
  orders.read = async (session, ids, remarks) => {
    if (ids.includes(orderId)) throw failure();
    return await read(session, ids, remarks);
  };
}

async function tellOf(...orderIds: string[]): Promise<void> {
  for (const orderId of orderIds) {
    world.other.orders.set(orderId, remoteOrder(orderId, world.clock.now(), [{ variantId: 'shirt*' }]));
    await world.tell(world.otherId, [{ kind: 'order_changed', orderId }]);
  }
}

async function workOn(turns: number, restSeconds: number): Promise<void> {
  for (let at = 0; at < turns; at++) {
    // A reading of all orders would bring what the hints tell of.
    await world.rows(sql`update stores set orders_read_at = ${world.clock.now()}, last_pulled_at = ${world.clock.now()}`);
    await world.turn(world.otherId);
    world.clock.advance(restSeconds);
  }
}

const events = () =>
  world.rows<{ tries: number; done: boolean }>(
    sql`select retry_count as tries, processed_at is not null as done from webhook_events order by created_at, id`,
  );
const known = async () =>
  (await world.rows<{ id: string }>(sql`select platform_order_id as id from orders order by 1`)).map(({ id }) => id);
const givenUp = () =>
  world.rows<{ level: string; hints: unknown }>(
    sql`select level, details->'hints' as hints from sync_logs where event = 'webhook_given_up'`,
  );

const outages: [string, () => Error][] = [
  ['does not answer', () => new PlatformUnavailable('silence', { mayHaveApplied: false })],
  ['throttles', () => new RateLimited(30)],
  ['wants other access', () => new CredentialsExpired('expired')],
  ['refuses the whole store', () => new Refused({ code: 'campaign', parameters: {} }, { wholeStore: true })],
];
test.each(outages)(
  'a platform that %s for long uses up no tries: the events are worked off when it answers',
  async (_, outage) => {
    await tellOf('one', 'two');
    const orders = present(world.other.connector.orders, 'the orders');
    const { read } = orders;
    orders.read = async () => {
      throw outage();
    };
    await workOn(15, 1000);
    expect(await events()).toEqual([
      { tries: 0, done: false },
      { tries: 0, done: false },
    ]);
    orders.read = read;
    await world.rows(sql`update stores set status = 'active', blocked_until = null, last_error_code = null`);
    await workOn(2, 1000);
    expect(await known()).toEqual(['one', 'two']);
    expect(await givenUp()).toEqual([]);
  },
);

test('the event that fails is found among others, which are done at once; it alone is given up after ten tries, and said', async () => {
  failsFor('bad', () => new MalformedResponse('no order at all'));
  await tellOf('one', 'two', 'bad', 'three', 'four', 'five', 'six');
  await workOn(1, 31);
  expect(await known()).toEqual(['five', 'four', 'one', 'six', 'three', 'two']);
  const after = (tries: number) => [
    ...[0, 1].map(() => ({ tries: 0, done: true })),
    { tries, done: false },
    ...[0, 1, 2, 3].map(() => ({ tries: 0, done: true })),
  ];
  expect(await events()).toEqual(after(1));
  await workOn(8, 31);
  expect([await events(), await givenUp()]).toEqual([after(9), []]);
  await workOn(3, 31);
  expect(await events()).toEqual(after(10));
  expect(await givenUp()).toEqual([{ level: 'error', hints: [{ kind: 'order_changed', orderId: 'bad' }] }]);
});

test('more bad events than are looked for at a time bury no good one that comes after them', async () => {
  const bad = ['bad 1', 'bad 2', 'bad 3', 'bad 4'];
  for (const id of bad) failsFor(id, () => new MalformedResponse('no order at all'));
  await tellOf(...bad, 'good');
  await workOn(3, 31);
  expect(await known()).toEqual(['good']);
});
