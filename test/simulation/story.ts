/** What happens in a world, and when: decided by the seed before anything happens, so that parts of it can be left out. */

import type { Connector } from '#connectors/connector.ts';
import type { PracticeFault } from '#connectors/practice.ts';
import { registry } from '#connectors/registry.ts';
import { type Random, randomOf } from '#test/simulation/random.ts';

/** `pick` (0 to 1) chooses among what there is when the time has come. */
export type Deed = { at: number } & (
  | { kind: 'buy'; store: number; good: number; units: number; paid: boolean }
  /** Of this good and no other: nothing, where its shelf is empty. */
  | { kind: 'take'; store: number; good: number }
  /** Counted in, so that there are so many of each good. */
  | { kind: 'restock'; to: number }
  | { kind: 'pay' | 'cancel' | 'ship' | 'return'; store: number; pick: number }
  | { kind: 'edit_quantity'; store: number; good: number; by: number }
  | { kind: 'edit_price'; store: number; good: number; price: string }
  | { kind: 'adjust' | 'stocktake'; good: number; by: number }
  | { kind: 'price'; good: number; price: string }
  /** From the main location to the other one; below 0: back. */
  | { kind: 'move'; good: number; by: number }
  | { kind: 'fault'; store: number; fault: PracticeFault; lastsSeconds: number }
  /** Staff change how many of a thing an order has, where the platform lets them. */
  | { kind: 'edit_order'; pick: number; by: 1 | -1 }
  /** A good of the other store is linked to nothing for a while, or a store is neither read nor written. */
  | { kind: 'unlink'; good: number; lastsSeconds: number }
  | { kind: 'pause' | 'disconnect'; store: number; lastsSeconds: number }
  /** Nothing is sold at the second place of the other store for a while: its units stand at the main one. */
  | { kind: 'empty_place'; lastsSeconds: number }
  /** A promotion of the platform holds so large a share of what it shows: the quantity cannot be lowered any further meanwhile. */
  | { kind: 'campaign'; good: number; share: number; lastsSeconds: number }
  /** What happens to the next turn with the store, at its step so-and-so. */
  | { kind: 'killed' | 'stalled' | 'cut'; store: number; step: number }
);

const realConnectors: Readonly<Record<string, Connector>> = registry;

/** Of a bundle: so many units of another good in each. */
export interface Part {
  good: number;
  units: number;
}

export interface Story {
  seed: number;
  minutes: number;
  goods: readonly { quantity: number; price: string; madeOf?: readonly Part[] }[];
  deeds: readonly Deed[];
  /** Our stock lies at two locations, and the other store has a place for each. */
  places?: boolean;
}

/** `calm`: nothing goes wrong. `rough`: much happens at once, and goes wrong, so that one mishap meets another. */
export type Weather = 'calm' | 'troubled' | 'rough';
const weatherOf = (seed: number): Weather => (['calm', 'troubled', 'troubled', 'rough'] as const)[seed % 4] ?? 'troubled';

export interface StoryOptions {
  minutes: number;
  /** By the seed, when absent: one world in four is calm and shows how prompt changes are, one is rough. */
  weather?: Weather | undefined;
  /** Stores that have orders, by place. */
  sells: readonly boolean[];
  /** By the seed, when absent: every other four worlds have stock at two locations. */
  places?: boolean | undefined;
  /** By the seed, when absent: in every other eight worlds links are taken away and stores paused for a while, orders edited, goods promoted. */
  upkeep?: boolean | undefined;
  /** Absent: in worlds of upkeep with two locations nothing is sold at one of them for a while. */
  emptied?: boolean | undefined;
  /** By the seed, when absent: in every other sixteen worlds both stores sell a bundle of two of the goods as well. */
  bundles?: boolean | undefined;
}

const goodsInAll = 4;
/** Between two deeds of people, and between two mishaps, on average. */
const pace: Readonly<Record<Weather, { deedSeconds: number; faultSeconds: number }>> = {
  calm: { deedSeconds: 12, faultSeconds: Number.POSITIVE_INFINITY },
  troubled: { deedSeconds: 12, faultSeconds: 45 },
  rough: { deedSeconds: 3, faultSeconds: 8 },
};
const secondsPerRush = 12;
const secondsPerMove = 20;
const secondsPerUpkeep = 30;
const secondsPerEmptied = 45;
const secondsPerBundle = 15;
/** As many goods as are not yet exported in bulk. */
export const duelsPerRound = 16;
const secondsPerRound = 40;
/** The second buyer comes within so many seconds after the first. */
export const rivalWithinSeconds = 1;

