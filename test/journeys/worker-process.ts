/** A worker in a process of its own, for tests that kill it: `node worker-process.ts <config as JSON> <database url>`. */
import { openHub } from '#compose.ts';
import type { Config } from '#config.ts';
import { startWorker } from '#sync/worker.ts';
import { briskConnectors } from '#test/journeys/brisk-connectors.ts';

const [configText = '', databaseUrl = ''] = process.argv.slice(2);
const config = JSON.parse(configText) as Config;
const log = (level: string) => (details: object, message: string) => console.error(level, message, details);
const quiet = () => undefined;
const opened = openHub(config, { appUrl: databaseUrl }, { debug: quiet, info: quiet, warn: quiet, error: log('error') });
startWorker({ ...opened.hub, connectors: briskConnectors }, databaseUrl);
process.send?.('working');
