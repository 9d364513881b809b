import { sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';

/** How the quantities of a store's linked listings stand. */
export interface QuantitiesThere {
  linked: number;
  /** Known to be as they should. */
  right: number;
  /** Not sent yet, without an answer, or to be read first. */
  onTheWay: number;
  refused: number;
  /** Nothing is sent for them: not counted, held, or switched off. */
  untouched: number;
}

/** What is not known to be right is not told as right: a level that its store's newest rules have not reached is on the way. */
export async function readQuantitiesThere(tx: Transaction, storeId: string): Promise<QuantitiesThere> {
  const { rows } = await tx.execute<QuantitiesThere & Record<string, unknown>>(sql`
    with worst as (
      -- Of a listing's places.
      select l.listing_id, min(case
        when l.rules_version < s.rules_version then 2
        when l.desired is null then 4
        when l.knowledge = 'known' and l.remote = l.desired then 3
        when l.refused_for is not null then 1
        else 2 end) as rank
      from listing_levels l join stores s on s.organization_id = l.organization_id and s.id = l.store_id
      where l.organization_id = ${tx.organizationId} and l.store_id = ${storeId}
        and (l.held_reason is distinct from 'other_location' or l.rules_version < s.rules_version)
      group by l.listing_id
    ), standing as (
      select (array['refused', 'on_the_way', 'right', 'untouched'])[coalesce(w.rank, 4)] as word
      from listings i left join worst w on w.listing_id = i.id
      where i.organization_id = ${tx.organizationId} and i.store_id = ${storeId} and i.status = 'linked')
    select count(*)::int as linked, count(*) filter (where word = 'right')::int as "right", count(*) filter (where word = 'on_the_way')::int as "onTheWay",
      count(*) filter (where word = 'refused')::int as refused, count(*) filter (where word = 'untouched')::int as untouched
    from standing`);
  return rows[0] ?? { linked: 0, right: 0, onTheWay: 0, refused: 0, untouched: 0 };
}
