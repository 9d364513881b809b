import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenForChanges } from '#http/change-feed.ts';
import { startTestServer, type TestServer } from '#http/test-server.ts';

let server: TestServer;
let address: string;

beforeAll(async () => {
  server = await startTestServer();
  address = await server.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => server.close());

async function listen(
  cookie: string,
): Promise<{ text(): string; until(words: string): Promise<void>; abort(): void; ended: Promise<void> }> {
  const stop = new AbortController();
  const answer = await fetch(`${address}/api/events`, { headers: { cookie }, signal: stop.signal });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  let heard = '';
  const ended = (async () => {
    for await (const part of answer.body ?? []) heard += Buffer.from(part).toString();
  })().catch(() => undefined);
  const until = async (words: string) => {
    for (let wait = 0; wait < 200 && !heard.includes(words); wait++) await sleep(20);
    expect(heard).toContain(words);
  };
  return { text: () => heard, until, abort: () => stop.abort(), ended };
}

test('a stranger hears nothing', async () => {
  expect((await fetch(`${address}/api/events`)).status).toBe(401);
});

test('a page hears the changes of its own organization and of no other', async () => {
  const [ours, theirs] = [await listen(server.owner.cookie), await listen(server.stranger.cookie)];
  await ours.until('retry:');
  await theirs.until('retry:');
  server.feed.tell(server.owner.organizationId, { type: 'change', change: { kind: 'store', ids: ['s1'] } });
  server.feed.tell(server.stranger.organizationId, { type: 'change', change: { kind: 'listing', ids: ['l1'], storeId: 's2' } });
  await ours.until('event: change\ndata: {"kind":"store","ids":["s1"]}\n\n');
  await theirs.until('"l1"');
  expect(ours.text()).not.toContain('l1');
  expect(theirs.text()).not.toContain('s1');
  ours.abort();
  theirs.abort();
});

test('one person may not hold endlessly many streams, and closing one makes room', async () => {
  const viewer = await server.addPerson(server.owner.organizationId, 'viewer');
  const open = await Promise.all(Array.from({ length: 20 }, () => listen(viewer.cookie)));
  const refused = await fetch(`${address}/api/events`, { headers: { cookie: viewer.cookie } });
  expect(refused.status).toBe(429);
  open[0]?.abort();
  await sleep(100);
  const again = await listen(viewer.cookie);
  for (const stream of [...open, again]) stream.abort();
});

test('the feed brings notices of the database, ignores what has another shape, and says so when it missed some', async () => {
  const log = server.hub.log;
  const feed = await listenForChanges({ url: server.appUrl, log });
  const heard: unknown[] = [];
  const stop = feed.subscribe(server.owner.organizationId, (event) => heard.push(event));
  const client = new pg.Client({ connectionString: server.appUrl });
  await client.connect();
  const notify = (payload: string) => client.query("select pg_notify('storesync_changes', $1)", [payload]);
  const { organizationId } = server.owner;
  await notify('no json');
  await notify(JSON.stringify({ organizationId, kind: 'weather', ids: [] }));
  await notify(JSON.stringify({ organizationId: server.stranger.organizationId, kind: 'job', ids: ['x'] }));
  await notify(JSON.stringify({ organizationId, kind: 'job', ids: ['j1'], storeId: null }));
  for (let wait = 0; wait < 100 && heard.length === 0; wait++) await sleep(20);
  expect(heard).toEqual([{ type: 'change', change: { kind: 'job', ids: ['j1'] } }]);

  const owner = new pg.Client({ connectionString: server.appUrl });
  await owner.connect();
  await owner.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'storesync-changes' and datname = current_database()",
  );
  await owner.end();
  for (let wait = 0; wait < 200 && heard.length === 1; wait++) await sleep(20);
  expect(heard[1]).toEqual({ type: 'missed' });
  await notify(JSON.stringify({ organizationId, kind: 'job', ids: ['j2'] }));
  for (let wait = 0; wait < 100 && heard.length === 2; wait++) await sleep(20);
  expect(heard[2]).toMatchObject({ change: { ids: ['j2'] } });
  stop();
  await notify(JSON.stringify({ organizationId, kind: 'job', ids: ['j3'] }));
  await sleep(100);
  expect(heard).toHaveLength(3);
  await client.end();
  await feed.close();
});

test('closing the server ends the streams instead of waiting for them', async () => {
  const other = await startTestServer();
  const where = await other.app.listen({ port: 0, host: '127.0.0.1' });
  const answer = await fetch(`${where}/api/events`, { headers: { cookie: other.owner.cookie } });
  const began = Date.now();
  await other.close();
  await answer.text();
  expect(Date.now() - began).toBeLessThan(5000);
});
