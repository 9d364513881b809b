/** Connecting with what people really paste: each mistake is told by its name, and nothing of it stays. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hostPracticeShop } from '#connectors/practice-host.ts';
import { createShopifySandbox } from '#connectors/shopify/sandbox.ts';
import { createTikTokShopSandbox } from '#connectors/tiktok_shop/sandbox.ts';
import { type Stage, type StageShop, startStage } from '#test/journeys/stage.ts';
import { standingRows } from '#test/journeys/standing-rows.ts';
import type { Problem } from '#test/journeys/visitor.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage({ worker: false });
  for (const { platform, kind, control } of [stage.source, stage.other])
    await stage.person.put(`/api/platforms/${platform}/app`, kind.app(control.access()));
});
afterAll(() => stage.close());
afterEach(() => {
  expect(stage.errors).toEqual([]);
});

type Fields = Record<string, string>;

async function connect(shop: StageShop, scheme: string, fields: unknown, baseUrl: string = shop.hosted.baseUrl) {
  const { platform } = shop;
  const { status, body } = await stage.person.ask<Problem>('POST', '/api/stores', { platform, scheme, fields, baseUrl });
  return { ...body, status };
}

async function beginConsent({ platform, hosted }: StageShop, fields: Fields) {
  const { status, body } = await stage.person.ask<Problem & { authorizeUrl?: string }>('POST', '/api/stores/oauth', {
    platform,
    fields,
    baseUrl: hosted.baseUrl,
  });
  return { ...body, status };
}

const shopName = () => stage.source.control.access().shop ?? '';
const asked = () => stage.source.control.counters().requests + stage.other.control.counters().requests;
const stores = async () => (await stage.person.all('/api/stores')).length;

describe('a shop', () => {
  const notAddresses = {
    'its bare name': 'practice-main',
    'the address of its admin': 'https://admin.shopify.com/store/practice-main',
    'the address of a page of its admin': 'https://practice-main.myshopify.com/admin/products',
    'its own domain': 'www.blue-lantern.com',
    'a mistyped ending': 'practice-main.myshopfy.com',
    'an ending that only looks right': 'practice-main.myshopify.com.evil.example',
    'an address behind a name': 'practice-main.myshopify.com@evil.example',
    'an address behind another': 'evil.example/practice-main.myshopify.com',
    'two names': 'a.b.myshopify.com',
    'an invisible character': 'practice-main.myshopify.com\u200b',
    nothing: ' ',
  };

  test.each(Object.entries(notAddresses))(
    'named by %s is told what its address looks like and where it stands',
    async (_what, shop) => {
      const before = asked();
      for (const problem of [
        await beginConsent(stage.source, { shop }),
        await connect(stage.source, 'access_token', { shop, access_token: 'shpat_0123456789abcdef' }),
        await connect(stage.source, 'client_credentials', { shop, client_id: '0123456789', client_secret: '0123456789' }),
      ]) {
        expect(problem).toMatchObject({ status: 400, code: 'invalid_input' });
        expect(problem.issues?.map(({ path }) => path)).toEqual(['shop']);
        expect(problem.detail).toMatch(/\.myshopify\.com, such as .*Settings, Domains/);
      }
      expect(asked()).toBe(before);
    },
  );

  test('that the platform does not know is told so, and not that its key is wrong', async () => {
    // The platform answers 404 for a shop that is not there; a server that is none of its shops does as well.
    const problem = await connect(
      stage.source,
      'access_token',
      { shop: 'practice-mian.myshopify.com', access_token: 'shpat_0123456789abcdef' },
      stage.other.hosted.baseUrl,
    );
    expect(problem).toMatchObject({ status: 422, code: 'credentials_rejected' });
    expect(problem.detail).toBe(
      'There is no such shop at Shopify. Check the address: it is the one that ends in .myshopify.com.',
    );
  });

  test('of TikTok Shop is a number; one that the account does not grant is told by its number', async () => {
    for (const shopId of ['blue-lantern', '-1', '7'.repeat(26)]) {
      for (const problem of [
        await beginConsent(stage.other, { region: 'US', shop_id: shopId }),
        await connect(stage.other, 'access_token', { access_token: 'TTP_0123456789', refresh_token: '', shop_id: shopId }),
      ])
        expect(problem).toMatchObject({
          status: 400,
          issues: [{ path: 'shop_id', message: expect.stringContaining('is a number') }],
        });
    }
    const { access_token = '', refresh_token = '' } = stage.other.control.access();
    const problem = await connect(stage.other, 'access_token', { access_token, refresh_token, shop_id: '7495000000000000999' });
    expect(problem).toMatchObject({ status: 422, code: 'credentials_rejected' });
    expect(problem.detail).toContain('7495000000000000999');
  });

  test('of a region that does not exist is told which there are', async () => {
    const problem = await beginConsent(stage.other, { region: 'EU' });
    expect(problem).toMatchObject({ status: 400, issues: [{ path: 'region', message: expect.stringMatching(/US .* ROW/) }] });
  });
});

describe('a key', () => {
  const damaged = {
    'an ellipsis, as pages shorten it': 'shpat_0123…cdef',
    'an invisible character, as pages break it': 'shpat_01234\u200b56789',
    'a blank': 'shpat_0123 456789',
    'a line break': 'shpat_0123\n456789',
    'letters of another alphabet': 'shpаt_0123456789',
    'only its beginning': 'shpat_',
    nothing: '',
  };

  test.each(Object.entries(damaged))('with %s is to be copied whole, and nobody is asked whether it fits', async (_what, key) => {
    const before = asked();
    const problems = [
      [await connect(stage.source, 'access_token', { shop: shopName(), access_token: key }), 'access_token'],
      [
        await connect(stage.source, 'client_credentials', { shop: shopName(), client_id: 'abcdefgh', client_secret: key }),
        'client_secret',
      ],
      [await connect(stage.other, 'access_token', { access_token: key, refresh_token: '', shop_id: '' }), 'access_token'],
    ] as const;
    for (const [problem, field] of problems) {
      expect(problem).toMatchObject({ status: 400, code: 'invalid_input' });
      expect(problem.issues?.map(({ path }) => path)).toEqual([field]);
      expect(problem.detail).toMatch(/whole/);
      if (key.trim().length > 8) expect(JSON.stringify(problem)).not.toContain(key);
    }
    expect(asked()).toBe(before);
  });

  test('and an app that are both missing are both asked for', async () => {
    const problem = await connect(stage.source, 'client_credentials', { shop: shopName() });
    expect(problem).toMatchObject({ status: 400, code: 'invalid_input' });
    expect(problem.issues?.map(({ path }) => path)).toEqual(['client_id', 'client_secret']);
  });

  test("of the organization's own app that is wrong is told to be, without a word of it", async () => {
    const { clientId = '' } = stage.source.control.access();
    const fields = { shop: shopName(), client_id: clientId, client_secret: 'not-the-secret-of-this-app' };
    const problem = await connect(stage.source, 'client_credentials', fields);
    expect(problem).toMatchObject({ status: 422, code: 'credentials_rejected' });
    expect(problem.detail).toMatch(/Check that it is whole/);
    expect(JSON.stringify(problem)).not.toContain('not-the-secret');
  });

  test('of an app that may do too little names what is missing, however it is connected', async () => {
    const narrow = await hostPracticeShop((baseUrl) =>
      createShopifySandbox({ shop: 'narrow', baseUrl, scopes: ['read_products', 'write_products', 'read_locations'] }),
    );
    try {
      const { shop = '', clientId = '', clientSecret = '' } = narrow.shop.control.access();
      const fields = { shop, client_id: clientId, client_secret: clientSecret };
      const problem = await connect(stage.source, 'client_credentials', fields, narrow.baseUrl);
      expect(problem).toMatchObject({ status: 422, code: 'scopes_missing' });
      expect(problem.detail).toMatch(/inventory/);
      expect(problem.detail).not.toMatch(/write_products/);
    } finally {
      await narrow.close();
    }
  });

  test('of TikTok Shop that may not read products is refused with what to allow', async () => {
    const narrow = await hostPracticeShop((baseUrl) =>
      createTikTokShopSandbox({
        shop: 'narrow',
        region: 'US',
        baseUrl,
        redirectUrl: baseUrl,
        scopes: ['seller.authorization.info'],
      }),
    );
    try {
      const access = narrow.shop.control.access();
      await stage.person.put('/api/platforms/tiktok_shop/app', stage.other.kind.app(access));
      const { access_token = '', refresh_token = '' } = access;
      const problem = await connect(stage.other, 'access_token', { access_token, refresh_token, shop_id: '' }, narrow.baseUrl);
      expect(problem.status).toBe(422);
      expect(problem.detail).toMatch(/permission|scope/i);
      expect(problem.detail).toMatch(/Partner Center/);
    } finally {
      await stage.person.put('/api/platforms/tiktok_shop/app', stage.other.kind.app(stage.other.control.access()));
      await narrow.close();
    }
  });

  test("of an app that is itself wrong tells the app's key from its secret", async () => {
    const { access_token = '', refresh_token = '' } = stage.other.control.access();
    const right = stage.other.kind.app(stage.other.control.access());
    const attempt = async (app: object) => {
      await stage.person.put('/api/platforms/tiktok_shop/app', app);
      return await connect(stage.other, 'access_token', { access_token, refresh_token, shop_id: '' });
    };
    const wrongSecret = await attempt({ ...right, clientSecret: 'not-the-secret-of-this-app' });
    expect(wrongSecret).toMatchObject({ status: 422, detail: expect.stringContaining('app secret') });
    const wrongKey = await attempt({ ...right, clientId: 'notthekey' });
    expect(wrongKey).toMatchObject({ status: 422, detail: expect.stringContaining('app key') });
    expect(JSON.stringify([wrongSecret, wrongKey])).not.toContain('not-the-secret');
    await stage.person.put('/api/platforms/tiktok_shop/app', right);
  });
});

describe('a request to connect', () => {
  test('to a platform, in a way or with fields that do not exist says which do', async () => {
    const ask = (body: object) => stage.person.ask<Problem>('POST', '/api/stores', body);
    const good = { platform: 'shopify', scheme: 'access_token', fields: { shop: shopName(), access_token: 'shpat_0123456789' } };
    for (const platform of ['constructor', 'toString', 'hasOwnProperty', 'etsy', '', 5]) {
      const { status, body } = await ask({ ...good, platform });
      expect([platform, status, body.code]).toEqual([platform, 400, 'invalid_input']);
    }
    expect((await ask({ ...good, scheme: 'magic' })).body.issues).toEqual([
      { path: 'scheme', message: expect.stringContaining('"access_token"') },
    ]);
    expect((await ask({ ...good, fields: [] })).body.issues?.map(({ path }) => path)).toEqual(['fields']);
    expect((await ask({ ...good, fields: { shop: 5 } })).body.issues?.map(({ path }) => path)).toContain('fields.shop');
  });

  test('at an address that is none, or not the web, is refused before anybody is called', async () => {
    const fields = { shop: shopName(), access_token: 'shpat_0123456789abcdef' };
    expect(await connect(stage.source, 'access_token', fields, 'nonsense')).toMatchObject({ status: 400, code: 'invalid_input' });
    for (const address of ['ftp://files.example', 'file:///etc/passwd', 'javascript:alert(1)']) {
      const problem = await connect(stage.source, 'access_token', fields, address);
      expect([address, [400, 422].includes(problem.status), problem.code]).toEqual([
        address,
        true,
        expect.stringMatching(/^(invalid_input|host_not_allowed)$/),
      ]);
    }
  });
});

test('nothing of all this has left anything behind, and the right key connects, also under the address that a browser shows', async () => {
  expect(await stores()).toBe(0);
  const before = await standingRows(stage.appUrl);
  const { accessToken = '' } = stage.source.control.access();
  await connect(stage.source, 'access_token', { shop: shopName(), access_token: 'shpat_0123456789abcdef' });
  expect(await standingRows(stage.appUrl)).toEqual(before);

  const connected = await connect(stage.source, 'access_token', {
    shop: ` https://${shopName()}/ `,
    access_token: `${accessToken}\n`,
  });
  expect(connected).toMatchObject({ status: 201, domain: shopName() });
  expect(await stores()).toBe(1);
});
