/** One story, from the first deed until the world has come to rest, with everything that must hold checked on the way. */
import { messageOf } from '#base/errors.ts';
import { isLostConnection, type Outcome, perform } from '#test/simulation/deeds.ts';
import { type Dispatcher, dispatcherOf } from '#test/simulation/dispatcher.ts';
import { Broken, checkBooks, checkQuiet, must } from '#test/simulation/invariants.ts';
import { randomOf } from '#test/simulation/random.ts';
import type { Deed, Story } from '#test/simulation/story.ts';
import { type Watcher, type Window, watchWindows } from '#test/simulation/watch.ts';
import { Accident } from '#test/simulation/worker.ts';
import { openWorld, type World, type WorldOptions } from '#test/simulation/world.ts';

export interface RunOptions extends WorldOptions {
  /** Both stores have their turns so often, and no webhook is heard. */
  everySeconds?: number;
  /** Puts a bug into the world, before the first deed. */
  plant?: (world: World) => Promise<void>;
  /** Says what happens. */
  tell?: (line: string) => void;
}

export interface Tally {
  deeds: number;
  done: number;
  refused: number;
  sales: number;
  salesTried: number;
  unitsSold: number;
  unitsOversold: number;
  unitsInWindow: number;
  pushesApplied: number;
  turns: number;
  /** Seconds that a store showed more than there was, one figure a time. */
  windows: number[];
}

export interface Run {
  tally: Tally;
  broken: Broken | null;
}

/** No window is longer, without a fault: what a feed may lag, and 2 s. */
const promptSeconds = 2;
/** What a person has set by hand, no webhook tells of everywhere: the next pull finds it. */
const pollingSeconds = 310;
/** After the last fault has ended, a breaker's rest, a lost write's time and a round of polling may follow each other. */
const recoverySeconds = 660;
/** Longer than two rounds of polling and any webhook that is late. */
const quietSeconds = 1500;
const turnsWithoutTime = 300;

export async function runStory(database: { appUrl: string }, story: Story, options: RunOptions): Promise<Run> {
  const random = Math.random;
  // Jitter too is the seed's. Put back when the world is closed.
  Math.random = randomOf(story.seed, 9).next;
  const world = await openWorld(database, story, {
    ...options,
    ...(options.everySeconds === undefined ? {} : { deaf: true, syncIntervalSeconds: options.everySeconds }),
  });
  const life = new Life(world, options);
  try {
    await options.plant?.(world);
    await life.live();
    return { tally: life.tally(), broken: null };
  } catch (thrown) {
    if (!(thrown instanceof Broken)) throw thrown;
    return { tally: life.tally(), broken: thrown };
  } finally {
    await world.close();
    Math.random = random;
  }
}

class Life {
  readonly #world: World;
  readonly #options: RunOptions;
  readonly #dispatcher: Dispatcher;
  readonly #watcher: Watcher;
  readonly #outcomes: { deed: Deed; outcome: Outcome }[] = [];
  #faultsUntil = 0;
  #begun = 0;
  #failure: unknown = null;

