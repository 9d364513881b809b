/** npm run bench [-- --quick] [--only latency|sales|push|webhooks|orders|race|pull]. The database keeps what it commits; every figure has its limit beside it, from the same run. */
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { messageOf } from '#base/errors.ts';
import { optionOf } from '#cli/call.ts';
import { type Figure, table } from '#test/bench/figures.ts';
import { type LinkedStores, openLinkedStores } from '#test/bench/linked-stores.ts';
import { measureLatency } from '#test/bench/measure-latency.ts';
import { measureOrderRace } from '#test/bench/measure-order-race.ts';
import { measureOrders } from '#test/bench/measure-orders.ts';
import { measurePull } from '#test/bench/measure-pull.ts';
import { measurePush } from '#test/bench/measure-push.ts';
import { measureSales } from '#test/bench/measure-sales.ts';
import { measureWebhooks } from '#test/bench/measure-webhooks.ts';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

/** A machine that is busy with something else shall not measure for ever. */
const secondsAtMost = 600;
setTimeout(() => {
  console.error(`Not done within ${secondsAtMost} s: the machine is too busy to measure anything. What is above counts.`);
  process.exit(1);
}, secondsAtMost * 1000).unref();

const quick = process.argv.includes('--quick');
const only = optionOf(process.argv, '--only');
const wanted = (part: string): boolean => only === null || only === part;
const sizes = quick
  ? { pulled: 5000, linked: 550, changes: 30, salesSeconds: 3, floodMs: 3000, orders: 500, replayed: 200, raced: 500 }
  : { pulled: 100_000, linked: 2000, changes: 100, salesSeconds: 10, floodMs: 8000, orders: 3000, replayed: 1000, raced: 5000 };

async function durability({ installation }: LinkedStores): Promise<Record<string, string>> {
  const { rows } = await installation.hub.db.pool.query<{ name: string; setting: string }>(
    "select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'server_version') order by name",
  );
  const settings = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  if (settings.fsync !== 'on' || settings.synchronous_commit !== 'on')
    throw new Error(`The database is not durable: ${JSON.stringify(settings)}`);
  return settings;
}

async function measureLinked(note: (some: readonly Figure[]) => void): Promise<Record<string, string>> {
  const linked = await openLinkedStores(only === 'pull' ? 2 : sizes.linked);
  try {
    const settings = await durability(linked);
    console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}, PostgreSQL ${JSON.stringify(settings)}`);
    if (wanted('latency')) note(await measureLatency(linked, sizes.changes));
    if (wanted('sales')) note(await measureSales(linked, sizes.salesSeconds));
    if (wanted('push')) note(await measurePush(linked));
    if (wanted('webhooks')) note(await measureWebhooks(linked, sizes.floodMs));
    // Last: what they leave behind takes a while to settle.
    if (wanted('orders'))
      note(await measureOrders(linked, { orders: sizes.orders, replayed: sizes.replayed, hotMs: sizes.floodMs / 2 }));
    if (wanted('race')) note(await measureOrderRace(linked, sizes.raced));
    return settings;
  } finally {
    await linked.installation.close();
  }
}

async function measure(): Promise<void> {
  const begun = performance.now();
  const loadBefore = loadavg()[0] ?? 0;
  if (loadBefore > 0.5 * cpus().length)
    console.log(`The machine is not idle (load ${loadBefore.toFixed(1)}): what follows is less than it can do.`);
  const figures: Figure[] = [];
  const note = (some: readonly Figure[]) => {
    figures.push(...some);
    console.log(table(some));
  };
  const settings = await measureLinked(note);
  if (wanted('pull')) note(await measurePull(sizes.pulled));
  const folder = fileURLToPath(new URL('../../data/', import.meta.url));
  await mkdir(folder, { recursive: true });
  const seconds = (performance.now() - begun) / 1000;
  await writeFile(
    `${folder}bench.json`,
    `${JSON.stringify({ at: new Date().toISOString(), quick, cpus: cpus().length, loadBefore, settings, seconds, figures }, null, 2)}\n`,
  );
  console.log(`\n${table(figures)}\n\nAll in ${seconds.toFixed(0)} s; also in data/bench.json.`);
}

try {
  await measure();
} catch (thrown) {
  console.error(messageOf(thrown));
  process.exitCode = 1;
}
