/** Worlds of one test file, on a database of its own: closed and dropped after the last test. */
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { type TestDatabase, testDatabase } from './database.ts';
import { type TwoStores, type TwoStoresOptions, twoStores } from './two-stores.ts';

/** Turns with a store until nothing is due there, as a worker makes them: what a pull brings may be left to the next one. */
export async function settle(world: TwoStores, storeId: string): Promise<void> {
  for (let turns = 0; turns < 10; turns++) {
    const due = await world.turn(storeId);
    if (due !== 'busy' && due > world.clock.now()) return;
  }
  throw new Error('the store does not come to rest');
}

export const worlds = (): ((options?: TwoStoresOptions) => Promise<TwoStores>) => worldsAndOwner().begin;

export function worldsAndOwner(): {
  begin(options?: TwoStoresOptions): Promise<TwoStores>;
  /** A statement of the tables' owner. */
  asOwner(statement: string): Promise<void>;
} {
  let database: TestDatabase;
  const open: TwoStores[] = [];
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(async () => {
    for (const world of open) await world.close();
    await database.drop();
  });
  return {
    async begin(options) {
      const world = await twoStores(database, options);
      open.push(world);
      return world;
    },
    async asOwner(statement) {
      const client = new pg.Client(database.ownerUrl);
      await client.connect();
      await client.query(statement);
      await client.end();
    },
  };
}
