/** After a gap everything is doubted in one statement: what is work then is what one level's own rule says. */
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { isWork, type Knowledge, seenLevel } from '#listings/level-state.ts';
import { doubtEverything } from '#stores/connect-store.ts';
import { worlds } from './worlds.ts';

const begin = worlds();

const reasons = [
  null,
  ...['needs_approval', 'price_discarded', 'drift_waits', 'adoption_waits'],
  ...['not_above_zero', 'no_price', 'gone', 'sync_off', 'currency_changed'],
];
const cases = reasons.flatMap((heldReason) =>
  [null, 10].flatMap((desired) =>
    (['known', 'unknown', 'in_flight'] as const).map((knowledge) => ({ heldReason, desired, knowledge })),
  ),
);

test('each level is work where its own rule says so', async () => {
  const goods = cases.map((_, at) => ({ variantId: `good ${at}` }));
  const world = await begin({ goods });
  for (const [at, { heldReason, desired, knowledge }] of cases.entries())
    await world.rows(sql`
      update listing_prices set held_reason = ${heldReason}, desired = ${desired}, knowledge = ${knowledge}, eligible = false,
        write_id = case when ${knowledge} = 'in_flight' then gen_random_uuid() end, write_value = case when ${knowledge} = 'in_flight' then 10 end
      where id = ${(await world.price(`good ${at}*`)).id}`);
  await world.within((tx) => doubtEverything(tx, world.otherId, null));
  const stored = await world.rows<{ good: string; eligible: boolean; knowledge: Knowledge }>(sql`
    select i.platform_variant_id as good, p.eligible, p.knowledge from listing_prices p
    join listings i on i.organization_id = p.organization_id and i.id = p.listing_id where p.store_id = ${world.otherId}`);
  const found = new Map(stored.map(({ good, ...level }) => [good, level]));
  const same = (a: number, b: number) => a === b;
  for (const [at, one] of cases.entries()) {
    const knowledge = one.knowledge === 'in_flight' ? 'in_flight' : 'unknown';
    const eligible = isWork({ ...seenLevel<number>(10), desired: one.desired, heldReason: one.heldReason, knowledge }, same);
    expect(found.get(`good ${at}*`), JSON.stringify(one)).toEqual({ knowledge, eligible });
  }
  expect(stored.filter(({ eligible }) => eligible).length).toBeGreaterThan(5);
});
