/**
 * Connecting: credentials are checked with a real call before anything is stored, the account is entered in the directory
 * (at most one organization has it), and the same account becomes the same row again.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { secondsAfter } from '#base/clock.ts';
import { AppError } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import type { AuthScheme, Connector, Credentials, StoreIdentity } from '#connectors/connector.ts';
import { CredentialsExpired, isPlatformError, PlatformUnavailable, RateLimited, Refused } from '#connectors/errors.ts';
import { assertCallable } from '#connectors/guard.ts';
import type { Transaction } from '#db/transaction.ts';
import type { Actor } from '#organizations/actor.ts';
import { audit } from '#organizations/audit.ts';
import { organizationSettings } from '#organizations/organizations-tables.ts';
import { countsSafely } from '#stores/counts-safely.ts';
import type { Hub } from '#stores/hub.ts';
import { lastUnitsMove } from '#stores/organization-rules.ts';
import { currencyFound, holdForCurrency, releaseCurrency } from '#stores/remote-currency.ts';
import { appFor, authContext, connectorOf, credentialColumns } from '#stores/session.ts';
import { countDefault, takeUpRoles } from '#stores/store-roles.ts';
import { defaultStoreSettings } from '#stores/stores.ts';
import { changeStoreRow } from '#stores/stores-store.ts';
import { oauthStates, stores } from '#stores/stores-tables.ts';

export interface ConnectInput {
  platform: string;
  scheme: AuthScheme['kind'];
  fields: Record<string, string>;
  /** A practice store's address. */
  baseUrl?: string | null;
}

/** Connects with a form's fields. Throws credentials_rejected, scopes_missing, host_not_allowed, already_connected, invalid_input. */
export async function connectStore(hub: Hub, actor: Actor, input: ConnectInput): Promise<{ storeId: string }> {
  const connector = connectorOf(hub, input.platform);
  const scheme = connector.manifest.auth.find(({ kind }) => kind === input.scheme);
  if (scheme === undefined || connector.auth.fromFields === undefined) {
    throw new AppError(
      'invalid_input',
      `${connector.manifest.name} cannot be connected this way. Choose one of the ways in the list.`,
    );
  }
  checkFields(scheme, input.fields);
  const baseUrl = checkedBaseUrl(hub, input.baseUrl);
  const app = await hub.db.inOrganization(actor.organizationId, (tx) => appFor(hub, tx, input.platform));
  const context = authContext(hub, app, baseUrl);
  const credentials = await asPerson(
    connector,
    () => connector.auth.fromFields?.(context, input.scheme, input.fields) ?? Promise.reject(new Error('unreachable')),
  );
  return await adopt(hub, actor, connector, credentials, baseUrl);
}

/** The consent page's address, and the one-use state to bind to the browser by a cookie. */
export async function beginOAuth(
  hub: Hub,
  actor: Actor,
  input: { platform: string; fields: Record<string, string>; baseUrl?: string | null; origin: string },
): Promise<{ authorizeUrl: string; state: string }> {
  const connector = connectorOf(hub, input.platform);
  const scheme = connector.manifest.auth.find(({ kind }) => kind === 'oauth2');
  if (scheme === undefined || connector.auth.authorizeUrl === undefined) {
    throw new AppError('invalid_input', `${connector.manifest.name} has no sign-in page for connecting. Choose another way.`);
  }
  checkFields(scheme, input.fields);
  const baseUrl = checkedBaseUrl(hub, input.baseUrl);
  const state = randomBytes(24).toString('base64url');
  const redirectUrl = `${hub.config.publicUrl ?? input.origin}/api/stores/oauth/callback/${input.platform}`;
  const now = hub.clock.now();
  const app = await hub.db.inOrganization(actor.organizationId, async (tx) => {
    await tx.insert(oauthStates).values({
      organizationId: tx.organizationId,
      stateHash: hashOf(state),
      platform: input.platform,
      userId: actor.userId ?? '',
      fields: input.fields,
      baseUrl,
      redirectUrl,
      createdAt: now,
      expiresAt: secondsAfter(now, 1800),
    });
    return await appFor(hub, tx, input.platform);
  });
  if (app === null) {
    throw new AppError(
      'misconfigured',
      `No app for ${connector.manifest.name} is set up. Enter its id and secret in Settings, or in the environment.`,
    );
  }
  return { authorizeUrl: connector.auth.authorizeUrl({ app, baseUrl, fields: input.fields, state, redirectUrl }), state };
}

