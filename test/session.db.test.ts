import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '#base/ids.ts';
import { CredentialsExpired, PlatformUnavailable } from '#connectors/errors.ts';
import { openSession } from '#stores/session.ts';
import { findStore } from '#stores/stores-store.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type FakeShop, fakeShop } from './fake-shop.ts';
import { type TestHub, testHub } from './hub.ts';

let database: TestDatabase;
const open: TestHub[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  for (const world of open) await world.close();
  await database.drop();
});

/** A store whose access ends in so many seconds, and lasts so many after each renewal. */
async function begin(
  endsInSeconds: number,
  lastsSeconds: number,
): Promise<{ world: TestHub; shop: FakeShop; session: () => Promise<string>; storeId: string }> {
  const shop = fakeShop({ account: newId() });
  const world = await testHub(database, { connectors: { fake: shop.connector } });
  open.push(world);
  const at = (seconds: number) => new Date(world.clock.now().getTime() + seconds * 1000).toISOString();
  const storeId = await world.connect('fake', { token: 'first', expiresAt: at(endsInSeconds) });
  for (let times = 0; times < 5; times++) {
    shop.next('refresh', async (_, proceed) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { ...proceed(), expiresAt: at(lastsSeconds) };
    });
  }
  const session = async () => {
    const store = await world.within((tx) => findStore(tx, storeId));
    return (await openSession(world.hub, store, null)).credentials.secrets.token ?? '';
  };
  return { world, shop, session, storeId };
}

describe('access that ends', () => {
  test('is left alone while it has more than five minutes', async () => {
    const { shop, session } = await begin(301, 3600);
    expect(await session()).toBe('first');
    expect(shop.callsOf('refresh')).toBe(0);
  });

  test.each([3600, 60])(
    'two that find it ending at once renew it once, and both go on with the new one (lasting %i s)',
    async (lastsSeconds) => {
      const { shop, session } = await begin(100, lastsSeconds);
      const tokens = await Promise.all([session(), session(), session()]);
      expect(new Set(tokens)).toEqual(new Set(['renewed-1']));
      expect(shop.callsOf('refresh')).toBe(1);
    },
  );

  test('a pair that was renewed is sealed before anybody uses it', async () => {
    const { session } = await begin(100, 3600);
    await session();
    expect(await session()).toBe('renewed-1');
  });

  test('a platform that cannot renew it just now is no reason to stop while it still serves', async () => {
    const { world, session, shop, storeId } = await begin(100, 3600);
    const shopDown = async () => {
      throw new PlatformUnavailable('502', { mayHaveApplied: true });
    };
    const scripted = shop.callsOf('refresh');
    const store = await world.within((tx) => findStore(tx, storeId));
    const refresh = shop.connector.auth.refresh;
    shop.connector.auth.refresh = shopDown;
    expect((await openSession(world.hub, store, null)).credentials.secrets.token).toBe('first');
    world.clock.advance(101);
    await expect(openSession(world.hub, store, null)).rejects.toThrow(PlatformUnavailable);
    if (refresh !== undefined) shop.connector.auth.refresh = refresh;
    expect(await session()).toBe('renewed-1');
    expect(shop.callsOf('refresh')).toBe(scripted + 1);
  });

  test('webhooks are stored while access is being renewed', async () => {
    const { world, shop, session, storeId } = await begin(100, 3600);
    let stored = false;
    shop.connector.auth.refresh = async (_, credentials) => {
      await world.within(async (tx) => {
        await tx.execute(sql`set local lock_timeout = '2s'`);
        await tx.execute(sql`insert into webhook_events (organization_id, id, store_id, topic, payload, hints, created_at)
          values (${world.organizationId}, ${newId()}, ${storeId}, 't', '', '[]', ${world.clock.now()})`);
      });
      stored = true;
      return { ...credentials, secrets: { token: 'renewed' } };
    };
    expect(await session()).toBe('renewed');
    expect(stored).toBe(true);
  });

  test('that cannot be renewed at all is CredentialsExpired', async () => {
    const { session, shop } = await begin(100, 3600);
    shop.connector.auth.refresh = async () => {
      throw new CredentialsExpired('the refresh token is spent');
    };
    await expect(session()).rejects.toThrow(CredentialsExpired);
  });
});
