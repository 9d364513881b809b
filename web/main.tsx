import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from '~/api.ts';
import { makeRouter } from '~/router.tsx';
import '~/styles/app.css';

const signInWhenUnknown = (thrown: unknown) => {
  if (!(thrown instanceof ApiProblem) || thrown.status !== 401) return;
  const { pathname, href } = router.state.location;
  if (pathname === '/sign-in' || pathname === '/setup') return;
  void router.navigate({ to: '/sign-in', search: { next: href } });
};

const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: signInWhenUnknown }),
  mutationCache: new MutationCache({ onError: signInWhenUnknown }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused it will refuse again; only silence and overload are worth another try.
      retry: (failures, thrown) => failures < 2 && thrown instanceof ApiProblem && (thrown.status === 0 || thrown.status >= 502),
    },
  },
});

const router = makeRouter(queryClient);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
