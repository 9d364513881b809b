/** The operator's app at a platform, as it is entered in Settings. Its secret is stored sealed and never shown again. */
import { AppError } from '#base/errors.ts';
import type { AppCredentials, Manifest } from '#connectors/connector.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import type { Hub } from '#stores/hub.ts';
import { appFor, connectorOf } from '#stores/session.ts';
import { lockPlatformApp } from '#stores/stores-store.ts';
import { platformApps } from '#stores/stores-tables.ts';

export interface PlatformAppInput {
  platform: string;
  clientId: string;
  /** Absent: the one that stands there stays. */
  clientSecret?: string | undefined;
  /** Names that are not given keep their values; an empty value takes one away. */
  extra: Readonly<Record<string, string>>;
}

/** Throws 'invalid_input' for a value that breaks the rule of its platform, and where there is no secret at all. */
export async function setPlatformApp(hub: Hub, actor: Actor, input: PlatformAppInput): Promise<void> {
  checkExtra(connectorOf(hub, input.platform).manifest, input.extra);
  const now = hub.clock.now();
  await hub.db.inOrganization(actor.organizationId, async (tx) => {
    // What is not given stays: also the secret, which a new key may be sealing anew at this moment.
    const before = await lockPlatformApp(tx, input.platform);
    const sealedSecret =
      input.clientSecret === undefined
        ? before?.sealedSecret
        : await hub.sealer.seal(`app:${tx.organizationId}:${input.platform}`, input.clientSecret);
    if (sealedSecret === undefined) {
      throw new AppError('invalid_input', 'Give the app secret: none is stored yet.', {
        issues: [{ path: 'clientSecret', message: 'Give the app secret: none is stored yet.' }],
      });
    }
    const extra = Object.fromEntries(Object.entries({ ...before?.extra, ...input.extra }).filter(([, value]) => value !== ''));
    const values = { clientId: input.clientId, sealedSecret, extra, updatedAt: now };
    await tx
      .insert(platformApps)
      .values({ organizationId: tx.organizationId, platform: input.platform, ...values })
      .onConflictDoUpdate({ target: [platformApps.organizationId, platformApps.platform], set: values });
    await audit(tx, actor, 'platform_app.changed', 'platform', input.platform, { clientId: input.clientId }, now);
  });
}

function checkExtra(manifest: Manifest, extra: Readonly<Record<string, string>>): void {
  const issues = (manifest.appFields ?? [])
    .filter(({ name, pattern }) => (extra[name] ?? '') !== '' && !new RegExp(pattern, 'u').test(extra[name] ?? ''))
    .map(({ name, rule }) => ({ path: `extra.${name}`, message: rule }));
  if (issues.length > 0) throw new AppError('invalid_input', issues.map(({ message }) => message).join(' '), { issues });
}

/** A practice store brings the app that it knows along: it is entered where the organization has none at that platform. */
export async function enterPracticeApp(hub: Hub, actor: Actor, platform: string, app: AppCredentials): Promise<void> {
  const has = await hub.db.inOrganization(actor.organizationId, (tx) => appFor(hub, tx, platform));
  if (has === null) await setPlatformApp(hub, actor, { platform, ...app });
}
