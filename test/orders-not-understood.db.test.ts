/** An order of a shape that its connector does not understand: it is set aside and said, and nothing waits for it. */
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MalformedResponse } from '#connectors/errors.ts';
import { expectBooks } from './expect-books.ts';
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
  await expectBooks(world);
  expect(errors, 'errors of ours').toEqual([]);
});

/** The platform shows it in this shape from now on. */
const strange = (id: string) =>
  world.other.strange.set(id, {
    id,
    updatedAt: world.clock.now().toISOString(),
    why: 'lines.0.quantity: Invalid input',
    raw: { id, buyer: 'Nguyễn Thị Ánh', lines: [{ quantity: 'two' }] },
  });

function sell(id: string, at = world.clock.now()): void {
  world.other.orders.set(id, remoteOrder(id, at, [{ variantId: 'shirt*' }]));
  world.other.good('shirt*').quantity -= 1;
}

async function poll(): Promise<void> {
  world.clock.advance(301);
  await world.turn(world.otherId);
  await world.turn(world.sourceId);
}

async function tellOf(orderId: string): Promise<void> {
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId }]);
  await world.turn(world.otherId);
}

const reserved = async () =>
  (await world.rows<{ units: number }>(sql`select sum(reserved)::int as units from inventory_items`))[0]?.units;

const said = () =>
  world.rows<{ level: string; message: string; details: { orderId: string; shape: string } }>(
    sql`select level, message, details from sync_logs where event = 'order_set_aside' order by created_at, id`,
  );

const timesAsked = (orderId: string) =>
  world.other.calls.filter(({ operation, input }) => operation === 'readOrders' && (input as string[]).includes(orderId)).length;

test('it is said once for each snapshot; those beside it count, the cursor goes on, and the store does not rest', async () => {
  sell('beside');
  strange('odd');
  await poll();
  expect(await reserved()).toBe(1);
  expect(await world.store(world.otherId)).toMatchObject({ last_error_code: null, blocked_until: null });
  const [line, ...others] = await said();
  expect(others).toEqual([]);
  expect(line).toMatchObject({ level: 'error', details: { orderId: 'odd' } });
  expect(line?.message).toContain('the order odd in a way that StoreSync does not understand (lines.0.quantity: Invalid input)');
  // I10: what it looks like, and not who bought.
  expect(JSON.parse(line?.details.shape ?? '')).toEqual({ id: 'string', buyer: 'string', lines: [{ quantity: 'string' }] });
  expect(await world.rows(sql`select orders_cursor as at from stores where id = ${world.otherId}`)).toEqual([
    { at: world.other.orders.get('beside')?.updatedAt },
  ]);
  await poll();
  await tellOf('odd');
  expect(await said(), 'read again as it was').toHaveLength(1);
  strange('odd');
  await tellOf('odd');
  expect(await said(), 'read as something else').toHaveLength(2);
  sell('next');
  await poll();
  expect(await reserved()).toBe(2);
});

test('a hint at it hides no other order that is hinted at beside it, and is done with', async () => {
  strange('odd');
  sell('good');
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId: 'odd' }]);
  await tellOf('good');
  expect(await reserved()).toBe(1);
  expect(await world.rows(sql`select retry_count, processed_at is not null as done from webhook_events`)).toEqual([
    { retry_count: 0, done: true },
    { retry_count: 0, done: true },
  ]);
  expect(await world.store(world.otherId)).toMatchObject({ last_error_code: null, blocked_until: null });
});

test('it is taken in when the platform has corrected it', async () => {
  strange('odd');
  await poll();
  world.other.strange.delete('odd');
  sell('odd');
  await poll();
  expect(await reserved()).toBe(1);
});

test('it is asked for again once a day, and taken in when StoreSync has learnt to read it', async () => {
  strange('odd');
  await poll();
  await poll();
  const before = timesAsked('odd');
  await poll();
  expect(timesAsked('odd')).toBe(before);
  // As it was, and long gone from the feed.
  world.other.strange.delete('odd');
  sell('odd', new Date(world.clock.now().getTime() - 3_600_000));
  world.clock.advance(86_400);
  await poll();
  expect(timesAsked('odd')).toBe(before + 1);
  expect(await world.rows(sql`select platform_order_id as id from orders`)).toEqual([{ id: 'odd' }]);
  world.clock.advance(86_400);
  await poll();
  expect(timesAsked('odd'), 'forgotten').toBe(before + 1);
});

test('I10: a whole answer that is not understood is said without who bought', async () => {
  const body = JSON.stringify({ orders: 'none', buyer: { name: 'Nguyễn Thị Ánh' } });
  world.other.next('pullOrders', () => Promise.reject(new MalformedResponse('orders: Invalid input', { body })));
  await poll();
  const [line] = await world.rows<{ answer: string; all: string }>(
    sql`select details->'answer'->>'body' as answer, details::text as all from sync_logs where store_id = ${world.otherId} and details->>'cause' = 'orders: Invalid input'`,
  );
  expect(line?.answer).toBe('{"orders":"string","buyer":{"name":"string"}}');
  expect(line?.all).not.toContain('Ánh');
});
