/** What a program may send wrongly over real HTTP: it is told what to do, and the database is afterwards what it was before. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { present } from '#base/assert.ts';
import { newId } from '#base/ids.ts';
import { type Program, programOf } from '#test/journeys/program.ts';
import { type Stage, startStage } from '#test/journeys/stage.ts';
import { standingRows } from '#test/journeys/standing-rows.ts';
import type { Problem } from '#test/journeys/visitor.ts';

let stage: Stage;
let program: Program;
let productId: string;
let variantId: string;
let before: Record<string, string>;

interface Described {
  paths: Record<string, Record<string, { parameters?: { name: string; schema?: { enum?: string[] } }[] }>>;
}

beforeAll(async () => {
  stage = await startStage();
  stage.source.control.add([
    { title: 'Lantern', variants: [{ sku: 'LAN', price: '20.00', quantity: 5 }] },
    { title: 'Candle', variants: [{ sku: 'CAN', price: '2.00', quantity: 50 }] },
  ]);
  await stage.connect(stage.source);
  await stage.stopWorker();
  const made = await stage.person.post<{ secret: string }>('/api/api-keys', { name: 'bad input', scope: 'admin' });
  program = programOf(stage.origin, made.secret);
  const [first] = await stage.person.all<{ id: string }>('/api/products');
  productId = present(first, 'a product').id;
  const { variants } = await stage.person.get<{ variants: { id: string }[] }>(`/api/products/${productId}`);
  variantId = present(variants[0], 'a variant').id;
  before = await standingRows(stage.appUrl);
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.errors.length = 0;
});

/** It is refused with a code and a sentence, was not our own failure, and nothing was written. */
async function expectRefused(answer: { status: number; body: Problem }, status: number, code: string): Promise<void> {
  expect(answer.body, JSON.stringify(answer.body)).toMatchObject({ status, code, requestId: expect.any(String) });
  expect(answer.body.detail).toMatch(/^[^ ].{15,}[.?)]$|^[^ ].{15,}$/s);
  expect(stage.errors).toEqual([]);
  expect(await standingRows(stage.appUrl)).toEqual(before);
}

const patchProduct = (body: string) =>
  program.send<Problem>('PATCH', `/api/products/${productId}`, { 'content-type': 'application/json' }, body);

describe('a body', () => {
  const unreadable: Record<string, [string, string]> = {
    'that is cut off': ['{"title":"Lan', 'It must be valid JSON'],
    'that is empty': ['', 'is empty. Send JSON'],
    'that is a web page': ['<html>Login</html>', 'It must be valid JSON'],
    'that would change what every object inherits': ['{"title":"x","__proto__":{"admin":true}}', '"__proto__"'],
    'that would do so by its constructor': ['{"title":"x","constructor":{"prototype":{"admin":true}}}', '"constructor"'],
    'that is a list': ['[{"title":"x"}]', 'must be an object'],
    'that is a number': ['5', 'must be an object'],
    'with a field that is not known': ['{"title":"x","prize":"5"}', 'not known here: prize'],
    'with a field of the wrong kind': ['{"title":{"en":"x"}}', '"title" must be text'],
    'with 400,000 lists in each other': [`{"title":${'['.repeat(400_000)}${']'.repeat(400_000)}}`, '"title" must be text'],
    'with a NUL in a text': ['{"title":"Lan\\u0000tern"}', '"title" contains an invisible character (NUL)'],
    'with half an emoji in a text': ['{"title":"Lantern \\ud83c"}', '"title" contains half of a character'],
    'with a NUL in a name': ['{"ti\\u0000tle":"x"}', 'name of a field contains an invisible character'],
    'with a title of 5,000 emoji': [JSON.stringify({ title: '👨‍👩‍👧‍👦'.repeat(5000) }), 'at most 255 characters'],
    'with a title of blanks': ['{"title":"   "}', '"title" must not be empty'],
  };

  test.each(Object.entries(unreadable))(
    '%s is refused with what is wrong with it, and changes nothing',
    async (_what, [body, says]) => {
      const answer = await patchProduct(body);
      await expectRefused(answer, 400, 'invalid_input');
      expect(answer.body.detail).toContain(says);
    },
  );

  test('of 10 MB is refused with the limit', async () => {
    const answer = await patchProduct(JSON.stringify({ title: 'x'.repeat(10_000_000) }));
    await expectRefused(answer, 413, 'payload_too_large');
    expect(answer.body.detail).toBe('The body of the request is larger than 1 MB. Send less at once.');
  });

  test.each([
    ['text/xml', '<title>x</title>'],
    ['application/x-www-form-urlencoded', 'title=x'],
    [';;;', '{"title":"x"}'],
  ])('of the kind %s is refused with the kind that is taken', async (type, body) => {
    const answer = await program.send<Problem>('PATCH', `/api/products/${productId}`, { 'content-type': type }, body);
    await expectRefused(answer, 415, 'unsupported_media');
    expect(answer.body.detail).toContain('application/json');
  });

  test('that is compressed is refused as such, and not as nonsense', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await program.send<Problem>('PATCH', `/api/products/${productId}`, headers, '{"title":"x"}');
    await expectRefused(answer, 415, 'unsupported_media');
    expect(answer.body.detail).toContain('without Content-Encoding');
  });

  test('with a NUL anywhere is refused by every route that writes', async () => {
    const { paths } = await stage.person.get<Described>('/api/openapi.json');
    const writes = Object.entries(paths).flatMap(([path, operations]) =>
      ['post', 'patch', 'put'].filter((method) => method in operations).map((method) => [method, path] as const),
    );
    expect(writes.length).toBeGreaterThan(25);
    for (const [method, path] of writes) {
      if (/\.csv$|^\/webhooks\/|^\/api\/auth/.test(path)) continue;
      const url = path.replaceAll(/\{[^}]+\}/g, newId());
      const { status } = await program.write(method.toUpperCase(), url, { name: 'a\0b', title: '\ud83c', fields: { x: '\0' } });
      expect([method, path, status >= 400 && status < 500]).toEqual([method, path, true]);
    }
    expect(stage.errors).toEqual([]);
    expect(await standingRows(stage.appUrl)).toEqual(before);
  });
});

