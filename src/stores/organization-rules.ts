/** The rules of the organization: what every store follows that says nothing of its own. */
import { isDeepStrictEqual } from 'node:util';
import { eq, type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { organizationSettings } from '#organizations/organizations-tables.ts';
import { byHand, type Means, originOf, type RuleName, withOrigin } from '#organizations/origin.ts';
import type { Hub } from '#stores/hub.ts';
import type { OrganizationRules } from '#stores/stores.ts';
import { changeStoreRow, lockStores } from '#stores/stores-store.ts';
import { workFor } from '#stores/work-for.ts';

export async function readOrganizationRules(tx: Transaction): Promise<OrganizationRules> {
  const [row] = await tx
    .select({ settings: organizationSettings.settings })
    .from(organizationSettings)
    .where(eq(organizationSettings.organizationId, tx.organizationId));
  const { priceRule, stockRule } = (row?.settings ?? {}) as OrganizationRules;
  return { ...(priceRule === undefined ? {} : { priceRule }), ...(stockRule === undefined ? {} : { stockRule }) };
}

/** A rule that is null is taken away: the master's figures as they are. One that is absent stays. */
export interface OrganizationRulesPatch {
  priceRule?: OrganizationRules['priceRule'] | null;
  stockRule?: OrganizationRules['stockRule'] | null;
}

/** The rules after a patch. */
export function patched(rules: OrganizationRules, patch: OrganizationRulesPatch): OrganizationRules {
  const { priceRule = rules.priceRule, stockRule = rules.stockRule } = patch;
  return {
    ...(priceRule === undefined || priceRule === null ? {} : { priceRule }),
    ...(stockRule === undefined || stockRule === null ? {} : { stockRule }),
  };
}

/**
 * Changes them; the stores that follow are recomputed in chunks by their next turns. The caller holds the stores' rows.
 * `means`: by what they become others.
 */
export async function changeOrganizationRulesIn(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  patch: OrganizationRulesPatch,
  means: Means = byHand,
): Promise<void> {
  const now = hub.clock.now();
  const followers = (await lockStores(tx)).filter(
    ({ settings }) =>
      (patch.priceRule !== undefined && settings.priceRule === null) ||
      (patch.stockRule !== undefined && settings.stockRule === null),
  );
  const where = eq(organizationSettings.organizationId, tx.organizationId);
  const [row] = await tx
    .select({ settings: organizationSettings.settings, rulesSet: organizationSettings.rulesSet })
    .from(organizationSettings)
    .where(where)
    .for('update');
  const { priceRule: _price, stockRule: _stock, ...others } = row?.settings ?? {};
  const before = (row?.settings ?? {}) as OrganizationRules;
  const rules = patched(before, patch);
  const renewed = (['priceRule', 'stockRule'] as const satisfies readonly RuleName[]).filter(
    (name) => !isDeepStrictEqual(rules[name], before[name]),
  );
  const rulesSet = withOrigin(row?.rulesSet ?? null, renewed, originOf(actor.userId, means, now));
  await tx
    .update(organizationSettings)
    .set({ settings: { ...others, ...rules }, rulesSet, updatedAt: now })
    .where(where);
  for (const store of followers) await changeStoreRow(tx, store.id, { rulesVersion: store.rulesVersion + 1 });
  await workFor(
    hub,
    tx,
    followers.map(({ id }) => id),
  );
  await audit(tx, actor, 'organization.rules_changed', 'organization', tx.organizationId, {}, now);
  tx.afterCommit(() => {
    for (const { id } of followers) hub.announce(tx.organizationId, { kind: 'store', ids: [id] });
  });
}

/** A store comes or goes: others may leave their last units to it, or no longer. They are recomputed by their next turns. */
export async function lastUnitsMove(hub: Hub, tx: Transaction, storeId: string): Promise<void> {
  const leaves = (rule: SQL): SQL => sql`${rule}->'lastUnits'->>'storeId' = ${storeId}`;
  const moved = await tx.execute<{ id: string }>(sql`
    update stores s set rules_version = rules_version + 1 where s.organization_id = ${tx.organizationId} and s.id <> ${storeId}
      and (${leaves(sql`s.settings->'stockRule'`)}
        or exists (select from organization_settings o where o.organization_id = s.organization_id and ${leaves(sql`o.settings->'stockRule'`)})
        or exists (select from listings i where i.organization_id = s.organization_id and i.store_id = s.id and ${leaves(sql`i.settings->'stockRule'`)}))
    returning s.id`);
  await workFor(
    hub,
    tx,
    moved.rows.map(({ id }) => id),
  );
}
