import { useSyncExternalStore } from 'react';
import { remember } from '~/parts/remembered.ts';

export type Theme = 'system' | 'light' | 'dark';

const listeners = new Set<() => void>();
const darkSystem = window.matchMedia('(prefers-color-scheme: dark)');

function chosen(): Theme {
  const name = document.documentElement.dataset.theme;
  return name === 'storesync-light' ? 'light' : name === 'storesync-dark' ? 'dark' : 'system';
}

function choose(theme: Theme) {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = `storesync-${theme}`;
  // Read again before the first paint, by theme.js.
  remember('theme', theme === 'system' ? null : theme);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  darkSystem.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    darkSystem.removeEventListener('change', listener);
  };
}

/** `theme` is what was chosen, `dark` what is shown. */
export function useTheme() {
  const theme = useSyncExternalStore(subscribe, chosen);
  const systemIsDark = useSyncExternalStore(subscribe, () => darkSystem.matches);
  return { theme, dark: theme === 'dark' || (theme === 'system' && systemIsDark), choose };
}
