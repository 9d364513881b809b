/**
 * Bugs on purpose, one for each invariant: a simulation that does not see them proves nothing. They are put into the
 * connectors and into what the database is told; the hub's own code has no switches.
 */
import type { Connector } from '#connectors/connector.ts';
import type { Invariant } from '#test/simulation/invariants.ts';
import type { RunOptions } from '#test/simulation/run-story.ts';

export interface Planted {
  name: string;
  breaks: Invariant;
  options: Partial<RunOptions>;
}

/** With the part of a statement replaced; `of` must stand in it, or the bug would be none. */
const reworded = (marks: RegExp, of: string, by: string) => (statement: string) => {
  if (!marks.test(statement)) return statement;
  if (!statement.includes(of)) throw new Error(`the statement no longer says "${of}": plant the bug anew`);
  return statement.replaceAll(of, by);
};

/** An order that nobody is told of, one in three. */
const isForgotten = ({ id }: { id: string }): boolean => Number(id.slice(-4)) % 3 === 0;

function forgetsOrders(connector: Connector): Connector {
  const { orders } = connector;
  if (orders === undefined) return connector;
  return {
    ...connector,
    orders: {
      ...orders,
      async *pull(session, request) {
        for await (const page of orders.pull(session, request)) yield page.filter((order) => !isForgotten(order));
      },
      read: async (...asked) => (await orders.read(...asked)).filter((order) => !isForgotten(order)),
    },
  };
}

/** Says that the platform has taken what was never sent. */
const saysYes = (connector: Connector): Connector => ({
  ...connector,
  pushQuantities: async (_, writes) => writes.map(({ writeId }) => ({ writeId, outcome: 'applied' })),
});

const overhearsOrders = (connector: Connector): Connector => ({
  ...connector,
  webhooks: {
    ...connector.webhooks,
    parse: (webhook) => {
      const delivery = connector.webhooks.parse(webhook);
      return { ...delivery, hints: delivery.hints.filter(({ kind }) => kind !== 'order_changed') };
    },
  },
});

function trustsOldOrders(connector: Connector): Connector {
  const { manifest } = connector;
  if (manifest.orders === null) return connector;
  return { ...connector, manifest: { ...manifest, orders: { ...manifest.orders, readingBoundSeconds: 86_400 } } };
}

const plenty = { capacity: 1_000_000, refillPerSecond: 1_000_000, learned: false };

/** Its manifest says that its platform allows as many calls as anybody makes. */
function unpaced(connector: Connector): Connector {
  const { manifest } = connector;
  const buckets = Object.fromEntries(Object.keys(manifest.limits.buckets).map((name) => [name, plenty]));
  return { ...connector, manifest: { ...manifest, limits: { ...manifest.limits, buckets } } };
}

const asksTooOften = (connector: Connector): Connector => ({
  ...unpaced(connector),
  async readLevels(session, refs) {
    const answers = await Promise.all(Array.from({ length: 60 }, () => connector.readLevels(session, refs)));
    return answers.flatMap((answer, at) => (at === 0 ? answer : []));
  },
});

export const planted: readonly Planted[] = [
  {
    name: 'the ledger does not say what was reserved',
    breaks: 'I1',
    options: {
      reworded: reworded(/^\s*insert into inventory_transactions/, 'x.reserved_delta, x.document_kind', '0, x.document_kind'),
    },
  },
  {
    name: 'what an order has booked stays as it was first booked',
    breaks: 'I2',
    options: {
      reworded: reworded(
        /^\s*insert into order_bookings/,
        'do update set reserved = excluded.reserved, shipped = excluded.shipped, restocked = excluded.restocked',
        'do nothing',
      ),
    },
  },
  { name: 'one order in three is never taken in', breaks: 'I3', options: { tamper: forgetsOrders } },
  { name: 'quantities are never sent, and count as taken', breaks: 'I4', options: { tamper: saysYes } },
  {
    name: 'a quantity is worked out once and for all',
    breaks: 'I5',
    options: {
      reworded: reworded(
        /^\s*update listing_levels l set desired/,
        'set desired = n.desired,',
        'set desired = coalesce(l.desired, n.desired),',
      ),
    },
  },
  { name: 'orders are heard of only when it is their turn to be read', breaks: 'I6', options: { tamper: overhearsOrders } },
  { name: 'pushes rest on orders that were read long ago', breaks: 'I7', options: { tamper: trustsOldOrders } },
  {
    name: 'a manifest says that far more calls are allowed, and each reading is asked for sixty times at once',
    breaks: 'I9',
    options: { tamper: asksTooOften },
  },
];