  constructor(world: World, options: RunOptions) {
    this.#world = world;
    this.#options = options;
    this.#dispatcher = dispatcherOf(world, options.everySeconds ?? null);
    this.#watcher = watchWindows(world);
    world.time.onStep(() => this.#watcher.look());
  }

  async live(): Promise<void> {
    const { time, story, shops } = this.#world;
    this.#begun = time.milliseconds();
    for (const deed of story.deeds) time.at(this.#begun + deed.at * 1000, () => this.#happen(deed));
    const lastAt = this.#begun + story.minutes * 60_000;
    await this.#until(lastAt);
    for (const { practice } of shops) practice.control.clearFaults();
    this.#dispatcher.disarm();
    await this.#until(lastAt + Math.max(quietSeconds, 2 * (this.#options.everySeconds ?? 0)) * 1000);
    this.#watcher.look();
    await checkQuiet(this.#world);
    if (this.#options.everySeconds === undefined) this.#checkWindows();
    this.#checkPushes();
    this.#checkErrors();
    this.#checkSomethingHappened();
  }

  tally(): Tally {
    const { sales, pushes } = this.#world;
    const sum = (figures: readonly number[]) => figures.reduce((all, one) => all + one, 0);
    const of = (outcome: Outcome) => this.#outcomes.filter((one) => one.outcome === outcome).length;
    const windows = this.#watcher.windows.map(({ since, until }) => ((until ?? this.#world.time.milliseconds()) - since) / 1000);
    return {
      deeds: this.#outcomes.length,
      done: of('done'),
      refused: of('refused'),
      sales: sales.length,
      salesTried: this.#outcomes.filter(({ deed }) => deed.kind === 'buy').length,
      unitsSold: sum(sales.map(({ units }) => units)),
      unitsOversold: sum(sales.map(({ over }) => over)),
      unitsInWindow: sum(sales.filter(({ inWindow }) => inWindow).map(({ units }) => units)),
      pushesApplied: sum(pushes.map(({ applied }) => applied)),
      turns: this.#dispatcher.turns,
      windows,
    };
  }

  async #until(end: number): Promise<void> {
    const { time } = this.#world;
    let turnsNow = 0;
    let at = time.milliseconds();
    for (;;) {
      await time.atRest();
      if (this.#failure !== null) throw this.#failure;
      const storeId = await this.#dispatcher.due();
      if (storeId !== null) {
        if (time.milliseconds() - at > 2000) [turnsNow, at] = [0, time.milliseconds()];
        if (++turnsNow > turnsWithoutTime) throw new Broken('idle', `a store has ${turnsNow} turns in two seconds`);
        await this.#dispatcher.turn(storeId);
        this.#watcher.look();
        await checkBooks(this.#world);
        continue;
      }
      const dueAt = Math.min(
        (await this.#dispatcher.nextAt()) ?? Number.POSITIVE_INFINITY,
        time.nextAt() ?? Number.POSITIVE_INFINITY,
      );
      if (dueAt > end) {
        time.at(end, () => undefined);
        await time.step();
        return;
      }
      if (time.nextAt() === null || (time.nextAt() ?? 0) > dueAt) time.at(dueAt, () => undefined);
      await time.step();
    }
  }

  async #happen(deed: Deed): Promise<void> {
    const { time, shops } = this.#world;
    try {
      if (deed.kind === 'fault') {
        this.#faultsUntil = Math.max(
          this.#faultsUntil,
          time.milliseconds() + (deed.lastsSeconds + (deed.fault.seconds ?? 0)) * 1000,
        );
        const control = shops[deed.store]?.practice.control;
        control?.fault(deed.fault);
        time.at(time.milliseconds() + deed.lastsSeconds * 1000, () => control?.clearFaults());
      } else if (deed.kind === 'killed' || deed.kind === 'stalled' || deed.kind === 'cut') {
        this.#faultsUntil = Math.max(this.#faultsUntil, time.milliseconds() + 60_000);
        this.#dispatcher.arm(shops[deed.store]?.storeId ?? '', deed);
      } else {
        this.#watcher.look();
        const outcome = await perform(this.#world, deed);
        this.#outcomes.push({ deed, outcome });
        this.#options.tell?.(`${((time.milliseconds() - this.#begun) / 1000).toFixed(1)} s ${deed.kind} ${outcome}`);
      }
    } catch (thrown) {
      // The clock's caller may be a turn: it is told of at the next stop.
      this.#failure ??= thrown;
    }
  }

  /** I6. */
  #checkWindows(): void {
    const { sales, time, story, shops, test } = this.#world;
    const lag = Math.max(...shops.map(({ platform }) => test.hub.connectors[platform]?.manifest.orders?.feedLagSeconds ?? 0));
    const troubled = story.deeds.some(({ kind }) => ['fault', 'killed', 'stalled', 'cut'].includes(kind));
    const { edits } = this.#world;
    const byHand = (window: Window) =>
      edits.some(
        ({ at, shop, good }) =>
          shop === window.shop && good === window.good && at >= window.since - 1 && (window.until === null || at <= window.until),
      );
    const boundOf = (window: Window) => (troubled ? recoverySeconds : byHand(window) ? pollingSeconds : lag + promptSeconds);
    const lasted = ({ since, until }: Window) => ((until ?? time.milliseconds()) - since) / 1000;
    must(
      'I6',
      this.#watcher.windows
        .filter((window) => lasted(window) > boundOf(window))
        .map((window) => {
          const { platform } = shops[window.shop] ?? { platform: '' };
          const from = ((window.since - this.#begun) / 1000).toFixed(1);
          return `${platform} shows more of good ${window.good} than there is for ${lasted(window).toFixed(1)} s from ${from} s on; ${boundOf(window)} s are allowed`;
        }),
    );
    const oversold = sales.filter(({ over, inWindow }) => over > 0 && !inWindow);
    must(
      'I6',
      oversold.map(({ over, good }) => `${over} units of good ${good} are oversold outside of any window`),
    );
  }

  /** I7. */
  #checkPushes(): void {
    const { pushes, shops, test } = this.#world;
    must(
      'I7',
      pushes.flatMap(({ at, shop, quantities, lastOrdersAt }) => {
        const platform = shops[shop]?.platform ?? '';
        const manifest = test.hub.connectors[platform]?.manifest;
        const bound = manifest?.orders?.readingBoundSeconds;
        if (bound === undefined || manifest?.capabilities.compareAndSet === true || quantities.every((one) => one === 0))
          return [];
        const age = lastOrdersAt === null ? Number.POSITIVE_INFINITY : (at - lastOrdersAt) / 1000;
        // The claim is judged; the call leaves a little later.
        return age > bound + promptSeconds ? [`${platform} is told ${quantities} on orders read ${age.toFixed(0)} s before`] : [];
      }),
    );
  }

  #checkErrors(): void {
    const ours = this.#world.test.errors.filter(({ details }) => {
      const err = 'err' in details ? details.err : null;
      return !(err instanceof Accident) && !isLostConnection(err);
    });
    must(
      'errors',
      ours.map(({ message, details }) => `${message} (${'err' in details ? messageOf(details.err) : JSON.stringify(details)})`),
    );
  }

  /** A world in which nothing happens proves nothing. */
  #checkSomethingHappened(): void {
    const { sales, salesTried } = this.tally();
    const wanted = this.#outcomes.filter(({ outcome }) => outcome !== 'void');
    const done = wanted.filter(({ outcome }) => outcome === 'done').length;
    if (done < wanted.length * 0.9) throw new Broken('idle', `nothing happened: ${done} of ${wanted.length} deeds took effect`);
    if (sales < salesTried * 0.9) throw new Broken('idle', `nothing happened: ${sales} of ${salesTried} sales took effect`);
  }
}
