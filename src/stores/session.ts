/** Opens a conversation with a store: credentials unsealed, renewed ahead of their end, requests paced. */
import { secondsAfter } from '#base/clock.ts';
import { AppError, messageOf } from '#base/errors.ts';
import type { AppCredentials, AuthContext, Connector, Credentials, Session } from '#connectors/connector.ts';
import { CredentialsExpired, isPlatformError } from '#connectors/errors.ts';
import { inTime, patiently, type Transport } from '#connectors/http.ts';
import { makeTransport, type Pacing } from '#connectors/transport.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Hub } from '#stores/hub.ts';
import { accessMatters } from '#stores/slowness.ts';
import { changeStoreRow, findPlatformApp, lockStore, type StoreRow } from '#stores/stores-store.ts';

/** Access tokens are renewed when they have less than this left, refresh tokens permitting. */
const renewAheadSeconds = 300;

export function connectorOf(hub: Hub, platform: string): Connector {
  const connector = Object.hasOwn(hub.connectors, platform) ? hub.connectors[platform] : undefined;
  if (connector === undefined) throw new AppError('invalid_input', `There is no connector for "${platform}".`);
  return connector;
}

/** The operator's own app for a platform, from the environment; null without one. */
export function operatorApp(hub: Hub, platform: string): AppCredentials | null {
  const prefix = `STORESYNC_APP_${platform.toUpperCase()}_`;
  const clientId = hub.config.appValues[`${prefix}CLIENT_ID`];
  const clientSecret = hub.config.appValues[`${prefix}CLIENT_SECRET`];
  if (!clientId || !clientSecret) return null;
  const extra: Record<string, string> = {};
  for (const [name, value] of Object.entries(hub.config.appValues)) {
    if (name.startsWith(prefix)) extra[name.slice(prefix.length).toLowerCase()] = value;
  }
  return { clientId, clientSecret, extra };
}

/** The platform app: from the environment, else from Settings, else null. Practice apps come with their own address. */
export async function appFor(hub: Hub, tx: Transaction, platform: string): Promise<AppCredentials | null> {
  const operator = operatorApp(hub, platform);
  if (operator !== null) return operator;
  const row = await findPlatformApp(tx, platform);
  if (row === undefined) return null;
  const secret = await hub.sealer.open(`app:${row.organizationId}:${platform}`, row.sealedSecret);
  return { clientId: row.clientId, clientSecret: String(secret), extra: row.extra };
}

export function authContext(
  hub: Hub,
  app: AppCredentials | null,
  baseUrl: string | null,
  pacing: Pacing | null = null,
  signal?: AbortSignal,
): AuthContext {
  const http = makeTransport({
    wire: hub.wire,
    pacing,
    now: () => hub.clock.now().getTime(),
    onLearnFailed: (error) => hub.log.warn({ err: error }, 'a bucket could not be updated'),
    ...(signal === undefined ? {} : { signal }),
  });
  return { http, app, baseUrl, now: () => hub.clock.now() };
}

/** Throws AppError 'needs_reconnect' when the credentials cannot be opened; CredentialsExpired when they cannot be renewed. */
export async function openSession(hub: Hub, store: StoreRow, pacing: Pacing | null, signal?: AbortSignal): Promise<Session> {
  const { credentials, app } = await currentCredentials(hub, store);
  const context = authContext(hub, app, store.baseUrl, pacing, signal);
  return { ...context, credentials, ...(signal === undefined ? {} : { signal }) };
}

/** The same conversation, for what may wait while others need the store's limits. */
export const patientSession = (session: Session): Session => withHttp(session, patiently(session.http));

/** The same conversation, for what is sent by then (milliseconds since 1970) or not at all. */
export const sessionUntil = (session: Session, notAfter: number): Session => withHttp(session, inTime(session.http, notAfter));

/** Access that is renewed in one is so in the other. */
const withHttp = (session: Session, http: Transport): Session => ({
  ...session,
  http,
  get credentials() {
    return session.credentials;
  },
});

/** Those of the row, which may be a moment old: who finds them renewed takes the newer ones (see renewCredentials). */
async function currentCredentials(
  hub: Hub,
  { organizationId, id: storeId, platform, sealedCredentials, credentialsExpireAt: expireAt }: StoreRow,
): Promise<{ credentials: Credentials; app: AppCredentials | null }> {
  if (sealedCredentials === null) throw new AppError('store_disconnected', 'The store is disconnected. Connect it again.');
  const app = operatorApp(hub, platform) ?? (await hub.db.inOrganization(organizationId, (tx) => appFor(hub, tx, platform)));
  const credentials = (await hub.sealer.open(storeId, sealedCredentials)) as Credentials;
  const now = hub.clock.now();
  if (expireAt === null || expireAt > secondsAfter(now, renewAheadSeconds)) return { credentials, app };
  try {
    return { credentials: await renewCredentials(hub, organizationId, storeId, credentials), app };
  } catch (thrown) {
    // Renewing ahead of time may fail for a while: until its end the old access still serves.
    if (thrown instanceof CredentialsExpired || !isPlatformError(thrown) || expireAt <= now) throw thrown;
    hub.log.warn(
      { storeId, err: messageOf(thrown) },
      'access could not be renewed ahead of its end; it is tried again with the next turn',
    );
    return { credentials, app };
  }
}

/**
 * Renews under the store row's lock, so that two workers never renew at once: the second finds other credentials than the
 * `old` it came with, and takes them. The pair is stored in the transaction that holds the lock.
 */
export async function renewCredentials(
  hub: Hub,
  organizationId: string,
  storeId: string,
  old: Credentials,
): Promise<Credentials> {
  return await hub.db.inOrganization(organizationId, async (tx) => {
    const store = await lockStore(tx, storeId);
    if (store.sealedCredentials === null)
      throw new AppError('store_disconnected', 'The store is disconnected. Connect it again.');
    const credentials = (await hub.sealer.open(storeId, store.sealedCredentials)) as Credentials;
    if (JSON.stringify(old.secrets) !== JSON.stringify(credentials.secrets)) return credentials;
    const connector = connectorOf(hub, store.platform);
    if (connector.auth.refresh === undefined) throw new CredentialsExpired('This kind of access cannot be renewed');
    const app = await appFor(hub, tx, store.platform);
    const renewed = await connector.auth.refresh(authContext(hub, app, store.baseUrl), credentials);
    const columns = credentialColumns(renewed);
    const matters = accessMatters(store.refreshExpiresAt, columns.refreshExpiresAt, hub.clock.now());
    await changeStoreRow(tx, storeId, {
      ...columns,
      // A stock rule may keep more back where access is about to end.
      ...(matters ? { rulesVersion: store.rulesVersion + 1 } : {}),
      sealedCredentials: await hub.sealer.seal(storeId, renewed),
      credentialsVersion: store.credentialsVersion + 1,
      updatedAt: hub.clock.now(),
    });
    return renewed;
  });
}

export function credentialColumns(credentials: Credentials) {
  return {
    credentialsExpireAt: credentials.expiresAt === undefined ? null : new Date(credentials.expiresAt),
    refreshExpiresAt: credentials.refreshExpiresAt === undefined ? null : new Date(credentials.refreshExpiresAt),
  };
}
