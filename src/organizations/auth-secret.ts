import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#base/errors.ts';

/**
 * The secret that signs session cookies: the configured one, else one that is made once and kept in the data folder,
 * readable by this user alone. Two processes that start at once agree, because only one of them creates the file.
 * Throws AppError 'misconfigured' when the kept file holds no usable secret.
 */
export async function readAuthSecret(config: { authSecret: string | null; dataFolder: string }): Promise<string> {
  if (config.authSecret !== null) return config.authSecret;
  const path = join(config.dataFolder, 'auth-secret');
  await mkdir(config.dataFolder, { recursive: true });
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(48).toString('base64url')}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  }
  return await readKept(path);
}

async function readKept(path: string): Promise<string> {
  // The process that made the file may not have written it yet.
  for (let attempt = 1; attempt <= 20; attempt++) {
    const secret = (await readFile(path, 'utf8')).trim();
    if (secret.length >= 32) return secret;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new AppError(
    'misconfigured',
    `The file ${path} holds no usable secret. Delete it and start again: everybody will have to sign in anew.`,
  );
}
