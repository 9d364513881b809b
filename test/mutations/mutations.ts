/**
 * Rules that keep the books true, each as a line that can be taken out. With any one of them removed, a test of those named
 * must fail: else nothing would notice if somebody removed it by mistake.
 */
export interface Mutation {
  name: string;
  file: string;
  /** Stands exactly once in the file. */
  line: string;
  without: string;
  /** The tests that know the rule: the quick ones first. */
  tests: readonly string[];
}

const race = ['test/race.db.test.ts'];
const orders = ['test/orders.db.test.ts'];
const overtaken = ['test/overtaken.db.test.ts'];
const levels = ['src/listings/level-state.explore.test.ts', 'src/listings/level-state.test.ts'];

export const mutations: readonly Mutation[] = [
  {
    name: 'lock: an item of stock is held while it is judged',
    file: 'src/inventory/book.ts',
    line: 'order by variant_id, location_id for update`',
    without: 'order by variant_id, location_id`',
    tests: [...race, 'test/orders-race.db.test.ts', 'src/http/routes/stock.db.test.ts'],
  },
  {
    name: 'lock: levels are held while they are computed',
    file: 'src/listings/level-rows.ts',
    line: 'for update of l ',
    without: '',
    tests: race,
  },
  {
    name: 'lock: an order is held while a snapshot of it is taken in',
    file: 'src/orders/ingest-orders.ts',
    line: 'lock ? sql`for update` : sql``',
    without: 'sql``',
    tests: ['test/orders-race.db.test.ts'],
  },
  {
    name: 'fence: who has lost the store acknowledges nothing',
    file: 'src/stores/lease.ts',
    line: 'if (held.rowCount === 0) throw new LeaseLost',
    without: 'if (held.rowCount === -1) throw new LeaseLost',
    tests: ['test/lease.db.test.ts', 'test/turn.db.test.ts'],
  },
  {
    name: 'read fence: a reading that was overtaken counts for nothing',
    file: 'src/listings/level-state.ts',
    line: 'event.readFence === level.readFence ? afterReading',
    without: 'true ? afterReading',
    tests: levels,
  },
  {
    name: 'a sale makes what is known unknown',
    file: 'src/listings/level-state.ts',
    line: "knowledge: level.knowledge === 'known' ? 'unknown' : level.knowledge,",
    without: 'knowledge: level.knowledge,',
    tests: levels,
  },
  {
    name: 'a lost write is waited for',
    file: 'src/listings/level-state.ts',
    line: 'attemptAfter: Math.max(level.attemptAfter, event.appliesUntil),',
    without: '',
    tests: levels,
  },
  {
    name: 'the call of a lost write is repeated, where it takes a key',
    file: 'src/listings/level-state.ts',
    line: "kind: level.lostCall === null ? 'read' : 'repeat'",
    without: "kind: 'read' as const",
    tests: ['test/repeat-calls.db.test.ts'],
  },
  {
    name: 'a dead worker is survived: what it left in flight is found again',
    file: 'src/sync/claim.ts',
    line: "l.knowledge = 'in_flight' and l.write_fence <",
    without: "l.knowledge = 'in_flight' and 0 >",
    tests: ['test/turn.db.test.ts', 'test/lease.db.test.ts'],
  },
  {
    name: 'fence: who has lost the store takes nothing in hand',
    file: 'src/sync/claim.ts',
    line: 'await holdFence(tx, turn.lease);\n    const now = turn.hub.clock.now();\n    const inHand',
    without: 'const now = turn.hub.clock.now();\n    const inHand',
    tests: overtaken,
  },
  {
    name: 'fence: who has lost the store takes in no orders',
    file: 'src/sync/pull-orders.ts',
    line: 'await holdFence(tx, turn.lease);\n    return await ingestOrders',
    without: 'return await ingestOrders',
    tests: overtaken,
  },
  {
    name: 'read fence: what was overtaken is not adopted either',
    file: 'src/sync/readings.ts',
    line: 'if (level === row.level) continue;',
    without: '',
    tests: overtaken,
  },
  {
    name: 'lock: an order waits for the count of what it takes',
    file: 'src/orders/book-orders.ts',
    line: 'order by variant_id, location_id for update\n',
    without: 'order by variant_id, location_id\n',
    tests: ['test/orders-race.db.test.ts'],
  },
  {
    name: 'lock: an order waits for a first count',
    file: 'src/orders/book-orders.ts',
    line: 'await lockVariants(tx, variantIds);',
    without: '',
    tests: ['test/orders-race.db.test.ts'],
  },
  {
    name: 'a dead worker is survived: it is asked what it has left',
    file: 'src/sync/what-is-due.ts',
    line: 'lostQuantities: found(quantities, lost),',
    without: 'lostQuantities: sql`false`,',
    tests: ['test/turn.db.test.ts', 'test/lease.db.test.ts'],
  },
  {
    name: 'work that is made while a turn ends makes the store due',
    file: 'src/sync/next-due.ts',
    line: 'row} for update`',
    without: 'row}`',
    tests: ['test/lease.db.test.ts', ...race],
  },
  {
    name: 'a try without an answer may have been applied, whatever the next one is told',
    file: 'src/connectors/transport.ts',
    line: 'if (thrown instanceof RateLimited && mayHaveApplied) throw stillUnknown(thrown);',
    without: '',
    tests: ['src/connectors/transport.test.ts'],
  },
  {
    name: 'baseline: what the first figure contains is not booked again',
    file: 'src/orders/stock-effect.ts',
    line: 'if (baseline === null) return wanted;',
    without: 'return wanted;',
    tests: ['src/orders/stock-effect.test.ts', ...orders],
  },
  {
    name: 'baseline: an order older than the figure freezes what is in it',
    file: 'src/orders/book-orders.ts',
    line: 'item.placed_at >= first.baselineAt',
    without: 'true',
    tests: orders,
  },
  {
    name: 'the newest snapshot of an order counts',
    file: 'src/orders/ingest-orders.ts',
    line: 'if (ageMs > 0 || (ageMs === 0 && fresh)) newer.push',
    without: 'if (ageMs !== null) newer.push',
    tests: ['test/orders-race.db.test.ts'],
  },
  {
    name: 'what is booked is a difference',
    file: 'src/orders/book-orders.ts',
    line: 'placed.get(item.id) ?? []',
    without: '[]',
    tests: orders,
  },
  {
    name: 'a line that vanished wants nothing',
    file: 'src/orders/ingest-orders.ts',
    line: 'and not i.vanished',
    without: 'and false',
    tests: orders,
  },
  {
    name: 'the owner of the count contains its own orders',
    file: 'src/orders/book-orders.ts',
    line: "if (isSource && item.components === null) return 'owner_counts';",
    without: '',
    tests: orders,
  },
  {
    name: 'watermark: nothing is raised before orders were read',
    file: 'src/sync/orders-first.ts',
    line: 'if (turn.store.ordersReadAt !== null && turn.store.ordersReadAt >= needed) return null;',
    without: 'return null;',
    tests: orders,
  },
  {
    name: 'watermark: it is the start of the reading',
    file: 'src/sync/pull-orders.ts',
    line: 'const read = { ordersReadAt: startedAt,',
    without: 'const read = { ordersReadAt: new Date(startedAt.getTime() + 3_600_000),',
    tests: orders,
  },
  {
    name: 'overlap: orders are asked for from before the newest one seen',
    file: 'src/sync/pull-orders.ts',
    line: 'secondsAfter(new Date(store.ordersCursor), -overlapSeconds)',
    without: 'new Date(store.ordersCursor)',
    tests: orders,
  },
  {
    name: 'a probable sale is held from every store',
    file: 'src/sync/readings.ts',
    line: 'if (explains) await holdDrops(',
    without: 'if (false as boolean) await holdDrops(',
    tests: orders,
  },
  {
    name: 'an order frees the units that were held for it',
    file: 'src/listings/recompute.ts',
    line: 'await freeForSales(tx, options.sold)',
    without: 'options.sold',
    tests: ['test/drift.db.test.ts'],
  },
  {
    name: 'delivered twice, stored once',
    file: 'src/webhooks/receive-webhook.ts',
    line: 'on conflict (organization_id, store_id, delivery_id) do update set duplicates = e.duplicates + 1',
    without: '',
    tests: ['test/receive-webhook.db.test.ts'],
  },
  {
    name: 'an order that comes late explains what was missing, and is not counted twice',
    file: 'src/orders/book-orders.ts',
    line: 'await explainDrifts(tx, newSales(outcomes), now);',
    without: '',
    tests: ['test/drift.db.test.ts'],
  },
  {
    name: 'every change of stock has its line in the ledger',
    file: 'src/inventory/book.ts',
    line: 'x.type, x.delta, x.reserved_delta, x.document_kind',
    without: 'x.type, x.delta + 1, x.reserved_delta, x.document_kind',
    tests: race,
  },
  {
    name: 'after a gap everything is read before it is written',
    file: 'src/stores/connect-store.ts',
    line: "knowledge = case when knowledge = 'in_flight' then 'in_flight' else 'unknown' end",
    without: 'knowledge = knowledge',
    tests: ['test/reconnect.db.test.ts'],
  },
  {
    name: 'a shipment without an answer is looked for before it is sent again',
    file: 'src/sync/push-shipments.ts',
    line: "update order_shipments set state = 'unknown'",
    without: "update order_shipments set state = 'unsent'",
    tests: ['test/shipments.db.test.ts'],
  },
  {
    name: 'one renewal of access at a time',
    file: 'src/stores/session.ts',
    line: 'if (JSON.stringify(old.secrets) !== JSON.stringify(credentials.secrets)) return credentials;',
    without: '',
    tests: ['test/session.db.test.ts'],
  },
  {
    name: 'the pace is shared by all processes',
    file: 'src/sync/pacing.ts',
    line: 'const spacing = perSeconds + slotMarginSeconds;',
    without: 'const spacing = 0 * (perSeconds + slotMarginSeconds);',
    tests: ['test/pacing.db.test.ts'],
  },
];
