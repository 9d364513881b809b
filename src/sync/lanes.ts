/**
 * Calls of one kind to a store: so many are under way at once, the others wait in order. Pacing sets the rate; this only
 * hides the time that an answer takes, and lets the next work be looked for while the last calls are under way.
 */
export interface Lanes {
  add(calls: readonly (() => Promise<void>)[]): void;
  /** Fewer calls wait than can be under way: it is time to look for more. */
  hasRoom(): boolean;
  idle(): boolean;
  /** Resolves when a call ends; at once when none is under way. */
  change(): Promise<void>;
  /** Waits for all calls, then throws what the first that failed has thrown. */
  drain(): Promise<void>;
}

export function makeLanes(atOnce: number): Lanes {
  const waiting: (() => Promise<void>)[] = [];
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];

  function fill(): void {
    while (underWay.size < atOnce) {
      const call = waiting.shift();
      if (call === undefined) return;
      const run: Promise<void> = call()
        .catch((failure: unknown) => void failures.push(failure))
        .finally(() => {
          underWay.delete(run);
          fill();
        });
      underWay.add(run);
    }
  }

  const change = () => Promise.race(underWay.size === 0 ? [Promise.resolve()] : underWay);
  return {
    add(calls) {
      waiting.push(...calls);
      fill();
    },
    hasRoom: () => waiting.length < atOnce && failures.length === 0,
    idle: () => underWay.size === 0,
    change,
    async drain() {
      while (underWay.size > 0) await change();
      if (failures.length > 0) throw failures[0];
    },
  };
}
