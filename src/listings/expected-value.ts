/** What a reading means for who owns the figure: the difference to what should have stood there is somebody's doing. Pure. */
import type { Level, Same } from '#listings/level-state.ts';

/**
 * What should have stood there if nobody else had touched it. After a lost write it is the value before or the one written;
 * when the reading is neither, somebody changed it as well, and the candidate that leaves fewer units in the book counts:
 * for a quantity the higher one, for what was read is then the larger loss.
 */
export function expectedValue<V>(level: Level<V>, value: V | null, same: Same<V>): V | null {
  const { lost, remote } = level;
  if (value === null || lost === null) return remote;
  if (remote === null || same(lost, value)) return lost;
  if (same(remote, value)) return remote;
  return typeof lost === 'number' && typeof remote === 'number' && lost > remote ? lost : remote;
}
