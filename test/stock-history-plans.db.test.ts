/** How the ledger is read where it is long: as the application's role, under row-level security. */
import type { SQL } from 'drizzle-orm';
import { sql } from 'drizzle-orm';
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import type { Transaction } from '#db/transaction.ts';
import { type LedgerFilter, type LedgerRow, type LedgerSort, listLedger } from '#inventory/list-ledger.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, twoStores } from './two-stores.ts';

let database: TestDatabase;
let world: TwoStores;
const many = 130_000;
/** What a page may look through, and what its indexes find beside it. */
const linesAtMost = 110_000;
const [thing, attic] = [newId(), newId()];
const old = v7({ msecs: Date.parse('2026-01-05T12:00:00Z') });

beforeAll(async () => {
  database = await testDatabase();
  world = await twoStores(database, {});
  const org = world.organizationId;
  // Sales of many things at one place, a minute apart; every hundredth is something else, and carries a note.
  await world.rows(sql`
    insert into inventory_transactions (organization_id, id, variant_id, location_id, type, delta, document_kind, document_id, note, created_by, created_at)
    select ${org}::uuid, (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '70008' || lpad(to_hex(n), 15, '0'))::uuid,
      lpad(to_hex(n % 5000), 32, '0')::uuid, ${org}::uuid,
      case when n % 100 = 0 then 'receipt' else 'sale' end, 1, case when n % 100 = 0 then 'receipt' else 'order' end,
      lpad(to_hex(n), 32, '0')::uuid::text, case when n % 100 = 0 then 'PO ' || n end, case when n % 100 = 0 then 'somebody' end, at
    from generate_series(1, ${many}) n, lateral (select '2026-02-01T00:00:00Z'::timestamptz + make_interval(mins => n)) t(at)`);
  // Long before: one line of a thing and a place of which there are no others.
  await world.rows(sql`
    insert into inventory_transactions (organization_id, id, variant_id, location_id, type, delta, document_kind, document_id, note, created_at)
    values (${org}::uuid, ${old}::uuid, ${thing}::uuid, ${attic}::uuid, 'transfer', 1, 'transfer', ${old}, 'Sommerlager', '2026-01-05T12:00:00Z')`);
  await world.rows(sql`
    insert into product_variants (organization_id, id, product_id, title, sku, sku_key, currency, created_at, updated_at)
    select organization_id, ${thing}::uuid, id, 'Old one', 'OLD-1', 'old-1', 'USD', now(), now() from products limit 1`);
});
afterAll(async () => {
  await world.close();
  await database.drop();
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

/** Lines of the ledger that a plan has touched. */
function touchedBy(plan: Plan): number {
  const own = plan['Relation Name']?.startsWith('inventory_transactions') ?? false;
  const rows = own ? (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'] : 0;
  return rows + (plan.Plans ?? []).reduce((sum, part) => sum + touchedBy(part), 0);
}

async function read(
  filter: LedgerFilter,
  { after = null, sort = '-createdAt' }: { after?: readonly [string, string] | null; sort?: LedgerSort } = {},
) {
  return await world.within(async (tx) => {
    const asked: SQL[] = [];
    const noting: Transaction = Object.assign(Object.create(tx), {
      execute: (statement: SQL) => {
        asked.push(statement);
        return tx.execute(statement);
      },
    });
    const page = await listLedger(noting, filter, { limit: 50, after }, sort, 'Europe/Berlin');
    let touched = 0;
    for (const statement of asked) {
      const { rows } = await tx.execute<{ 'QUERY PLAN': [{ Plan: Plan }] }>(sql`explain (analyze, format json) ${statement}`);
      touched = Math.max(touched, touchedBy(rows[0]?.['QUERY PLAN'][0].Plan as Plan));
    }
    return { ...page, touched };
  });
}

const idsOf = (rows: readonly LedgerRow[]) => rows.map(({ id }) => id);

test('the first page and a deep one read about as many lines as they show', async () => {
  const first = await read({});
  expect(first.items).toHaveLength(50);
  expect(first.touched).toBeLessThan(200);
  const deep = await read({}, { after: ['', v7({ msecs: Date.parse('2026-02-28T23:59:30Z') })] });
  expect(deep.items[0]?.createdAt.toISOString()).toMatch(/^2026-02-28/);
  expect(deep.touched).toBeLessThan(200);
  expect(idsOf((await read({}, { sort: 'createdAt' })).items)[0]).toBe(old);
});

test('what is no sale is found without walking through the sales', async () => {
  const filters: LedgerFilter[] = [{ type: ['receipt'] }, { documentKind: 'receipt' }, { by: 'person' }];
  for (const filter of filters) {
    const page = await read(filter);
    expect(page.items).toHaveLength(50);
    expect(page.touched).toBeLessThan(5_000);
  }
  const transfers = await read({ type: ['transfer'] });
  expect([idsOf(transfers.items), transfers.next]).toEqual([[old], null]);
  expect(transfers.touched).toBeLessThan(5_000);
});

test('an old line is found by its SKU, and by a word of its note, on the first page', async () => {
  for (const q of ['OLD-1', 'sommerlager']) {
    const page = await read({ q });
    expect([idsOf(page.items), page.next], q).toEqual([[old], null]);
    expect(page.touched).toBeLessThan(linesAtMost / 2);
  }
});

test('a filter that few lines fit never makes a page walk the whole ledger, and finds them all, in both orders', async () => {
  for (const sort of ['-createdAt', 'createdAt'] as const) {
    const found: string[] = [];
    let after: readonly [string, string] | null = null;
    let pages = 0;
    do {
      const page: Awaited<ReturnType<typeof read>> = await read({ locationId: attic }, { after, sort });
      expect(page.touched).toBeLessThan(linesAtMost);
      found.push(...idsOf(page.items));
      after = page.next;
      pages++;
    } while (after !== null);
    expect(found).toEqual([old]);
    expect(pages).toBe(2);
  }
});

test('a day is found without reading the lines of the others', async () => {
  const page = await read({ from: '2026-03-03', to: '2026-03-03' });
  expect(page.items).toHaveLength(50);
  expect(page.items.at(0)?.createdAt.toISOString()).toBe('2026-03-03T22:59:00.000Z');
  expect(page.touched).toBeLessThan(200);
});
