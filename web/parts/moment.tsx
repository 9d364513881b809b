import { useSyncExternalStore } from 'react';
import { exactTime, relativeTime } from '~/parts/relative-time.ts';

const tickMilliseconds = 15_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;
const listeners = new Set<() => void>();

/** One clock for all relative times on the page. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, tickMilliseconds);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
}

export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** A relative time; the exact one on hover. */
export function Moment({ at, missing = 'never' }: { at: string | null | undefined; missing?: string }) {
  const shown = useNow();
  if (at === null || at === undefined) return <span className="text-muted">{missing}</span>;
  return (
    <time dateTime={at} title={exactTime(at)} className="whitespace-nowrap">
      {relativeTime(at, Math.max(shown, Date.now()))}
    </time>
  );
}