export function storyOf(seed: number, options: StoryOptions): Story {
  const random = randomOf(seed);
  // The last good is scarce: buyers fight for its last units.
  const goods = Array.from({ length: goodsInAll }, (_, at) => ({
    quantity: at === goodsInAll - 1 ? random.whole(2, 5) : random.whole(30, 60),
    price: price(random),
  }));
  const until = options.minutes * 60;
  const { deedSeconds, faultSeconds } = pace[options.weather ?? weatherOf(seed)];
  const deeds: Deed[] = [];
  for (let at = 5 + random.next() * deedSeconds; at < until; at += random.next() * 2 * deedSeconds)
    deeds.push(deedOf(random, at, options));
  for (let at = random.next() * faultSeconds; at < until; at += random.next() * 2 * faultSeconds)
    deeds.push(mishapOf(random, at));
  const places = options.places ?? Math.floor(seed / 4) % 2 === 1;
  if (places) deeds.push(...movesOf(seed, until));
  const upkeep = options.upkeep ?? Math.floor(seed / 8) % 2 === 1;
  if (places && upkeep && options.emptied !== false) deeds.push(...emptiedOf(seed, until));
  if (upkeep)
    deeds.push(
      ...upkeepOf(
        seed,
        until,
        deeds.every(({ kind }) => !mishaps.includes(kind)),
      ),
    );
  const bundle = (options.bundles ?? Math.floor(seed / 16) % 2 === 1) ? bundleOf(seed, until, options) : null;
  if (bundle !== null) deeds.push(...bundle.deeds);
  return {
    seed,
    minutes: options.minutes,
    goods: bundle === null ? goods : [...goods, bundle.good],
    deeds: deeds.toSorted((a, b) => a.at - b.at),
    places,
  };
}

/** Made of a good of which there is plenty, and often of the scarce one; what happens to it happens beside everything else. */
function bundleOf(seed: number, until: number, { sells }: StoryOptions): { good: Story['goods'][number]; deeds: Deed[] } {
  const random = randomOf(seed, 600);
  const [plenty, other] = [random.whole(0, 1), random.chance(0.5) ? goodsInAll - 1 : 2];
  const madeOf = [
    { good: plenty, units: random.whole(1, 3) },
    { good: other, units: other === 2 ? random.whole(1, 3) : 1 },
  ];
  const good = goodsInAll;
  const deeds: Deed[] = [];
  for (let at = 5; at < until; at += random.next() * 2 * secondsPerBundle) {
    const store = random.whole(0, 1);
    const dice = random.next();
    if (dice < 0.8 && sells[store] === true)
      deeds.push({ at, kind: 'buy', store, good, units: random.whole(1, 2), paid: random.chance(0.8) });
    else if (dice < 0.9) deeds.push({ at, kind: 'edit_quantity', store, good, by: random.pick([-2, -1, 1, 2]) });
    else deeds.push({ at, kind: 'edit_price', store, good, price: price(random) });
  }
  return { good: { quantity: 1, price: price(random), madeOf }, deeds };
}

/** Beside everything else that happens. */
function movesOf(seed: number, until: number): Deed[] {
  const random = randomOf(seed, 300);
  const deeds: Deed[] = [];
  for (let at = 5; at < until; at += random.next() * 2 * secondsPerMove)
    deeds.push({ at, kind: 'move', good: random.whole(0, goodsInAll - 1), by: random.pick([-4, -2, -1, 1, 2, 4]) });
  return deeds;
}

/** Beside all of that. */
function emptiedOf(seed: number, until: number): Deed[] {
  const random = randomOf(seed, 500);
  const deeds: Deed[] = [];
  for (let at = 15; at < until; at += random.next() * 2 * secondsPerEmptied) {
    const lastsSeconds = random.whole(2, 40);
    if (at + lastsSeconds < until) deeds.push({ at, kind: 'empty_place', lastsSeconds });
    at += lastsSeconds;
  }
  return deeds;
}

/**
 * The same, one after the other. Disconnected, the hub forgets what became of a lost write, and counts the fewer of two:
 * that is done where none is lost.
 */
function upkeepOf(seed: number, until: number, isCalm: boolean): Deed[] {
  const random = randomOf(seed, 400);
  const deeds: Deed[] = [];
  for (let at = 10; at < until; at += random.next() * 2 * secondsPerUpkeep) {
    const dice = random.next();
    const lastsSeconds = random.whole(2, 60);
    if (dice < 0.35) deeds.push({ at, kind: 'edit_order', pick: random.next(), by: random.pick([1, -1] as const) });
    else if (at + lastsSeconds < until) {
      const [good, store, share] = [random.whole(0, goodsInAll - 1), random.whole(0, 1), random.next() ** 0.25];
      if (dice < 0.55) deeds.push({ at, kind: 'unlink', good, lastsSeconds });
      else if (dice < 0.85) deeds.push({ at, kind: isCalm && share < 0.9 ? 'disconnect' : 'pause', store, lastsSeconds });
      else deeds.push({ at, kind: 'campaign', good, share, lastsSeconds });
      at += lastsSeconds;
    }
  }
  return deeds;
}

