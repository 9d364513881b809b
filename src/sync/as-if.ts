/** Looking at what would be: a change is written, looked at, and taken back before anybody else can see it. */
import type { Transaction } from '#db/transaction.ts';

/**
 * What `look` finds as if `change` had been made. Of the change nothing stays, not even its locks; it must not register
 * anything for after the commit.
 */
export async function asIf<T>(tx: Transaction, change: () => Promise<void>, look: () => Promise<T>): Promise<T> {
  await tx.execute('savepoint as_if');
  await change();
  const found = await look();
  await tx.execute('rollback to savepoint as_if');
  await tx.execute('release savepoint as_if');
  return found;
}
