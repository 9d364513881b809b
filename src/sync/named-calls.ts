/** Calls that are kept as they were sent, so that the very same call can be repeated (see repeat-calls.ts). */
import { newId } from '#base/ids.ts';
import type { Connector } from '#connectors/connector.ts';
import type { LevelKind, LevelRow } from '#listings/level-rows.ts';

/** Keys tell nothing without the value that is replaced: a key that was forgotten would write it once more. */
export const canRepeat = <V>({ manifest }: Connector, kind: LevelKind<V>): boolean =>
  kind.name === 'quantity' && manifest.capabilities.idempotentWrites && manifest.capabilities.compareAndSet;

/** How soon a call without an answer is repeated. */
export const repeatAfterSeconds = 1;

/** Names the calls that these writes make, so many in each: an id and the number of its writes. */
export function nameCalls<V>(writes: readonly LevelRow<V>[], perCall: number): LevelRow<V>[] {
  return Array.from({ length: Math.ceil(writes.length / perCall) }, (_, at) => {
    const together = writes.slice(at * perCall, (at + 1) * perCall);
    const writeCall = `${newId()} ${together.length}`;
    return together.map((row) => ({ ...row, writeCall }));
  }).flat();
}
