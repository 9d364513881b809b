/** A store as the API shows it. */
import { z } from 'zod';
import type { RemoteLocation } from '#connectors/connector.ts';
import type { Transaction } from '#db/transaction.ts';
import { priceRule, stockRule } from '#http/rule-shapes.ts';
import { readStoreCounts, type StoreCounts } from '#listings/read-store-counts.ts';
import { readOrganizationSettings } from '#organizations/read-organization-settings.ts';
import { brakePercentDefault, shareCountsFrom } from '#stores/brake-limit.ts';
import type { Hub } from '#stores/hub.ts';
import type { StoreSummary } from '#stores/list-stores.ts';
import { ownedByStore } from '#stores/read-places.ts';
import { slownessAt } from '#stores/slowness.ts';
import { storesWithEndpoints } from '#webhooks/list-webhook-events.ts';

const driftPolicy = z
  .enum(['hub', 'store', 'ask'])
  .describe('A figure that is changed there: ours is put back, theirs is taken over, or a person is asked');

export const storeSettings = z.strictObject({
  syncIntervalSeconds: z.number().int().min(60).max(604_800),
  webhooksEnabled: z.boolean(),
  priceRule: priceRule.nullable().describe("Null: the organization's"),
  stockRule: stockRule.nullable().describe("Null: the organization's"),
  syncPrice: z.boolean(),
  syncInventory: z.boolean(),
  remoteLocationId: z.string().max(200).nullable(),
  locationIds: z.array(z.uuid()).max(1000).readonly().nullable().optional().describe('Null: all that are open'),
  locationMap: z.record(z.string().max(200), z.uuid()).readonly().optional(),
  emptyPlaces: z
    .array(z.string().max(200))
    .max(1000)
    .readonly()
    .optional()
    .describe("The platform's locations at which nothing is sold: they show 0. Any other that is not mapped is left alone"),
  priceApprovalPercent: z.number().min(0).max(1000).nullable(),
  brakeListings: z.number().int().min(1).max(10_000_000).describe('A bulk change of more listings waits for approval'),
  brakePercent: z
    .number()
    .int()
    .min(1)
    .max(100)
    .nullable()
    .describe(
      `Or of more than this share of the linked listings; of no more than ${shareCountsFrom} it never does. Null: the share does not count`,
    ),
  unpaidReservationHours: z.number().int().min(1).max(8760).nullable().optional(),
  drift: z.strictObject({ price: driftPolicy.optional(), quantity: driftPolicy.optional() }).optional(),
  closing: z.boolean().optional().describe('Every quantity there is to be 0, before it is disconnected'),
});

export const storeShape = z
  .object({
    id: z.uuid(),
    platform: z.string(),
    platformName: z.string(),
    badge: z.string(),
    name: z.string(),
    storeName: z.string().nullable(),
    domain: z.string().nullable(),
    currency: z.string(),
    timezone: z.string(),
    status: z.enum(['active', 'paused', 'needs_reconnect', 'disconnected']),
    statusReason: z.string().nullable(),
    isPrimary: z.boolean(),
    isSource: z.boolean().describe('Its products and prices are yours'),
    countsLocationIds: z.array(z.uuid()).describe('Your open locations that this store counts'),
    practice: z.boolean(),
    settings: storeSettings,
    locations: z.array(z.object({ id: z.string(), name: z.string(), active: z.boolean(), preferred: z.boolean() })),
    scopesMissing: z.array(z.string()),
    credentialsExpireAt: z.date().nullable(),
    refreshExpiresAt: z.date().nullable(),
    slow: z
      .object({
        reason: z.enum(['throttled', 'not_answering', 'behind', 'access_ending']),
        since: z.date(),
        until: z.date().nullable(),
      })
      .nullable()
      .describe('It takes changes late: a stock rule may keep more back meanwhile'),
    webhooks: z.enum(['on', 'polling_only', 'off']),
    lastSyncAt: z.date().nullable(),
    lastPulledAt: z.date().nullable(),
    lastError: z.object({ code: z.string(), message: z.string(), at: z.date() }).nullable(),
    counts: z.object({
      listings: z.number(),
      linked: z.number(),
      unlinked: z.number(),
      ignored: z.number(),
      behind: z.number(),
      refused: z.number(),
      held: z.number(),
      notTracked: z.number(),
    }),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Store' });

export type ShownStore = z.output<typeof storeShape>;

/** Stores with what stands in other nouns: how their listings stand, which one is the source, whether webhooks arrive. */
export async function showStores(hub: Hub, tx: Transaction, rows: readonly StoreSummary[]): Promise<ShownStore[]> {
  const { sourceStoreId } = await readOrganizationSettings(tx);
  const owned = await ownedByStore(tx);
  const counts = await readStoreCounts(
    tx,
    rows.map(({ id }) => id),
  );
  const registered = await storesWithEndpoints(tx);
  return rows.map((row) =>
    shown(hub, row, {
      isSource: row.id === sourceStoreId,
      countsLocationIds: owned.get(row.id) ?? [],
      counts: counts.get(row.id),
      registered: registered.has(row.id),
    }),
  );
}

function shown(
  hub: Hub,
  row: StoreSummary,
  beside: { isSource: boolean; countsLocationIds: string[]; counts: StoreCounts | undefined; registered: boolean },
): ShownStore {
  const manifest = hub.connectors[row.platform]?.manifest;
  const { lastErrorCode, lastErrorMessage, lastErrorAt } = row;
  return {
    id: row.id,
    platform: row.platform,
    platformName: manifest?.name ?? row.platform,
    badge: manifest?.badge ?? '?',
    name: row.name,
    storeName: row.storeName,
    domain: row.domain,
    currency: row.currency,
    timezone: row.timezone,
    status: row.status,
    statusReason: row.statusReason,
    isPrimary: row.isPrimary,
    isSource: beside.isSource,
    countsLocationIds: beside.countsLocationIds,
    practice: row.baseUrl !== null,
    settings: storeSettings.parse({ brakePercent: brakePercentDefault, ...row.settings }),
    locations: ((row.metadata.locations ?? []) as RemoteLocation[]).map(({ id, name, active, preferred }) => ({
      id,
      name,
      active,
      preferred,
    })),
    scopesMissing: row.status === 'disconnected' ? [] : (manifest?.scopes ?? []).filter((scope) => !row.scopes.includes(scope)),
    credentialsExpireAt: row.credentialsExpireAt,
    refreshExpiresAt: row.refreshExpiresAt,
    slow: slownessAt({ stored: row.slow, refreshExpiresAt: row.refreshExpiresAt }, hub.clock.now()).slow,
    webhooks: !row.settings.webhooksEnabled ? 'off' : beside.registered ? 'on' : 'polling_only',
    lastSyncAt: row.lastSyncAt,
    lastPulledAt: row.lastPulledAt,
    lastError:
      lastErrorCode === null || lastErrorAt === null
        ? null
        : { code: lastErrorCode, message: lastErrorMessage ?? lastErrorCode, at: lastErrorAt },
    counts: beside.counts ?? { listings: 0, linked: 0, unlinked: 0, ignored: 0, behind: 0, refused: 0, held: 0, notTracked: 0 },
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
