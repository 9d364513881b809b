import { problemFrom } from '~/api.ts';
import { counted } from '~/parts/amounts.ts';

/** Throws what went wrong with some of several orders, and says how many it was; nothing when all went well. */
export function tellPart(failed: readonly unknown[], all: number): void {
  const [first] = failed;
  if (first === undefined) return;
  const done = all - failed.length;
  const reason = problemFrom(first).message;
  throw new Error(done === 0 ? reason : `${counted(done, 'order is', 'orders are')} done, ${failed.length} not: ${reason}`);
}
