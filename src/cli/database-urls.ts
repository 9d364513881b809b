import pg from 'pg';
import { AppError } from '#base/errors.ts';
import type { DatabaseUrls } from '#compose.ts';
import type { Config } from '#config.ts';
import { embeddedDatabase } from '#db/embedded-database.ts';
import { assertAppRole } from '#db/roles.ts';
import type { Logger } from '#stores/hub.ts';

/** The database that the environment names, else the embedded one in the data folder, started when it is not running. */
export async function databaseUrls(config: Config, log: Logger): Promise<DatabaseUrls> {
  if (config.databaseUrl !== null) {
    const ownerUrl = config.databaseOwnerUrl;
    if (ownerUrl === null) {
      throw new AppError(
        'misconfigured',
        'DATABASE_URL is set but DATABASE_OWNER_URL is not. The owner brings the tables up to date; docs/operating.md says how to make both roles.',
      );
    }
    return {
      appUrl: config.databaseUrl,
      ownerUrl,
      directUrl: config.databaseDirectUrl ?? config.databaseUrl,
      stop: async () => undefined,
    };
  }
  const embedded = await embeddedDatabase({ dataFolder: config.dataFolder, log: (message) => log.info({}, message) });
  return { appUrl: embedded.appUrl, ownerUrl: embedded.ownerUrl, directUrl: embedded.appUrl, stop: () => embedded.stop() };
}

/** Nothing starts through a role for which the walls between organizations do not exist. */
export async function refuseMightyRole(urls: Pick<DatabaseUrls, 'appUrl'>): Promise<void> {
  const client = new pg.Client({ connectionString: urls.appUrl, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await assertAppRole(client);
  } finally {
    await client.end();
  }
}
