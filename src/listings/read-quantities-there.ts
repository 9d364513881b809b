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
    with standing as (
      select case
        when l.listing_id is null then 'untouched'
        when l.rules_version < s.rules_version then 'on_the_way'
        when l.desired is null then 'untouched'
        when l.knowledge = 'known' and l.remote = l.desired then 'right'
        when l.refused_for is not null then 'refused'
        else 'on_the_way' end as word
      from listings i join stores s on s.organization_id = i.organization_id and s.id = i.store_id
      left join listing_levels l on l.organization_id = i.organization_id and l.listing_id = i.id
        and l.remote_location_id = coalesce(s.settings->>'remoteLocationId', '')
      where i.organization_id = ${tx.organizationId} and i.store_id = ${storeId} and i.status = 'linked')
    select count(*)::int as linked, count(*) filter (where word = 'right')::int as "right", count(*) filter (where word = 'on_the_way')::int as "onTheWay",
      count(*) filter (where word = 'refused')::int as refused, count(*) filter (where word = 'untouched')::int as untouched
    from standing`);
  return rows[0] ?? { linked: 0, right: 0, onTheWay: 0, refused: 0, untouched: 0 };
}
