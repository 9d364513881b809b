/** How the house is built: who may import whom, what a connector's folder holds, where a platform may be named. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { foldersIn, importsOf, namesIn, type SourceFile, sourceFiles } from '#test/source-files.ts';

/** A room is a folder of src/, or a file that stands directly in it. The kit is what stands directly in connectors/. */
const mayImport: Record<string, readonly string[]> = {
  base: [],
  'config.ts': ['base'],
  db: ['base'],
  organizations: ['db', 'base'],
  kit: ['base'],
  platform: ['kit', 'base'],
  stores: ['organizations', 'kit', 'db', 'config.ts', 'base'],
  catalog: ['stores', 'organizations', 'db', 'base'],
  inventory: ['catalog', 'stores', 'organizations', 'db', 'base'],
  pricing: ['catalog', 'stores', 'organizations', 'db', 'base'],
  listings: ['inventory', 'pricing', 'catalog', 'stores', 'organizations', 'kit', 'db', 'base'],
  orders: ['listings', 'inventory', 'catalog', 'stores', 'organizations', 'kit', 'db', 'base'],
  sync: ['orders', 'listings', 'inventory', 'pricing', 'catalog', 'stores', 'organizations', 'kit', 'db', 'base'],
  webhooks: ['listings', 'inventory', 'pricing', 'catalog', 'stores', 'organizations', 'kit', 'db', 'base'],
  http: [
    'webhooks',
    'sync',
    'orders',
    'listings',
    'inventory',
    'pricing',
    'catalog',
    'stores',
    'organizations',
    'kit',
    'db',
    'config.ts',
    'base',
  ],
  cli: [
    'webhooks',
    'sync',
    'orders',
    'listings',
    'inventory',
    'pricing',
    'catalog',
    'stores',
    'organizations',
    'db',
    'config.ts',
    'base',
  ],
};

/** Where the table does not hold, and why. `types` allows nothing that stays at run time. */
const exceptions: readonly { from: string; to: string; types?: true; because: string }[] = [
  { from: 'src/main.ts', to: '*', because: 'wires the commands' },
  { from: 'src/compose.ts', to: '*', because: 'wires the hub' },
  { from: 'src/cli/command.ts', to: 'compose.ts', because: 'a command is given the hub' },
  { from: 'src/cli/database-urls.ts', to: 'compose.ts', because: 'a command is given the hub' },
  { from: 'src/cli/demo.ts', to: 'compose.ts', because: 'the demo wires a hub beside its server' },
  { from: 'src/cli/start.ts', to: 'compose.ts', because: 'start wires the server' },
  { from: 'src/cli/start.ts', to: 'http', because: 'start wires the server' },
  { from: 'src/cli/say-problem.ts', to: 'http', because: 'a command and an answer say the same of an error' },
  { from: 'src/cli/demo/practice-stores.ts', to: 'kit', because: 'the demo opens practice stores' },
  { from: 'src/connectors/registry.ts', to: 'platform', because: 'it is the list of platforms' },
  { from: 'src/connectors/practice-registry.ts', to: 'platform', because: 'it is the list of practice stores' },
  {
    from: 'src/connectors/practice-catalog.ts',
    to: 'catalog',
    types: true,
    because: 'puts the goods of a product CSV into a practice store',
  },
  { from: 'src/stores/stores.ts', to: 'inventory', types: true, because: "a store's settings hold its stock rule" },
  { from: 'src/stores/stores.ts', to: 'pricing', types: true, because: "a store's settings hold its price rule" },
];

const src = sourceFiles('src');
const everything = [...src, ...sourceFiles('web', 'test', 'scripts', 'bin')];
const platforms = foldersIn('src/connectors').filter((name) => name !== 'practice-host');

/** The room of a path below src/. */
function roomOf(path: string): string {
  const [first = '', second = ''] = path.split('/');
  if (first !== 'connectors') return first;
  return platforms.includes(second) ? 'platform' : 'kit';
}

/** Tests, and what its name calls their support, may use the support in test/. */
const isTestSupport = (file: SourceFile): boolean => file.isTest || /(^|\/)(test-|fixtures\/)/.test(file.path);

function forbiddenImports(file: SourceFile): string[] {
  const room = roomOf(file.path.slice('src/'.length));
  const allowed = mayImport[room] ?? [];
  const platform = /^src\/connectors\/([^/]+)\//.exec(file.path)?.[1];
  return file.imports.flatMap(({ specifier, typeOnly }) => {
    if (!specifier.startsWith('#')) return [];
    if (specifier.startsWith('#test/')) return isTestSupport(file) ? [] : [`${file.path} imports ${specifier}`];
    const target = roomOf(specifier.slice(1));
    const own = target === room && (room !== 'platform' || specifier.startsWith(`#connectors/${platform}/`));
    if (own || allowed.includes(target)) return [];
    const excepted = exceptions.some(
      ({ from, to, types }) =>
        (from === file.path || (file.isTest && testOf(from) === file.path)) &&
        (to === target || to === '*') &&
        (!types || typeOnly),
    );
    return excepted ? [] : [`${file.path} imports ${specifier}`];
  });
}

