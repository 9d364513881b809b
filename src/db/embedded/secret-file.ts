import { randomUUID } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import type { z } from 'zod';
import { AppError } from '#base/errors.ts';

/** What the file holds, or null when there is none. Throws 'misconfigured' when it is damaged. */
export async function readSecretFile<T>(path: string, shape: z.ZodType<T>): Promise<T | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return null;
    throw new AppError('misconfigured', `The file ${path} cannot be read: start StoreSync as the user it belongs to.`, {
      cause: thrown,
    });
  }
  try {
    return shape.parse(JSON.parse(text));
  } catch (thrown) {
    throw new AppError(
      'misconfigured',
      `The file ${path} is damaged: delete it and start again (new passwords are made, data stays).`,
      { cause: thrown },
    );
  }
}

/** Replaces the file in one step, readable by its owner alone; it is on the disk when this returns. */
export async function writeSecretFile(path: string, content: unknown): Promise<void> {
  const unfinished = `${path}.${randomUUID()}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
}
