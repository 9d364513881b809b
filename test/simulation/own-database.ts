/** A database for a simulation that is run by hand: the same server and template as the tests', set up the same way. */
import type { TestProject } from 'vitest/node';
import { present } from '#base/assert.ts';
import { databaseOn, type TestDatabase } from '#test/database.ts';
import setUp, { type TestServer } from '#test/global-setup.ts';

export async function ownDatabase(): Promise<{ database: TestDatabase; close(): Promise<void> }> {
  let server: TestServer | null = null;
  const project: Pick<TestProject, 'provide'> = {
    provide: (_, value) => {
      server = value;
    },
  };
  const stop = await setUp(project as TestProject);
  const database = await databaseOn(present<TestServer>(server, 'the server'));
  return { database, close: stop };
}
