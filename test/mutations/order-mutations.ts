/** Rules of what orders and their shipments do: see mutations.ts. */
import type { Mutation } from './mutation.ts';

const places = ['test/orders-places.db.test.ts'];
const parked = ['test/orders-parked.db.test.ts'];
const toldApart = ['test/shipments-told-apart.db.test.ts'];
const cursor = ['test/catalog-cursor.db.test.ts'];
const together = ['test/hints-together.db.test.ts'];
const deleted = ['test/orders-deleted.db.test.ts'];
const unpaid = ['test/unpaid-orders.db.test.ts'];

export const orderMutations: readonly Mutation[] = [
  {
    name: 'the newest snapshot within one answer counts',
    file: 'src/orders/ingest-orders.ts',
    line: 'if (other === undefined || Date.parse(order.updatedAt) >= Date.parse(other.updatedAt)) newest.set',
    without: 'newest.set',
    tests: ['test/orders.db.test.ts'],
  },
  {
    name: 'a line that came back can vanish again',
    file: 'src/orders/ingest-orders.ts',
    line: 'vanished = false,',
    without: '',
    tests: ['test/orders.db.test.ts'],
  },
  {
    name: 'a snapshot of the future is not the newest for ever',
    file: 'src/orders/ingest-orders.ts',
    line: 'snapshots.map((order) => soundMoment(order, hub.clock.now()))',
    without: 'snapshots',
    tests: ['test/orders-bad-input.db.test.ts'],
  },
  {
    name: 'an order that was paid meanwhile keeps what it reserves',
    file: 'src/orders/expire-reservations.ts',
    line: 'isUnpaid}\n      order by platform_order_id for update',
    without: 'sql`true`}\n      order by platform_order_id for update',
    tests: unpaid,
  },
  {
    name: 'what a closed location holds is not what was sold',
    file: 'src/orders/stock-sources.ts',
    line: 'stock.filter(({ isActive }) => isActive)',
    without: 'stock',
    tests: places,
  },
  {
    name: 'units are taken where the platform ships them from',
    file: 'src/orders/stock-sources.ts',
    line: 'if (locationId === mapped) return 0;',
    without: '',
    tests: places,
  },
  {
    name: 'a line finds what the one before it has left',
    file: 'src/orders/book-orders.ts',
    line: 'if (there !== undefined) there.available += back - left - reservedDelta;',
    without: '',
    tests: places,
  },
  {
    name: 'what the platform ships from its own stock is not taken from ours',
    file: 'src/orders/booked-from.ts',
    line: "if (item.fulfilled_by === 'platform') return { parked: 'platform_fulfils', bookedFrom: null };",
    without: '',
    tests: parked,
  },
  {
    name: 'an order of the owner voids what is known of its figure',
    file: 'src/orders/book-orders.ts',
    line: '(outcome.lines.length === 0 && outcome.parked === null)',
    without: 'outcome.lines.length === 0',
    tests: parked,
  },
  {
    name: 'an order of the owner is never booked by a later owner',
    file: 'src/orders/booked-from.ts',
    line: 'owned.length === 0 ? from : { ...from, ownedPlaces: owned }',
    without: 'from',
    tests: parked,
  },
  {
    name: 'units come back where they were shipped from',
    file: 'src/orders/stock-effect.ts',
    line: 'Math.min(change, Math.max(0, one.shipped - one.restocked))',
    without: 'change',
    tests: ['src/orders/stock-effect.test.ts'],
  },
  {
    name: 'lock: two people who ship at once cover no unit twice',
    file: 'src/orders/request-shipment.ts',
    line: 'orderId} for update`',
    without: 'orderId}`',
    tests: ['test/shipments.db.test.ts'],
  },
  {
    name: 'another parcel is not taken for ours',
    file: 'src/orders/save-shipments.ts',
    line: 'return contentsOf(own.items) === contentsOf(shipment.items);',
    without: 'return true;',
    tests: toldApart,
  },
  {
    name: 'an older parcel without a number is not taken for ours',
    file: 'src/orders/save-shipments.ts',
    line: ' || tooOld(own, shipment)',
    without: '',
    tests: toldApart,
  },
  {
    name: 'what was shipped is not shipped again before its order was read',
    file: 'src/orders/shippable.ts',
    line: " or (s.state = 'done' and s.attempt_after is not null)",
    without: '',
    tests: toldApart,
  },
  {
    name: 'a shipment that a dead worker has sent may arrive late',
    file: 'src/sync/push-shipments.ts',
    line: 'secondsAfter(now, connector.manifest.limits.longestWriteSeconds)}, updated_at',
    without: 'now}, updated_at',
    tests: toldApart,
  },
  {
    name: 'a shipment that was answered with nonsense may have been made',
    file: 'src/sync/push-shipments.ts',
    line: 'if (thrown instanceof PlatformUnavailable || thrown instanceof MalformedResponse)',
    without:
      "if (thrown instanceof MalformedResponse) return { outcome: 'not_applied', retryAt };\n  if (thrown instanceof PlatformUnavailable)",
    tests: toldApart,
  },
  {
    name: 'watermark: a call that had to wait does not leave when the orders have become too old',
    file: 'src/sync/exchange.ts',
    line: 'sessionUntil(turn.session, Math.min(...batch.map(({ write: w }) => w?.sendUntil ?? Number.POSITIVE_INFINITY)))',
    without: 'turn.session',
    tests: ['test/orders-first.db.test.ts'],
  },
  {
    name: 'who stood still asks whether the store is still his before he calls it',
    file: 'src/connectors/transport.ts',
    line: 'await leave.confirm?.();',
    without: '',
    tests: ['test/lease.db.test.ts'],
  },
  {
    name: 'a parcel of ours is not taken for another of ours',
    file: 'src/sync/push-shipments.ts',
    line: 'if (other?.ours === true) return',
    without: 'if (false as boolean) return',
    tests: toldApart,
  },
  {
    name: 'an outage of the platform uses up no tries of a webhook',
    file: 'src/sync/process-hints.ts',
    line: 'if (saysNothingOfEvents(thrown)) throw thrown;',
    without: '',
    tests: together,
  },
  {
    name: 'a webhook that fails hides none of those worked off with it',
    file: 'src/sync/process-hints.ts',
    line: 'events.length === 1',
    without: 'events.length > 0',
    tests: together,
  },
  {
    name: 'webhooks that failed before do not bury the others',
    file: 'src/sync/process-hints.ts',
    line: 'events.toSorted((one, other) => one.tries - other.tries)',
    without: '[...events]',
    tests: together,
  },
  {
    name: 'an order that is only out of sight is not called off',
    file: 'src/orders/call-off-deleted.ts',
    line: ` and placed_at > \${shownSince}`,
    without: '',
    tests: deleted,
  },
  {
    name: 'an order that was deleted counts again when it is shown again',
    file: 'src/orders/call-off-deleted.ts',
    line: "snapshot_hash = '', ",
    without: '',
    tests: deleted,
  },
  {
    name: 'a catalog is asked for from a little before the newest change that was seen',
    file: 'src/sync/pull.ts',
    line: 'secondsAfter(new Date(store.catalogCursor), -overlapSeconds)',
    without: 'new Date(store.catalogCursor)',
    tests: cursor,
  },
  {
    name: 'a product of the future hides no change of its catalog',
    file: 'src/sync/pull.ts',
    line: 'earliestOf(new Date(newest), startedAt)',
    without: 'new Date(newest)',
    tests: cursor,
  },
  {
    name: 'an order that is asked for again while it is being read is read once more',
    file: 'src/sync/tend-orders.ts',
    line: ` and refresh_wanted_at <= \${startedAt}`,
    without: '',
    tests: ['test/orders.db.test.ts'],
  },
  {
    name: 'links that are made while the new ones are looked through are not forgotten with them',
    file: 'src/listings/new-links.ts',
    line: `and id = any(\${sql.param([...ids])}::uuid[])\`);`,
    without: '`);',
    tests: ['test/orders-linked-late.db.test.ts'],
  },
  {
    name: 'what became of a lost write is asked of a store that was paused for a while',
    file: 'src/stores/connect-store.ts',
    line: 'lost_call = case when attempt_after >',
    without: 'lost_call = case when false and attempt_after >',
    tests: ['test/repeat-calls.db.test.ts'],
  },
];
