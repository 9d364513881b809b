/** (c) On an idle machine: from a change to the request's arrival at the other store. */
import { setTimeout as sleep } from 'node:timers/promises';
import { present } from '#base/assert.ts';
import { adjustStock } from '#listings/adjust-stock.ts';
import { type Figure, percentile } from '#test/bench/figures.ts';
import { type LinkedStores, untilQuiet } from '#test/bench/linked-stores.ts';

const arrivalAwaitedMs = 10_000;
const warmUps = 3;
/** The worker's turn is over after so long, and the next change finds it idle. */
const pauseMs = 120;

export async function measureLatency(linked: LinkedStores, changes: number): Promise<Figure[]> {
  const { installation, variants } = linked;
  await installation.worker().stop();
  await installation.startWorker();
  await untilQuiet(installation, 60);
  const source = present(installation.stores[0], 'the source store');
  const goods = source.hosted.shop.control.goods();
  const ids = [...variants.values()];
  const fromCommit: number[] = [];
  const fromEdit: number[] = [];
  for (let nth = -warmUps; nth < changes; nth++) {
    const variantId = present(ids.at(nth), 'a variant');
    const arrived = nextArrival(linked);
    await adjustStock(installation.hub, installation.actor, { variantId, delta: 1 });
    const committed = performance.now();
    const passed = (await arrived) - committed;
    if (nth >= 0) fromCommit.push(passed);
    await sleep(pauseMs);
    await untilQuiet(installation, 30);
  }
  for (let nth = -warmUps; nth < changes; nth++) {
    const good = present(goods.at(nth), 'a good');
    const arrived = nextArrival(linked);
    const edited = performance.now();
    source.hosted.shop.control.edit(good.variantId, { quantity: 500 + nth });
    const passed = (await arrived) - edited;
    if (nth >= 0) fromEdit.push(passed);
    await sleep(pauseMs);
    await untilQuiet(installation, 30);
  }
  return [
    ...pair(`commit to arrival, ${changes} changes`, fromCommit, 50),
    ...pair(`edit at the source to arrival, ${changes} edits`, fromEdit, 250),
  ];
}

const pair = (what: string, values: readonly number[], aim: number): Figure[] => [
  { what: `${what}: p50`, value: percentile(values, 0.5), unit: 'ms', against: { what: 'aim', value: aim } },
  { what: `${what}: p99`, value: percentile(values, 0.99), unit: 'ms', against: { what: 'aim', value: aim } },
];

/** The moment at which the next stock update reaches the other store. */
function nextArrival({ installation }: LinkedStores): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('A change never arrived at the other store')), arrivalAwaitedMs);
    installation.wire.arrived = (platform, { url }) => {
      if (platform !== 'tiktok_shop' || !url.includes('/inventory/update')) return;
      installation.wire.arrived = null;
      clearTimeout(timer);
      resolve(performance.now());
    };
  });
}