describe('a figure', () => {
  const prices = {
    '1,299.00': 'did you mean 1299.00?',
    '$5.00': 'did you mean 5.00?',
    '5,50 €': 'did you mean 5.50?',
    '-5.00': 'from 0',
    '0': 'above 0',
    '1e5': 'such as 12.50',
    NaN: 'such as 12.50',
    Infinity: 'such as 12.50',
    '': 'such as 12.50',
    '٥': 'such as 12.50',
    '0.00001': 'four digits after the point',
    '999999999999999': 'four digits after the point',
  };

  test.each(Object.entries(prices))('a price of "%s" is refused: %s', async (price, says) => {
    const answer = await program.write<Problem>('PATCH', `/api/variants/${variantId}`, { price });
    await expectRefused(answer, 400, 'invalid_input');
    expect(answer.body.detail).toContain(says);
    expect(answer.body.issues?.map(({ path }) => path)).toEqual(['price']);
  });

  test('a price as a number is to be text: numbers lose their last digits', async () => {
    const answer = await program.write<Problem>('PATCH', `/api/variants/${variantId}`, { price: 19.99 });
    await expectRefused(answer, 400, 'invalid_input');
  });

  test.each([1e12, -1, 1.5, '5', null, 2 ** 60])('a count of %s is refused', async (counted) => {
    await expectRefused(await program.write('POST', '/api/inventory/adjust', { variantId, counted }), 400, 'invalid_input');
  });

  test('a change that would leave more than is kept says that, and not that it leaves too little', async () => {
    const answer = await program.write<Problem>('POST', '/api/inventory/adjust', { variantId, delta: 1_000_000_000 });
    await expectRefused(answer, 400, 'invalid_input');
    expect(answer.body.detail).toMatch(/leaves at most 1000000000\.$/);
  });
});