/** Buyers alone, who fight for goods of which there are few, and a seller who counts new ones in. */
export function rushOf(seed: number, { minutes, sells }: Pick<StoryOptions, 'minutes' | 'sells'>): Story {
  const random = randomOf(seed, 100);
  const goods = Array.from({ length: goodsInAll }, () => ({ quantity: random.whole(2, 4), price: price(random) }));
  const deeds: Deed[] = [];
  for (let at = 5; at < minutes * 60; at += random.next() * 2 * secondsPerRush) {
    const good = random.whole(0, goodsInAll - 1);
    const store = random.whole(0, 1);
    deeds.push(
      random.chance(1 / 3)
        ? { at, kind: 'adjust', good, by: random.whole(1, 4) }
        : {
            at,
            kind: 'buy',
            store: sells[store] === true ? store : sells.indexOf(true),
            good,
            units: random.whole(1, 2),
            paid: true,
          },
    );
  }
  return { seed, minutes, goods, deeds };
}

/**
 * Two buyers at two stores come for the last unit that is for sale, of many goods at once, in rounds; then new ones are
 * counted in. `spare` are the units of each good that are kept back.
 */
export function duelsOf(seed: number, rounds: number, spare: number): Story {
  const random = randomOf(seed, 200);
  const goods = Array.from({ length: duelsPerRound }, () => ({ quantity: 1 + spare, price: '10.00' }));
  const deeds: Deed[] = [];
  for (let round = 0; round < rounds; round++) {
    const begins = round * secondsPerRound;
    if (round > 0) deeds.push({ at: begins, kind: 'restock', to: 1 + spare });
    for (const good of goods.keys()) {
      const first = random.whole(0, 1);
      const at = begins + 20 + random.next() * 2;
      deeds.push({ at, kind: 'take', store: first, good });
      deeds.push({ at: at + random.next() * rivalWithinSeconds, kind: 'take', store: 1 - first, good });
    }
  }
  return { seed, minutes: (rounds * secondsPerRound) / 60, goods, deeds: deeds.toSorted((a, b) => a.at - b.at) };
}

const price = (random: Random): string => `${random.whole(95, 105)}.${random.whole(10, 99)}`;

function deedOf(random: Random, at: number, { sells }: StoryOptions): Deed {
  const store = random.whole(0, 1);
  const selling = sells[store] === true ? store : sells.indexOf(true);
  // The scarce one more seldom: an empty shelf proves nothing.
  const good = random.chance(0.1) ? goodsInAll - 1 : random.whole(0, goodsInAll - 2);
  const dice = random.next();
  const buy = (): Deed => ({
    at,
    kind: 'buy',
    store: selling,
    good,
    units: good === goodsInAll - 1 ? 1 : random.whole(1, 3),
    paid: random.chance(0.8),
  });
  if (selling >= 0 && dice < 0.45) return buy();
  if (selling >= 0 && dice < 0.65)
    return { at, kind: random.pick(['pay', 'cancel', 'ship', 'ship', 'return']), store: selling, pick: random.next() };
  if (dice < 0.72) return { at, kind: 'edit_quantity', store, good, by: random.pick([-3, -2, -1, 1, 2, 3]) };
  if (dice < 0.79) return { at, kind: 'edit_price', store, good, price: price(random) };
  if (dice < 0.87) return { at, kind: 'adjust', good, by: random.pick([-2, -1, 1, 2, 3]) };
  if (dice < 0.93) return { at, kind: 'stocktake', good, by: random.pick([-1, 0, 1, 2]) };
  return { at, kind: 'price', good, price: price(random) };
}

function mishapOf(random: Random, at: number): Deed {
  const store = random.whole(0, 1);
  const dice = random.next();
  if (dice < 0.3) return { at, kind: random.pick(['killed', 'stalled', 'cut']), store, step: random.whole(1, 30) };
  const kind = random.pick([
    'throttle',
    'server_error',
    'timeout_before',
    'timeout_after',
    'apply_late',
    'slow',
    'expire_token',
    'cut_answer',
    'webhook_lost',
    'webhook_duplicate',
    'webhook_late',
  ] as const);
  const seconds: Partial<Record<PracticeFault['kind'], number>> = {
    throttle: random.whole(1, 5),
    timeout_before: 30,
    timeout_after: 30,
    apply_late: random.whole(1, 25),
    slow: random.whole(1, 8),
    webhook_late: random.whole(1, 120),
  };
  const times = kind === 'expire_token' ? 1 : random.whole(1, 3);
  const said = seconds[kind];
  return {
    at,
    kind: 'fault',
    store,
    lastsSeconds: 60,
    fault: { kind, times, ...(said === undefined ? {} : { seconds: said }) },
  };
}

/** Stores whose sales the hub can see: by their orders, or, at the source, by its quantities. */
export const sellsAt = (stores: readonly string[]): boolean[] =>
  stores.map((platform, place) => place === 0 || realConnectors[platform]?.orders !== undefined);

/** One line a deed, for people. */
export function told(deed: Deed, names: readonly string[]): string {
  const { at, kind, ...rest } = deed;
  const what = Object.entries(rest)
    .map(([name, value]) => (name === 'store' ? `at ${names[Number(value)]}` : `${name} ${JSON.stringify(value)}`))
    .join(', ');
  return `${at.toFixed(1).padStart(7)} s  ${kind.padEnd(14)} ${what}`;
}

/** What goes wrong, of what happens. */
export const mishaps: readonly Deed['kind'][] = ['fault', 'killed', 'stalled', 'cut'];
