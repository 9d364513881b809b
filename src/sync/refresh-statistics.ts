import { sql } from 'drizzle-orm';
import type { Turn } from '#sync/turn.ts';

/**
 * Whoever fills tables page by page calls this after each: after 1, 2, 4, 8 … pages, as often as the tables can have
 * doubled, the planner is told what is in them. Without it it still takes them for empty.
 */
export async function refreshStatistics({ hub }: Turn, pagesStored: number): Promise<void> {
  if (!Number.isInteger(Math.log2(pagesStored))) return;
  await hub.db.withoutOrganization((tx) => tx.execute(sql`select refresh_statistics()`));
}
