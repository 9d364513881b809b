/**
 * Crash tests (I1, I4, I11): while much is being changed, the worker, the server or PostgreSQL is killed with SIGKILL, at a
 * random moment, or the worker in the very moment after a store has applied its Nth write and before the answer is out.
 * Everything is started again, and within a bound the stores show what is desired, and the books have each change once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { assert, present } from '#base/assert.ts';
import { type SeededRandom, seededRandom } from '#catalog/csv/seeded-random.ts';
import { linkAndTrack } from '#cli/demo/set-up.ts';
import { changeMuch, writesPerRound } from '#test/crash/changes.ts';
import { Expectations } from '#test/crash/expectations.ts';
import { plainGoods } from '#test/crash/goods.ts';
import { type Installation, openInstallation } from '#test/crash/installation.ts';
import { assertTrueEverywhere } from '#test/crash/standing.ts';
import { eventually } from '#test/journeys/eventually.ts';

export interface CrashOptions {
  rounds: number;
  seed: number;
  /** So many kills before everything must heal: 1 judges each alone. */
  killsPerHealing: number;
  /** The healing's bound. It holds a lease's end (10 s), a lost write's longest time, and the work itself. */
  healingSeconds: number;
  /** Null: what the manifests say (about a minute). */
  longestWriteSeconds: number | null;
  goods: number;
  say(line: string): void;
}

const kinds = ['after_write', 'database', 'after_write', 'worker', 'after_write', 'server'] as const;
type Kind = (typeof kinds)[number];

export interface CrashSummary {
  kills: Record<Kind, number>;
  healings: number;
  longestHealingSeconds: number;
  /** Changes whose answer was lost, and levels compared at each healing. */
  unanswered: number;
  levels: number;
  /** Processes that ended by themselves: none may. */
  fell: string[];
}

/** The bulk change is under way for about so long; what a person edits at the source is delivered at its very beginning. */
const longestMomentMs: Record<Kind, number> = { after_write: 1500, worker: 1500, database: 1500, server: 300 };
const writeAwaitedSeconds = 45;

export async function crashMany(options: CrashOptions): Promise<CrashSummary> {
  const { seed, say } = options;
  say(`seed ${seed}, ${options.rounds} rounds, ${options.killsPerHealing} kill(s) to a healing`);
  const complaints: string[] = [];
  const installation = await openInstallation({
    goods: plainGoods(options.goods),
    manifests: options.longestWriteSeconds === null ? {} : { longestWriteSeconds: options.longestWriteSeconds },
    timeScale: 0.01,
    complain: (text) => void complaints.push(text),
  });
  try {
    const expectations = await setUp(installation, options.goods);
    say(`${options.goods} goods are linked and true in ${installation.stores.map(({ platform }) => platform).join(' and ')}`);
    return await playRounds(installation, expectations, options);
  } catch (thrown) {
    if (complaints.length > 0) say(`What the processes complained of last:\n${complaints.join('').slice(-3000)}`);
    throw thrown;
  } finally {
    await installation.close();
  }
}

async function setUp(installation: Installation, goods: number): Promise<Expectations> {
  // The limits have suites of their own; here they would make every healing a matter of pacing.
  for (const { hosted } of installation.stores) hosted.shop.control.unlimited(true);
  const ids: string[] = [];
  for (const store of installation.stores) ids.push(await installation.connect(store));
  const { linked } = await linkAndTrack(installation.hub, installation.actor, present(ids[0], 'the source store'));
  assert(linked === goods, `all ${goods} goods are linked, not ${linked}`);
  const expectations = new Expectations();
  const { organizationId } = installation.actor;
  const { rows } = await installation.hub.db.inOrganization(organizationId, (tx) =>
    tx.execute<{ id: string; sku: string }>(
      `select id, sku from product_variants where organization_id = '${organizationId}' order by sku`,
    ),
  );
  const shown = new Map(
    present(installation.stores[0], 'the source')
      .hosted.shop.control.goods()
      .map((good) => [good.sku, good]),
  );
  for (const { id, sku } of rows) {
    const good = present(shown.get(sku), sku);
    expectations.begin({ sku, variantId: id, quantity: good.quantity, price: Number(good.price).toFixed(2) });
  }
  await eventually(
    'the fresh installation is true',
    async () => void (await assertTrueEverywhere(installation, expectations)),
    30,
  );
  return expectations;
}

