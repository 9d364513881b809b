/** Exchange rates as the seller states them. A new one reprices every store whose currency it concerns, in chunks. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import { exact } from '#base/money.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';
import { workFor } from '#stores/work-for.ts';

export interface Rate extends Record<string, unknown> {
  base: string;
  quote: string;
  rate: string;
  statedAt: Date;
}

/** 1 unit of `base` is `rate` units of `quote`; null: nobody has said so. */
export interface StatedPair {
  base: string;
  quote: string;
  rate: string | null;
  /** ISO 8601. A rate is as old as what was said, however long it has waited to be approved. */
  statedAt: string;
}

/** Throws invalid_input for a rate that is not above 0, or that is of one currency. */
export function assertSoundRate({ base, quote, rate }: { base: string; quote: string; rate: string }): void {
  if (!new exact(rate).gt(0))
    throw new AppError('invalid_input', 'An exchange rate must be above 0.', {
      issues: [{ path: 'rate', message: 'Must be above 0.' }],
    });
  if (base === quote)
    throw new AppError('invalid_input', 'A rate needs two different currencies.', {
      issues: [{ path: 'quote', message: 'The same currency twice.' }],
    });
}

/** States a rate as of now, whatever follows from it. Throws as `assertSoundRate`. */
export async function stateRate(hub: Hub, actor: Actor, input: { base: string; quote: string; rate: string }): Promise<void> {
  assertSoundRate(input);
  const stated = { ...input, statedAt: hub.clock.now().toISOString() };
  await hub.db.inOrganization(actor.organizationId, (tx) => stateRateIn(hub, tx, actor, stated));
}

/** As `stateRate`, in the caller's transaction; the stores that it concerns are recomputed by their next turns. The caller holds the stores' rows. */
export async function stateRateIn(hub: Hub, tx: Transaction, actor: Actor, stated: StatedPair): Promise<void> {
  const now = hub.clock.now();
  await writeRate(tx, stated, actor.userId);
  const touched = await storesPricedIn(tx, stated.quote);
  await tx.execute(sql`
    update stores set rules_version = rules_version + 1
    where organization_id = ${tx.organizationId} and id = any(${sql.param(touched)}::uuid[])`);
  await workFor(hub, tx, touched);
  await audit(tx, actor, 'rate.stated', 'rate', `${stated.base}/${stated.quote}`, { rate: stated.rate }, now);
}

/** The row alone: no store learns of it. */
export async function writeRate(tx: Transaction, { base, quote, rate, statedAt }: StatedPair, by: string | null): Promise<void> {
  if (rate === null)
    await tx.execute(
      sql`delete from exchange_rates where organization_id = ${tx.organizationId} and base = ${base} and quote = ${quote}`,
    );
  else
    await tx.execute(sql`
      insert into exchange_rates (organization_id, base, quote, rate, stated_at, stated_by)
      values (${tx.organizationId}, ${base}, ${quote}, ${rate}, ${new Date(statedAt)}, ${by})
      on conflict (organization_id, base, quote) do update set rate = excluded.rate, stated_at = excluded.stated_at, stated_by = excluded.stated_by`);
}

/** Stores that show prices in this currency. */
export async function storesPricedIn(tx: Transaction, currency: string): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select s.id from stores s where s.organization_id = ${tx.organizationId} and (s.currency = ${currency}
      or exists (select from listing_prices p where p.organization_id = s.organization_id and p.store_id = s.id and p.currency = ${currency}))
    order by s.id`);
  return rows.map(({ id }) => id);
}

/** The rate of a pair as it is stated now. */
export async function readRate(tx: Transaction, { base, quote }: Pick<StatedPair, 'base' | 'quote'>): Promise<StatedPair> {
  const found = (await listRates(tx)).find((one) => one.base === base && one.quote === quote);
  return { base, quote, rate: found?.rate ?? null, statedAt: (found?.statedAt ?? new Date(0)).toISOString() };
}

export async function listRates(tx: Transaction): Promise<Rate[]> {
  const found = await tx.execute<Rate>(sql`
    select base, quote, rate, stated_at as "statedAt" from exchange_rates where organization_id = ${tx.organizationId} order by base, quote`);
  return found.rows;
}
