import type { Clock } from '#base/clock.ts';
import type { PracticeTime } from '#connectors/practice.ts';
import { PracticeConnectionCut } from '#connectors/tiktok_shop/sandbox/wire.ts';

/** The longest wait a timer takes; longer ones are armed again. */
const longestTimerMilliseconds = 2 ** 31 - 1;

interface Errand {
  dueMilliseconds: number;
  run(): void;
  /** What becomes of it when the shop closes first. */
  abandon(): void;
  callOff: (() => void) | null;
}

/** Timers that no set-back of the system's clock disturbs. */
const realTimers: PracticeTime = {
  now: () => performance.now(),
  after(milliseconds, action) {
    const timer = setTimeout(action, milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * The shop's own clock, which may be moved ahead, and everything that the shop has still to do. Moving it runs what has
 * become due. What is waited for comes about in real time as well, so that nothing hangs for ever where the clock that is
 * followed stands still.
 */
export class ShopClock {
  readonly #clock: Clock;
  readonly #timers: PracticeTime;
  readonly #errands = new Set<Errand>();
  #aheadMilliseconds = 0;
  #closed = false;

  constructor(clock: Clock, timers: PracticeTime = realTimers) {
    this.#clock = clock;
    this.#timers = timers;
  }

  milliseconds(): number {
    return this.#clock.now().getTime() + this.#aheadMilliseconds;
  }

  /** Unix seconds, whole: the platform's unit everywhere. */
  seconds(): number {
    return Math.floor(this.milliseconds() / 1000);
  }

  isoTime(): string {
    return new Date(this.milliseconds()).toISOString();
  }

  advance(seconds: number): void {
    this.#aheadMilliseconds += seconds * 1000;
    for (const errand of this.#errands) this.#arm(errand);
  }

  /** Runs `run` after so many seconds of the shop's time, unless the shop closes before. */
  later(seconds: number, run: () => void, abandon: () => void = () => {}): void {
    if (this.#closed) {
      abandon();
      return;
    }
    const errand: Errand = { dueMilliseconds: this.#passedMilliseconds() + seconds * 1000, run, abandon, callOff: null };
    this.#errands.add(errand);
    this.#arm(errand);
  }

  /** Resolves after so many seconds; rejects with PracticeConnectionCut when the shop closes before. */
  wait(seconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.later(seconds, resolve, () => reject(new PracticeConnectionCut('The practice shop was closed')));
    });
  }

  close(): void {
    this.#closed = true;
    for (const errand of this.#errands) {
      errand.callOff?.();
      errand.abandon();
    }
    this.#errands.clear();
  }

  /** Time that has passed, really or by moving the clock: what errands are measured by. */
  #passedMilliseconds(): number {
    return this.#timers.now() + this.#aheadMilliseconds;
  }

  #arm(errand: Errand): void {
    errand.callOff?.();
    const wait = Math.max(0, errand.dueMilliseconds - this.#passedMilliseconds());
    errand.callOff = this.#timers.after(Math.min(wait, longestTimerMilliseconds), () => this.#fire(errand));
  }

  #fire(errand: Errand): void {
    // A timer may fire a hair early, and a long wait is taken in several.
    if (errand.dueMilliseconds - this.#passedMilliseconds() > 1) {
      this.#arm(errand);
      return;
    }
    this.#errands.delete(errand);
    errand.run();
  }
}
