import { eq } from 'drizzle-orm';
import type { AppCredentials, Manifest } from '#connectors/connector.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Hub } from '#stores/hub.ts';
import { operatorApp } from '#stores/session.ts';
import { platformApps } from '#stores/stores-tables.ts';

/** A practice store that this process serves. */
export interface PracticeStoreAddress {
  platform: string;
  name: string;
  baseUrl: string;
  /** What a seller would type to begin connecting it by consent. */
  fields: Readonly<Record<string, string>>;
  /** The app that it knows. */
  app: AppCredentials;
}

export interface PlatformSummary {
  manifest: Manifest;
  /** The operator's app there: the environment's comes first. Never its secret. */
  app: {
    configured: boolean;
    source: 'environment' | 'settings' | null;
    clientId: string | null;
    /** When it was entered here. */
    setAt: Date | null;
    /** The values of the manifest's `appFields`, as far as they are set. */
    extra: Record<string, string>;
  };
}

/** Every platform that has a connector, by name, with the state of its app. */
export async function listPlatforms(hub: Hub, tx: Transaction): Promise<PlatformSummary[]> {
  const rows = await tx
    .select({
      platform: platformApps.platform,
      clientId: platformApps.clientId,
      extra: platformApps.extra,
      setAt: platformApps.updatedAt,
    })
    .from(platformApps)
    .where(eq(platformApps.organizationId, tx.organizationId));
  const entered = new Map(rows.map((row) => [row.platform, row]));
  return Object.values(hub.connectors)
    .map(({ manifest }) => ({ manifest, app: appState(hub, manifest, entered.get(manifest.id)) }))
    .sort((a, b) => a.manifest.name.localeCompare(b.manifest.name, 'en'));
}

interface EnteredApp {
  clientId: string;
  extra: Record<string, string>;
  setAt: Date;
}

function appState(hub: Hub, manifest: Manifest, entered: EnteredApp | undefined): PlatformSummary['app'] {
  const operator = operatorApp(hub, manifest.id);
  const declared = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries((manifest.appFields ?? []).flatMap(({ name }) => (values[name] ? [[name, values[name]]] : [])));
  if (operator !== null)
    return { configured: true, source: 'environment', clientId: operator.clientId, setAt: null, extra: declared(operator.extra) };
  if (entered === undefined) return { configured: false, source: null, clientId: null, setAt: null, extra: {} };
  return { configured: true, source: 'settings', ...entered, extra: declared(entered.extra) };
}
