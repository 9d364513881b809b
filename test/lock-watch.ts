/**
 * Looks at every transaction of every test: what it writes it has locked before, in everybody's order, and what a turn
 * writes of its store's affairs it writes under the store's fence. A race shows the lack of a lock only with luck.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';
import type { Pool, PoolClient, QueryResult } from 'pg';
import { LockOrder, locksRows } from '#test/lock-order.ts';

const writeTo = (...tables: readonly string[]) =>
  new RegExp(`\\b(?:insert into|update|delete from)\\s+"?(?:${tables.join('|')})"?\\b`, 'i');

/** In the order in which they are locked. */
const locks = {
  orders: /\bfrom orders\b.*for update|\b(?:insert into|update) orders\b/is,
  variants:
    /\bfrom product_variants\b.*for (?:no key )?update|\bupdate "?product_variants\b|\binsert into product_variants\b.*do update/is,
  items: /\bfrom inventory_items\b.*for update|\b(?:insert into|update) inventory_items\b/is,
  levels: /\bfrom listing_(?:levels|prices) l\b.*for update of l|\bupdate listing_(?:levels|prices)\b/is,
};
/** Rows that are locked before they are written, where writing them is not enough: what is written depends on what was read. */
const rowLocks = {
  'order rows': /\bfrom orders\b.*for update|\binsert into orders\b/is,
  differences: new RegExp(`${locks.levels.source}|\\bfrom drifts\\b.*for update`, 'is'),
  'change-sets': /\bfrom "change_sets"\s.*for update/is,
  settings: /\bfrom "organization_settings"\s.*for update|\binsert into "?organization_settings\b/is,
  'a page of listings': /\bpg_advisory_xact_lock\(\$1, hashtext\(\$2\)\)/i,
  stores: /\bfrom "stores"\s.*for no key update|\binsert into "?stores\b/is,
  // Who books several at once has them in one order; an update by itself takes them in any.
  'item rows': /\bfrom inventory_items\b.*for update/is,
  'variant rows': /\bfrom product_variants\b.*for (?:no key )?update/is,
  jobs: /\bfrom "sync_jobs"\s.*for update/is,
  // Many of them wait, one for each name of a file.
  imports: /\bfrom "change_sets"\s.*"cause" = 'import'.*for update/is,
  'store rows': /\bfrom "?stores"?\s.*for (?:no key )?update|\binsert into "?stores\b/is,
  apps: /\bfrom "?platform_apps"?\s.*for update/is,
  events: /\bfrom webhook_events\b.*for update/is,
  'listing rows': /\bfrom listings\b.*for (?:no key )?update/is,
  'location rows': /\bfrom inventory_locations w\b.*for no key update of w/is,
  adoptions: /\bpg_advisory_xact_lock\(hashtextextended\('adoptions of '/i,
  // How many a person has, and which names are taken.
  views: /\bpg_advisory_xact_lock\(hashtextextended\('saved views of '/i,
};
type Lock = keyof typeof locks;
type RowLock = keyof typeof rowLocks;
const order = Object.keys(locks) as Lock[];

const lockedBefore: readonly { written: RegExp; locks: readonly (Lock | RowLock)[] }[] = [
  { written: writeTo('change_set_files'), locks: ['imports'] },
  { written: writeTo('saved_views'), locks: ['views'] },
  { written: writeTo('order_items', 'order_shipments'), locks: ['orders'] },
  // None of them becomes a bundle, or part of one, meanwhile.
  { written: writeTo('bundle_components'), locks: ['variants', 'items'] },
  // What is new is told from what is known.
  { written: /\binsert into listings\b/i, locks: ['a page of listings', 'listing rows'] },
  // What it was linked to is told to whom that concerns.
  { written: /\bupdate listings i set status = .*\bvariant_id = null/is, locks: ['listing rows'] },
  // Sealed anew, while somebody else may be giving it another content.
  { written: /\bupdate "?stores"? set "?sealed_credentials"? =/i, locks: ['store rows'] },
  { written: /\bupdate stores set metadata = jsonb_set\(metadata, '\{ordersSetAside\}'/i, locks: ['store rows'] },
  { written: writeTo('platform_apps'), locks: ['apps'] },
  { written: /\bupdate webhook_events set payload/i, locks: ['events'] },
  // Of what a change is made out is what stood there.
  { written: /\bupdate "?inventory_locations"? set is_default = is_default or/i, locks: ['location rows'] },
  { written: writeTo('order_bookings'), locks: ['orders', 'variants'] },
  { written: writeTo('inventory_transactions'), locks: ['variants', 'items'] },
  { written: /\bupdate inventory_items\b.*\b(?:on_hand|reserved) =/is, locks: ['item rows'] },
  // What it was before stands in the trail; of several, all are locked in one order.
  { written: /\bupdate product_variants(?: v)? set price =/i, locks: ['variant rows'] },
  // What was cancelled is not begun, and what has begun is not cancelled as if it waited.
  { written: /\bupdate "sync_jobs" set .*"(?:started_at|cancel_requested_at)" =/is, locks: ['jobs'] },
  { written: writeTo('listing_holds'), locks: ['variants', 'items', 'levels'] },
  { written: /\bupdate orders\b/i, locks: ['order rows'] },
  { written: /\bupdate "change_sets" set .*"(?:decided|undone)_at"/is, locks: ['change-sets'] },
  // Of one cause one change waits for each store.
  { written: /\bupdate "change_sets" set .*"decided_at"(?!.*"cause" = 'import')/is, locks: ['stores'] },
  // Counted on, or merged with what stood there.
  { written: /\bupdate "stores" set .*"(?:settings|rules_version)" =/is, locks: ['stores'] },
  { written: /\bupdate "organization_settings" set .*"settings" =/is, locks: ['settings'] },
  { written: writeTo('drifts'), locks: ['differences'] },
  // What waits together is asked about together.
  { written: /\bupdate drifts d set state = 'put_back'.* from over\b/is, locks: ['adoptions'] },
  // By a person: what is adopted makes its variant, too.
  { written: /\bupdate listings i set status = 'linked'.*\blinked_by = \$/is, locks: ['variants', 'items'] },
];

/** What another worker may be writing by now, and what a reading has come to. */
const ofTheStore = [
  writeTo('orders', 'order_items', 'order_bookings', 'order_events', 'order_shipments', 'new_links', 'sync_jobs'),
  writeTo('inventory_items', 'inventory_transactions', 'product_variants', 'products'),
  writeTo('listings', 'listing_levels', 'listing_prices', 'listing_holds', 'drifts'),
  /\bupdate "?stores"?\s.*(?:catalog_cursor|orders_cursor|last_pulled_at|metadata\b)/is,
  /\bupdate webhook_events set (?:processed|retry)/i,
];
const fence = /\bfrom store_leases\b.*for key share/is;

type Who = 'turn' | 'test' | 'request';
const who = new AsyncLocalStorage<Who | undefined>();
const breaches: string[] = [];

/** Runs what a worker does. */
export const asATurn = <T>(work: () => T): T => who.run('turn', work);
/** Runs what others do while a turn waits for an answer. */
export const besideTheTurn = <T>(work: () => T): T => who.run(undefined, work);
/** Runs what a test arranges or looks at by statements of its own. */
export const asTheTest = <T>(work: () => T): T => who.run('test', work);

/** What has been written without its locks since the last time. */
export const takeBreaches = (): string[] => breaches.splice(0);

/** Looks at what is done in answer to requests, and at nothing else. */
export function watchRequests(app: FastifyInstance, pool: Pool): void {
  const inject = app.inject.bind(app) as (...given: unknown[]) => Promise<unknown>;
  // It begins when it is waited for.
  Object.assign(app, { inject: (...given: unknown[]) => who.run('request', async () => await inject(...given)) });
  watchLocks(pool, () => who.getStore() === 'request');
}

/** Makes the pool's connections tell of what is written. */
export function watchLocks(pool: Pool, isWatched = (): boolean => who.getStore() !== 'test'): void {
  pool.on('connect', (client) => {
    let held = new Set<Lock | RowLock>();
    let isFenced = false;
    let rowOrder = new LockOrder();
    client.query = ((...given: unknown[]) => {
      const [asked] = given as [string | { text?: string } | undefined];
      const text = typeof asked === 'string' ? asked : (asked?.text ?? '');
      if (/^begin/i.test(text)) {
        held = new Set();
        isFenced = false;
        rowOrder = new LockOrder();
      } else if (isWatched()) {
        isFenced ||= fence.test(text);
        if (who.getStore() === 'turn' && !isFenced && ofTheStore.some((written) => written.test(text)))
          note('without the fence', text);
        // Who decides on a change and who saves settings both need both.
        if (rowLocks.stores.test(text) && !held.has('stores') && held.has('change-sets') && !held.has('imports'))
          note('stores locked after change-sets', text);
        for (const [lock, taken] of Object.entries(rowLocks)) if (taken.test(text)) held.add(lock as RowLock);
        for (const one of lockedBefore.filter(({ written }) => written.test(text)))
          for (const lock of one.locks) if (!held.has(lock)) note(`without ${lock} locked`, text);
        for (const [at, lock] of order.entries()) {
          if (!locks[lock].test(text) || held.has(lock)) continue;
          const later = order.slice(at + 1).find((one) => held.has(one));
          if (later !== undefined) note(`${lock} locked after ${later}`, text);
          held.add(lock);
        }
      }
      const answer: Promise<QueryResult> = Object.getPrototypeOf(client).query.apply(client, given);
      if (!isWatched() || !locksRows(text)) return answer;
      const values = given.find(Array.isArray) ?? (asked as { values?: unknown[] }).values ?? [];
      return answer.then((result) => {
        const late = rowOrder.see(text, values, result.rows);
        if (late !== null) note(`${late} locked in another order than everybody's`, text);
        return result;
      });
    }) as PoolClient['query'];
  });
}

const note = (what: string, text: string): void =>
  void breaches.push(`${what}: ${text.replace(/\s+/g, ' ').trim().slice(0, 150)}`);
