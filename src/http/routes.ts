import type { Api, RouteDeps } from '#http/app.ts';
import { apiKeyRoutes } from '#http/routes/api-keys.ts';
import { auditLogRoutes } from '#http/routes/audit-log.ts';
import { authRoutes } from '#http/routes/auth.ts';
import { bundleRoutes } from '#http/routes/bundles.ts';
import { changeSetRoutes } from '#http/routes/change-sets.ts';
import { csvFileRoutes } from '#http/routes/csv-files.ts';
import { driftRoutes } from '#http/routes/drifts.ts';
import { eventRoutes } from '#http/routes/events.ts';
import { freshnessRoutes } from '#http/routes/freshness.ts';
import { healthRoutes } from '#http/routes/health.ts';
import { inventoryRoutes, reorderRoute } from '#http/routes/inventory.ts';
import { leaveStoreRoutes } from '#http/routes/leave-store.ts';
import { linkManyRoutes } from '#http/routes/link-many.ts';
import { listingRoutes } from '#http/routes/listings.ts';
import { locationRoutes } from '#http/routes/locations.ts';
import { meRoutes } from '#http/routes/me.ts';
import { orderRoutes } from '#http/routes/orders.ts';
import { platformRoutes } from '#http/routes/platforms.ts';
import { productRoutes } from '#http/routes/products.ts';
import { requirementRoutes } from '#http/routes/requirement-endpoints.ts';
import { ruleRoutes } from '#http/routes/rules.ts';
import { salesRoutes } from '#http/routes/sales.ts';
import { savedViewRoutes } from '#http/routes/saved-views.ts';
import { setupRoutes } from '#http/routes/setup.ts';
import { stockRoutes, stocktakeFileRoute } from '#http/routes/stock.ts';
import { stockLedgerRoutes } from '#http/routes/stock-ledger.ts';
import { storeOAuthRoutes } from '#http/routes/store-oauth.ts';
import { storeRoutes } from '#http/routes/stores.ts';
import { syncJobRoutes } from '#http/routes/sync-jobs.ts';
import { syncLogRoutes } from '#http/routes/sync-logs.ts';
import { webhookEventRoutes } from '#http/routes/webhook-events.ts';
import { webhookRoutes } from '#http/routes/webhooks.ts';

const nouns = [
  healthRoutes,
  authRoutes,
  setupRoutes,
  meRoutes,
  platformRoutes,
  storeRoutes,
  leaveStoreRoutes,
  storeOAuthRoutes,
  productRoutes,
  bundleRoutes,
  listingRoutes,
  linkManyRoutes,
  csvFileRoutes,
  inventoryRoutes,
  reorderRoute,
  stockLedgerRoutes,
  stockRoutes,
  locationRoutes,
  stocktakeFileRoute,
  orderRoutes,
  salesRoutes,
  syncJobRoutes,
  syncLogRoutes,
  freshnessRoutes,
  webhookEventRoutes,
  changeSetRoutes,
  driftRoutes,
  ruleRoutes,
  webhookRoutes,
  eventRoutes,
  auditLogRoutes,
  apiKeyRoutes,
  savedViewRoutes,
  requirementRoutes,
];

/** Every noun's routes, each in a scope of its own. */
export async function registerRoutes(app: Api, deps: RouteDeps): Promise<void> {
  for (const noun of nouns) await app.register(async (scope) => noun(scope as Api, deps));
}
