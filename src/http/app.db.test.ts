import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, startTestServer, type TestServer } from '#http/test-server.ts';

let server: TestServer;
let publicFolder: string;

beforeAll(async () => {
  publicFolder = await mkdtemp(join(tmpdir(), 'storesync-pages-'));
  await mkdir(join(publicFolder, 'assets'));
  await writeFile(join(publicFolder, 'index.html'), '<!doctype html><title>StoreSync</title>');
  await writeFile(join(publicFolder, 'assets', 'app-1a2b.js'), 'export {};');
  server = await startTestServer({ publicFolder });
});
afterAll(async () => {
  await server.close();
  await rm(publicFolder, { recursive: true });
});

const anybody = (url: string, headers: Record<string, string> = {}) => ask(server.app, 'GET', url, headers);

test('every address of the web app answers its page; an address of the API that is not there is a problem', async () => {
  for (const url of ['/', '/products', '/products/abc?x=1', '/integrations?connected=1']) {
    const answer = await anybody(url);
    expect([url, answer.status, answer.text.slice(0, 15), answer.headers['cache-control']]).toEqual([
      url,
      200,
      '<!doctype html>',
      'no-cache',
    ]);
  }
  const asset = await anybody('/assets/app-1a2b.js');
  expect([asset.status, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  for (const url of ['/api/nothing', '/assets/gone.js', '/webhooks/nobody']) {
    expect([url, (await anybody(url)).body]).toEqual([url, expect.objectContaining({ code: 'not_found', status: 404 })]);
  }
  expect((await anybody('/../../etc/passwd')).text).not.toContain('root:');
  expect((await anybody('/assets/..%2f..%2f..%2fetc%2fpasswd')).text).not.toContain('root:');
});

test('pages may load nothing from elsewhere but pictures, and nobody may frame them', async () => {
  const policy = String((await anybody('/')).headers['content-security-policy']);
  expect(policy).toContain("default-src 'self'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect((await anybody('/')).headers['x-content-type-options']).toBe('nosniff');
});

test('every answer names its request, and a problem repeats the name', async () => {
  const answer = await anybody('/api/nothing', { 'x-request-id': 'chosen-by-a-stranger' });
  expect(answer.headers['x-request-id']).toBe(answer.body.requestId);
  expect(answer.body.requestId).not.toBe('chosen-by-a-stranger');
});

test('bad input says for each field what the rule is', async () => {
  const answer = await server.owner.send('POST', '/api/api-keys', { name: '', scope: 'god', expiresInDays: 1.5, extra: 1 });
  expect(answer.status).toBe(400);
  expect(answer.body.issues).toEqual(
    expect.arrayContaining([
      { path: 'name', message: '"name" must not be empty.' },
      { path: 'scope', message: '"scope" must be "read", "write" or "admin".' },
      { path: '', message: 'The body has fields that are not known here: extra.' },
    ]),
  );
  const missing = await server.owner.send('POST', '/api/api-keys', {});
  expect(missing.body.issues).toEqual([{ path: 'name', message: '"name" is missing.' }]);
});

test('a body that is no JSON, of another kind or too large is refused as such', async () => {
  const headers = { cookie: server.owner.cookie, origin: 'http://hub.test' };
  const send = (type: string, body: string) =>
    ask(server.app, 'POST', '/api/api-keys', { ...headers, 'content-type': type }, body);
  expect((await send('application/json', '{"name":')).body).toMatchObject({ status: 400, code: 'invalid_input' });
  expect((await send('text/xml', '<a/>')).body).toMatchObject({ status: 415, code: 'unsupported_media' });
  expect((await send('application/json', JSON.stringify({ name: 'x'.repeat(1_000_001) }))).body).toMatchObject({
    status: 413,
    code: 'payload_too_large',
  });
});

test('the document describes every route, with the problem as the answer when it fails', async () => {
  const { body } = await anybody('/api/openapi.json');
  expect(body.openapi).toBe('3.1.0');
  expect(JSON.stringify(body), 'what may be sent is not called read-only').not.toContain('"readOnly"');
  expect(body.paths['/api/stores'].get.responses.default.content['application/problem+json'].schema).toEqual({
    $ref: '#/components/schemas/Problem',
  });
  expect(body.paths['/api/stores'].post.parameters.map((p: { name: string }) => p.name)).toContain('Idempotency-Key');
  const page = await anybody('/api/docs/');
  expect(page.status).toBe(200);
  expect(String(page.headers['content-security-policy'])).toContain("script-src 'self' 'unsafe-inline'");
});

test('an error that nobody expected says nothing of its insides, and the log has them without anybody’s data', async () => {
  await server.identityPool.query('select 1');
  const { db } = server.hub;
  const broken = Object.assign(db, { inOrganization: db.inOrganization });
  const real = broken.inOrganization;
  broken.inOrganization = (id, work) =>
    real(id, (tx) => tx.execute(`select * from no_such_table where secret = 'hunter2'`).then(() => work(tx)));
  server.logged.length = 0;
  const answer = await server.owner.get('/api/stores');
  broken.inOrganization = real;
  expect(answer.body).toMatchObject({ status: 500, code: 'internal' });
  expect(answer.text).not.toContain('no_such_table');
  const logged = JSON.stringify(server.logged.filter(({ level }) => level === 'error'));
  expect(logged).toContain('no_such_table');
  expect(logged).toContain(answer.body.requestId);
  expect(logged).not.toContain('hunter2');
});

test('healthy, ready, and figures for the machine and private networks only', async () => {
  expect((await anybody('/healthz')).body).toEqual({ status: 'ok' });
  expect((await anybody('/readyz')).body).toEqual({ status: 'ready' });
  const figures = await server.app.inject({ url: '/metrics' });
  expect(figures.body).toContain('storesync_http_request_seconds_bucket');
  expect(figures.body).not.toContain(server.owner.organizationId);
  expect((await server.app.inject({ url: '/metrics', remoteAddress: '8.8.8.8' })).statusCode).toBe(404);
});

test('without its database the server says so, and is alive but not ready', async () => {
  const lonely = await startTestServer();
  await lonely.appPool.end();
  await lonely.identityPool.end();
  expect((await ask(lonely.app, 'GET', '/healthz', {})).status).toBe(200);
  const ready = await ask(lonely.app, 'GET', '/readyz', {});
  expect(ready.body).toMatchObject({ status: 503, code: 'database_unavailable' });
  lonely.appPool.end = lonely.identityPool.end = async () => undefined;
  await lonely.close();
});
