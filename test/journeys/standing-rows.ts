/** What stands in the database, so that "nothing was changed" can be said of all of it. */
import pg from 'pg';
import { inject } from 'vitest';

/** Kept beside the data, not part of it: who asked when, and answers of requests that carry a key. */
const besides = new Set(['sessions', 'api_keys', 'sign_in_limits', 'idempotency_keys', 'pacing_buckets', 'store_leases']);

/** How many rows each table has, with a digest of them: the same whenever nothing was written in between. */
export async function standingRows(databaseUrl: string): Promise<Record<string, string>> {
  const url = new URL(inject('server').superuserUrl);
  // Only he sees over the walls between organizations.
  url.pathname = new URL(databaseUrl).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(`
      select relname as name from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
      order by relname`);
    const standing: Record<string, string> = {};
    for (const { name } of rows.filter((row) => !besides.has(row.name))) {
      const found = await client.query<{ n: string; digest: string | null }>(
        `select count(*) as n, md5(string_agg(t::text, e'\\n' order by t::text)) as digest from ${client.escapeIdentifier(name)} t`,
      );
      standing[name] = `${found.rows[0]?.n} rows ${found.rows[0]?.digest ?? ''}`;
    }
    return standing;
  } finally {
    await client.end();
  }
}
