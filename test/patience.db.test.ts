/** Readings that nobody waits for leave a part of each limit to the others (docs/decisions/0011). */
import { expect, test } from 'vitest';
import type { Connector, Session } from '#connectors/connector.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { remoteOrder } from './remote-order.ts';
import { worlds } from './worlds.ts';

const begin = worlds();

test('a sale, and what it lowers, are patient nowhere; whole readings are, and those of products that webhooks ask for', async () => {
  const world = await begin({ goods: [{ variantId: 'shirt' }, { variantId: 'hat' }], other: { orders: {} } });
  const { other } = world;
  const connector: { -readonly [Name in keyof Connector]: Connector[Name] } = other.connector;
  const patience = new Map<string, boolean>();
  /** Each operation makes a call, as a real one does. */
  const watched = async (operation: string, { http }: Session) => {
    world.hub.wire.open = async ({ patient = false }) => {
      patience.set(operation, patient);
      return { status: 200, headers: {}, body: (async function* () {})() };
    };
    await http.send({ method: 'GET', url: 'https://fake.example', bucket: 'api', cost: 1 });
  };
  const { pull, readLevels, pushQuantities, orders } = connector;
  let why = 'the whole catalog';
  connector.pull = async function* (session, request) {
    await watched(why, session);
    yield* pull(session, request);
  };
  connector.readLevels = async (session, refs) => {
    await watched('quantities', session);
    return await readLevels(session, refs);
  };
  connector.pushQuantities = async (session, writes) => {
    await watched('a write', session);
    return await pushQuantities(session, writes);
  };
  if (orders === undefined) throw new Error('it tells of no orders');
  connector.orders = {
    ...orders,
    async *pull(session, request) {
      await watched('the polling of orders', session);
      yield* orders.pull(session, request);
    },
    async read(session, ids, remarks) {
      await watched('an order', session);
      return await orders.read(session, ids, remarks);
    },
  };
  world.clock.advance(301);
  await world.turn(world.otherId);
  why = 'a product';
  other.orders.set('A', remoteOrder('A', world.clock.now(), [{ variantId: 'hat*' }]));
  await world.tell(world.otherId, [{ kind: 'order_changed', orderId: 'A' }]);
  await world.hint(world.otherId, other.good('hat*'));
  await adjustStock(world.hub, world.actor, { variantId: await world.variantOf('shirt'), counted: 2 });
  await world.turn(world.otherId);
  // It brings its quantities with it: told of at once, it may be read before them, and they need no reading then.
  await world.tell(world.otherId, [{ kind: 'product_changed', productId: other.good('hat*').productId }]);
  await world.turn(world.otherId);
  expect(Object.fromEntries(patience)).toEqual({
    'the whole catalog': true,
    'the polling of orders': true,
    'a product': true,
    'an order': false,
    quantities: false,
    'a write': false,
  });
  expect(world.errors).toEqual([]);
});
