/**
 * storesync <command>: the only file that wires everything. It imports nothing before it has said how modules are loaded,
 * and then only what its command needs: a worker is without the HTTP server, sign-in and the pages of the documentation.
 */
import { enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Command, CommandContext } from '#cli/command.ts';

// What a source became without its types, compiled, is kept: the next start takes it from there. Where the folder cannot
// be written nothing is kept, and nothing else is different.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/storesync', import.meta.url)));

// Drizzle's ES modules are barrels of "export *" that import each other in circles: to link them takes V8 half a second and
// 240 MiB, of which the process keeps most for good. Its CommonJS is the same code, for 20 MiB.
registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, /^drizzle-orm(\/|$)/.test(specifier) ? { ...context, conditions: ['node', 'require'] } : context),
});

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('#cli/start.ts')).startCommand,
  work: async () => (await import('#cli/work.ts')).workCommand,
  migrate: async () => (await import('#cli/migrate.ts')).migrateCommand,
  demo: async () => (await import('#cli/demo.ts')).demoCommand,
  import: async () => (await import('#cli/import-export.ts')).importCommand,
  export: async () => (await import('#cli/import-export.ts')).exportCommand,
  link: async () => (await import('#cli/link.ts')).linkCommand,
  sync: async () => (await import('#cli/sync.ts')).syncCommand,
  keys: async () => (await import('#cli/keys.ts')).keysCommand,
  doctor: async () => (await import('#cli/doctor.ts')).doctorCommand,
};

async function main(words: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = words;
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    console.log(await usage());
    return name === 'help' || name === '--help' ? 0 : 2;
  }
  const command = await load();
  if (rest.includes('--help')) {
    console.log(`${command.usage}\n\n${command.summary}.`);
    return 0;
  }
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const json = rest.includes('--json');
  const args = rest.filter((word) => word !== '--json');
  const { CalledWrongly, checkCall } = await import('#cli/call.ts');
  try {
    checkCall(command, args);
    return await command.run(await openContext(args, json, stop.signal));
  } catch (thrown) {
    const { sayProblem } = await import('#cli/say-problem.ts');
    sayProblem(thrown, json);
    return thrown instanceof CalledWrongly ? 2 : 1;
  }
}

async function openContext(args: readonly string[], json: boolean, signal: AbortSignal): Promise<CommandContext> {
  const { readConfig } = await import('#config.ts');
  const { makeLogger, openHub } = await import('#compose.ts');
  const { databaseUrls } = await import('#cli/database-urls.ts');
  const config = readConfig();
  const log = makeLogger(config);
  return {
    ...{ config, log, args, json, signal },
    database: () => databaseUrls(config, log),
    hub: (urls, chosen) => openHub(chosen, urls, log),
    say: (sentence) => void (json || console.log(sentence)),
    result: (value) => void (json && console.log(JSON.stringify(value))),
  };
}

async function usage(): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()));
  const width = Math.max(...loaded.map((command) => command.name.length));
  return [
    'storesync <command> [--json]',
    '',
    ...loaded.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    'storesync <command> --help says more.',
  ].join('\n');
}

process.exitCode = await main(process.argv.slice(2));
// Nothing may keep a finished command alive: an idle pool, a timer of a library.
setTimeout(() => process.exit(), 2000).unref();
