import { useSyncExternalStore } from 'react';

const query = window.matchMedia('(min-width: 768px)');

/** Whether there is room for tables; below it, lists are cards. */
export const useWide = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => query.matches,
  );
