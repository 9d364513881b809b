/** Several who do the same at the same moment: for certain, not by chance. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import type { TestHub } from './hub.ts';
import { eventually } from './journeys/eventually.ts';

/** `hold` locks what all of them come to need: none goes on before each of them waits, for that or for one of the others. */
export async function atOnce<T>(
  test: Pick<TestHub, 'within' | 'rows'>,
  hold: (tx: Transaction) => Promise<unknown>,
  works: readonly (() => Promise<T>)[],
): Promise<PromiseSettledResult<T>[]> {
  const begun = await test.within(async (tx) => {
    await hold(tx);
    const ends = Promise.allSettled(works.map((work) => work()));
    await someWait(test, works.length);
    return { ends };
  });
  return await begun.ends;
}

/** Resolves when so many wait for locks, with the seconds that it took. */
export const someWait = (test: Pick<TestHub, 'rows'>, count: number): Promise<number> =>
  eventually(`${count} wait`, async () => {
    const waiting = await test.rows(
      sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (waiting.length < count) throw new Error(`${waiting.length} wait.`);
  });
