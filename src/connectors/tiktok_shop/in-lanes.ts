/** Works through the items, at most `lanes` at a time; results in the items' order. The first error stops the rest and is thrown. */
export async function inLanes<T, R>(items: readonly T[], lanes: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let stopped = false;
  const lane = async () => {
    while (!stopped && next < items.length) {
      const at = next++;
      try {
        results[at] = await work(items[at] as T);
      } catch (thrown) {
        stopped = true;
        throw thrown;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  return results;
}