describe('an address', () => {
  test('with an id that is none, or of somebody else, is the address of nothing, on every route', async () => {
    const { paths } = await stage.person.get<Described>('/api/openapi.json');
    const withIds = Object.entries(paths).filter(([path]) => /\{id\}|\{variantId\}/.test(path));
    expect(withIds.length).toBeGreaterThan(15);
    for (const [path, operations] of withIds) {
      for (const id of ['not-an-id', '%00', '..', `${newId()}x`]) {
        const url = path.replaceAll(/\{[^}]+\}/g, id);
        if (!('get' in operations)) continue;
        const { status, body } = await program.send<Problem>('GET', url);
        expect([url, status, body?.code]).toEqual([url, 404, 'not_found']);
      }
    }
    expect(stage.errors).toEqual([]);
  });

  test('with % signs that mean nothing is answered as one that is not there', async () => {
    for (const url of ['/api/products/%E0%A4%A', '/api/%', '/webhooks/%ff']) {
      const { status, body, headers } = await program.send<Problem>('GET', url);
      expect([url, status, body.code]).toEqual([url, 404, 'not_found']);
      expect(headers.get('content-type')).toContain('application/problem+json');
    }
  });

  test('with words of a query that are none of their kind is refused by name, on every list', async () => {
    const { paths } = await stage.person.get<Described>('/api/openapi.json');
    const ask = async (path: string, query: string) => {
      const { status, body } = await program.send<Problem>('GET', `${path}?${query}`);
      return [path, query, status, body?.code];
    };
    const lists = Object.entries(paths).flatMap(([path, { get }]) =>
      path.includes('{') || get?.parameters === undefined ? [] : [[path, get.parameters.map(({ name }) => name)] as const],
    );
    expect(lists.length).toBeGreaterThan(8);
    for (const [path, names] of lists) {
      const wrong = {
        limit: ['0', '-1', '1000', '1.5', 'all', ''],
        storeId: ['1', '%00'],
        q: ['%00', 'a%00b'],
        status: ['nonsense'],
        state: ['nonsense'],
        sort: ['title;drop table stores'],
      };
      for (const [name, values] of Object.entries(wrong)) {
        if (!names.includes(name)) continue;
        for (const value of values) {
          const query = `${name}=${value}`;
          expect(await ask(path, query)).toEqual([path, query, 400, 'invalid_input']);
        }
      }
    }
    expect(stage.errors).toEqual([]);
  });

  test('with a cursor that was made up is asked to begin with the first page, on every list and in every order', async () => {
    const { paths } = await stage.person.get<Described>('/api/openapi.json');
    const lists = Object.entries(paths).flatMap(([path, { get }]) => {
      const parameters = new Map(get?.parameters?.map((parameter) => [parameter.name, parameter]));
      if (!parameters.has('cursor')) return [];
      const sorts = parameters.get('sort')?.schema?.enum?.map((order) => ({ order, query: `sort=${order}&` }));
      const orders = sorts ?? ['-createdAt', '-variant', 'id', '-id', '-placedAt'].map((order) => ({ order, query: '' }));
      if (parameters.has('q')) orders.push({ order: 'relevance', query: 'q=lan&' });
      return orders.map((order) => ({ path: path.replaceAll(/\{[^}]+\}/g, variantId), ...order }));
    });
    expect(lists.length).toBeGreaterThan(20);
    const made = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const ask = async (url: string) => ({ url, ...(await program.send<Problem>('GET', url)) });
    for (const { path, query, order } of lists) {
      const cursors = [
        'x',
        made(order),
        made(order, 'x', 'y'),
        made(order, '\0', newId()),
        made(order, 5, newId()),
        made(order, 'x', newId()),
        made(order, '9'.repeat(400), newId()),
      ];
      for (const { url, status, body } of await Promise.all(cursors.map((cursor) => ask(`${path}?${query}cursor=${cursor}`)))) {
        // Of a key that any text can be, nothing tells that it was made up: the page after it is a page.
        if (status === 200) continue;
        expect([url, status, body.code]).toEqual([url, 400, 'invalid_input']);
        expect(body.detail).toMatch(/Start again from the first page/);
      }
    }
    expect(stage.errors).toEqual([]);
  });

  test('with a method that it does not have is no address', async () => {
    await expectRefused(await program.send('DELETE', `/api/products/${productId}`), 404, 'not_found');
  });
});

describe('an Idempotency-Key', () => {
  test('that was used for another body, or is no key, refuses the write; without one both are made', async () => {
    const adjust = (delta: number, headers: Record<string, string> = {}) =>
      program.write<Problem & { onHand: number }>('POST', '/api/inventory/adjust', { variantId, delta }, headers);
    const key = { 'idempotency-key': newId() };
    const first = await adjust(1, key);
    expect(first.status).toBe(200);
    before = await standingRows(stage.appUrl);
    await expectRefused(await adjust(2, key), 422, 'idempotency_mismatch');
    for (const bad of ['', 'two words', 'x'.repeat(201)])
      await expectRefused(await adjust(1, { 'idempotency-key': bad }), 400, 'invalid_input');
    expect((await adjust(1, key)).body).toEqual(first.body);
    expect(await standingRows(stage.appUrl)).toEqual(before);
    expect((await adjust(-1)).body.onHand).toBe(first.body.onHand - 1);
    before = await standingRows(stage.appUrl);
  });
});

test('after all this a good request is done as ever', async () => {
  expect((await patchProduct('{"title":"Lantern, 👨‍👩‍👧‍👦 size"}')).status).toBe(200);
  expect((await stage.person.get<{ title: string }>(`/api/products/${productId}`)).title).toBe('Lantern, 👨‍👩‍👧‍👦 size');
});
