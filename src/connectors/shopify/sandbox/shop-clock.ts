import type { PracticeTime } from '#connectors/practice.ts';

/** Real time, whose timers keep no process alive. */
const realAfter: PracticeTime['after'] = (milliseconds, action) => {
  const timer = setTimeout(action, milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
};

/** The shop's own clock: real time plus what was added by hand. What is due by that clock runs when it is turned. */
export class ShopClock {
  #offsetMilliseconds = 0;
  readonly #now: () => number;
  readonly #after: PracticeTime['after'];
  readonly #due = new Set<Due>();
  #closed = false;

  constructor(now: () => number = Date.now, after: PracticeTime['after'] = realAfter) {
    this.#now = now;
    this.#after = after;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#now() + this.#offsetMilliseconds;
  }

  /** The same, cut to the second: the resolution of the platform's timestamps. */
  nowToTheSecond(): number {
    return Math.floor(this.now() / 1000) * 1000;
  }

  /** Runs `action` once, `seconds` later; returns how to call it off. After close() nothing runs any more. */
  schedule(seconds: number, action: () => void): () => void {
    const due: Due = { at: this.now() + seconds * 1000, action, callOff: undefined };
    if (this.#closed) return () => {};
    this.#due.add(due);
    this.#arm(due);
    return () => this.#drop(due);
  }

  advance(seconds: number): void {
    this.#offsetMilliseconds += seconds * 1000;
    for (const due of [...this.#due].sort((a, b) => a.at - b.at)) this.#arm(due);
  }

  close(): void {
    this.#closed = true;
    for (const due of this.#due) this.#drop(due);
  }

  #arm(due: Due): void {
    due.callOff?.();
    // setTimeout takes 31 bits of milliseconds; a longer wait looks again when they are over.
    const wait = Math.min(Math.max(0, due.at - this.now()), 2_147_000_000);
    due.callOff = this.#after(wait, () => {
      if (due.at > this.now() + 1) return this.#arm(due);
      this.#due.delete(due);
      due.action();
    });
  }

  #drop(due: Due): void {
    due.callOff?.();
    this.#due.delete(due);
  }
}

interface Due {
  at: number;
  action: () => void;
  callOff: (() => void) | undefined;
}

/** A moment as the platform writes it: to the second, in UTC. */
export const secondsText = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