/** The seller comes back from the consent page. `cookieState` is what the browser was given. */
export async function completeOAuth(
  hub: Hub,
  actor: Actor,
  input: { platform: string; cookieState: string | null; query: Record<string, string> },
): Promise<{ storeId: string }> {
  const connector = connectorOf(hub, input.platform);
  const state = input.query.state ?? '';
  if (input.cookieState === null || !sameText(state, input.cookieState)) {
    throw new AppError(
      'forbidden',
      'This answer does not belong to a connection begun in this browser. Start connecting again from Integrations.',
    );
  }
  const found = await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const [row] = await tx
      .delete(oauthStates)
      .where(
        and(
          eq(oauthStates.organizationId, tx.organizationId),
          eq(oauthStates.stateHash, hashOf(state)),
          eq(oauthStates.platform, input.platform),
        ),
      )
      .returning();
    return { row, app: await appFor(hub, tx, input.platform) };
  });
  if (found.row === undefined || found.row.expiresAt <= hub.clock.now() || found.row.userId !== (actor.userId ?? '')) {
    throw new AppError(
      'forbidden',
      'This connection was begun too long ago, or was used already. Start connecting again from Integrations.',
    );
  }
  const { fields, redirectUrl, baseUrl } = found.row;
  const context = authContext(hub, found.app, baseUrl);
  const credentials = await asPerson(
    connector,
    () =>
      connector.auth.completeOAuth?.(context, { query: input.query, fields, redirectUrl }) ??
      Promise.reject(new Error('unreachable')),
  );
  return await adopt(hub, actor, connector, credentials, baseUrl);
}

async function adopt(
  hub: Hub,
  actor: Actor,
  connector: Connector,
  credentials: Credentials,
  baseUrl: string | null,
): Promise<{ storeId: string }> {
  const app = await hub.db.inOrganization(actor.organizationId, (tx) => appFor(hub, tx, connector.manifest.id));
  const identity = await asPerson(connector, () => connector.auth.identify({ ...authContext(hub, app, baseUrl), credentials }));
  const missing = connector.manifest.scopes.filter((scope) => !identity.grantedScopes.includes(scope));
  if (missing.length > 0) {
    throw new AppError(
      'scopes_missing',
      `${connector.manifest.name} did not grant everything that is needed. Missing: ${missing.join(', ')}. Allow these and connect again.`,
    );
  }
  const storeId = await hub.db.inOrganization(actor.organizationId, async (tx) => {
    const id = await enterInDirectory(hub, tx, connector, identity);
    await saveStore(hub, tx, actor, { id, connector, identity, credentials, baseUrl });
    await audit(
      tx,
      actor,
      'store.connected',
      'store',
      id,
      { platform: connector.manifest.id, account: identity.platformStoreId },
      hub.clock.now(),
    );
    tx.afterCommit(() => {
      hub.wake(actor.organizationId, id);
      hub.announce(actor.organizationId, { kind: 'store', ids: [id] });
    });
    return id;
  });
  return { storeId };
}

