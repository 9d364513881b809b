/**
 * What a person who sees everything would notice: a store that shows more than there is, and for how long. That time is the
 * propagation window, and it is measured by the world's clock, which is the practice stores' own.
 */
import { shownAt, truthOf, type World } from '#test/simulation/world.ts';

export interface Window {
  shop: number;
  good: number;
  since: number;
  until: number | null;
}

export interface Watcher {
  windows: readonly Window[];
  /** Looks now. */
  look(): void;
}

export function watchWindows(world: World): Watcher {
  const windows: Window[] = [];
  const open = new Map<string, Window>();
  return {
    windows,
    look() {
      for (const [at, good] of world.goods.entries()) {
        const there = Math.max(0, truthOf(world, good));
        for (const shop of world.shops.keys()) {
          const key = `${shop}/${at}`;
          const window = open.get(key);
          const tooMany = shownAt(world, shop, good).quantity > there;
          if (tooMany && window === undefined) {
            const begun: Window = { shop, good: at, since: world.time.milliseconds(), until: null };
            open.set(key, begun);
            windows.push(begun);
          } else if (!tooMany && window !== undefined) {
            window.until = world.time.milliseconds();
            open.delete(key);
          }
        }
      }
    },
  };
}
