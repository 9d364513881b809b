import { readConfig } from '#config.ts';
import { openDatabase } from '#db/transaction.ts';
import { buildApp } from '#http/app.ts';
import { makeFeed } from '#http/change-feed.ts';
import { writeOpenApiDocument } from '#http/openapi.ts';
import { scratch } from '#http/scratch-database.ts';
import type { Hub } from '#stores/hub.ts';
const { app: appPool, identity } = scratch();
const log = { info: console.log, warn: console.log, error: console.log, debug: () => {} };
const hub = { config: readConfig({ DATA_DIR: '/tmp/pgh/datafolder' }), clock: { now: () => new Date() }, db: openDatabase(appPool), log, sealer: null as never, connectors: {}, wake() {}, announce() {} } as Hub;
const feed = makeFeed();
const app = await buildApp({ hub, identityPool: identity, publicFolder: null, changes: feed });
await writeOpenApiDocument(app, '/tmp/pgh/openapi.json');
const origin = { origin: 'http://localhost:4400', host: 'localhost:4400' };
let r = await app.inject({ url: '/api/setup' }); console.log(r.statusCode, r.body);
r = await app.inject({ method: 'POST', url: '/api/setup', headers: origin, payload: { name: 'Ann', email: 'ann@x.test', password: 'correct horse', organizationName: 'Blue', currency: 'usd', timezone: 'UTC' } });
console.log(r.statusCode, r.body, r.headers['set-cookie']);
if (r.statusCode === 409) r = await app.inject({ method: 'POST', url: '/api/auth/sign-in/email', headers: origin, payload: { email: 'ann@x.test', password: 'correct horse' } });
console.log(r.statusCode, r.body.slice(0, 200));
const cookie = String(r.headers['set-cookie']).split(';')[0] ?? '';
for (const url of ['/api/me', '/api/platforms', '/api/stores', '/api/products', '/api/products?q=blue', '/api/listings', '/api/listings?q=x', '/api/inventory?q=a&low=true', '/api/locations', '/api/sync-jobs', '/api/sync-logs', '/api/webhook-events', '/api/freshness', '/api/audit-log', '/api/api-keys', '/healthz', '/readyz', '/api/nope', '/api/stores/abc', '/api/stores?limit=999', '/api/products?state=behind','/api/products?state=in_sync', '/api/products?state=not_linked', '/api/listings?state=in_sync']) {
  const a = await app.inject({ url, headers: { cookie } });
  console.log(url, a.statusCode, a.body.slice(0, 260));
}
await app.close(); process.exit(0);
