/**
 * PostgreSQL looks at its tables once a minute. Until then its planner takes those that have just been filled for nearly empty,
 * and reads them whole where a key would find one row: in foreign key checks too, whose plans a connection keeps.
 */
import { sql } from 'drizzle-orm';
import { messageOf } from '#base/errors.ts';
import type { Hub } from '#stores/hub.ts';
import type { Turn } from '#sync/turn.ts';

const everyMs = 5000;

/** Tables that have doubled since are looked at. */
const refresh = (hub: Hub) => hub.db.withoutOrganization((tx) => tx.execute(sql`select refresh_statistics()`));

/** Sales come in by webhooks. Returns the function that ends it. */
export function startStatistics(hub: Hub): () => void {
  const timer = setInterval(() => {
    refresh(hub).catch((error: unknown) =>
      hub.log.warn({ err: messageOf(error) }, 'the statistics of tables could not be refreshed; tried again in five seconds'),
    );
  }, everyMs);
  return () => clearInterval(timer);
}

/** Whoever fills tables page by page calls this after each: it looks after 1, 2, 4, 8 … pages, as often as they can have doubled. */
export async function refreshStatistics({ hub }: Turn, pagesStored: number): Promise<void> {
  if (Number.isInteger(Math.log2(pagesStored))) await refresh(hub);
}
