/**
 * Loaded by `--import` before the program itself: changes what the manifests say, by the parameters of its own address.
 * - longestWriteSeconds: what is judged of a real platform (about a minute) would make every round of the crash tests a
 *   minute of waiting; a practice store applies what it was sent at once.
 * - capacity, refillPerSecond: of every bucket that is not learned, so that other paces can be measured, or none at all.
 */
import { registry } from '#connectors/registry.ts';

const change = new URL(import.meta.url).searchParams;
const seconds = change.get('longestWriteSeconds');
const capacity = change.get('capacity');
const refillPerSecond = change.get('refillPerSecond');
for (const { manifest } of Object.values(registry)) {
  if (seconds !== null) Object.assign(manifest.limits, { longestWriteSeconds: Number(seconds) });
  if (capacity === null || refillPerSecond === null) continue;
  for (const bucket of Object.values(manifest.limits.buckets)) {
    if (!bucket.learned) Object.assign(bucket, { capacity: Number(capacity), refillPerSecond: Number(refillPerSecond) });
  }
}
