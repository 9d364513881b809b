/**
 * What the database alone can do of the same: the very statements of a piece of work, noted while they are rolled back, are
 * sent again and committed, one after the other, with nothing between them. As a benchmark program of the database would.
 */
import pg from 'pg';
import { openPool } from '#db/pool.ts';
import { openDatabase, type Transaction } from '#db/transaction.ts';
import type { Hub } from '#stores/hub.ts';
import type { Installation } from '#test/crash/installation.ts';

interface Statement {
  text: string;
  values: unknown[];
}

class RolledBack extends Error {}

/** The statements of each piece of work, in a transaction of its own, none of which has happened. */
export async function notedStatements<T>(
  { hub, actor, appUrl }: Installation,
  pieces: readonly T[],
  work: (hub: Hub, tx: Transaction, piece: T) => Promise<unknown>,
): Promise<Statement[][]> {
  const noted: Statement[][] = [];
  const pool = openPool(appUrl, {
    size: 1,
    onError(error) {
      throw error;
    },
  });
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (config: string | Statement, values?: unknown[]) => Promise<unknown>;
    const note = (config: string | Statement, values?: unknown[]) => {
      const text = typeof config === 'string' ? config : config.text;
      noted.at(-1)?.push({ text, values: values ?? (typeof config === 'string' ? [] : config.values) });
      return query(config, values);
    };
    Object.assign(client, { query: note });
  });
  const db = openDatabase(pool);
  try {
    for (const piece of pieces) {
      noted.push([]);
      const rolledBack = db.inOrganization(actor.organizationId, async (tx) => {
        await work({ ...hub, db }, tx, piece);
        throw new RolledBack();
      });
      await rolledBack.catch((thrown: unknown) => {
        if (!(thrown instanceof RolledBack)) throw thrown;
      });
    }
  } finally {
    await pool.end();
  }
  return noted.map((statements) => statements.map((one) => (one.text === 'rollback' ? { text: 'commit', values: [] } : one)));
}

/** Sends the transactions over so many connections, each once. Returns the seconds for all, and each one's milliseconds. */
export async function replay(
  appUrl: string,
  transactions: readonly (readonly Statement[])[],
  connections: number,
): Promise<{ seconds: number; milliseconds: number[] }> {
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: appUrl }));
  await Promise.all(clients.map((client) => client.connect()));
  const waiting = [...transactions];
  const milliseconds: number[] = [];
  const lane = async (client: pg.Client) => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const begun = performance.now();
      for (const { text, values } of next) await client.query(text, values);
      milliseconds.push(performance.now() - begun);
    }
  };
  try {
    const begun = performance.now();
    await Promise.all(clients.map(lane));
    return { seconds: (performance.now() - begun) / 1000, milliseconds };
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}
