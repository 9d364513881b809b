/** One story, from the first deed until the world has come to rest, with everything that must hold checked on the way. */
import { isPassing, type Outcome, perform, takeUp } from '#test/simulation/deeds.ts';
import { type Dispatcher, dispatcherOf } from '#test/simulation/dispatcher.ts';
import { Broken, checkBooks, checkQuiet } from '#test/simulation/invariants.ts';
import { OneAtATime } from '#test/simulation/one-at-a-time.ts';
import { randomOf } from '#test/simulation/random.ts';
import { type Deed, mishaps, type Story, told } from '#test/simulation/story.ts';
import { judgeErrors, judgeLife, judgeLimits, judgePushes, judgeWindows, type Lived } from '#test/simulation/verdict.ts';
import { virtualTime } from '#test/simulation/virtual-time.ts';
import { type Watcher, watchWindows } from '#test/simulation/watch.ts';
import { openWorld, type World, type WorldOptions } from '#test/simulation/world.ts';

export interface RunOptions extends Omit<WorldOptions, 'time' | 'gate'> {
  /** Both stores have their turns so often, and no webhook is heard. */
  everySeconds?: number;
  /**
   * Buyers race for what only one of them can have, many at once: that sales are refused and writes overtaken is the rule.
   * What came of it is judged here, in place of how much has happened.
   */
  duels?: (lived: Lived) => void;
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

/** With nothing wrong: longer than a round of polling. Else: a breaker's rest and a webhook that is late go before; so does what is tried again after a campaign. */
const quietSeconds = { calm: 400, troubled: 800, promoted: 1300 };
const turnsWithoutTime = 300;
const beginning = Date.UTC(2026, 0, 5, 8);

export async function runStory(database: { appUrl: string }, story: Story, options: RunOptions): Promise<Run> {
  const gate = new OneAtATime();
  const time = virtualTime(beginning, gate);
  const { random } = Math;
  const { now } = Date;
  const machineNow = performance.now.bind(performance);
  // Jitter too is the seed's, and what looks at the machine's clock sees the world's. Put back when the world is closed.
  Math.random = randomOf(story.seed, 9).next;
  Date.now = () => time.milliseconds();
  performance.now = () => time.milliseconds();
  try {
    return await lived(database, story, { ...options, time, gate });
  } finally {
    Math.random = random;
    Date.now = now;
    performance.now = machineNow;
  }
}

async function lived(database: { appUrl: string }, story: Story, options: RunOptions & WorldOptions): Promise<Run> {
  const world = await openWorld(database, story, {
    ...options,
    ...(options.everySeconds === undefined
      ? {}
      : { deaf: true, settings: { ...options.settings, syncIntervalSeconds: options.everySeconds } }),
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
  }
}

function quietAfter({ deeds }: Story): number {
  if (deeds.some(({ kind }) => kind === 'campaign')) return quietSeconds.promoted;
  return deeds.some(({ kind }) => mishaps.includes(kind)) ? quietSeconds.troubled : quietSeconds.calm;
}

class Life {
  readonly #world: World;
  readonly #options: RunOptions;
  readonly #dispatcher: Dispatcher;
  readonly #watcher: Watcher;
  readonly #outcomes: { deed: Deed; outcome: Outcome; at: number }[] = [];
  #begun = 0;
  #checkedWrites = -1;
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
    const quiet = quietAfter(story);
    await this.#until(lastAt + Math.max(quiet, 2 * (this.#options.everySeconds ?? 0)) * 1000);
    this.#watcher.look();
    await checkQuiet(this.#world);
    const lived = { world: this.#world, begun: this.#begun, windows: this.#watcher.windows, outcomes: this.#outcomes };
    if (this.#options.everySeconds === undefined) {
      judgeWindows(lived);
      judgePushes(lived);
      (this.#options.duels ?? judgeLife)(lived);
    }
    judgeLimits(this.#world);
    judgeErrors(lived);
  }

  tally(): Tally {
    const { sales, pushes } = this.#world;
    const sum = (figures: readonly number[]) => figures.reduce((all, one) => all + one, 0);
    const of = (outcome: Outcome) => this.#outcomes.filter((one) => one.outcome === outcome).length;
    const over = this.#watcher.windows.filter(({ kind }) => kind === 'over');
    const windows = over.map(({ since, until }) => ((until ?? this.#world.time.milliseconds()) - since) / 1000);
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
      if (this.#dispatcher.someEnded()) {
        this.#watcher.look();
        await this.#checkBooks();
        continue;
      }
      const next = await this.#dispatcher.next();
      if (next !== null && next.at <= time.milliseconds()) {
        if (time.milliseconds() - at > 2000) [turnsNow, at] = [0, time.milliseconds()];
        if (++turnsNow > turnsWithoutTime) throw new Broken('idle', `a store has ${turnsNow} turns in two seconds`);
        this.#dispatcher.begin(next.storeId);
        continue;
      }
      const dueAt = Math.min(next?.at ?? Number.POSITIVE_INFINITY, time.nextAt() ?? Number.POSITIVE_INFINITY);
      if (dueAt > end && this.#dispatcher.isIdle()) {
        time.at(end, () => undefined);
        await time.step();
        return;
      }
      if (Number.isFinite(dueAt) && (time.nextAt() ?? Number.POSITIVE_INFINITY) > dueAt) time.at(dueAt, () => undefined);
      await (this.#dispatcher.isIdle() ? time.step() : time.goOn());
    }
  }

  /** Where nothing was written nothing has changed. */
  async #checkBooks(): Promise<void> {
    const { statements } = this.#world;
    if (statements.writes === this.#checkedWrites) return;
    judgeLimits(this.#world);
    await this.#dispatcher.undisturbed(() => checkBooks(this.#world));
    this.#checkedWrites = statements.writes;
  }

  async #happen(deed: Deed): Promise<void> {
    const { time, shops } = this.#world;
    const tell = (outcome: string) => this.#options.tell?.(`${told(deed, this.#options.stores)}  ${outcome}`);
    await this.#guarded(async () => {
      if (deed.kind === 'fault') {
        tell('');
        const control = shops[deed.store]?.practice.control;
        control?.fault(deed.fault);
        time.at(time.milliseconds() + deed.lastsSeconds * 1000, () => control?.clearFaults());
      } else if (deed.kind === 'killed' || deed.kind === 'stalled' || deed.kind === 'cut') {
        tell('');
        this.#dispatcher.arm(shops[deed.store]?.storeId ?? '', deed);
      } else {
        this.#watcher.look();
        const at = time.milliseconds();
        const outcome = await perform(this.#world, deed);
        if (isPassing(deed) && outcome !== 'void')
          time.at(time.milliseconds() + deed.lastsSeconds * 1000, () => this.#guarded(() => takeUp(this.#world, deed)));
        this.#outcomes.push({ deed, outcome, at });
        tell(outcome);
      }
    });
  }

  /** The clock's caller may be a turn: what fails is told of at the next stop. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#failure ??= thrown;
    }
  }
}