const testOf = (path: string): string => path.replace(/\.ts$/, '.test.ts');

describe('direction', () => {
  test('every room stands in the table, and the table has no room that is gone', () => {
    const rooms = new Set(src.map((file) => roomOf(file.path.slice('src/'.length))));
    const wiring = exceptions.filter(({ to }) => to === '*').map(({ from }) => from.slice('src/'.length));
    expect([...rooms].filter((room) => !wiring.includes(room)).sort()).toEqual(Object.keys(mayImport).sort());
  });

  test('the table has no circle', () => {
    const visit = (room: string, above: readonly string[]): void => {
      expect(above).not.toContain(room);
      for (const below of mayImport[room] ?? []) visit(below, [...above, room]);
    };
    for (const room of Object.keys(mayImport)) visit(room, []);
  });

  test('a room imports only what the table allows', () => {
    // Tests of the practice host drive a real practice store through it.
    const tested = src.filter((file) => file.path !== 'src/connectors/practice-host.test.ts');
    expect(tested.flatMap(forbiddenImports)).toEqual([]);
  });

  test('every exception is still needed', () => {
    const needless = exceptions.filter(({ from, to }) => {
      const file = src.find(({ path }) => path === from);
      const targets = file?.imports
        .filter(({ specifier }) => specifier.startsWith('#'))
        .map(({ specifier }) => roomOf(specifier.slice(1)));
      return targets === undefined || (to !== '*' && !targets.includes(to));
    });
    expect(needless).toEqual([]);
  });

  test('the engine is given its connectors: the list of platforms is imported where the hub is made', () => {
    const importing = src.filter(
      (file) => !file.isTest && file.imports.some(({ specifier }) => specifier === '#connectors/registry.ts'),
    );
    expect(importing.map(({ path }) => path)).toEqual(['src/compose.ts']);
  });

  test('nothing climbs with ../, and the web app imports nothing of the server', () => {
    const climbing = everything.flatMap((file) =>
      file.imports.filter(({ specifier }) => specifier.startsWith('..')).map(({ specifier }) => `${file.path}: ${specifier}`),
    );
    expect(climbing).toEqual([]);
    const reaching = everything
      .filter(({ path }) => path.startsWith('web/'))
      .flatMap((file) => file.imports.filter(({ specifier }) => specifier.startsWith('#')).map(() => file.path));
    expect(reaching).toEqual([]);
  });

  test('the reading of imports sees each kind of them', () => {
    const text =
      "import a from 'one';\nimport type { B } from 'two';\nimport {\n  c,\n} from 'three';\nexport { d } from 'four';\nimport 'five';\nawait import('six');\n";
    expect(
      importsOf(text)
        .map(({ specifier, typeOnly }) => (typeOnly ? `type ${specifier}` : specifier))
        .sort(),
    ).toEqual(['one', 'type two', 'three', 'four', 'five', 'six'].sort());
  });
});

