/** (b) Pushing a bulk change: without limits, at the published limit of the store that has one per API, and above it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { present } from '#base/assert.ts';
import type { PracticeStore } from '#cli/demo/practice-stores.ts';
import { RateLimited } from '#connectors/errors.ts';
import { connectorOf, openSession } from '#stores/session.ts';
import { findStore } from '#stores/stores-store.ts';
import type { Figure } from '#test/bench/figures.ts';
import { adjustAll, type LinkedStores, untilQuiet } from '#test/bench/linked-stores.ts';
import type { ManifestChange } from '#test/crash/processes.ts';

/** The platform's own limit: requests a second of one API. */
const publishedPerSecond = 50;
const boundless: ManifestChange = { capacity: 100_000, refillPerSecond: 100_000 };
/** Capacity and 98 % of the refill together stay at 50 in any second. */
const proposed: ManifestChange = { capacity: 1, refillPerSecond: 50 };

export async function measurePush(linked: LinkedStores): Promise<Figure[]> {
  const { stores } = linked.installation;
  const limited = present(
    stores.find(({ platform }) => platform === 'tiktok_shop'),
    'the store with a limit per API',
  );
  const figures: Figure[] = [];
  for (const [platform, run] of await pushAll(linked, boundless)) {
    figures.push({ what: `push without limits: ${platform}`, value: run.listings / run.seconds, unit: 'listings/s' });
  }
  limited.hosted.shop.control.unlimited(false);
  figures.push(...(await atLimit(linked, limited, 'as the manifest says', {})));
  figures.push(...(await atLimit(linked, limited, 'with capacity 1, refill 50', proposed)));
  figures.push(await unpaced(linked, limited));
  limited.hosted.shop.control.unlimited(true);
  return figures;
}

/** The control: the same connector without pacing, so that no throttle answer above means that none was due. */
async function unpaced({ installation }: LinkedStores, { platform, hosted }: PracticeStore): Promise<Figure> {
  const { hub, actor } = installation;
  const store = await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(
      sql`select id from stores where organization_id = ${actor.organizationId} and platform = ${platform}`,
    );
    return await findStore(tx, present(rows[0], platform).id);
  });
  const connector = connectorOf(hub, platform);
  const session = await openSession(hub, store, null);
  const before = hosted.shop.control.counters().throttled;
  const calls = 2 * publishedPerSecond;
  const ended = await Promise.allSettled(Array.from({ length: calls }, () => connector.webhooks.list(session)));
  for (const end of ended) if (end.status === 'rejected' && !(end.reason instanceof RateLimited)) throw end.reason;
  const throttled = hosted.shop.control.counters().throttled - before;
  if (throttled === 0) throw new Error(`${calls} calls at once were not throttled: the practice store keeps no limit`);
  return { what: `control: throttle answers to ${calls} calls at once, unpaced`, value: throttled, unit: '' };
}

interface Run {
  listings: number;
  calls: number;
  seconds: number;
  throttled: number;
}

async function atLimit(linked: LinkedStores, store: PracticeStore, how: string, manifests: ManifestChange): Promise<Figure[]> {
  const run = present((await pushAll(linked, manifests)).get(store.platform), store.platform);
  return [
    {
      what: `push at ${publishedPerSecond}/s, ${how}`,
      value: run.calls / run.seconds,
      unit: 'calls/s',
      against: { what: 'published', value: publishedPerSecond },
    },
    { what: `  throttle answers among ${run.calls} calls`, value: run.throttled, unit: '' },
  ];
}

/** Everything is changed while no worker runs; then one begins. Measured from the first write's arrival to the last one's. */
async function pushAll(linked: LinkedStores, manifests: ManifestChange): Promise<Map<string, Run>> {
  const { installation } = linked;
  await installation.worker().stop();
  await adjustAll(linked);
  const before = new Map(installation.stores.map((store) => [store.platform, store.hosted.shop.control.counters()]));
  const arrivals = new Map<string, number[]>();
  installation.wire.arrived = (platform, { method, url }) => {
    if (platform === 'tiktok_shop' && !(method === 'POST' && url.includes('/inventory/update'))) return;
    arrivals.set(platform, [...(arrivals.get(platform) ?? []), performance.now()]);
  };
  await installation.startWorker(manifests);
  await untilQuiet(installation, 120);
  installation.wire.arrived = null;
  await sleep(1100); // the limit's window is over
  return new Map(
    installation.stores.map(({ platform, hosted }) => {
      const now = hosted.shop.control.counters();
      const then = present(before.get(platform), platform);
      const times = arrivals.get(platform) ?? [];
      const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
      return [
        platform,
        { listings: now.writes - then.writes, calls: times.length, seconds, throttled: now.throttled - then.throttled },
      ];
    }),
  );
}
