#!/usr/bin/env node
// Plain JavaScript, because it may be started by any Node: it goes on under the Node that the project brings.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const bundled = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const [major] = process.versions.node.split('.').map(Number);

if (existsSync(bundled) && process.execPath !== bundled) {
  const child = spawn(bundled, ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128 + 15)));
} else if (major >= 24) {
  await import(main);
} else {
  console.error('StoreSync needs Node 24. Run "npm ci" in its folder: it brings its own.');
  process.exit(1);
}
