/** The web app's own picture of the API (web/api-model) is held against what the server says of itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '#http/test-server.ts';
import { type ApiDocument, disagreements, type Schema } from '#test/api-model/disagreements.ts';
import { readTypes } from '#test/api-model/read-types.ts';

/** The type of goods and stores, and beside it a file for each other noun. */
const folder = new URL('../../web/', import.meta.url);
const files = ['api-model.ts', ...readdirSync(new URL('api-model/', folder)).map((name) => `api-model/${name}`)];
const types = readTypes(files.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n'));

/** Where each type is answered; `items`: as the element of a list. */
const answered: readonly [type: string, operation: string, where: 'whole' | 'items' | 'array'][] = [
  ['Setup', 'get /api/setup', 'whole'],
  ['Me', 'get /api/me', 'whole'],
  ['FirstSteps', 'get /api/first-steps', 'whole'],
  ['Platform', 'get /api/platforms', 'array'],
  ['Store', 'get /api/stores', 'items'],
  ['RulePreview', 'post /api/stores/{id}/rules/preview', 'whole'],
  ['Product', 'get /api/products', 'items'],
  ['ProductDetail', 'get /api/products/{id}', 'whole'],
  ['Listing', 'get /api/listings', 'items'],
  ['LinkPreview', 'post /api/listings/suggestions', 'whole'],
  ['Explanation', 'get /api/listings/{id}/explain', 'whole'],
  ['Bundle', 'get /api/variants/{id}/components', 'whole'],
  ['PartOfBundle', 'get /api/variants/{id}/bundles', 'items'],
  ['Order', 'get /api/orders', 'items'],
  ['OrderDetail', 'get /api/orders/{id}', 'whole'],
  ['InventoryItem', 'get /api/inventory', 'items'],
  ['InventoryTransaction', 'get /api/inventory/{variantId}/transactions', 'items'],
  ['NamedTransaction', 'get /api/inventory/transactions', 'items'],
  ['Location', 'get /api/locations', 'items'],
  ['LocationFigures', 'get /api/locations/{id}/figures', 'whole'],
  ['StockClaims', 'get /api/inventory/{variantId}/claims', 'whole'],
  ['PostedStock', 'post /api/inventory/receipts', 'whole'],
  ['StockDifferences', 'post /api/inventory/stocktakes', 'whole'],
  ['SyncJob', 'get /api/sync-jobs', 'items'],
  ['SyncLog', 'get /api/sync-logs', 'items'],
  ['WebhookEvent', 'get /api/webhook-events', 'items'],
  ['WebhookEventDetail', 'get /api/webhook-events/{id}', 'whole'],
  ['Freshness', 'get /api/freshness', 'array'],
  ['ApiKey', 'get /api/api-keys', 'array'],
  ['ChangeSet', 'get /api/change-sets', 'items'],
  ['ChangePreview', 'get /api/change-sets/{id}/preview', 'whole'],
  ['ExchangeRate', 'get /api/exchange-rates', 'items'],
  ['SavedView', 'get /api/saved-views', 'items'],
];

/** What is known to differ, and why that is right. */
const exceptions: Readonly<Record<string, string>> = {
  'Me.user: the API may say null, the type does not allow it': 'null is for API keys; a page is read by a person',
};

let server: TestServer;
let document: ApiDocument;
beforeAll(async () => {
  server = await startTestServer();
  document = (await server.app.inject('/api/openapi.json')).json();
});
afterAll(() => server.close());

describe('what the web app expects is what the API answers', () => {
  test.each(answered)('%s of %s', (name, operation, where) => {
    const type = types.get(name);
    if (type === undefined) throw new Error(`The web app has no ${name}`);
    const found = disagreements(type(), elementOf(answerOf(operation), where), document, name);
    expect(found.filter((one) => exceptions[one] === undefined)).toEqual([]);
  });
});

test('a difference of each kind is found', () => {
  const text = `export interface Thing {
    gone: string; maybe: string; nullable: string; word: 'a' | 'dead'; list: { n: number }[]; fine?: Record<string, string> | null }`;
  const schema: Schema = {
    type: 'object',
    required: ['nullable', 'word', 'list'],
    properties: {
      maybe: { type: 'string' },
      nullable: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      word: { enum: ['a', 'new'] },
      list: { type: 'array', items: { type: 'object', required: ['n'], properties: { n: { type: 'string' } } } },
      fine: { anyOf: [{ type: 'object', additionalProperties: { type: 'string' } }, { type: 'null' }] },
    },
  };
  const thing = readTypes(text).get('Thing')?.() ?? { kind: 'anything' };
  expect(disagreements(thing, schema, { paths: {}, components: { schemas: {} } }, 'Thing')).toEqual([
    'Thing.gone: the API has no such member',
    'Thing.maybe: the API may leave it out, the type does not allow it',
    'Thing.nullable: the API may say null, the type does not allow it',
    'Thing.word: the API may say new, the type does not allow it',
    'Thing.word: the API never says dead',
    'Thing.list[].n: the API may say string, the type does not allow it',
  ]);
});

function answerOf(operation: string): Schema {
  const [method = '', path = ''] = operation.split(' ');
  const responses = document.paths[path]?.[method]?.responses ?? {};
  const answer = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
  const schema = answer?.content?.['application/json']?.schema;
  if (schema === undefined) throw new Error(`The document has no answer of ${operation}`);
  return schema;
}

function elementOf(schema: Schema, where: 'whole' | 'items' | 'array'): Schema {
  const element = where === 'whole' ? schema : where === 'array' ? schema.items : schema.properties?.items?.items;
  if (element === undefined) throw new Error('The answer is no list');
  return element;
}
