/** storesync <command>: the only file that wires everything. */

import { AppError, messageOf } from '#base/errors.ts';
import type { Command, CommandContext } from '#cli/command.ts';
import { databaseUrls } from '#cli/database-urls.ts';
import { demoCommand } from '#cli/demo.ts';
import { doctorCommand } from '#cli/doctor.ts';
import { exportCommand, importCommand } from '#cli/import-export.ts';
import { keysCommand } from '#cli/keys.ts';
import { linkCommand } from '#cli/link.ts';
import { migrateCommand, startCommand, workCommand } from '#cli/start.ts';
import { syncCommand } from '#cli/sync.ts';
import { makeLogger, openHub } from '#compose.ts';
import { readConfig } from '#config.ts';

const commands: readonly Command[] = [
  startCommand,
  workCommand,
  migrateCommand,
  demoCommand,
  importCommand,
  exportCommand,
  linkCommand,
  syncCommand,
  keysCommand,
  doctorCommand,
];

async function main(words: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = words;
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined || rest.includes('--help')) {
    console.log(command === undefined ? usage() : `${command.usage}\n\n${command.summary}.`);
    return command !== undefined || name === 'help' || name === '--help' ? 0 : 2;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const json = rest.includes('--json');
  try {
    const config = readConfig();
    const log = makeLogger(config);
    const context: CommandContext = {
      config,
      log,
      args: rest.filter((word) => word !== '--json'),
      json,
      signal: stop.signal,
      database: () => databaseUrls(config, log),
      hub: (urls, chosen) => openHub(chosen, urls, log),
      say: (sentence) => void (json || console.log(sentence)),
      result: (value) => void (json && console.log(JSON.stringify(value))),
    };
    return await command.run(context);
  } catch (thrown) {
    const sentence = thrown instanceof AppError ? thrown.message : `Unexpected error: ${messageOf(thrown)}`;
    if (json)
      console.log(JSON.stringify({ error: { code: thrown instanceof AppError ? thrown.code : 'internal', message: sentence } }));
    else console.error(sentence);
    if (!(thrown instanceof AppError)) console.error(thrown);
    return 1;
  }
}

function usage(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    'storesync <command> [--json]',
    '',
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    'storesync <command> --help says more.',
  ].join('\n');
}

process.exitCode = await main(process.argv.slice(2));
// Nothing may keep a finished command alive: an idle pool, a timer of a library.
setTimeout(() => process.exit(), 2000).unref();
