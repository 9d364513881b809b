/** (d) Signed deliveries over 8 connections, beside what the database and a bare HTTP server do on this machine. */
import { spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import pg from 'pg';
import { Pool } from 'undici';
import { present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import { type Figure, flood, percentile } from '#test/bench/figures.ts';
import type { LinkedStores } from '#test/bench/linked-stores.ts';
import type { Installation } from '#test/crash/installation.ts';

const connections = 8;

export async function measureWebhooks({ installation }: LinkedStores, milliseconds: number): Promise<Figure[]> {
  // Deliveries are worked on later and elsewhere: only their acceptance is measured.
  await installation.worker().stop();
  const accepted = await deliveries(installation, milliseconds);
  const inserts = await bareInserts(installation, milliseconds);
  const trips = await bareTrips(milliseconds);
  const perSecond = (durations: readonly number[]) => durations.length / (milliseconds / 1000);
  return [
    {
      what: `webhooks accepted, ${connections} connections`,
      value: perSecond(accepted),
      unit: '/s',
      against: { what: 'bare INSERT and commit, /s', value: perSecond(inserts) },
    },
    { what: 'webhooks accepted: p50', value: percentile(accepted, 0.5), unit: 'ms' },
    { what: 'webhooks accepted: p99', value: percentile(accepted, 0.99), unit: 'ms' },
    { what: 'bare INSERT and commit: p99', value: percentile(inserts, 0.99), unit: 'ms' },
    { what: 'bare HTTP round trip on loopback', value: perSecond(trips), unit: '/s' },
    { what: 'bare HTTP round trip on loopback: p99', value: percentile(trips, 0.99), unit: 'ms' },
  ];
}

async function deliveries(installation: Installation, milliseconds: number): Promise<number[]> {
  const source = present(installation.stores[0], 'the source store');
  const { clientSecret = '', shop = '' } = source.hosted.shop.control.access();
  const client = new Pool(installation.origin, { connections });
  const send = async (lane: number, nth: number) => {
    const body = JSON.stringify({ inventory_item_id: 900_000_000 + lane * 1_000_000 + nth, location_id: 1, available: 7 });
    const answer = await client.request({
      method: 'POST',
      path: '/webhooks/shopify',
      headers: {
        'content-type': 'application/json',
        'x-shopify-topic': 'inventory_levels/update',
        'x-shopify-shop-domain': shop,
        'x-shopify-webhook-id': randomUUID(),
        'x-shopify-hmac-sha256': createHmac('sha256', clientSecret).update(body).digest('base64'),
      },
      body,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`A signed delivery was answered ${answer.statusCode}: ${text}`);
  };
  try {
    await flood(connections, 500, send);
    return await flood(connections, milliseconds, send);
  } finally {
    await client.close();
  }
}

/** One row of the same size a transaction, as many connections. */
async function bareInserts(installation: Installation, milliseconds: number): Promise<number[]> {
  const { pathname } = new URL(installation.ownerUrl);
  const pool = new pg.Pool({ connectionString: new URL(pathname, installation.database.superuserUrl).href, max: connections });
  try {
    await pool.query(
      'create table bench_events (like webhook_events including defaults including constraints including indexes)',
    );
    const row =
      'insert into bench_events (organization_id, id, store_id, topic, delivery_id, payload, hints, created_at) values ($1, $2, $1, $3, $4, $5, $6, now())';
    return await flood(connections, milliseconds, async () => {
      await pool.query(row, [
        installation.actor.organizationId,
        newId(),
        'inventory_levels/update',
        randomUUID(),
        '{"inventory_item_id":900000001,"location_id":1,"available":7}',
        '[]',
      ]);
    });
  } finally {
    await pool.end();
  }
}

const bareServer = `const server = require('node:http').createServer((request, response) => { request.resume(); request.on('end', () => response.end('{"received":true}')); });
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

async function bareTrips(milliseconds: number): Promise<number[]> {
  const child = spawn(process.execPath, ['--input-type=commonjs', '-e', bareServer], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {},
  });
  const [port] = await once(child.stdout, 'data');
  const client = new Pool(`http://127.0.0.1:${String(port).trim()}`, { connections });
  try {
    return await flood(connections, milliseconds, async () => {
      const answer = await client.request({
        method: 'POST',
        path: '/',
        body: '{"inventory_item_id":900000001,"location_id":1,"available":7}',
      });
      await answer.body.text();
    });
  } finally {
    await client.close();
    const gone = once(child, 'exit');
    child.kill();
    await gone;
  }
}
