/** What must hold, asked of the hub's database and of the practice stores themselves. */
import { sql } from 'drizzle-orm';
import { present } from '#base/assert.ts';
import { itemsOffTheirLedger, levelsOffTheirCauses, ordersOffTheirBookings } from '#test/causes.ts';
import { shownAt, truthOf, type World } from '#test/simulation/world.ts';

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I9' | 'books' | 'errors' | 'idle';

export class Broken extends Error {
  override readonly name = 'Broken';
  readonly invariant: Invariant;
  constructor(invariant: Invariant, what: string) {
    super(`${invariant}: ${what}`);
    this.invariant = invariant;
  }
}

export function must(invariant: Invariant, off: readonly unknown[]): void {
  if (off.length > 0)
    throw new Broken(invariant, off.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('; '));
}

/** I1, I2, I3 (nothing twice, nothing invented) and I5: at every moment. */
export async function checkBooks(world: World): Promise<void> {
  must('I1', await itemsOffTheirLedger(world.test));
  must('I2', await ordersOffTheirBookings(world.test));
  must('I3', await ordersThatAreNone(world));
  must('I5', await levelsOffTheirCauses(world.test));
}

async function ingested({ test }: World): Promise<Map<string, string[]>> {
  const rows = await test.rows<{ store_id: string; id: string }>(
    sql`select store_id, platform_order_id as id from orders where organization_id = ${test.organizationId} order by 1, 2`,
  );
  const byStore = new Map<string, string[]>();
  for (const { store_id, id } of rows) byStore.set(store_id, [...(byStore.get(store_id) ?? []), id]);
  return byStore;
}

async function ordersThatAreNone(world: World): Promise<string[]> {
  const found = await ingested(world);
  return world.shops.flatMap(({ platform, storeId, orders }) => {
    const real = new Set((orders?.list() ?? []).map(({ id }) => id));
    const here = found.get(storeId) ?? [];
    const twice = here.filter((id, at) => here.indexOf(id) !== at);
    return [
      ...here.filter((id) => !real.has(id)).map((id) => `${platform} has no order ${id}`),
      ...twice.map((id) => `order ${id} of ${platform} stands here twice`),
    ];
  });
}

/** I3 (nothing missing) and I4: when the world has come to rest. */
export async function checkQuiet(world: World): Promise<void> {
  const found = await ingested(world);
  must(
    'I3',
    world.shops.flatMap(({ platform, storeId, orders }) => {
      const here = new Set(found.get(storeId));
      return (orders?.list() ?? []).filter(({ id }) => !here.has(id)).map(({ id }) => `order ${id} of ${platform} is missing`);
    }),
  );
  must('I4', await levelsOffTheirShops(world));
  must('books', await countsOffTheTruth(world));
}

interface Shown extends Record<string, unknown> {
  store_id: string;
  platform_variant_id: string;
  desired: string | null;
  held_reason: string | null;
}

async function levelsOffTheirShops(world: World): Promise<string[]> {
  const { test } = world;
  const of = async (table: string) =>
    await test.rows<Shown>(sql`select i.store_id, i.platform_variant_id, l.desired::text, l.held_reason from ${sql.raw(table)} l
      join listings i on i.organization_id = l.organization_id and i.id = l.listing_id where l.organization_id = ${test.organizationId}`);
  const desired = { quantity: await of('listing_levels'), price: await of('listing_prices') };
  return world.goods.flatMap((good) =>
    world.shops.flatMap(({ platform, storeId }, place) => {
      const shown = shownAt(world, place, good);
      return (['quantity', 'price'] as const).flatMap((kind) => {
        const rows = desired[kind].filter((row) => row.store_id === storeId && row.platform_variant_id === good.on[place]);
        // A platform with several places shows their sum.
        const should = rows.reduce((sum, row) => sum + Number(row.desired), 0);
        if (rows.length > 0 && rows.every((row) => row.desired !== null) && should === Number(shown[kind])) return [];
        const held = rows.map((row) => row.held_reason).join();
        return [`${platform} shows ${kind} ${shown[kind]} of ${good.sku}, should be ${should}${held === '' ? '' : ` (${held})`}`];
      });
    }),
  );
}

/** What the hub believes to be there is there. */
async function countsOffTheTruth(world: World): Promise<string[]> {
  const rows = await world.test.rows<{ variant_id: string; available: number }>(sql`
    select variant_id, sum(on_hand - reserved)::int as available from inventory_items where organization_id = ${world.test.organizationId} group by 1`);
  return world.goods.flatMap((good) => {
    if (good.madeOf !== null) return [];
    const { available } = present(
      rows.find(({ variant_id }) => variant_id === good.variantId),
      `the count of ${good.sku}`,
    );
    const truth = truthOf(world, good);
    return available === truth ? [] : [`there are ${truth} of ${good.sku}, the hub counts ${available}`];
  });
}
