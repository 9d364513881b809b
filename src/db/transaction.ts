/**
 * The one door to tenant tables. `inOrganization` opens a transaction whose row-level security sees one organization;
 * nothing else in the code sets `app.organization_id`.
 */
import type { ExtractTablesWithRelations } from 'drizzle-orm';
import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgTransaction } from 'drizzle-orm/pg-core';
import { isUuid } from '#base/ids.ts';
import type { Pool } from '#db/pool.ts';
import { AppError } from '#base/errors.ts';

type NoSchema = Record<string, never>;
export type Transaction = PgTransaction<NodePgQueryResultHKT, NoSchema, ExtractTablesWithRelations<NoSchema>> & {
  readonly organizationId: string;
  /** Runs after the commit, never after a rollback: wake-ups of stores, live updates. */
  afterCommit(action: () => void): void;
};

export interface Database {
  inOrganization<T>(organizationId: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** A transaction without a tenant: store_directory and functions that name their tenant themselves. */
  withoutOrganization<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  pool: Pool;
  /** Serialization failures and deadlocks that were retried, since the start. */
  retried(): number;
}

const retryable = new Set(['40001', '40P01']);
const attemptsAtMost = 5;

export function openDatabase(pool: Pool): Database {
  const db = drizzle({ client: pool });
  let retries = 0;

  async function run<T>(organizationId: string | null, work: (tx: Transaction) => Promise<T>): Promise<T> {
    const afterCommit: (() => void)[] = [];
    const result = await db.transaction(async (tx) => {
      if (organizationId !== null) {
        if (!isUuid(organizationId)) throw new AppError('not_found', 'There is no such organization.');
        // A parsed UUID written into the statement: SET takes no parameters, and this form travels to Citus workers.
        await tx.execute(`set local app.organization_id = '${organizationId}'`);
      }
      const ours = Object.assign(tx, {
        organizationId: organizationId ?? '',
        afterCommit: (action: () => void) => void afterCommit.push(action),
      });
      return await work(ours as unknown as Transaction);
    });
    for (const action of afterCommit) action();
    return result;
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
    pool,
    retried: () => retries,
  };
}

/** The five characters of SQLSTATE, also when the query builder has wrapped the driver's error. */
export function sqlStateOf(thrown: unknown): string | undefined {
  for (let error: unknown = thrown, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth++) {
    if ('code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)) return error.code;
  }
  return undefined;
}
