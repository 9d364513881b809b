import { expect, test } from 'vitest';
import { seededRandom } from '#catalog/csv/seeded-random.ts';
import { gatherBuyers } from '#cli/demo/buyers.ts';
import type { PracticeStore } from '#cli/demo/practice-stores.ts';
import { practiceKinds } from '#connectors/practice-registry.ts';

/** Both practice stores with ten goods each, one of them about to run out; nobody keeps them in agreement here. */
function openStores(): PracticeStore[] {
  return Object.entries(practiceKinds).map(([platform, kind]) => {
    const baseUrl = 'http://127.0.0.1:1';
    const shop = kind.create({ baseUrl, redirectUrl: `${baseUrl}/callback`, currency: 'USD' });
    shop.control.add(
      Array.from({ length: 10 }, (_, at) => ({
        title: `Good ${at}`,
        variants: [{ sku: `G-${at}`, price: '5.00', quantity: at === 0 ? 1 : 30 }],
      })),
    );
    return { platform, kind, hosted: { baseUrl, shop, close: () => shop.close() } };
  });
}

test('an hour of buyers: one order a step at most, of every fate, and no good runs out', async () => {
  const stores = openStores();
  const random = seededRandom(11);
  const steps = 450;
  const visit = gatherBuyers(stores, () => random.below(1_000_000) / 1_000_000);
  for (let step = 0; step < steps; step++) {
    visit();
    for (const { hosted } of stores) for (const { quantity } of hosted.shop.control.goods()) expect(quantity).toBeGreaterThan(0);
  }
  const lists = stores.flatMap(({ hosted }) =>
    hosted.shop.control.orders === undefined ? [] : [hosted.shop.control.orders.list()],
  );
  expect(lists.flat().length).toBeLessThanOrEqual(steps);
  for (const orders of lists) {
    expect(orders.length).toBeGreaterThan(40);
    const lines = orders.flatMap((order) => order.lines);
    for (const fate of ['shipped', 'cancelled', 'returned'] as const)
      expect(
        lines.some((line) => line[fate] > 0),
        fate,
      ).toBe(true);
    expect(lines.some(({ shipped, cancelled }) => shipped === 0 && cancelled === 0)).toBe(true);
  }
  for (const { hosted } of stores) await hosted.close();
});

test('the visitor may be faster: what is shipped or called off already is left alone', async () => {
  const stores = openStores();
  const visit = gatherBuyers(stores, () => 0);
  for (let step = 0; step < 40; step++) {
    visit();
    for (const { hosted } of stores) {
      const { orders } = hosted.shop.control;
      const open = orders?.list().find(({ lines }) => lines.every(({ shipped, cancelled }) => shipped + cancelled === 0));
      if (open === undefined) continue;
      if (step % 2 === 0) orders?.ship(open.id);
      else orders?.cancel(open.id);
    }
  }
  const byPerson = stores.flatMap(({ hosted }) => hosted.shop.control.orders?.list() ?? []);
  expect(byPerson.length).toBeGreaterThan(10);
  for (const { lines } of byPerson)
    for (const { ordered, shipped, cancelled } of lines) expect(shipped + cancelled).toBeLessThanOrEqual(ordered);
  for (const { hosted } of stores) await hosted.close();
});
