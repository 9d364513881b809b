/**
 * Loaded by `--import` before the program itself: lowers the time for which a lost write is waited for. What is judged of
 * a real platform (about a minute) would make every round of the crash tests a minute of waiting; a practice store applies
 * what it was sent at once. The address says how many seconds: brisk-manifests.ts?seconds=3.
 */
import { registry } from '#connectors/registry.ts';

const seconds = Number(new URL(import.meta.url).searchParams.get('seconds'));
if (!(seconds > 0)) throw new Error(`${import.meta.url} names no seconds`);
for (const { manifest } of Object.values(registry)) Object.assign(manifest.limits, { longestWriteSeconds: seconds });
