/**
 * Loaded by `--import` before the program itself: changes what the manifests say, by the parameters of its own address.
 * - longestWriteSeconds: what is judged of a real platform (about a minute) would make every round of the crash tests a
 *   minute of waiting; a practice store applies what it was sent at once.
 * - unpaced: limits that are not learned from answers let everything through.
 */
import { registry } from '#connectors/registry.ts';

const change = new URL(import.meta.url).searchParams;
const seconds = change.get('longestWriteSeconds');
const unpaced = change.get('unpaced') === 'true';
for (const { manifest } of Object.values(registry)) {
  if (seconds !== null) Object.assign(manifest.limits, { longestWriteSeconds: Number(seconds) });
  if (!unpaced) continue;
  for (const [name, limit] of Object.entries(manifest.limits.buckets)) {
    if ('learned' in limit && limit.learned) continue;
    Object.assign(manifest.limits.buckets, { [name]: { capacity: 100_000, refillPerSecond: 100_000, learned: false } });
  }
}
