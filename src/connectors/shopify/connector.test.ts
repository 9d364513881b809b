import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { shopOf } from '#connectors/shopify/client.ts';
import { shopify } from '#connectors/shopify/connector.ts';
import { type Script, scriptedShop, shopName } from '#connectors/shopify/fixtures/scripted-shop.ts';

const shopAnswer = (...scopes: string[]) => ({
  data: {
    shop: {
      id: 'gid://shopify/Shop/1',
      name: 'Clay & Co',
      myshopifyDomain: 'Clay-and-Co.myshopify.com',
      currencyCode: 'EUR',
      ianaTimezone: 'Europe/Paris',
    },
    currentAppInstallation: { id: 'gid://shopify/AppInstallation/1', accessScopes: scopes.map((handle) => ({ handle })) },
  },
});
const location = (n: number) => ({
  id: `gid://shopify/Location/${n}`,
  name: `L${n}`,
  isActive: true,
  fulfillsOnlineOrders: n === 2,
});

describe('identify', () => {
  test('names the account as webhooks do, with implied scopes and every page of locations', async () => {
    const page = (nodes: object[], hasNextPage: boolean, endCursor: string) => ({
      data: { locations: { nodes, pageInfo: { hasNextPage, endCursor } } },
    });
    const script: Script = {
      Shop: [
        shopAnswer(
          'write_products',
          'write_inventory',
          'read_locations',
          'read_orders',
          'read_returns',
          'write_merchant_managed_fulfillment_orders',
        ),
      ],
      Locations: [page([location(1)], true, 'a'), page([location(2)], false, 'b')],
    };
    const identity = await shopify.auth.identify(scriptedShop(script).session);
    expect(identity).toMatchObject({ platformStoreId: shopName, name: 'Clay & Co', currency: 'EUR', timezone: 'Europe/Paris' });
    expect(shopify.manifest.scopes.filter((scope) => !identity.grantedScopes.includes(scope))).toEqual([]);
    expect(identity.locations.map(({ preferred }) => preferred)).toEqual([false, true]);
  });

  test('without a scope for locations still says what was granted', async () => {
    const identity = await shopify.auth.identify(scriptedShop({ Shop: [shopAnswer('read_products')] }).session);
    expect(identity).toMatchObject({ grantedScopes: ['read_products'], locations: [] });
  });
});

describe('the manifest', () => {
  test.each(shopify.manifest.auth)('asks for the shop in scheme $kind, and takes what the client takes', ({ fields }) => {
    const shop = fields.find((field) => field.name === 'shop');
    const pattern = new RegExp(shop?.pattern ?? '', 'u');
    for (const good of ['a.myshopify.com', 'Clay-and_Co9.myshopify.com', 'https://a.myshopify.com/']) {
      expect(pattern.test(good)).toBe(true);
      expect(shopOf(good)).toBe(good.toLowerCase().replaceAll(/https:|\//g, ''));
    }
    for (const bad of [
      '',
      'a.example.com',
      '-a.myshopify.com',
      'a.myshopify.com.evil.example',
      'a.b.myshopify.com',
      'https://a.myshopify.com/admin',
    ]) {
      expect(pattern.test(bad)).toBe(false);
      expect(() => shopOf(bad)).toThrow();
    }
  });

  test('has patterns that hold the whole value and rules that explain them', () => {
    for (const { pattern, rule } of shopify.manifest.auth.flatMap(({ fields }) => fields)) {
      expect(pattern).toMatch(/^\^.*\$$/);
      expect(rule.length).toBeGreaterThan(20);
    }
  });
});

describe('messages', () => {
  const folder = new URL('.', import.meta.url);
  // The words of the last two are those of an order's status.
  const notOurWords = /^(sandbox|fixtures|messages)|native-status|translate-order/;
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.includes('.test.') && !notOurWords.test(name),
  );
  const text = sources.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
  const isUsed = (code: string) => new RegExp(`'${code}'`).test(text);

  test('have a sentence for every code that is used, and none for others', () => {
    const used = [
      ...text.matchAll(/code: '([a-z_]+)'|refus(?:al|e)\('([a-z_]+)'|[A-Z_0-9]+: '([a-z]+_[a-z_]+)'|\?\? '([a-z]+_[a-z_]+)'/g),
    ].flatMap((match) => match.slice(1).filter(Boolean));
    expect(used.length).toBeGreaterThan(15);
    expect([...new Set(used)].filter((code) => !(code in shopify.messages))).toEqual([]);
    expect(Object.keys(shopify.messages).filter((code) => !isUsed(code))).toEqual([]);
  });

  test.each(Object.entries(shopify.messages))('of %s say the same in every language', (_, sentences) => {
    const parameters = (sentence: string) => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).toSorted();
    expect(Object.keys(sentences)).toEqual(['en', 'vi', 'id']);
    expect(new Set(Object.values(sentences)).size).toBe(3);
    for (const sentence of Object.values(sentences)) expect(parameters(sentence)).toEqual(parameters(sentences.en));
  });
});
