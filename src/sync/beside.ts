/** Work that goes on beside a turn's loop, one of each kind at a time: the loop goes round meanwhile, and waits for it at its end. */
export class Beside<Kind extends string> {
  readonly #running = new Map<Kind, Promise<void>>();
  #failure: { thrown: unknown } | null = null;

  /** Returns what is resolved when it has ended, however. */
  begin(kind: Kind, work: () => Promise<void>): Promise<void> {
    const ended = work()
      .catch((thrown: unknown) => {
        this.#failure ??= { thrown };
      })
      .finally(() => this.#running.delete(kind));
    this.#running.set(kind, ended);
    return ended;
  }

  runs(kind: Kind): boolean {
    return this.#running.has(kind);
  }

  /** Resolved when one of those that run now has ended; empty when none runs. */
  running(): Promise<void>[] {
    return [...this.#running.values()];
  }

  /** Nothing more is to be begun: see check. */
  hasFailed(): boolean {
    return this.#failure !== null;
  }

  /** Waits for all. */
  async drain(): Promise<void> {
    await Promise.all(this.running());
  }

  /** Throws what the first one failed with. */
  check(): void {
    if (this.#failure !== null) throw this.#failure.thrown;
  }
}
