/**
 * What is asked while an earlier round is under way is done in one round when that has ended: a burst of small
 * transactions becomes few larger ones, and a single one waits for nobody. A round takes `atMost` of them.
 */
export function gather<T, R>(
  run: (asked: readonly T[]) => Promise<readonly R[]>,
  atMost = Number.POSITIVE_INFINITY,
): (one: T) => Promise<R> {
  let waiting: { one: T; done: (result: R) => void; failed: (error: unknown) => void }[] = [];
  let running = false;

  async function round(): Promise<void> {
    const asked = waiting.slice(0, atMost);
    waiting = waiting.slice(atMost);
    try {
      const results = await run(asked.map(({ one }) => one));
      for (const [at, { done }] of asked.entries()) done(results[at] as R);
    } catch (error) {
      for (const { failed } of asked) failed(error);
    }
  }

  async function rounds(): Promise<void> {
    running = true;
    while (waiting.length > 0) await round();
    running = false;
  }

  return (one) =>
    new Promise((done, failed) => {
      waiting.push({ one, done, failed });
      if (!running) void rounds();
    });
}
