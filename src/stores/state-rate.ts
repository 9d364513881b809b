/** Exchange rates as the seller states them. A new one reprices every store whose currency it concerns, in chunks. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { exact } from '#base/money.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';
import { makeDue } from '#stores/stores-store.ts';

export interface Rate extends Record<string, unknown> {
  base: string;
  quote: string;
  rate: string;
  statedAt: Date;
}

/** 1 unit of `base` is `rate` units of `quote`. Throws invalid_input for a rate that is not above 0. */
export async function stateRate(hub: Hub, actor: Actor, input: { base: string; quote: string; rate: string }): Promise<void> {
  if (!new exact(input.rate).gt(0))
    throw new AppError('invalid_input', 'An exchange rate must be above 0.', {
      issues: [{ path: 'rate', message: 'Must be above 0.' }],
    });
  if (input.base === input.quote)
    throw new AppError('invalid_input', 'A rate needs two different currencies.', {
      issues: [{ path: 'quote', message: 'The same currency twice.' }],
    });
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    await tx.execute(sql`
      insert into exchange_rates (organization_id, base, quote, rate, stated_at, stated_by)
      values (${tx.organizationId}, ${input.base}, ${input.quote}, ${input.rate}, ${now}, ${actor.userId})
      on conflict (organization_id, base, quote) do update set rate = excluded.rate, stated_at = excluded.stated_at, stated_by = excluded.stated_by`);
    const touched = await tx.execute<{ id: string }>(sql`
      update stores set rules_version = rules_version + 1 where organization_id = ${tx.organizationId} and (currency = ${input.quote}
        or exists (select 1 from listing_prices p where p.organization_id = stores.organization_id and p.store_id = stores.id and p.currency = ${input.quote})) returning id`);
    for (const { id } of touched.rows) {
      await makeDue(tx, id, now);
      tx.afterCommit(() => hub.wake(tx.organizationId, id));
    }
    await audit(tx, actor, 'rate.stated', 'rate', `${input.base}/${input.quote}`, { rate: input.rate }, now);
  });
}

export async function listRates(tx: Transaction): Promise<Rate[]> {
  const found = await tx.execute<Rate>(sql`
    select base, quote, rate, stated_at as "statedAt" from exchange_rates where organization_id = ${tx.organizationId} order by base, quote`);
  return found.rows;
}
