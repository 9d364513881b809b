/** In the workers' place: says which store has a turn when, and what befalls the worker meanwhile. */
import { sql } from 'drizzle-orm';
import { leaseSeconds } from '#stores/lease.ts';
import { runTurn } from '#sync/run-turn.ts';
import { isLostConnection } from '#test/simulation/deeds.ts';
import { cutConnections } from '#test/simulation/one-at-a-time.ts';
import { Accident, guarded, type Watch } from '#test/simulation/worker.ts';
import { turnOptions, type World } from '#test/simulation/world.ts';

export interface Mishap {
  kind: 'killed' | 'stalled' | 'cut';
  step: number;
}

export interface Dispatcher {
  /** The store that is due first of those that have no turn just now, and when (milliseconds; 0: somebody has woken it). */
  next(): Promise<{ storeId: string; at: number } | null>;
  /** Stores have their turns beside each other, each store one at a time. */
  begin(storeId: string): void;
  /** Whether turns have ended since this was asked. Throws what one ended with, if that was no mishap. */
  someEnded(): boolean;
  isIdle(): boolean;
  /** While the simulation itself looks at the database, no connection is cut. */
  undisturbed<T>(look: () => Promise<T>): Promise<T>;
  /** Befalls the next turn with the store that comes so far. */
  arm(storeId: string, mishap: Mishap): void;
  /** Nothing more befalls anybody. */
  disarm(): void;
  turns: number;
}

/** A sweep finds what a lost wake-up left, each second. */
const sweepMs = 1000;
const roundLastsMs = 60_000;

/** `everySeconds`: all work is done in rounds that begin so often; between them nothing is read or written. */
export function dispatcherOf(world: World, everySeconds: number | null): Dispatcher {
  const { test, time } = world;
  const armed = new Map<string, Mishap[]>();
  /** Stores that another worker has, or seems to have. */
  const notBefore = new Map<string, number>();
  const begun = time.milliseconds();
  let directory: { storeId: string; dueAt: number }[] = [];
  let readAtWrites = -1;
  const running = new Set<string>();
  let ended: { storeId: string; failure?: unknown }[] = [];
  const undisturbed = oneAfterTheOther();

  async function readDirectory(): Promise<void> {
    // Nobody changes it but by a statement.
    if (readAtWrites === world.statements.writes) return;
    const { rows } = await undisturbed(() =>
      test.hub.db.withoutOrganization((tx) =>
        tx.execute<{ store_id: string; next_run_at: Date }>(sql`
          select store_id, next_run_at from store_directory where organization_id = ${test.organizationId} and active order by next_run_at, store_id`),
      ),
    );
    directory = rows.map((row) => ({ storeId: row.store_id, dueAt: row.next_run_at.getTime() }));
    readAtWrites = world.statements.writes;
  }
  const turnAt = ({ storeId, dueAt }: { storeId: string; dueAt: number }): number => {
    const at = Math.max(notBefore.get(storeId) ?? 0, world.woken.has(storeId) ? 0 : dueAt);
    return everySeconds === null ? at : inRound(Math.max(at, time.milliseconds()) - begun, everySeconds) + begun;
  };

  async function turn(storeId: string): Promise<void> {
    const [mishap] = armed.get(storeId) ?? [];
    const fate = fateOf(world, storeId, mishap, { undisturbed, done: () => armed.get(storeId)?.shift() });
    const worker = guarded(test.hub, fate);
    try {
      const end = await runTurn(worker.hub, test.organizationId, storeId, turnOptions(world));
      if (end === 'busy') notBefore.set(storeId, time.milliseconds() + sweepMs);
    } catch (thrown) {
      if (!(thrown instanceof Accident) && !isLostConnection(thrown)) throw thrown;
      notBefore.set(storeId, time.milliseconds() + sweepMs);
    }
    if (worker.isDead()) diesWithLease(world, () => undisturbed(() => expireLease(world, storeId)));
    time.advance(0.005);
  }

  return {
    turns: 0,
    async next() {
      await readDirectory();
      const idle = directory.filter(({ storeId }) => !running.has(storeId));
      const turns = idle.map((store) => ({ storeId: store.storeId, at: turnAt(store) }));
      return turns.toSorted((a, b) => a.at - b.at)[0] ?? null;
    },
    begin(storeId) {
      this.turns++;
      world.woken.delete(storeId);
      running.add(storeId);
      turn(storeId).then(
        () => ended.push({ storeId }),
        (failure: unknown) => ended.push({ storeId, failure }),
      );
    },
    someEnded() {
      const now = ended;
      ended = [];
      for (const { storeId } of now) running.delete(storeId);
      for (const one of now) if ('failure' in one) throw one.failure;
      return now.length > 0;
    },
    isIdle: () => running.size === 0,
    undisturbed,
    arm(storeId, mishap) {
      armed.set(storeId, [...(armed.get(storeId) ?? []), mishap]);
    },
    disarm: () => armed.clear(),
  };
}

/** The next moment from `at` on at which work is done: each round lasts until all is quiet, half of the time at most. */
function inRound(at: number, everySeconds: number): number {
  const roundMs = everySeconds * 1000;
  const since = at % roundMs;
  return since <= Math.min(roundLastsMs, roundMs / 2) ? at : at - since + roundMs;
}

/** Nobody gives a dead worker's lease back: it runs out. The database's clock is not the world's, so it is put there by hand. */
function diesWithLease({ time }: World, expire: () => Promise<void>): void {
  time.at(time.milliseconds() + leaseSeconds * 1000, expire);
}

async function expireLease({ test }: World, storeId: string): Promise<void> {
  await test.rows(sql`update store_leases set expires_at = clock_timestamp() - interval '1 second'
    where organization_id = ${test.organizationId} and store_id = ${storeId}`);
}

/** What is asked for while something is done waits for its end. */
function oneAfterTheOther(): Dispatcher['undisturbed'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

interface Fate {
  undisturbed: Dispatcher['undisturbed'];
  done(): void;
}

function fateOf(world: World, storeId: string, mishap: Mishap | undefined, { undisturbed, done }: Fate): Watch {
  if (mishap === undefined) return () => undefined;
  let steps = 0;
  let over = false;
  return async (step, kill) => {
    steps++;
    if (over || steps < mishap.step) return;
    // What another worker waits for must not be held: it stalls outside of transactions.
    if (mishap.kind === 'stalled' && step.of === 'transaction') return;
    over = true;
    done();
    if (mishap.kind === 'killed') kill();
    if (mishap.kind === 'cut') return await undisturbed(() => cutConnections(world.gate, world.test.hub.db.pool, world.url));
    await expireLease(world, storeId);
    await runTurn(world.test.hub, world.test.organizationId, storeId, turnOptions(world));
  };
}
