/** (a) The first pull of a whole catalog: rows a second against COPY of the same rows, requests, and the worker's memory. */
import { readFile } from 'node:fs/promises';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { present } from '#base/assert.ts';
import type { Figure } from '#test/bench/figures.ts';
import { plainGoods } from '#test/crash/goods.ts';
import { type Installation, openInstallation } from '#test/crash/installation.ts';

const perProduct = 2;
/** Every table that a pull fills, one row or more a variant. */
const filled = [
  'products',
  'product_variants',
  'listings',
  'listing_levels',
  'listing_prices',
  'inventory_items',
  'inventory_transactions',
];

export async function measurePull(variants: number): Promise<Figure[]> {
  const installation = await openInstallation({ goods: plainGoods(variants, perProduct), manifests: {}, platforms: ['shopify'] });
  try {
    const store = present(installation.stores[0], 'the practice store');
    const { control } = store.hosted.shop;
    control.unlimited(true);
    const idleBytes = await peakBytes(installation.worker().pid);
    const before = control.counters().requests;
    await installation.connect(store);
    const requests = control.counters().requests - before;
    const seconds = await pullSeconds(installation);
    const peak = await peakBytes(installation.worker().pid);
    const serverPeak = await peakBytes(installation.server().pid);
    const copySeconds = await copyAgain(installation);
    const rate = variants / seconds;
    return [
      {
        what: `pull: ${variants} variants`,
        value: rate,
        unit: 'variants/s',
        against: { what: 'COPY of the same rows, variants/s', value: variants / copySeconds },
      },
      {
        what: 'pull: requests per 100 products (connecting included)',
        value: requests / (variants / perProduct / 100),
        unit: 'requests',
      },
      { what: 'pull: peak memory of the worker', value: peak / 2 ** 20, unit: 'MiB', against: { what: 'aim', value: 250 } },
      {
        what: 'pull: peak memory of the server',
        value: serverPeak / 2 ** 20,
        unit: 'MiB',
        against: { what: 'aim', value: 250 },
      },
      { what: 'pull: memory of the worker before', value: idleBytes / 2 ** 20, unit: 'MiB' },
    ];
  } finally {
    await installation.close();
  }
}

async function pullSeconds({ hub, actor }: Installation): Promise<number> {
  const { rows } = await hub.db.inOrganization(actor.organizationId, (tx) =>
    tx.execute<{ seconds: number }>(sql`
      select extract(epoch from completed_at - started_at)::float8 as seconds from sync_jobs
      where organization_id = ${actor.organizationId} and job_type = 'pull' and status = 'succeeded' order by created_at limit 1`),
  );
  return present(rows[0], 'the pull').seconds;
}

/** The most memory that the process has ever held (VmHWM in /proc). */
async function peakBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(present(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1], 'VmHWM')) * 1024;
}

/** Seconds for COPY to put the pulled rows into tables with the same columns, checks and indexes. */
async function copyAgain(installation: Installation): Promise<number> {
  const { pathname } = new URL(installation.ownerUrl);
  const client = new pg.Client({ connectionString: new URL(pathname, installation.database.superuserUrl).href });
  await client.connect();
  try {
    let seconds = 0;
    const { rows } = await client.query<{ data: string }>("select current_setting('data_directory') as data");
    for (const name of filled) {
      const file = client.escapeLiteral(`${rows[0]?.data}/bench-${name}.copy`);
      await client.query(`copy (select * from ${name}) to ${file}`);
      await client.query(`create table bench_${name} (like ${name} including constraints including indexes)`);
      const begun = performance.now();
      await client.query(`copy bench_${name} from ${file}`);
      seconds += (performance.now() - begun) / 1000;
    }
    return seconds;
  } finally {
    await client.end();
  }
}
