import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, expect, test } from 'vitest';
import { canEnter } from '#db/embedded/account.ts';
import { clusterProcesses } from '#db/embedded/processes.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#db/embedded/start.ts';

const nobody = { uid: 65_534, gid: 65_534 };
const asRoot = process.getuid?.() === 0;
const nobodyCanRun = asRoot && (await canEnter(nobody, fileURLToPath(new URL('.', import.meta.url))));
if (!asRoot) console.log('Tests that change users are left out: they need to run as root.');
else if (!nobodyCanRun) console.log('Tests as an ordinary user are left out: such a user cannot enter the checkout.');

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one();
});

async function freshFolder(owner?: { uid: number; gid: number }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'storesync-start-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  return join(folder, 'data');
}

/** Stopped when the test ends. */
async function start(dataFolder: string, said: string[] = []): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataFolder, log: (sentence) => said.push(sentence) });
  undo.push(() => postgres.stop());
  return postgres;
}

interface Child {
  process: ChildProcess;
  /** What it printed when it had started, or why it could not. */
  answer: { port: number; processId: number; superuserUrl: string } & { code?: string; message?: string };
}

async function startInChild(dataFolder: string, user?: { uid: number; gid: number }): Promise<Child> {
  const program = fileURLToPath(new URL('../../../test/embedded-child.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dataFolder], { stdio: ['pipe', 'pipe', 'pipe'], cwd: '/', env: {}, ...user });
  // It may be gone before its exit is known here: then there is nobody to tell, and its exit is what is waited for.
  child.stdin.on('error', (error) => expect(error).toMatchObject({ code: 'EPIPE' }));
  undo.push(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.stdin.end('stop');
      await once(child, 'exit');
    }
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += String(chunk);
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'close')]);
  if (typeof line !== 'string') throw new Error(`The child ended: ${complaint}`);
  return { process: child, answer: JSON.parse(line) };
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

test('a killed hub leaves PostgreSQL running, and the next start adopts it', async () => {
  const folder = await freshFolder();
  const child = await startInChild(folder);
  await query(child.answer.superuserUrl, 'create table kept as select 7 as n');
  await kill(child.process);

  const adopted = await start(folder);
  expect([adopted.processId, adopted.port]).toEqual([child.answer.processId, child.answer.port]);
  expect(await query(adopted.superuserUrl, 'select n from kept')).toEqual([{ n: 7 }]);

  await adopted.stop();
  expect(await clusterProcesses(join(folder, 'postgres'))).toEqual([]);
});

test('a killed PostgreSQL is started again with everything committed, after its orphaned processes ended', async () => {
  const folder = await freshFolder();
  const first = await start(folder);
  await query(first.superuserUrl, 'create table kept as select 8 as n');
  // Busy computing, it does not notice its parent's death by itself.
  const busy = query(first.superuserUrl, 'select count(*) from generate_series(1, 1000000000000)').catch(
    (thrown: Error) => thrown.message,
  );
  while (
    (await query(first.superuserUrl, "select from pg_stat_activity where query like 'select count%' and state = 'active'"))
      .length === 0
  );
  process.kill(first.processId, 'SIGKILL');

  const second = await start(folder);
  expect(second.processId).not.toBe(first.processId);
  expect(await query(second.superuserUrl, 'select n from kept')).toEqual([{ n: 8 }]);
  expect(await busy).toMatch(/terminat/);
  const postmasters = (await clusterProcesses(join(folder, 'postgres'))).filter(({ postmaster }) => postmaster);
  expect(postmasters).toEqual([{ processId: second.processId, postmaster: true }]);
});

test('of processes that start at once on a new folder one makes and starts the database, the others adopt it', async () => {
  const folder = await freshFolder();
  const [here, there, alsoThere] = await Promise.all([start(folder), startInChild(folder), startInChild(folder)]);
  expect([there.answer.processId, alsoThere.answer.processId]).toEqual([here.processId, here.processId]);
  expect(there.answer.superuserUrl).toBe(here.superuserUrl);
});

