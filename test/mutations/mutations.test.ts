import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { mutations } from './mutations.ts';

/** Found here within seconds, and not by `npm run mutations` at the end. */
test('each rule that is to be taken out stands in its file, once', async () => {
  const astray = await Promise.all(
    mutations.map(async ({ name, file, line }) => {
      const source = await readFile(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
      return source.split(line).length === 2 ? [] : [name];
    }),
  );
  expect(astray.flat()).toEqual([]);
});
