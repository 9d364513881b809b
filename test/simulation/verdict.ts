/** What is judged when a story has ended: how long changes took, what pushes rested on, and whether anything happened at all. */
import { messageOf } from '#base/errors.ts';
import { isLostConnection, type Outcome } from '#test/simulation/deeds.ts';
import { Broken, must } from '#test/simulation/invariants.ts';
import { type Deed, mishaps } from '#test/simulation/story.ts';
import type { Window } from '#test/simulation/watch.ts';
import { Accident } from '#test/simulation/worker.ts';
import { type Good, realConnectors, unitsIn, type World } from '#test/simulation/world.ts';

/** A change arrives within what the feed may lag, and this. */
const promptSeconds = 2;
/** After the last fault has ended, a breaker's rest, a lost write's time and a round of polling may follow each other. */
const recoverySeconds = 660;

export interface Lived {
  world: World;
  begun: number;
  windows: readonly Window[];
  /** `at`: by the world's clock, which may have gone a little past the moment of the story. */
  outcomes: readonly { deed: Deed; outcome: Outcome; at: number }[];
}

/**
 * I4 (how soon) and I6: a store may show more than there is, and so oversell, only for so long after what there is fell. That
 * it fell is the beginning, not that the store shows more: what has been told the truth is not told anything higher again.
 */
export function judgeWindows({ world, begun, windows }: Lived): void {
  const { untold, time, story, shops, goods } = world;
  const lag = Math.max(...shops.map(({ platform }) => realConnectors[platform]?.manifest.orders?.feedLagSeconds ?? 0));
  const mishapsAt = story.deeds.filter(({ kind }) => mishaps.includes(kind)).map(({ at }) => begun + at * 1000);
  const end = (window: Window) => window.until ?? time.milliseconds();
  const troubled = (window: Window) => mishapsAt.some((at) => at <= end(window) && at >= window.since - recoverySeconds * 1000);
  const isPartOf = (part: number, whole: Good | undefined) => whole !== undefined && unitsIn(whole, part) > 0;
  /** A bundle shows what is there of its parts, and takes them. */
  const concern = (one: number, other: number) => one === other || isPartOf(one, goods[other]) || isPartOf(other, goods[one]);
  /** For how many seconds something may be off that nobody has told of; 0: nothing was. */
  const untoldOf = (window: Window) =>
    untold
      .filter(({ at, good, seconds }) => concern(good, window.good) && at <= end(window) && at >= window.since - seconds * 1000)
      .reduce((most, { seconds }) => Math.max(most, seconds), 0);
  const boundOf = (window: Window) =>
    Math.max(
      troubled(window) ? recoverySeconds : 0,
      untoldOf(window) || (window.kind === 'over' ? promptSeconds : lag + promptSeconds),
    );
  const begins = (window: Window) => (window.kind === 'over' && untoldOf(window) === 0 ? window.fellAt : window.since);
  const lasted = (window: Window) => (end(window) - begins(window)) / 1000;
  for (const kind of ['over', 'under'] as const)
    must(
      kind === 'over' ? 'I6' : 'I4',
      windows
        .filter((window) => window.kind === kind && lasted(window) > boundOf(window))
        .map((window) => {
          const { platform } = shops[window.shop] ?? { platform: '' };
          const from = ((begins(window) - begun) / 1000).toFixed(1);
          const what = kind === 'over' ? 'more' : 'fewer';
          return `${platform} shows ${what} of good ${window.good} than there is for ${lasted(window).toFixed(1)} s from ${from} s on; ${boundOf(window)} s are allowed`;
        }),
    );
}

/** I7. */
export function judgePushes({ world: { pushes, shops } }: Lived): void {
  must(
    'I7',
    pushes.flatMap(({ sentAt, shop, writes, lastOrdersAt }) => {
      const quantities = writes.map(({ quantity }) => quantity);
      const platform = shops[shop]?.platform ?? '';
      const manifest = realConnectors[platform]?.manifest;
      const bound = manifest?.orders?.readingBoundSeconds;
      if (bound === undefined || manifest?.capabilities.compareAndSet === true || quantities.every((one) => one === 0)) return [];
      // In whole milliseconds, as the hub's clock tells them: the world's has fractions.
      const age =
        lastOrdersAt === null ? Number.POSITIVE_INFINITY : (Math.trunc(Math.max(...sentAt)) - Math.trunc(lastOrdersAt)) / 1000;
      return age > bound ? [`${platform} is told ${quantities} on orders read ${age.toFixed(1)} s before`] : [];
    }),
  );
}

/** I9: no store had to throttle us, but where it was told to. */
export function judgeLimits({ shops, story }: World): void {
  must(
    'I9',
    shops.flatMap(({ platform, practice }, place) => {
      const { throttled, requests } = practice.control.counters();
      const told = story.deeds.reduce(
        (sum, deed) =>
          sum + (deed.kind === 'fault' && deed.store === place && deed.fault.kind === 'throttle' ? (deed.fault.times ?? 1) : 0),
        0,
      );
      return throttled > told
        ? [`${platform} throttled ${throttled} of ${requests} requests, ${told} at most were asked for`]
        : [];
    }),
  );
}

export function judgeErrors({ world }: Lived): void {
  const ours = world.test.errors.filter(({ details }) => {
    const err = 'err' in details ? details.err : null;
    return !(err instanceof Accident) && !isLostConnection(err);
  });
  must(
    'errors',
    ours.map(({ message, details }) => `${message} (${'err' in details ? messageOf(details.err) : JSON.stringify(details)})`),
  );
}

/** A world in which nothing happens proves nothing. */
export function judgeLife({ world, outcomes }: Lived): void {
  const share = (what: string, done: number, of: number, least = 0.9): void => {
    if (done < of * least) throw new Broken('idle', `nothing happened: ${done} of ${of} ${what} took effect`);
  };
  const wanted = outcomes.filter(({ outcome }) => outcome !== 'void');
  share('deeds', wanted.filter(({ outcome }) => outcome === 'done').length, wanted.length);
  const troubled = world.story.deeds.some(({ kind }) => mishaps.includes(kind));
  // While a store does not answer, the last units may be where no buyer finds them.
  share('sales', world.sales.length, wanted.filter(({ deed }) => deed.kind === 'buy').length, troubled ? 0.8 : 0.9);
  // What a fault has spoilt is sent again; without any, all but a few arrive at once.
  if (troubled) return;
  const written = world.pushes.reduce((sum, { writes }) => sum + writes.length, 0);
  share(
    'pushes',
    world.pushes.reduce((sum, { applied }) => sum + applied, 0),
    written,
  );
}
