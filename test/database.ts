import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { appRole, fenceDatabase, ownerRole, urlFor } from '#db/roles.ts';
import type { TestServer } from './global-setup.ts';

export interface TestDatabase {
  /** As the hub works: bound by row-level security. */
  appUrl: string;
  /** As migrations and maintenance work. */
  ownerUrl: string;
  /** Cuts every connection and removes the database. */
  drop(): Promise<void>;
}

/** A migrated, empty database of the caller's own, cloned from the run's template. What is not dropped goes with the run. */
export const testDatabase = (): Promise<TestDatabase> => databaseOn(inject('server'));

export async function databaseOn({ superuserUrl, template, prefix, passwords }: TestServer): Promise<TestDatabase> {
  const name = `${prefix}_${randomBytes(5).toString('hex')}`;
  await asSuperuser(superuserUrl, async (client) => {
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    await fenceDatabase(client, name);
  });
  return {
    appUrl: urlFor(superuserUrl, appRole, passwords.app, name),
    ownerUrl: urlFor(superuserUrl, ownerRole, passwords.owner, name),
    drop: () =>
      asSuperuser(superuserUrl, async (client) => void (await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

async function asSuperuser(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
