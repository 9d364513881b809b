// Builds the web app when its sources are newer than what was built. Plain JavaScript: npm scripts start it.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const built = join(root, 'web/dist/index.html');

const newest = (folder) =>
  Math.max(
    0,
    ...readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (entry.name === 'dist' || entry.name === 'node_modules') return [];
      const path = join(folder, entry.name);
      return [entry.isDirectory() ? newest(path) : statSync(path).mtimeMs];
    }),
  );

if (
  !existsSync(built) ||
  statSync(built).mtimeMs < Math.max(newest(join(root, 'web')), statSync(join(root, 'package-lock.json')).mtimeMs)
) {
  execFileSync(join(root, 'node_modules/.bin/vite'), ['build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'], {
    cwd: root,
    stdio: 'inherit',
  });
}