/** One connection per platform account over all organizations. Returns the store's id, the old one for an account we had. */
async function enterInDirectory(hub: Hub, tx: Transaction, connector: Connector, identity: StoreIdentity): Promise<string> {
  const now = hub.clock.now();
  const entered = await tx.execute<{ organization_id: string; store_id: string }>(sql`
    insert into store_directory as d (platform, platform_store_id, organization_id, store_id, active, next_run_at)
    select ${connector.manifest.id}, ${identity.platformStoreId}, ${tx.organizationId}::uuid, coalesce((select id from stores
      where organization_id = ${tx.organizationId} and platform = ${connector.manifest.id} and platform_store_id = ${identity.platformStoreId}), ${newId()}::uuid), true, ${now}::timestamptz
    on conflict (platform, platform_store_id) do update set active = true, next_run_at = ${now}, organization_id = ${tx.organizationId}, store_id = excluded.store_id
    where d.organization_id = ${tx.organizationId} or not d.active
    returning organization_id, store_id`);
  const [row] = entered.rows;
  if (row === undefined) {
    throw new AppError(
      'already_connected',
      `This ${connector.manifest.name} account is connected in another organization. Disconnect it there first.`,
    );
  }
  return row.store_id;
}

interface NewStore {
  id: string;
  connector: Connector;
  identity: StoreIdentity;
  credentials: Credentials;
  baseUrl: string | null;
}

async function saveStore(hub: Hub, tx: Transaction, actor: Actor, store: NewStore): Promise<void> {
  const now = hub.clock.now();
  const { identity, connector } = store;
  const values = {
    storeName: identity.name,
    domain: identity.domain,
    timezone: identity.timezone,
    status: 'active' as const,
    statusReason: null,
    sealedCredentials: await hub.sealer.seal(store.id, store.credentials),
    baseUrl: store.baseUrl,
    ...credentialColumns(store.credentials),
    scopes: [...identity.grantedScopes],
    consecutiveFailures: 0,
    blockedUntil: null,
    lastErrorCode: null,
    lastErrorMessage: null,
    lastErrorAt: null,
    // Whatever was pulled before the gap is pulled again from the start: nothing that was known counts.
    catalogCursor: null,
    lastPulledAt: null,
    updatedAt: now,
  };
  // What was registered to call us ended with the last connection.
  const metadata = { locations: identity.locations, webhooksCheckedAt: null };
  const [existing] = await tx
    .select()
    .from(stores)
    .where(and(eq(stores.organizationId, tx.organizationId), eq(stores.id, store.id)))
    .for('no key update');
  if (existing !== undefined) {
    await changeStoreRow(tx, store.id, {
      ...values,
      metadata: { ...existing.metadata, ...metadata },
      credentialsVersion: existing.credentialsVersion + 1,
      // Its time zone and the end of its access are causes of prices and quantities.
      rulesVersion: existing.rulesVersion + 1,
      slow: null,
    });
    if (existing.status === 'disconnected') {
      await takeUpRoles(tx, existing, now);
      await lastUnitsMove(hub, tx, store.id);
    }
    // The currency stays ours until a person has decided what becomes of the prices.
    if (identity.currency !== existing.currency) await holdForCurrency(tx, store.id, identity.currency, now);
    else if (currencyFound(existing.metadata) !== null) await releaseCurrency(tx, store.id, now);
    await doubtEverything(tx, store.id, null);
    return;
  }
  const preferred = identity.locations.find((location) => location.preferred) ?? identity.locations[0];
  const first = await isFirstStore(tx);
  await tx.insert(stores).values({
    organizationId: tx.organizationId,
    id: store.id,
    platform: connector.manifest.id,
    name: identity.name,
    platformStoreId: identity.platformStoreId,
    currency: identity.currency,
    isPrimary: first,
    settings: {
      ...defaultStoreSettings,
      remoteLocationId: connector.manifest.capabilities.locations ? (preferred?.id ?? null) : '',
      // What is changed there is ours all the same, once its orders have had their time to explain it.
      ...(first && !countsSafely(connector.manifest) ? { drift: { quantity: 'store' as const } } : {}),
    },
    metadata,
    createdBy: actor.userId,
    createdAt: now,
    ...values,
  });
  if (first) {
    await tx
      .update(organizationSettings)
      .set({ sourceStoreId: store.id, updatedAt: now })
      .where(eq(organizationSettings.organizationId, tx.organizationId));
    if (countsSafely(connector.manifest)) await countDefault(tx, null, store.id);
  }
}

