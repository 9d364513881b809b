/** What stands around every screen: navigation, the top bar, live updates, messages. */
import { Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Toaster } from 'sonner';
import { useLiveUpdates } from '~/live.ts';
import { BottomBar, Navigation } from '~/screens/frame/navigation.tsx';
import { places } from '~/screens/frame/places.ts';
import { useTheme } from '~/screens/frame/theme.ts';
import { TopBar } from '~/screens/frame/top-bar.tsx';

const Palette = lazy(async () => ({ default: (await import('~/screens/frame/palette.tsx')).Palette }));

export function Frame() {
  useLiveUpdates();
  useTitle();
  const [paletteOpen, setPaletteOpen] = usePaletteKey();
  const { theme } = useTheme();
  return (
    <div className="flex h-dvh">
      <a href="#content" className="sr-only z-50 rounded bg-base-100 p-2 focus:not-sr-only focus:absolute">
        Skip to the content
      </a>
      <Navigation />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar onSearch={() => setPaletteOpen(true)} />
        <main id="content" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
          <Suspense>
            <Outlet />
          </Suspense>
        </main>
        <BottomBar />
      </div>
      {paletteOpen && (
        <Suspense>
          <Palette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
      <Toaster theme={theme} position="bottom-right" toastOptions={{ style: toastLook }} />
    </div>
  );
}

const toastLook = {
  background: 'var(--color-base-100)',
  color: 'var(--color-base-content)',
  borderColor: 'var(--color-base-300)',
  fontSize: '0.875rem',
};

function useTitle() {
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  useEffect(() => {
    const place = places.find(({ to }) => (to === '/' ? pathname === to : pathname.startsWith(to)));
    document.title = place === undefined ? 'StoreSync' : `${place.label} · StoreSync`;
  }, [pathname]);
}

/** Cmd-K or Ctrl-K, from anywhere. */
function usePaletteKey() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return;
      event.preventDefault();
      setOpen((shown) => !shown);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return [open, setOpen] as const;
}