async function playRounds(installation: Installation, expectations: Expectations, options: CrashOptions): Promise<CrashSummary> {
  const random = seededRandom(options.seed);
  const summary: CrashSummary = {
    kills: { after_write: 0, worker: 0, database: 0, server: 0 },
    ...{ healings: 0, longestHealingSeconds: 0, unanswered: 0, levels: 0 },
    fell: [],
  };
  for (let round = 1; round <= options.rounds; round++) {
    const kind = present(kinds[(round - 1) % kinds.length], 'a kind');
    const { moment, unanswered } = await playRound(installation, expectations, random, kind);
    summary.kills[kind]++;
    summary.unanswered += unanswered;
    const fell = await startAgain(installation, kind);
    summary.fell.push(...fell.map((program) => `round ${round}: the ${program} ended when ${kind} was killed`));
    const line = `round ${String(round).padStart(3)}  ${kind.padEnd(11)}  ${moment}${fell.length > 0 ? `  (and the ${fell.join(', ')} fell)` : ''}`;
    if (round % options.killsPerHealing !== 0 && round !== options.rounds) {
      options.say(line);
      continue;
    }
    const check = async () => {
      summary.levels = await assertTrueEverywhere(installation, expectations);
    };
    const seconds = await eventually(`seed ${options.seed}, round ${round} (${kind}): healed`, check, options.healingSeconds);
    summary.healings++;
    summary.longestHealingSeconds = Math.max(summary.longestHealingSeconds, seconds);
    options.say(`${line}  healed in ${seconds.toFixed(1)} s`);
  }
  return summary;
}

/** Changes much, and kills meanwhile. */
async function playRound(
  installation: Installation,
  expectations: Expectations,
  random: SeededRandom,
  kind: Kind,
): Promise<{ moment: string; unanswered: number }> {
  let killed = false;
  const momentMs = random.below(longestMomentMs[kind]);
  const writes = 1 + random.below(writesPerRound - 1);
  const kill = async () => {
    killed = true;
    if (kind === 'database') installation.database.kill();
    else if (kind === 'server') await installation.server().kill();
    else await installation.worker().kill();
  };
  const struck = kind === 'after_write' ? killAfterWrite(installation, writes, kill) : sleep(momentMs).then(kill);
  const [change] = await Promise.all([
    changeMuch(installation, expectations, random, () => kind === 'database' && killed),
    struck,
  ]);
  return { moment: kind === 'after_write' ? `write ${writes}` : `${momentMs} ms`, unanswered: change.unanswered };
}

/** The store has applied the write, and its answer never arrives. Throws when so many writes do not come about. */
async function killAfterWrite(installation: Installation, nth: number, kill: () => Promise<void>): Promise<void> {
  const total = () => installation.stores.reduce((sum, { hosted }) => sum + written(hosted.shop.control.writes()), 0);
  const target = total() + nth;
  let timer: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`The worker has not made ${nth} writes within ${writeAwaitedSeconds} s`)),
        writeAwaitedSeconds * 1000,
      );
      installation.wire.beforeAnswer = async () => {
        if (total() < target) return;
        installation.wire.beforeAnswer = null;
        await kill().then(resolve, reject);
      };
    });
  } finally {
    clearTimeout(timer);
    installation.wire.beforeAnswer = null;
  }
}

const written = (writes: readonly { by: string }[]): number => writes.filter(({ by }) => by === 'api').length;

/** Whatever was killed runs again. Returns the names of those that fell although nobody killed them. */
async function startAgain(installation: Installation, kind: Kind): Promise<string[]> {
  if (kind === 'database') {
    await installation.database.start();
    await sleep(500); // time to fall over, for those that take a lost connection badly
  }
  const fell: string[] = [];
  if (installation.server().ended() !== null) {
    if (kind !== 'server') fell.push('server');
    await installation.startServer();
  }
  if (installation.worker().ended() !== null) {
    if (kind !== 'worker' && kind !== 'after_write') fell.push('worker');
    await installation.startWorker();
  }
  return fell;
}
