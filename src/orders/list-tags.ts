import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';

/** Orders with a tag that are looked at, the newest; and tags that are told. */
const ordersAtMost = 5000;
const tagsAtMost = 200;

/** The seller's own tags among the newest tagged orders, the most frequent first. */
export async function listTags(tx: Transaction): Promise<{ tag: string; orders: number }[]> {
  const { rows } = await tx.execute<{ tag: string; orders: number }>(sql`
    select tag, count(*)::integer as orders from (
      select tags from orders where organization_id = ${tx.organizationId} and tags <> '{}'::text[]
      order by placed_at desc, id desc limit ${ordersAtMost}) tagged, unnest(tagged.tags) as tag
    group by tag order by orders desc, tag limit ${tagsAtMost}`);
  return rows;
}
