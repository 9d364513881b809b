/**
 * What a person who sees everything would notice: a store that shows something else than there is, and for how long. The
 * time in which it shows more is the propagation window; it is measured by the world's clock, which is the practice stores'
 * own.
 */
import { present } from '#base/assert.ts';
import { takenFrom, truthOf, type World } from '#test/simulation/world.ts';

export interface Window {
  /** More than there is, or fewer. */
  kind: 'over' | 'under';
  shop: number;
  good: number;
  since: number;
  until: number | null;
  /** When what there is last fell: what a store that shows more has not been told of. */
  fellAt: number;
}

export interface Watcher {
  windows: readonly Window[];
  /** Looks now. */
  look(): void;
}

export function watchWindows(world: World): Watcher {
  const windows: Window[] = [];
  const open = new Map<string, Window>();
  const last = new Map<number, { truth: number; fellAt: number }>();
  const fallOf = (good: number, truth: number): number => {
    const before = last.get(good);
    const now = world.time.milliseconds();
    // While units are owed, one that comes back is shown by its platform at once: whatever changes is as a fall.
    const fell = before === undefined || truth < before.truth || (truth < 0 && truth !== before.truth);
    const fellAt = fell ? now : before.fellAt;
    last.set(good, { truth, fellAt });
    return fellAt;
  };
  const note = (begun: Omit<Window, 'since' | 'until'>, isOff: boolean): void => {
    const key = `${begun.kind}/${begun.shop}/${begun.good}`;
    const window = open.get(key);
    if (isOff && window === undefined) {
      const opened: Window = { ...begun, since: world.time.milliseconds(), until: null };
      open.set(key, opened);
      windows.push(opened);
    } else if (!isOff && window !== undefined) {
      window.until = world.time.milliseconds();
      open.delete(key);
    }
  };
  return {
    windows,
    look() {
      const taken = takenFrom(world);
      const shown = world.shops.map(
        ({ practice }) => new Map(practice.control.goods().map(({ variantId, quantity }) => [variantId, quantity])),
      );
      for (const [at, good] of world.goods.entries()) {
        const truth = truthOf(world, good, taken);
        const there = Math.max(0, truth);
        const fellAt = fallOf(at, truth);
        for (const shop of world.shops.keys()) {
          // The store that counts the main location shows nothing of the other one, nor what is missing there.
          if (shop === 0 && world.locations !== null) continue;
          const quantity = present(shown[shop]?.get(good.on[shop] ?? ''), `${good.sku} at shop ${shop}`);
          note({ kind: 'over', shop, good: at, fellAt }, quantity > there);
          // A bundle is packed at one place: parts that lie apart are none.
          if (good.madeOf !== null && world.locations !== null) continue;
          // Only the store that owns the count keeps nothing back.
          note({ kind: 'under', shop, good: at, fellAt }, quantity < there - (shop === 0 ? 0 : world.spare));
        }
      }
    },
  };
}
