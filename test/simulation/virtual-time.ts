/**
 * The world's clock. It stands still while anything is being worked on, and goes on, from one thing that is due to the
 * next, as soon as somebody waits for it and the database has come to rest: so what happens first is decided by the seed
 * and not by how fast this machine is.
 */
import type { PracticeTime } from '#connectors/practice.ts';
import type { TestClock } from '#test/hub.ts';

interface Due {
  at: number;
  order: number;
  run(): void | Promise<void>;
}

/** What is being worked on outside of this program. */
export interface Outside {
  isBusy(): boolean;
  /** Resolves when some of it has ended. */
  change(): Promise<void>;
}

export interface VirtualTime extends TestClock {
  milliseconds(): number;
  /** The shops' side of it. */
  forShops: PracticeTime;
  /** Runs `run` when the clock has come to `at` (milliseconds since 1970); what is due at one moment runs in the order of asking. */
  at(at: number, run: () => void | Promise<void>): () => void;
  /** Resolves when so many seconds have passed. */
  pass(seconds: number): Promise<void>;
  /** The clock goes on while this is under way. */
  waitedFor<T>(work: Promise<T>): Promise<T>;
  /** The moment of what is due next, or null. */
  nextAt(): number | null;
  /** Turns the clock to what is due next and runs it. */
  step(): Promise<void>;
  /** Turns the clock, running what is due, for as long as `work` waits for it. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Steps where somebody waits for the clock; else lets this program go on, for what it does takes none of the world's time. */
  goOn(): Promise<void>;
  /** Resolves when nothing is being worked on. */
  atRest(): Promise<void>;
  /** `look` is called after everything that ran. */
  onStep(look: () => void): void;
}

export function virtualTime(startMs: number, outside: Outside): VirtualTime {
  let now = startMs;
  let order = 0;
  let waiting = 0;
  const due = new Set<Due>();
  const looks: (() => void)[] = [];

  const next = (): Due | null => {
    let first: Due | null = null;
    for (const one of due)
      if (first === null || one.at < first.at || (one.at === first.at && one.order < first.order)) first = one;
    return first;
  };
  const at: VirtualTime['at'] = (moment, run) => {
    const one: Due = { at: moment, order: order++, run };
    due.add(one);
    return () => void due.delete(one);
  };
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const atRest = async () => {
    // What has just been answered goes on in the turns of the event loop that follow.
    for (let quiet = 0; quiet < 3; quiet++) {
      if (outside.isBusy()) {
        await outside.change();
        quiet = 0;
      }
      await turn();
    }
  };
  const step = async () => {
    const one = next();
    if (one === null) throw new Error('nothing is due');
    due.delete(one);
    now = Math.max(now, one.at);
    await one.run();
    for (const look of looks) look();
  };

  const goOn = () => (waiting > 0 ? step() : turn());

  return {
    now: () => new Date(now),
    milliseconds: () => now,
    advance(seconds) {
      now += seconds * 1000;
    },
    forShops: { now: () => now, after: (milliseconds, action) => at(now + Math.max(0, milliseconds), action) },
    at,
    async pass(seconds) {
      waiting++;
      await new Promise<void>((resolve) => {
        at(now + seconds * 1000, resolve);
      });
      waiting--;
    },
    async waitedFor(work) {
      waiting++;
      try {
        return await work;
      } finally {
        waiting--;
      }
    },
    nextAt: () => next()?.at ?? null,
    step,
    async during(work) {
      let ended = false;
      const end = () => {
        ended = true;
      };
      work.then(end, end);
      while (!ended) {
        await atRest();
        if (!ended) await goOn();
      }
      return await work;
    },
    goOn,
    atRest,
    onStep: (look) => void looks.push(look),
  };
}
