#!/usr/bin/env node
// Plain JavaScript, because it may be started by any Node: it goes on under the Node that the project brings.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const bundled = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
const [major] = process.versions.node.split('.').map(Number);

// V8 lets the heap of a process grow several times over what lives in it, by the memory of the machine. A server and a worker
// beside a database shall be small: they collect more often, for a few per cent of their time. No limit: big work may grow.
const small = ['--max-semi-space-size=8', '--heap-growing-percent=50'];
// So does the C library beside it, which keeps what a large buffer lay in. By these it gives buffers of 64 KiB and more back.
const environment = { MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '131072', ...process.env };

if (!existsSync(bundled) && major < 24) {
  console.error('StoreSync needs Node 24. Run "npm ci" in its folder: it brings its own.');
  process.exit(1);
}
const node = existsSync(bundled) ? bundled : process.execPath;
const words = [...process.execArgv, ...small, '--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)];
if (process.platform !== 'win32' && typeof process.execve === 'function') {
  // In the place of this process: no launcher stays behind, and signals arrive where they are meant.
  process.removeAllListeners('warning');
  process.execve(node, [node, ...words], environment);
}
const child = spawn(node, words, { stdio: 'inherit', env: environment });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128 + 15)));
