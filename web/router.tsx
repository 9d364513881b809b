/** Every address of the app and what its search parameters may be. Screens are loaded when they are first visited. */
import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { ApiProblem } from '~/api.ts';
import { PageProblem } from '~/parts/problem.tsx';
import { text } from '~/parts/search-parameters.ts';
import { meQuery, setupQuery, storesQuery } from '~/queries.ts';
import { readActivitySearch } from '~/screens/activity/activity-search.ts';
import { readDashboardSearch } from '~/screens/dashboard/dashboard-search.ts';
import { Frame } from '~/screens/frame/frame.tsx';
import { NotFound } from '~/screens/frame/not-found.tsx';
import { readIntegrationsSearch } from '~/screens/integrations/integrations-search.ts';
import { readHistorySearch } from '~/screens/inventory/history/history-search.ts';
import { readInventorySearch } from '~/screens/inventory/inventory-search.ts';
import { readOrdersSearch } from '~/screens/orders/orders-search.ts';
import { readProductLinksSearch } from '~/screens/product-links/product-links-search.ts';
import { readProductsSearch } from '~/screens/products/products-search.ts';

interface RouterContext {
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()();

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  beforeLoad: async ({ context }) => {
    const answer = await context.queryClient.fetchQuery(setupQuery);
    if (!answer.needsFirstRun) throw redirect({ to: '/sign-in' });
  },
  component: lazyRouteComponent(() => import('~/screens/setup/setup-screen.tsx'), 'SetupScreen'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { next?: string | undefined } => ({ ...text('next', search) }),
  beforeLoad: async ({ context }) => {
    const answer = await context.queryClient.fetchQuery(setupQuery);
    if (answer.needsFirstRun) throw redirect({ to: '/setup' });
  },
  component: lazyRouteComponent(() => import('~/screens/setup/sign-in-screen.tsx'), 'SignInScreen'),
});

const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  validateSearch: (search): { invitation?: string | undefined; email?: string | undefined } => ({
    ...text('invitation', search),
    ...text('email', search),
  }),
  component: lazyRouteComponent(() => import('~/screens/setup/join-screen.tsx'), 'JoinScreen'),
});

const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery);
    } catch (thrown) {
      if (thrown instanceof ApiProblem && thrown.status === 401) {
        throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
      }
      throw thrown;
    }
  },
  component: Frame,
});

const home = createRoute({
  getParentRoute: () => frame,
  path: '/',
  validateSearch: readDashboardSearch,
  beforeLoad: async ({ context }) => {
    // Without a store there is nothing to look at: the first steps come first.
    const stores = await context.queryClient.ensureQueryData(storesQuery);
    if (stores.every(({ status }) => status === 'disconnected')) throw redirect({ to: '/start', replace: true });
  },
  component: lazyRouteComponent(() => import('~/screens/dashboard/dashboard-screen.tsx'), 'DashboardScreen'),
});

const orders = createRoute({
  getParentRoute: () => frame,
  path: '/orders',
  validateSearch: readOrdersSearch,
  component: lazyRouteComponent(() => import('~/screens/orders/orders-screen.tsx'), 'OrdersScreen'),
});

const start = createRoute({
  getParentRoute: () => frame,
  path: '/start',
  component: lazyRouteComponent(() => import('~/screens/start/start-screen.tsx'), 'StartScreen'),
});

const products = createRoute({
  getParentRoute: () => frame,
  path: '/products',
  validateSearch: readProductsSearch,
  component: lazyRouteComponent(() => import('~/screens/products/products-screen.tsx'), 'ProductsScreen'),
});

const productLinks = createRoute({
  getParentRoute: () => frame,
  path: '/product-links',
  validateSearch: readProductLinksSearch,
  component: lazyRouteComponent(() => import('~/screens/product-links/product-links-screen.tsx'), 'ProductLinksScreen'),
});

const integrations = createRoute({
  getParentRoute: () => frame,
  path: '/integrations',
  validateSearch: readIntegrationsSearch,
  component: lazyRouteComponent(() => import('~/screens/integrations/integrations-screen.tsx'), 'IntegrationsScreen'),
});

const activity = createRoute({
  getParentRoute: () => frame,
  path: '/activity',
  validateSearch: readActivitySearch,
  component: lazyRouteComponent(() => import('~/screens/activity/activity-screen.tsx'), 'ActivityScreen'),
});

const inventory = createRoute({
  getParentRoute: () => frame,
  path: '/inventory',
  validateSearch: readInventorySearch,
  component: lazyRouteComponent(() => import('~/screens/inventory/inventory-screen.tsx'), 'InventoryScreen'),
});

const stockHistory = createRoute({
  getParentRoute: () => frame,
  path: '/inventory/history',
  validateSearch: readHistorySearch,
  component: lazyRouteComponent(() => import('~/screens/inventory/history/history-screen.tsx'), 'HistoryScreen'),
});

const settings = createRoute({
  getParentRoute: () => frame,
  path: '/settings',
  component: lazyRouteComponent(() => import('~/screens/settings/settings-screen.tsx'), 'SettingsScreen'),
});

const routeTree = root.addChildren([
  setup,
  signIn,
  join,
  frame.addChildren([home, start, orders, products, productLinks, integrations, activity, inventory, stockHistory, settings]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: PageProblem,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: false,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
