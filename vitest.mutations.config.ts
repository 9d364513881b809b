/** The tests as they are, on sources from which one rule is taken out (see test/mutations/run.ts). */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { mutations } from './test/mutations/mutations.ts';
import tests from './vitest.config.ts';

const root = fileURLToPath(new URL('./', import.meta.url));
const mutation = mutations[Number(process.env.MUTATION)];
if (mutation === undefined) throw new Error('MUTATION names one of mutations.ts by its place');

export default defineConfig({
  ...tests,
  // What was read for another mutation must not be taken for this one's.
  test: { ...tests.test, fsModuleCache: false },
  plugins: [
    {
      name: 'mutation',
      enforce: 'pre',
      transform: (code: string, id: string) =>
        id.split('?')[0] === `${root}${mutation.file}` ? code.replace(mutation.line, () => mutation.without) : null,
    },
  ],
});