async function isFirstStore(tx: Transaction): Promise<boolean> {
  const found = await tx.select({ id: stores.id }).from(stores).where(eq(stores.organizationId, tx.organizationId)).limit(1);
  return found.length === 0;
}

/**
 * After a gap nothing that was known counts: every level is read before it is written. `keysSince`: what the platform knows of
 * the keys of calls that were lost before is too old to be asked for, or another app's (null: of all of them).
 */
export async function doubtEverything(tx: Transaction, storeId: string, keysSince: Date | null): Promise<void> {
  for (const tableName of ['listing_levels', 'listing_prices']) {
    const table = sql.raw(tableName);
    const repeats =
      tableName === 'listing_levels' ? sql`lost_call = case when attempt_after > ${keysSince} then lost_call end, ` : sql``;
    await tx.execute(sql`update ${table} set ${repeats}knowledge = case when knowledge = 'in_flight' then 'in_flight' else 'unknown' end, write_voided = true,
        read_fence = read_fence + 1, refused_for = null, refusal = null, unconfirmed = 0, replaced_value = null,
        eligible = knowledge <> 'in_flight' and case when desired is null then coalesce(held_reason, '') = 'not_above_zero'
          else coalesce(held_reason, '') in ('', 'needs_approval', 'price_discarded', 'drift_waits', 'adoption_waits') end
      where organization_id = ${tx.organizationId} and store_id = ${storeId}`);
  }
}

function checkFields(scheme: AuthScheme, fields: Record<string, string>): void {
  const issues = scheme.fields
    .filter((field) => !new RegExp(field.pattern, 'u').test((fields[field.name] ?? '').trim()))
    .map((field) => ({ path: field.name, message: field.rule }));
  if (issues.length > 0) throw new AppError('invalid_input', issues.map(({ message }) => message).join(' '), { issues });
}

function checkedBaseUrl(hub: Hub, baseUrl: string | null | undefined): string | null {
  if (baseUrl === null || baseUrl === undefined || baseUrl === '') return null;
  assertCallable(baseUrl, hub.config.allowPrivateHosts);
  return baseUrl.replace(/\/+$/, '');
}

/** A platform's no, said to the person who is connecting. */
async function asPerson<T>(connector: Connector, call: () => Promise<T>): Promise<T> {
  const name = connector.manifest.name;
  try {
    return await call();
  } catch (thrown) {
    if (!isPlatformError(thrown)) throw thrown;
    if (thrown instanceof CredentialsExpired) {
      throw new AppError(
        'credentials_rejected',
        `${name} does not accept this key. Check that it is whole and belongs to this shop, or make a new one there.`,
        { cause: thrown },
      );
    }
    if (thrown instanceof Refused) throw new AppError('credentials_rejected', sentenceOf(connector, thrown), { cause: thrown });
    if (thrown instanceof RateLimited || thrown instanceof PlatformUnavailable) {
      throw new AppError(
        'platform_unavailable',
        `${name} does not answer at the moment. Nothing was saved; try again in a minute.`,
        { cause: thrown },
      );
    }
    throw new AppError('platform_unavailable', `${name} gave an answer that StoreSync does not understand. Nothing was saved.`, {
      cause: thrown,
    });
  }
}

function sentenceOf(connector: Connector, refused: Refused): string {
  const template = connector.messages[refused.refusal.code]?.en ?? refused.message;
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(refused.refusal.parameters[name] ?? whole));
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url');

function sameText(a: string, b: string): boolean {
  const [one, other] = [createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest()];
  return a !== '' && timingSafeEqual(one, other);
}
