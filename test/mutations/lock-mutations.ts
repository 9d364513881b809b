/** Locks and fences that test/lock-watch.ts looks for in every transaction: without one of them a race is lost now and then. */
import type { Mutation } from './mutation.ts';

const fence = 'await holdFence(tx, turn.lease);\n    ';
const ownFence = 'await holdFence(tx, lease);\n    ';

export const lockMutations: readonly Mutation[] = [
  {
    name: 'what was linked late is booked under the fence',
    file: 'src/sync/pull-orders.ts',
    line: `${fence}const links`,
    without: 'const links',
    tests: ['test/orders-linked-late.db.test.ts'],
  },
  {
    name: 'a call is repeated under the fence',
    file: 'src/sync/repeat-calls.ts',
    line: `${fence}const rows`,
    without: 'const rows',
    tests: ['test/repeat-calls.db.test.ts'],
  },
  {
    name: 'a pull is ended under the fence',
    file: 'src/sync/pull.ts',
    line: `${ownFence}  const now`,
    without: 'const now',
    tests: ['test/turn.db.test.ts'],
  },
  {
    name: 'reservations expire under the fence',
    file: 'src/sync/tend-orders.ts',
    line: `${ownFence}await expireReservations`,
    without: 'await expireReservations',
    tests: ['test/unpaid-orders.db.test.ts'],
  },
  {
    name: 'a shipment changes with its order locked',
    file: 'src/sync/push-shipments.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the source
    line: '${shipment.order_id} for update`',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the source
    without: '${shipment.order_id}`',
    tests: ['test/shipments.db.test.ts'],
  },
  {
    name: 'holds end with their levels locked',
    file: 'src/sync/settle-drifts.ts',
    line: 'await lockLevelsOf(tx, ofVariants(variantIds));',
    without: '',
    tests: ['test/drift.db.test.ts'],
  },
  {
    name: 'a listing is linked with its variant locked',
    file: 'src/listings/link-listing.ts',
    line: 'await lockVariants(tx, variantIds);',
    without: '',
    tests: ['test/orders-linked-late.db.test.ts'],
  },
  {
    name: 'a reading is adopted with its items locked',
    file: 'src/sync/readings.ts',
    line: 'await lockItems(tx, variantIds);',
    without: '',
    tests: ['test/owners.db.test.ts'],
  },
  {
    name: 'a first figure is taken with its variant locked',
    file: 'src/listings/adopt-catalog.ts',
    line: 'await lockVariants(tx, variantIds);',
    without: '',
    tests: ['test/owners.db.test.ts'],
  },
  {
    name: 'a change-set is decided once',
    file: 'src/sync/decide-change-set.ts',
    line: ".where(one).for('update')",
    without: '.where(one)',
    tests: ['test/change-sets.db.test.ts'],
  },
  {
    name: 'a stocktake is reckoned with its variants locked',
    file: 'src/listings/post-stock.ts',
    line: 'await lockVariants(tx, variantIds);',
    without: '',
    tests: ['src/http/routes/stock.db.test.ts'],
  },
  {
    name: 'a change waits with its store locked',
    file: 'src/sync/changed-currency.ts',
    line: '  await lockStore(tx, store.id);\n',
    without: '',
    tests: ['test/currency.db.test.ts'],
  },
  {
    name: 'our own trouble is not taken for lost access',
    file: 'src/sync/store-health.ts',
    line: 'if (onlySellerMends(failed)) {',
    without: 'if (onlySellerMends(failed) || !isPlatformError(failed)) {',
    tests: ['test/expired-access.db.test.ts'],
  },
  {
    name: 'what a bundle is made of becomes none meanwhile',
    file: 'src/listings/change-bundle.ts',
    line: 'await lockVariants(tx, [variantId, ...ids]);',
    without: '',
    tests: ['test/bundles.db.test.ts'],
  },
  {
    name: 'of a store one page of listings is stored at a time',
    file: 'src/listings/store-pulled.ts',
    line: `await tx.execute(sql\`select pg_advisory_xact_lock(\${pageLock}, hashtext(\${store.id}))\`);`,
    without: '',
    tests: ['test/stock-documents.db.test.ts'],
  },
  {
    name: 'views are saved one after the other',
    file: 'src/organizations/saved-views.ts',
    line: 'await lockViews(tx);\n    const theirs',
    without: 'const theirs',
    tests: ['src/http/routes/saved-views.db.test.ts'],
  },
  {
    name: 'counts are put back with their items locked in one order',
    file: 'src/sync/kept-rows.ts',
    line: 'await lockItems(tx, variantIds);',
    without: '',
    tests: ['test/undo.db.test.ts'],
  },
  {
    name: 'a job is begun with its row locked',
    file: 'src/sync/sync-jobs.ts',
    line: ".limit(1)\n    .for('update')",
    without: '.limit(1)',
    tests: ['test/turn.db.test.ts'],
  },
  {
    name: 'a job is cancelled with its row locked',
    file: 'src/http/verbs/change-job.ts',
    line: "\n    .for('update')",
    without: '',
    tests: ['src/http/routes/activity.db.test.ts', 'src/http/routes/csv-files.db.test.ts'],
  },
  {
    name: 'an order is noted as read with its row locked',
    file: 'src/sync/tend-orders.ts',
    line: 'order by platform_order_id for update)',
    without: 'order by platform_order_id)',
    tests: ['test/orders.db.test.ts'],
  },
  {
    name: 'who undoes a change has the store locked before it',
    file: 'src/sync/undo-change-set.ts',
    line: 'if (seen.storeId !== null) await lockStore(tx, seen.storeId);\n    else if',
    without: 'if (seen.storeId === null) if',
    tests: ['test/undo.db.test.ts'],
  },
  {
    name: 'a variant is changed with its row locked',
    file: 'src/listings/change-variant.ts',
    line: ' for update`',
    without: '`',
    tests: ['test/origins.db.test.ts'],
  },
];
