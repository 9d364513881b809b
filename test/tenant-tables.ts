/** What PostgreSQL itself says about the tables, and rows for any of them, for tests that must not forget a table. */
import { randomUUID } from 'node:crypto';
import type pg from 'pg';

export interface Table {
  name: string;
  columns: Column[];
  references: Reference[];
}

export interface Column {
  name: string;
  type: string;
  required: boolean;
}

/** Columns of the table, organization_id first, and those of the other table that they stand for. */
export interface Reference {
  columns: string[];
  table: string;
  targets: string[];
}

/** Every table of the schema but partitions, which are reached through their parents. */
export async function readTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<{ name: string; columns: Column[]; references: Reference[] | null }>(`
    select c.relname as name,
      (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                'required', a.attnotnull and not a.atthasdef) order by a.attnum)
         from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select json_agg(json_build_object('table', k.confrelid::regclass::text,
                'columns', (select json_agg(a.attname order by n) from unnest(k.conkey) with ordinality u(num, n)
                              join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num),
                'targets', (select json_agg(a.attname order by n) from unnest(k.confkey) with ordinality u(num, n)
                              join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num)))
         from pg_constraint k where k.conrelid = c.oid and k.contype = 'f') as references
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname`);
  return rows.map(({ name, columns, references }) => ({ name, columns, references: references ?? [] }));
}

export const isOfOrganization = (table: Table): boolean => table.columns.some(({ name }) => name === 'organization_id');

/** Parents before children; a table that stands for itself (a tree) counts as its own child. */
export function parentsFirst(tables: readonly Table[]): Table[] {
  const ordered: Table[] = [];
  const add = (table: Table): void => {
    if (ordered.includes(table)) return;
    for (const { table: parent } of table.references) {
      const found = tables.find(({ name }) => name === parent);
      if (found !== undefined && found !== table) add(found);
    }
    ordered.push(table);
  };
  for (const table of tables) add(table);
  return ordered;
}

export type Row = Record<string, unknown>;

/** Where a check constraint is narrower than the type. */
const chosen: Record<string, unknown> = {
  currency: 'USD',
  'stores.status': 'active',
  'listings.status': 'linked',
  'saved_views.list': 'orders',
};

/** A row with a value in every column that needs one, and in every column that stands for a row of another table. */
export function rowOf(table: Table, organizationId: string, parents: ReadonlyMap<string, Row>): Row {
  const row: Row = { organization_id: organizationId };
  for (const { name, type, required } of table.columns) {
    if (required && name !== 'organization_id') row[name] = chosen[`${table.name}.${name}`] ?? chosen[name] ?? someValue(type);
  }
  for (const { columns, table: parent, targets } of table.references) {
    if (parent === table.name) continue;
    for (const [at, column] of columns.entries()) row[column] = parents.get(parent)?.[targets[at] ?? ''];
  }
  return row;
}

function someValue(type: string): unknown {
  const value = { uuid: randomUUID(), text: randomUUID(), jsonb: '{}', boolean: false, bytea: Buffer.from('x') }[type];
  if (value !== undefined) return value;
  if (type.startsWith('timestamp')) return new Date();
  if (/^(integer|bigint|numeric|double)/.test(type)) return 1;
  throw new Error(`No value is known for a column of type ${type}.`);
}

export async function insert(client: pg.Client, table: string, row: Row): Promise<void> {
  const columns = Object.keys(row);
  await client.query(
    `insert into ${table} (${columns.join(', ')}) values (${columns.map((_, at) => `$${at + 1}`).join(', ')})`,
    Object.values(row),
  );
}

/** One row for an organization, or for one of its rows: a second one is a conflict, not a refusal. */
export const singular = new Set([
  'organization_settings',
  'store_leases',
  'inventory_items',
  'listing_prices',
  'order_bookings',
  'bundle_components',
  'change_set_files',
]);

/** The result of the same question for each table, where it is not what was expected. */
export async function unless(
  expected: unknown,
  ask: (table: Table) => Promise<unknown>,
  tables: readonly Table[],
): Promise<unknown[]> {
  const odd: unknown[] = [];
  for (const table of tables) {
    const answer = await ask(table);
    if (JSON.stringify(answer) !== JSON.stringify(expected)) odd.push([table.name, answer]);
  }
  return odd;
}
