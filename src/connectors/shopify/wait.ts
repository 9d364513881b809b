import { PlatformUnavailable } from '#connectors/errors.ts';

/** Waits so many seconds; throws PlatformUnavailable as soon as the signal ends the work. */
export function wait(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new PlatformUnavailable('Stopped', { mayHaveApplied: false }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, seconds * 1000);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
