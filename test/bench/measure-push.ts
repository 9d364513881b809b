/** (b) Pushing a bulk change: without limits, at the published limit of the store that has one per API, and above it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { assert, present } from '#base/assert.ts';
import type { PracticeStore } from '#cli/demo/practice-stores.ts';
import { RateLimited } from '#connectors/errors.ts';
import { connectorOf, openSession } from '#stores/session.ts';
import { findStore } from '#stores/stores-store.ts';
import type { Figure } from '#test/bench/figures.ts';
import { adjustAll, type LinkedStores, untilQuiet } from '#test/bench/linked-stores.ts';
import type { ManifestChange } from '#test/crash/processes.ts';

/** The platform's own limit: requests a second of one API. */
const publishedPerSecond = 50;
const boundless: ManifestChange = { unpaced: true };

export async function measurePush(linked: LinkedStores): Promise<Figure[]> {
  const { stores } = linked.installation;
  const limited = present(
    stores.find(({ platform }) => platform === 'tiktok_shop'),
    'the store with a limit per API',
  );
  const figures: Figure[] = [];
  for (const [platform, run] of await pushAll(linked, boundless)) {
    figures.push({ what: `push without limits: ${platform}`, value: run.listingsPerSecond, unit: 'listings/s' });
  }
  limited.hosted.shop.control.unlimited(false);
  figures.push(...(await atLimit(linked, limited)));
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
  calls: number;
  listingsPerSecond: number;
  /** Over whole windows of the published limit, so that a burst at either end counts for no more than it is. */
  callsPerSecond: number;
  throttled: number;
}

async function atLimit(linked: LinkedStores, store: PracticeStore): Promise<Figure[]> {
  const run = present((await pushAll(linked, {})).get(store.platform), store.platform);
  return [
    {
      what: `push at ${publishedPerSecond}/s`,
      value: run.callsPerSecond,
      unit: 'calls/s',
      against: { what: 'published', value: publishedPerSecond },
    },
    { what: `  throttle answers among ${run.calls} calls`, value: run.throttled, unit: '' },
  ];
}

/** Everything is changed while no worker runs; then one begins. Only calls that wrote something are counted, not what they cause. */
async function pushAll(linked: LinkedStores, manifests: ManifestChange): Promise<Map<string, Run>> {
  const { installation } = linked;
  const shops = new Map(installation.stores.map(({ platform, hosted }) => [platform, hosted.shop.control]));
  const shopOf = (platform: string) => present(shops.get(platform), platform);
  await installation.worker().stop();
  await adjustAll(linked);
  const before = new Map([...shops].map(([platform, shop]) => [platform, shop.counters()]));
  const written = new Map([...before].map(([platform, { writes }]) => [platform, [{ at: 0, writes }]]));
  installation.wire.beforeAnswer = async (platform) => {
    const all = present(written.get(platform), platform);
    const { writes } = shopOf(platform).counters();
    if (writes > (all.at(-1)?.writes ?? 0)) all.push({ at: performance.now(), writes });
  };
  await installation.startWorker(manifests);
  await untilQuiet(installation, 120);
  installation.wire.beforeAnswer = null;
  await sleep(1100); // the limit's window is over
  return new Map(
    [...written].map(([platform, [, ...calls]]) => {
      const throttled = shopOf(platform).counters().throttled - (before.get(platform)?.throttled ?? 0);
      return [platform, { calls: calls.length, ...pace(calls), throttled }];
    }),
  );
}

function pace(calls: readonly { at: number; writes: number }[]): { listingsPerSecond: number; callsPerSecond: number } {
  const [first, last] = [calls[0], calls.at(-1)];
  assert(first !== undefined && last !== undefined && last.at > first.at, 'there were several writes');
  const whole = Math.max(1, Math.floor((calls.length - 1) / publishedPerSecond) * publishedPerSecond);
  return {
    listingsPerSecond: ((last.writes - first.writes) * 1000) / (last.at - first.at),
    callsPerSecond: (whole * 1000) / (present(calls[whole], 'a call').at - first.at),
  };
}
