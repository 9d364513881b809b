const atATime = 4;

/**
 * Runs an act for each id, a few at a time; what was thrown comes back, the others are done. After `stop` none is begun
 * any more; those under way go on to their end.
 */
export async function actOnEach(
  ids: readonly string[],
  act: (id: string) => Promise<unknown>,
  stop?: AbortSignal,
): Promise<unknown[]> {
  const waiting = [...ids];
  const thrown: unknown[] = [];
  const work = async () => {
    for (let id = waiting.shift(); id !== undefined && stop?.aborted !== true; id = waiting.shift()) {
      try {
        await act(id);
      } catch (error) {
        thrown.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return thrown;
}
