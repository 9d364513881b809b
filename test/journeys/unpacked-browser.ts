/**
 * The packaged Chromium. It unpacks itself into the folder for temporary files and takes what lies there already: whole or
 * not, of whatever version, and whosever it is. Two test files would run what the other is still writing, so each version is
 * unpacked into a folder of this clone, under its name only when it is whole.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const packageName = '@sparticuz/chromium';
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The executable's path. */
export async function unpackedBrowser(): Promise<string> {
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const folder = join(root, 'data', `test-browser-${devDependencies[packageName]}`);
  const path = join(folder, 'chromium');
  if (existsSync(path)) return path;
  await mkdir(join(root, 'data'), { recursive: true });
  const mine = await mkdtemp(`${folder}-`);
  const unpack = `import chromium from '${packageName}'; await chromium.executablePath();`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', unpack], {
    cwd: root,
    env: { TMPDIR: mine },
  });
  try {
    await rename(mine, folder);
  } catch (thrown) {
    if (!existsSync(path)) throw thrown;
    // Another was faster.
    await rm(mine, { recursive: true });
  }
  return path;
}
