/** A new key: everything that an older one has sealed is sealed anew. */
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Hub } from '#stores/hub.ts';
import type { Sealer } from '#stores/sealing.ts';

/** Counted over many calls. `lost`: no known key opens it. */
export interface Resealed {
  resealed: number;
  lost: number;
}

/** What was sealed, and the same sealed with the present key; null when that is so already, or no key opens it. */
export async function reseal(
  sealer: Sealer,
  rowId: string,
  sealed: string,
  count: Resealed,
): Promise<{ value: unknown; sealed: string } | null> {
  if (!sealer.isOld(sealed)) return null;
  try {
    const value = await sealer.open(rowId, sealed);
    const anew = await sealer.seal(rowId, value);
    count.resealed++;
    return { value, sealed: anew };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'needs_reconnect') throw thrown;
    count.lost++;
    return null;
  }
}

/** Credentials of stores and the secrets of apps. A lost one: its store must be connected again. */
export async function resealStores(hub: Hub, sealer: Sealer, organizationId: string, count: Resealed): Promise<void> {
  await hub.db.inOrganization(organizationId, async (tx) => {
    const stores = await tx.execute<{ id: string; sealed: string }>(sql`
      select id, sealed_credentials as sealed from stores where organization_id = ${organizationId} and sealed_credentials is not null for update`);
    for (const row of stores.rows) {
      const anew = await reseal(sealer, row.id, row.sealed, count);
      if (anew !== null)
        await tx.execute(
          sql`update stores set sealed_credentials = ${anew.sealed} where organization_id = ${organizationId} and id = ${row.id}`,
        );
    }
    const apps = await tx.execute<{ platform: string; sealed: string }>(sql`
      select platform, sealed_secret as sealed from platform_apps where organization_id = ${organizationId} for update`);
    for (const row of apps.rows) {
      const anew = await reseal(sealer, `app:${organizationId}:${row.platform}`, row.sealed, count);
      if (anew !== null)
        await tx.execute(
          sql`update platform_apps set sealed_secret = ${anew.sealed} where organization_id = ${organizationId} and platform = ${row.platform}`,
        );
    }
  });
}
