/**
 * Gives the items of `source`, and asks for the next one while the last is worked on: one is held at most. An error of the
 * source comes in its turn, after the items before it. Whoever stops early waits for what was asked for.
 */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const items = source[Symbol.asyncIterator]();
  const ask = () => {
    const asked = items.next();
    // Heard when it is waited for; until then it is no unhandled rejection.
    asked.catch(() => undefined);
    return asked;
  };
  let next = ask();
  try {
    for (;;) {
      const item = await next;
      if (item.done === true) return;
      next = ask();
      yield item.value;
    }
  } finally {
    await Promise.allSettled([next]);
    await items.return?.();
  }
}
