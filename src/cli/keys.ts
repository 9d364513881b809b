import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { AppError } from '#base/errors.ts';
import type { Command } from '#cli/command.ts';
import { migrate } from '#db/migrate.ts';
import type { Hub } from '#stores/hub.ts';
import { makeSealer, type Sealer, sealingKeys } from '#stores/sealing.ts';

export const keysCommand: Command = {
  name: 'keys',
  summary: 'Seal all credentials anew, with a new key',
  usage: 'storesync keys rotate\n\nWith STORESYNC_KEY: set the new key there, the old one in STORESYNC_OLD_KEYS, and run this.',
  async run(context) {
    if (context.args[0] !== 'rotate')
      throw new AppError('invalid_input', 'The only thing to do with keys is: storesync keys rotate');
    const urls = await context.database();
    await migrate(urls.ownerUrl);
    if (context.config.sealingKey === null) addKeyInFront(join(context.config.dataFolder, 'sealing-key'));
    const opened = context.hub(urls, context.config);
    const sealer = makeSealer(sealingKeys(context.config, context.say));
    const { rows } = await opened.identityPool.query<{ id: string }>('select id from organizations');
    const count = { resealed: 0, lost: 0 };
    for (const { id } of rows) await resealOrganization(opened.hub, sealer, id, count);
    context.say(
      `${count.resealed} sealed anew${count.lost > 0 ? `, ${count.lost} could not be opened: these stores must be connected again` : ''}`,
    );
    context.result(count);
    await opened.close();
    await urls.stop();
    return count.lost > 0 ? 3 : 0;
  },
};

/** The first line seals, the others still open: nothing is lost if this ends half-way. */
function addKeyInFront(path: string): void {
  const former = existsSync(path) ? readFileSync(path, 'utf8') : '';
  writeFileSync(`${path}.new`, `${randomBytes(32).toString('base64')}\n${former}`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

async function resealOrganization(
  hub: Hub,
  sealer: Sealer,
  organizationId: string,
  count: { resealed: number; lost: number },
): Promise<void> {
  await hub.db.inOrganization(organizationId, async (tx) => {
    const stores = await tx.execute<{ id: string; sealed: string }>(sql`
      select id, sealed_credentials as sealed from stores where organization_id = ${organizationId} and sealed_credentials is not null for update`);
    for (const row of stores.rows) {
      const resealed = await reseal(sealer, row.id, row.sealed, count);
      if (resealed !== null)
        await tx.execute(
          sql`update stores set sealed_credentials = ${resealed} where organization_id = ${organizationId} and id = ${row.id}`,
        );
    }
    const apps = await tx.execute<{ platform: string; sealed: string }>(sql`
      select platform, sealed_secret as sealed from platform_apps where organization_id = ${organizationId} for update`);
    for (const row of apps.rows) {
      const resealed = await reseal(sealer, `app:${organizationId}:${row.platform}`, row.sealed, count);
      if (resealed !== null)
        await tx.execute(
          sql`update platform_apps set sealed_secret = ${resealed} where organization_id = ${organizationId} and platform = ${row.platform}`,
        );
    }
  });
}

async function reseal(
  sealer: Sealer,
  rowId: string,
  sealed: string,
  count: { resealed: number; lost: number },
): Promise<string | null> {
  if (!sealer.isOld(sealed)) return null;
  try {
    const opened = await sealer.seal(rowId, await sealer.open(rowId, sealed));
    count.resealed++;
    return opened;
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'needs_reconnect') throw thrown;
    count.lost++;
    return null;
  }
}
