import { eq } from 'drizzle-orm';
import type { Manifest } from '#connectors/connector.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Hub } from '#stores/hub.ts';
import { platformApps } from '#stores/stores-tables.ts';

/** A practice store that this process serves. */
export interface PracticeStoreAddress {
  platform: string;
  name: string;
  baseUrl: string;
}

export interface PlatformSummary {
  manifest: Manifest;
  /** The operator's app there: the environment's comes first. Never its secret. */
  app: { configured: boolean; source: 'environment' | 'settings' | null; clientId: string | null };
}

/** Every platform that has a connector, by name, with the state of its app. */
export async function listPlatforms(hub: Hub, tx: Transaction): Promise<PlatformSummary[]> {
  const rows = await tx
    .select({ platform: platformApps.platform, clientId: platformApps.clientId })
    .from(platformApps)
    .where(eq(platformApps.organizationId, tx.organizationId));
  const entered = new Map(rows.map((row) => [row.platform, row.clientId]));
  return Object.values(hub.connectors)
    .map(({ manifest }) => ({ manifest, app: appState(hub, manifest.id, entered.get(manifest.id)) }))
    .sort((a, b) => a.manifest.name.localeCompare(b.manifest.name, 'en'));
}

function appState(hub: Hub, platform: string, entered: string | undefined): PlatformSummary['app'] {
  const prefix = `STORESYNC_APP_${platform.toUpperCase()}_`;
  const clientId = hub.config.appValues[`${prefix}CLIENT_ID`];
  if (clientId && hub.config.appValues[`${prefix}CLIENT_SECRET`]) return { configured: true, source: 'environment', clientId };
  if (entered !== undefined) return { configured: true, source: 'settings', clientId: entered };
  return { configured: false, source: null, clientId: null };
}
