import { useSyncExternalStore } from 'react';
import { Hint } from '~/parts/hint.tsx';
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

interface MomentProps {
  at: string | null | undefined;
  missing?: string;
  /** Within a link, a button or a row that opens to where the exact time is: it cannot be pressed itself. */
  plain?: boolean;
}

/** A relative time; the exact one on hover, and when it is pressed. */
export function Moment({ at, missing = 'never', plain = false }: MomentProps) {
  const shown = useNow();
  if (at === null || at === undefined) return <span className="text-muted">{missing}</span>;
  const exact = exactTime(at);
  const told = (
    <time dateTime={at} title={plain ? exact : undefined} className="whitespace-nowrap">
      {relativeTime(at, Math.max(shown, Date.now()))}
    </time>
  );
  return plain ? told : <Hint more={exact}>{told}</Hint>;
}
