import { describe, expect, test } from 'vitest';
import type { Connector } from '#connectors/connector.ts';
import { tiktokShop } from '#connectors/tiktok_shop/connector.ts';
import { contractFile, contractMissing, publishedContract } from '#connectors/tiktok_shop/fixtures/published-contract.ts';
import { gather, scriptedStore } from '#connectors/tiktok_shop/fixtures/scripted-store.ts';

const connector: Connector = tiktokShop;
const contract = publishedContract();
if (contract === null) console.warn(`Checks of requests and answers ${contractMissing}`);

describe('the manifest', () => {
  test('never lets more than 50 requests of one API into any second', () => {
    for (const bucket of Object.values(connector.manifest.limits.buckets)) expect(bucket).toEqual({ calls: 50, perSeconds: 1 });
  });

  test('has patterns that take valid fields and refuse others', () => {
    const fields = new Map(
      connector.manifest.auth.flatMap((scheme) =>
        scheme.fields.map((field) => [`${scheme.kind}.${field.name}`, new RegExp(field.pattern, 'u')]),
      ),
    );
    for (const good of ['', 'ROW', 'US']) expect(fields.get('oauth2.region')?.test(good)).toBe(true);
    for (const bad of ['us', 'EU', 'ROW ']) expect(fields.get('oauth2.region')?.test(bad)).toBe(false);
    expect(fields.get('oauth2.shop_id')?.test('749A')).toBe(false);
    expect(fields.get('access_token.access_token')?.test('')).toBe(false);
    expect(fields.get('access_token.refresh_token')?.test('')).toBe(true);
  });

  test.skipIf(contract === null)('names only topics that can be subscribed to', () => {
    const { subscribable_event_types: known } = JSON.parse(contractFile('webhook-topics.json') ?? '') as {
      subscribable_event_types: string[];
    };
    expect(known).toEqual(expect.arrayContaining([...connector.manifest.webhookTopics]));
  });
});

describe('messages', () => {
  test.each(Object.entries(connector.messages))('%s reads in three languages with the same parameters', (_, sentences) => {
    const parameters = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
    for (const text of Object.values(sentences)) expect(text.length).toBeGreaterThan(20);
    expect(parameters(sentences.vi)).toEqual(parameters(sentences.en));
    expect(parameters(sentences.id)).toEqual(parameters(sentences.en));
  });
});

describe('a practice store', () => {
  test('takes the place of every host', async () => {
    const { session } = scriptedStore({});
    const urls: string[] = [];
    const http = {
      ...session.http,
      send: async (request: { url: string }) => {
        urls.push(request.url);
        return {
          status: 200,
          headers: {},
          text: '{"code":0,"data":{"access_token":"TTP_access","access_token_expire_in":1,"shops":[]}}',
        };
      },
    };
    const practice = { ...session, http, baseUrl: 'http://127.0.0.1:4002' };
    await gather(connector.pull(practice, { since: null, log: () => undefined }));
    await connector.auth.refresh?.(practice, practice.credentials);
    expect(urls.map((url) => new URL(url).origin)).toEqual(['http://127.0.0.1:4002', 'http://127.0.0.1:4002']);
  });
});

describe('the check against the published contract', () => {
  const url = (path: string, query = 'app_key=a&timestamp=1&sign=s') =>
    new URL(`https://open-api.tiktokglobalshop.com${path}?${query}`);

  test.skipIf(contract === null)(
    'finds a misspelt field, a wrong type, an unknown parameter and a path that does not exist',
    () => {
      const path = '/product/202309/products/1/prices/update';
      const faults = (body: object, query?: string) =>
        contract?.requestFaults('POST', url(path, query), JSON.stringify(body)) ?? [];
      expect(faults({ skus: [{ id: '1', price: { amount: '1', currency: 'VND' } }] })).toEqual([]);
      expect(faults({ skus: [{ id: '1', prize: {} }] })).toHaveLength(1);
      expect(faults({ skus: [{ id: 1 }] })).toHaveLength(1);
      expect(faults({ skus: [] }, 'app_key=a&timestamp=1&sign=s&shop_id=1')).toEqual(['unknown parameter shop_id']);
      expect(contract?.requestFaults('POST', url('/product/202309/products/1/stocks/update'), '{}')).toHaveLength(1);
    },
  );
});
