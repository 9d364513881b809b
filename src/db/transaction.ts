/**
 * The one door to tenant tables. `inOrganization` opens a transaction whose row-level security sees one organization;
 * nothing else in the code sets `app.organization_id`.
 */
import { createHash } from 'node:crypto';
import type { SQL } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import { PgDialect } from 'drizzle-orm/pg-core';
import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { AppError } from '#base/errors.ts';
import { isUuid } from '#base/ids.ts';
import type { Pool } from '#db/pool.ts';

export type Transaction = Omit<NodePgDatabase, 'execute' | 'transaction'> & {
  /**
   * Runs a written statement. Moments come as Date, bigint as number. `kept`: each connection keeps its plan, for statements
   * that run often, take longer to plan than to run, and find what they want by key whatever the values.
   */
  execute<Row extends Record<string, unknown>>(
    statement: SQL | string,
    plan?: 'kept',
  ): Promise<QueryResult<Row & QueryResultRow>>;
  /**
   * A query with placeholders, built once for each connection and under this name: building a long one takes longer than
   * its answer. What differs from call to call, the organization too, is given when it is executed.
   */
  prepared<Query>(name: string, build: (tx: Transaction) => { prepare(name: string): Query }): Query;
  readonly organizationId: string;
  /** Runs after the commit, never after a rollback: wake-ups of stores, live updates. */
  afterCommit(action: () => void): void;
};

export interface Database {
  inOrganization<T>(organizationId: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A transaction without a tenant: store_directory and functions that name their tenant themselves. */
  withoutOrganization<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** One reading statement without a tenant, in a transaction of its own; its plan is kept (see Transaction.execute). */
  read<Row extends Record<string, unknown>>(statement: SQL): Promise<Row[]>;
  pool: Pool;
  /** Serialization failures and deadlocks that were retried, since the start. */
  retried(): number;
}

const retryable = new Set(['40001', '40P01']);
const attemptsAtMost = 5;

export function openDatabase(pool: Pool): Database {
  let retries = 0;

  async function run<T>(organizationId: string | null, work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (organizationId !== null && !isUuid(organizationId)) throw new AppError('not_found', 'There is no such organization.');
    const afterCommit: (() => void)[] = [];
    const client = await pool.connect();
    let broken: Error | undefined;
    try {
      // A parsed UUID written into the statement: SET takes no parameters, and this form travels to Citus workers.
      await client.query(organizationId === null ? 'begin' : `begin; set local app.organization_id = '${organizationId}'`);
      const tx: Transaction = Object.assign(drizzle({ client }) as unknown as Transaction, {
        // Drizzle's own gives moments as text.
        execute: (statement: SQL | string, plan?: 'kept') =>
          client.query(typeof statement === 'string' ? statement : statementOf(statement, plan === 'kept')),
        prepared: <Query>(name: string, build: (tx: Transaction) => { prepare(name: string): Query }) =>
          preparedOn(client, name, () => build(tx).prepare(name)),
        organizationId: organizationId ?? '',
        afterCommit: (action: () => void) => void afterCommit.push(action),
      });
      const result = await work(tx);
      await client.query('commit');
      for (const action of afterCommit) action();
      return result;
    } catch (thrown) {
      await client.query('rollback').catch((lost: Error) => {
        broken = lost;
      });
      throw thrown;
    } finally {
      // A connection that cannot even roll back is closed, never lent again.
      client.release(broken);
    }
  }

  async function withRetries<T>(organizationId: string | null, work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await run(organizationId, work);
      } catch (thrown) {
        if (attempt >= attemptsAtMost || !retryable.has(sqlStateOf(thrown) ?? '')) throw thrown;
        retries++;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * 2 ** attempt));
      }
    }
  }

  return {
    inOrganization: (organizationId, work) => withRetries(organizationId, work),
    withoutOrganization: (work) => withRetries(null, work),
    read: async <Row extends Record<string, unknown>>(statement: SQL) =>
      (await pool.query<Row & QueryResultRow>(statementOf(statement, true))).rows,
    pool,
    retried: () => retries,
  };
}

/** Of each connection, by name. A query knows the connection that it was built with. */
const built = new WeakMap<PoolClient, Map<string, unknown>>();

function preparedOn<Query>(client: PoolClient, name: string, build: () => Query): Query {
  const queries = built.get(client) ?? new Map<string, unknown>();
  const query = queries.has(name) ? (queries.get(name) as Query) : build();
  built.set(client, queries.set(name, query));
  return query;
}

const dialect = new PgDialect();

/** Names of statements whose plans are kept, by their texts. */
const names = new Map<string, string>();

function statementOf(statement: SQL, kept: boolean): QueryConfig {
  const { sql: text, params: values } = dialect.sqlToQuery(statement);
  if (!kept) return { text, values };
  const name = names.get(text) ?? createHash('sha256').update(text).digest('base64url');
  names.set(text, name);
  return { text, values, name };
}

/** The five characters of SQLSTATE, also when the query builder has wrapped the driver's error. */
export function sqlStateOf(thrown: unknown): string | undefined {
  for (let error: unknown = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if ('code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)) return error.code;
  }
  return undefined;
}
