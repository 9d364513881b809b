/** Waiting for what comes about by itself: by asking again, within a bound, and saying at the end what was still wrong. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '#base/errors.ts';

const pauseMs = 40;

/** Returns the seconds that it took until `check` no longer threw. Throws its last error after `seconds`. */
export async function eventually(what: string, check: () => void | Promise<void>, seconds = 60): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const passed = (performance.now() - startedAt) / 1000;
    try {
      await check();
      return passed;
    } catch (thrown) {
      if (passed > seconds) throw new Error(`Not within ${seconds} s: ${what}. ${messageOf(thrown)}`, { cause: thrown });
    }
    await sleep(pauseMs);
  }
}
