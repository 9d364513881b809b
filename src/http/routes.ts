import type { Api, RouteDeps } from '#http/app.ts';
import { authRoutes } from '#http/routes/auth.ts';
import { healthRoutes } from '#http/routes/health.ts';
import { meRoutes } from '#http/routes/me.ts';
import { setupRoutes } from '#http/routes/setup.ts';

/** Every noun's routes. */
export async function registerRoutes(app: Api, deps: RouteDeps): Promise<void> {
  const nouns = [healthRoutes, authRoutes, setupRoutes, meRoutes];
  for (const noun of nouns) await app.register(async (scope) => noun(scope as Api, deps));
}