test('the last one to stop takes PostgreSQL down; one that was killed does not count', async () => {
  const folder = await freshFolder();
  const said: string[] = [];
  const [first, second] = [await start(folder, said), await start(folder)];
  const child = await startInChild(folder);
  await first.stop();
  await first.stop();
  expect(said.at(-1)).toMatch(/keeps running/);
  expect(await query(second.superuserUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  await kill(child.process);
  await second.stop();
  await expect(query(second.superuserUrl, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('two data folders have two databases that know nothing of each other', async () => {
  const [one, other] = await Promise.all([start(await freshFolder()), start(await freshFolder())]);
  expect(one.port).not.toBe(other.port);
  await query(one.superuserUrl, 'create table only_here ()');
  expect(await query(other.superuserUrl, "select to_regclass('only_here') as found")).toEqual([{ found: null }]);
  const stranger = new URL(one.superuserUrl);
  stranger.port = String(other.port);
  await expect(query(stranger.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

test('a new database is durable, deterministic in its order, closed to the network and guarded by a password', async () => {
  const folder = await freshFolder();
  const { superuserUrl, version } = await start(folder);
  expect(version).toMatch(/^18\./);
  const settings = [
    'fsync',
    'synchronous_commit',
    'full_page_writes',
    'data_checksums',
    'listen_addresses',
    'unix_socket_directories',
    'server_encoding',
  ];
  const list = settings.map((name) => `current_setting('${name}')`).join(", '|', ");
  expect(await query(superuserUrl, `select concat(${list}) as settings`)).toEqual([{ settings: 'on|on|on|on|127.0.0.1||UTF8' }]);
  expect(
    await query(
      superuserUrl,
      "select string_agg(t, ' ' order by t) as sorted, lower('ÁO DÀI') as lowered from unnest(array['b', 'á', 'B', 'a']) t",
    ),
  ).toEqual([{ sorted: 'B a b á', lowered: 'áo dài' }]);
  expect((await stat(join(folder, 'postgres.json'))).mode & 0o777).toBe(0o600);
  const withoutPassword = new URL(superuserUrl);
  withoutPassword.password = 'guess';
  await expect(query(withoutPassword.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
});

test('a start of a database that exists takes less than two seconds and keeps its port, unless it was taken', async () => {
  const folder = await freshFolder();
  const first = await start(folder);
  await first.stop();
  const begun = Date.now();
  const second = await start(folder);
  expect(Date.now() - begun).toBeLessThan(2000);
  expect(second.port).toBe(first.port);
  await second.stop();

  const intruder = createServer().listen(first.port, '127.0.0.1');
  await once(intruder, 'listening');
  const third = await start(folder);
  expect(third.port).not.toBe(first.port);
  intruder.close();
});

test('lock files and half-made databases of a crashed machine do not stand in the way', async () => {
  const folder = await freshFolder();
  await mkdir(join(folder, 'postgres.unfinished', 'base'), { recursive: true });
  const first = await start(folder);
  await first.stop();
  // After a restart the number in the file is some other process's, here of the same user: PostgreSQL alone would believe it.
  const { uid, gid } = await stat(join(folder, 'postgres'));
  const bystander = spawn('sleep', ['60'], { cwd: '/', stdio: 'ignore', uid, gid });
  undo.push(async () => bystander.kill());
  await once(bystander, 'spawn');
  const lockFile = [
    bystander.pid,
    join(folder, 'postgres'),
    1_700_000_000,
    first.port,
    '',
    '127.0.0.1',
    '  123456    789',
    'ready   ',
    '',
  ].join('\n');
  await writeFile(join(folder, 'postgres', 'postmaster.pid'), lockFile);
  const second = await start(folder);
  expect(await query(second.superuserUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a lost postgres.json means a new password, never lost data, even while PostgreSQL runs', async () => {
  const folder = await freshFolder();
  const child = await startInChild(folder);
  await query(child.answer.superuserUrl, 'create table kept as select 9 as n');
  await kill(child.process);
  await rm(join(folder, 'postgres.json'));
  const { superuserUrl } = await start(folder);
  expect(superuserUrl).not.toBe(child.answer.superuserUrl);
  expect(await query(superuserUrl, 'select n from kept')).toEqual([{ n: 9 }]);
});

test('data of another major version is refused, untouched, with a sentence that says what to do', async () => {
  const folder = await freshFolder();
  await (await start(folder)).stop();
  await writeFile(join(folder, 'postgres', 'PG_VERSION'), '17\n');
  await expect(start(folder)).rejects.toMatchObject({
    code: 'misconfigured',
    message: expect.stringMatching(/made by PostgreSQL 17.*brings PostgreSQL 18.*pg_dump/),
  });
  expect(await readFile(join(folder, 'postgres', 'PG_VERSION'), 'utf8')).toBe('17\n');
});

test('settings that PostgreSQL does not accept are reported in its own words', async () => {
  const folder = await freshFolder();
  const settings = { max_connections: 'many' };
  await expect(startEmbeddedPostgres({ dataFolder: folder, log: () => undefined, settings })).rejects.toMatchObject({
    code: 'misconfigured',
    internal: expect.stringContaining('max_connections'),
  });
});

test.skipIf(!nobodyCanRun)('an ordinary user starts, adopts and stops it as itself', async () => {
  const folder = await freshFolder(nobody);
  const first = await startInChild(folder, nobody);
  expect((await stat(`/proc/${first.answer.processId}`)).uid).toBe(nobody.uid);
  await kill(first.process);
  const second = await startInChild(folder, nobody);
  expect(second.answer.processId).toBe(first.answer.processId);
  second.process.stdin?.end('stop');
  await once(second.process, 'exit');
  expect(await clusterProcesses(join(folder, 'postgres'))).toEqual([]);
});

test.skipIf(!nobodyCanRun)(
  'a folder that the user cannot write to, or whose files are somebody else’s, is refused with what to do',
  async () => {
    const closed = await freshFolder();
    expect((await startInChild(closed, nobody)).answer).toEqual({
      code: 'misconfigured',
      message: expect.stringMatching(/cannot write to its data folder .*Give the folder to the user/),
    });
    const theirs = await freshFolder();
    await (await start(theirs)).stop();
    await chmod(theirs, 0o777);
    for (const file of ['postgres.lock', 'postgres.in-use', 'postgres.json']) await rm(join(theirs, file));
    expect((await startInChild(theirs, nobody)).answer).toEqual({
      code: 'misconfigured',
      message: expect.stringMatching(/belong to user number .*chown/),
    });
  },
);

test.skipIf(!asRoot)('below a folder only root may enter the database is kept elsewhere, said so, and found again', async () => {
  const folder = await freshFolder();
  await chmod(join(folder, '..'), 0o700);
  const said: string[] = [];
  const first = await start(folder, said);
  const [{ place } = {}] = await query(first.superuserUrl, "select current_setting('data_directory') as place");
  undo.unshift(() => rm(join(String(place), '..'), { recursive: true }));
  expect(place).toMatch(/^\/var\/lib\/storesync\/[0-9a-f]{16}\/postgres$/);
  expect(said.join()).toContain(String(place).replace(/\/postgres$/, ''));
  await query(first.superuserUrl, 'create table kept as select 10 as n');
  await first.stop();

  // Moved together with its checkout, a data folder still knows where its database is.
  const moved = join(folder, '..', 'moved');
  await rename(folder, moved);
  const second = await start(moved);
  expect(await query(second.superuserUrl, 'select n from kept')).toEqual([{ n: 10 }]);
});
