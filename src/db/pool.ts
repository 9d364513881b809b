import pg from 'pg';

export type Pool = pg.Pool;

pg.types.setTypeParser(pg.types.builtins.INT8, (text) => Number(text));

/**
 * A pool of connections. With `role`, every connection works as that role (`SET ROLE`), so that the identity tables
 * have a pool of their own. A lost idle connection is reported through `onError`, never thrown.
 */
export function openPool(url: string, options: { role?: string; size?: number; onError: (error: Error) => void }): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.size ?? 10,
    application_name: options.role ?? 'storesync',
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // Everything is bounded: a statement that takes longer than this is a mistake, and holds others up.
    statement_timeout: 120_000,
    idle_in_transaction_session_timeout: 60_000,
    ...(options.role === undefined ? {} : { options: `-c role=${options.role}` }),
  });
  pool.on('error', options.onError);
  // A connection that is lost while it is lent out also fails the statement that uses it; without a listener of its own
  // it would end the process.
  pool.on('connect', (client) => void client.on('error', options.onError));
  return pool;
}
