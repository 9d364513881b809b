import type { PracticeFault } from '#connectors/practice.ts';

type FaultKind = PracticeFault['kind'];

export const webhookFaults: readonly FaultKind[] = ['webhook_lost', 'webhook_duplicate', 'webhook_late'];

/** The faults that are still to come, in the order in which they were asked for. */
export class FaultPlan {
  #faults: { fault: PracticeFault; left: number }[] = [];

  add(fault: PracticeFault): void {
    const left = fault.times ?? 1;
    if (left > 0) this.#faults.push({ fault, left });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The first fault among `kinds` whose match is contained in one of `names`, if any: it is used up by one. */
  take(kinds: (kind: FaultKind) => boolean, names: readonly string[]): PracticeFault | null {
    const due = this.#faults.find(
      ({ fault: { kind, match } }) => kinds(kind) && (match === undefined || names.some((name) => name.includes(match))),
    );
    if (due === undefined) return null;
    due.left -= 1;
    if (due.left <= 0) this.#faults = this.#faults.filter((entry) => entry !== due);
    return due.fault;
  }
}