describe('connectors', () => {
  const parts = ['manifest', 'client', 'schema', 'translate', 'webhook', 'connector', 'sandbox', 'messages'];

  test.each(platforms)('%s holds every part of a connector, each a file or a folder', (platform) => {
    const names = namesIn(`src/connectors/${platform}`);
    expect(parts.filter((part) => !names.includes(`${part}.ts`) && !names.includes(part))).toEqual([]);
    expect(names).toContain('fixtures');
  });

  test.each(platforms)('%s is on both lists of platforms and has its page', (platform) => {
    for (const list of ['registry', 'practice-registry']) {
      expect(src.find(({ path }) => path === `src/connectors/${list}.ts`)?.text).toContain(`'#connectors/${platform}/`);
    }
    expect(namesIn('docs/connectors')).toContain(`${platform}.md`);
  });

  const ofSandbox = (path: string): boolean => /^src\/connectors\/[^/]+\/sandbox(\/|\.ts$|\.test\.ts$)/.test(path);

  test('a sandbox imports nothing of its connector, tests included: a mistake in the client is caught, not mirrored', () => {
    const shared = src
      .filter(({ path }) => ofSandbox(path))
      .flatMap((file) =>
        file.imports
          .filter(({ specifier }) => /^#connectors\/[^/]+\//.test(specifier) && !ofSandbox(specifier.replace('#', 'src/')))
          .map(({ specifier }) => `${file.path}: ${specifier}`),
      );
    expect(shared).toEqual([]);
  });

  test('a connector imports nothing of its sandbox', () => {
    const shared = src
      .filter(({ path, isTest }) => path !== 'src/connectors/practice-registry.ts' && !isTest && !ofSandbox(path))
      .flatMap((file) =>
        file.imports
          .filter(({ specifier }) => ofSandbox(specifier.replace('#', 'src/')))
          .map(({ specifier }) => `${file.path}: ${specifier}`),
      );
    expect(shared).toEqual([]);
  });

  const names = /shopify|tik[\s_-]?tok/i;
  /** Files outside a platform's folder that name it. */
  const naming: Record<string, string> = {
    'src/connectors/registry.ts': 'the list of platforms',
    'src/connectors/practice-registry.ts': 'the list of practice stores',
    'src/http/routes/requirement-endpoints.ts': "keeps the requirement's endpoints, path for path",
    'src/catalog/csv/csv-product.ts': 'the interchange format is named after a platform',
    'src/catalog/csv/csv-columns.ts': 'the interchange format is named after a platform',
    'src/catalog/csv/assemble-product.ts': 'the interchange format is named after a platform',
    'src/catalog/csv/write-product-csv.ts': 'the interchange format is named after a platform',
    'src/catalog/csv/practice-catalog.ts': "the format's own word for a counted variant",
    'src/listings/catalog-file/stored-products.ts': "the format's own word for a counted variant",
  };

  test('a platform is named in its own folder, in the registries and nowhere else', () => {
    for (const platform of platforms) expect(platform).toMatch(names);
    const elsewhere = everything
      .filter(({ path, isTest }) => !isTest && /^(src|web)\//.test(path) && !/^src\/connectors\/[^/]+\//.test(path))
      .filter(({ text }) => names.test(text));
    expect(elsewhere.map(({ path }) => path).sort()).toEqual(Object.keys(naming).sort());
  });
});

describe('files', () => {
  test('none is longer than 400 lines', () => {
    const long = everything
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });

  test('a name says what it is about: nothing is called utils, helpers, manager, service, common, data, types or index', () => {
    const empty = /^(utils?|helpers?|managers?|services?|common|data|types|index|misc)$|-(utils?|helpers?|manager|service)$/;
    const nameless = everything.filter(
      ({ path }) =>
        path !== 'web/index.html' &&
        path.split('/').some((part) => empty.test(part.replace(/(\.(db|test|ts|tsx|js|css|html|graphql))+$/, ''))),
    );
    expect(nameless.map(({ path }) => path)).toEqual([]);
    const exported = src.flatMap(({ path, text }) =>
      [...text.matchAll(/^export (?:class|const|function|interface|type) (\w+(?:Utils?|Helpers?|Manager|Service))\b/gm)].map(
        (match) => `${path}: ${match[1]}`,
      ),
    );
    expect(exported).toEqual([]);
  });

  test("time is the caller's $now: the database's clock is asked only where processes must agree on one", () => {
    const allowed = ['src/stores/lease.ts', 'src/sync/pacing.ts', 'src/organizations/identity-tables.ts'];
    const clock = /(?<![.\w#])now\(\)(?!\s*[:{])|\b(clock|statement|transaction)_timestamp\b|\bcurrent_(timestamp|date)\b/;
    const asking = src
      .filter(({ path, text, isTest }) => path.endsWith('.ts') && !isTest && clock.test(text))
      .map(({ path }) => path);
    expect(asking.sort()).toEqual(allowed.sort());
  });

  test('the linter holds the rest: length of functions, the environment read in one place, no default exports', () => {
    const { linter, overrides } = JSON.parse(readFileSync(new URL('../biome.json', import.meta.url), 'utf8'));
    expect(linter.rules).toMatchObject({
      complexity: { noExcessiveLinesPerFunction: { level: 'error', options: { maxLines: 70 } } },
      performance: { noBarrelFile: 'error', noReExportAll: 'error' },
      style: { noDefaultExport: 'error', noNonNullAssertion: 'error', noProcessEnv: 'error' },
      suspicious: { noExplicitAny: 'error' },
    });
    const open = (overrides as { includes: string[]; linter: object }[]).map(
      ({ includes, linter: rules }) => `${JSON.stringify(rules)} in ${includes.join(', ')}`,
    );
    expect(open).toEqual([
      '{"rules":{"style":{"noDefaultExport":"off"}}} in *.config.ts, web/*.config.ts, test/global-setup.ts',
      // These pass their own environment on to a process that they start.
      '{"rules":{"style":{"noProcessEnv":"off"}}} in src/config.ts, src/cli/start.ts, bin/storesync.js, scripts/take-screenshots.js, test/external.ts, test/global-setup.ts, test/mutations/run.ts, vitest.mutations.config.ts',
      // The callback of a describe is a chapter, not a function.
      '{"rules":{"complexity":{"noExcessiveLinesPerFunction":"off"}}} in **/*.test.ts, **/*.test.tsx',
    ]);
  });
});
