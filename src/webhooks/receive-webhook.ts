/**
 * A platform calls: verify over the raw bytes, store, wake, answer. Nothing else happens here. Bad signature 401; valid but
 * for an account that is not connected 200 and counted (platforms block addresses that answer 404); database away 503.
 */
import { sql } from 'drizzle-orm';
import { messageOf } from '#base/errors.ts';
import { newId } from '#base/ids.ts';
import { storableJson } from '#base/storable-text.ts';
import type { AppCredentials, Credentials, IncomingWebhook, WebhookDelivery } from '#connectors/connector.ts';
import type { Hub } from '#stores/hub.ts';
import { appFor, connectorOf, operatorApp } from '#stores/session.ts';
import { storeDelivery } from '#webhooks/store-deliveries.ts';

export interface WebhookAnswer {
  status: 200 | 400 | 401 | 503;
  /** For logs and metrics. */
  result: 'stored' | 'duplicate' | 'unknown_account' | 'bad_signature' | 'malformed' | 'database_away';
}

export async function receiveWebhook(hub: Hub, platform: string, webhook: IncomingWebhook): Promise<WebhookAnswer> {
  const connector = connectorOf(hub, platform);
  try {
    if (!(await isSigned(hub, platform, webhook))) return { status: 401, result: 'bad_signature' };
    let delivery: WebhookDelivery;
    try {
      delivery = connector.webhooks.parse({ ...webhook, body: storableBody(webhook.body) });
    } catch (thrown) {
      hub.log.warn({ platform, err: messageOf(thrown) }, 'a signed webhook has an unknown shape');
      return { status: 200, result: 'malformed' };
    }
    return await store(hub, platform, webhook, delivery);
  } catch (thrown) {
    hub.log.error({ platform, err: thrown }, 'a webhook could not be stored; the platform is asked to send it again');
    return { status: 503, result: 'database_away' };
  }
}

/**
 * The account is named in the body, which is not to be believed before the signature holds; so every app that could have
 * signed is tried: the operator's own first, and the apps entered by organizations that have such a store.
 */
async function isSigned(hub: Hub, platform: string, webhook: IncomingWebhook): Promise<boolean> {
  const { verify } = connectorOf(hub, platform).webhooks;
  const signers = signersOf(hub);
  const known = signers.get(platform);
  if (known !== undefined && known.until > hub.clock.now().getTime() && verify(webhook, known.apps)) return true;
  // Somebody may have connected since.
  const apps = await signingApps(hub, platform);
  signers.set(platform, { apps, until: hub.clock.now().getTime() + rememberedMs });
  return verify(webhook, apps);
}

async function store(hub: Hub, platform: string, webhook: IncomingWebhook, delivery: WebhookDelivery): Promise<WebhookAnswer> {
  const [found] = await hub.db.read<{ organization_id: string; store_id: string }>(sql`
    select organization_id, store_id from store_directory where platform = ${platform} and platform_store_id = ${delivery.platformStoreId} and active`);
  if (found === undefined) {
    hub.log.info(
      { platform, account: delivery.platformStoreId, topic: delivery.topic },
      'a webhook for an account that is not connected',
    );
    return { status: 200, result: 'unknown_account' };
  }
  // Which app signed says nothing of the account: only its own organization's apps may speak for it.
  if (!connectorOf(hub, platform).webhooks.verify(webhook, await appsOf(hub, platform, found.organization_id))) {
    return { status: 401, result: 'bad_signature' };
  }
  const id = newId();
  const sealed = tellsOfCustomer(delivery);
  const text = textOf(webhook.body);
  const payload = sealed ? await hub.sealer.seal(id, text) : text;
  const { organization_id: organizationId, store_id: storeId } = found;
  const result = await storeDelivery(hub, {
    ...{ id, organizationId, storeId, delivery, payload, sealed },
    receivedAt: hub.clock.now(),
  });
  return { status: 200, result };
}

/** What is read out of the body is stored too: ids that no column takes are made such that they name nothing. */
const storableBody = (body: Uint8Array): Uint8Array => new TextEncoder().encode(storableJson(new TextDecoder().decode(body)));

/** I10: who bought, or wants to be forgotten, stands nowhere unsealed. */
const tellsOfCustomer = ({ hints }: WebhookDelivery): boolean =>
  hints.some(({ kind }) => kind === 'order_changed' || kind === 'compliance');

/** Text for the record; NUL cannot be stored and never belongs in JSON. */
const textOf = (body: Uint8Array): string => new TextDecoder().decode(body).replaceAll('\u0000', '');

/** Apps that may have signed: the operator's, those entered by organizations, and those of stores connected with keys of their own. */
async function signingApps(hub: Hub, platform: string): Promise<AppCredentials[]> {
  const organizations = await hub.db.read<{ organization_id: string }>(
    sql`select distinct organization_id from store_directory where platform = ${platform}`,
  );
  // The operator's also while nobody has connected: the platform calls all the same, and takes a 401 for a broken address.
  const operator = operatorApp(hub, platform);
  const apps = new Map(operator === null ? [] : [[keyOf(operator), operator]]);
  for (const { organization_id } of organizations) {
    for (const app of await appsOf(hub, platform, organization_id)) apps.set(keyOf(app), app);
  }
  return [...apps.values()];
}

const keyOf = (app: AppCredentials): string => `${app.clientId}\n${app.clientSecret}`;

async function appsOf(hub: Hub, platform: string, organizationId: string): Promise<AppCredentials[]> {
  const signers = signersOf(hub);
  const key = `${platform}/${organizationId}`;
  const known = signers.get(key);
  if (known !== undefined && known.until > hub.clock.now().getTime()) return known.apps;
  const apps = await hub.db.inOrganization(organizationId, async (tx) => {
    const app = await appFor(hub, tx, platform);
    const stores = await tx.execute<{ id: string; sealed: string }>(sql`
      select id, sealed_credentials as sealed from stores where organization_id = ${organizationId} and platform = ${platform} and sealed_credentials is not null`);
    const own = await Promise.all(stores.rows.map((row) => ownApp(hub, row.id, row.sealed)));
    return [app, ...own].filter((one) => one !== null);
  });
  signers.set(key, { apps, until: hub.clock.now().getTime() + rememberedMs });
  return apps;
}

async function ownApp(hub: Hub, storeId: string, sealed: string): Promise<AppCredentials | null> {
  try {
    const { secrets } = (await hub.sealer.open(storeId, sealed)) as Credentials;
    const { client_id: clientId, client_secret: clientSecret } = secrets;
    return clientId === undefined || clientSecret === undefined ? null : { clientId, clientSecret, extra: {} };
  } catch (thrown) {
    hub.log.warn({ storeId, err: messageOf(thrown) }, 'credentials could not be opened; webhooks signed with them are refused');
    return null;
  }
}

/** Opening sealed secrets for every delivery would be waste; this bounds how long a changed one is not yet known. */
const rememberedMs = 10_000;

type Signers = Map<string, { apps: AppCredentials[]; until: number }>;

/** Of each hub: of a platform, and of an organization there. */
const remembered = new WeakMap<Hub, Signers>();

function signersOf(hub: Hub): Signers {
  const signers = remembered.get(hub) ?? new Map();
  remembered.set(hub, signers);
  return signers;
}
