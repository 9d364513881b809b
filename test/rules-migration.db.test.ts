/** What migration 0009 makes of stores that were connected before rules could come from the organization. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { migrationsFolder } from '#db/migrate.ts';
import { worldsAndOwner } from './worlds.ts';

const { begin, asOwner } = worldsAndOwner();

test('a plain rule becomes none of its own, and any other rule stays', async () => {
  const world = await begin({ linked: false });
  const plain = { steps: [], rounding: { kind: 'none' } };
  const markup = { steps: [{ kind: 'percent', percent: 10 }], rounding: { kind: 'none' } };
  const set = (storeId: string, priceRule: object, stockRule: object) =>
    world.rows(
      sql`update stores set settings = settings || ${JSON.stringify({ priceRule, stockRule })}::jsonb where id = ${storeId}`,
    );
  await set(world.sourceId, plain, { buffer: 0, percent: 100, cap: null });
  await set(world.otherId, markup, { buffer: 1, percent: 100, cap: null });
  const file = await readFile(join(migrationsFolder, '0009_rules.sql'), 'utf8');
  const statements = file
    .split('--> statement-breakpoint')
    .filter((part) => /^\s*(--.*\n)?\s*(alter table|update) stores /m.test(part));
  expect(statements).toHaveLength(3);
  await asOwner(statements.join('\n'));
  const rules = async (storeId: string) =>
    (
      await world.rows(
        sql`select settings->'priceRule' as price, settings->'stockRule' as stock from stores where id = ${storeId}`,
      )
    )[0];
  expect(await rules(world.sourceId)).toEqual({ price: null, stock: null });
  expect(await rules(world.otherId)).toEqual({ price: markup, stock: { buffer: 1, percent: 100, cap: null } });
  const walls = await world.rows(sql`select relforcerowsecurity as forced from pg_class where relname = 'stores'`);
  expect(walls).toEqual([{ forced: true }]);
});
