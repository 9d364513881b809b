/** In the workers' place: says which store has a turn when, one at a time, and what befalls the worker meanwhile. */
import { sql } from 'drizzle-orm';
import { present } from '#base/assert.ts';
import { leaseSeconds } from '#stores/lease.ts';
import { runTurn } from '#sync/run-turn.ts';
import { isLostConnection } from '#test/simulation/deeds.ts';
import { Accident, guarded, type Watch } from '#test/simulation/worker.ts';
import type { World } from '#test/simulation/world.ts';

export interface Mishap {
  kind: 'killed' | 'stalled' | 'cut';
  step: number;
}

export interface Dispatcher {
  /** A store whose time has come, or null. */
  due(): Promise<string | null>;
  /** When the next store is due by itself. */
  nextAt(): Promise<number | null>;
  turn(storeId: string): Promise<void>;
  /** Befalls the next turn with the store that comes so far. */
  arm(storeId: string, mishap: Mishap): void;
  /** Nothing more befalls anybody. */
  disarm(): void;
  turns: number;
}

/** A sweep finds what a lost wake-up left, each second. */
const sweepMs = 1000;

/** `everySeconds`: both stores have their turns together, so often, and nothing wakes them in between. */
export function dispatcherOf(world: World, everySeconds: number | null): Dispatcher {
  const { test, time } = world;
  const armed = new Map<string, Mishap[]>();
  /** Stores that another worker has, or seems to have. */
  const notBefore = new Map<string, number>();
  let round = everySeconds === null ? 0 : time.milliseconds();

  const opensAt = (storeId: string) => notBefore.get(storeId) ?? 0;
  async function scheduled(): Promise<{ storeId: string; at: number }[]> {
    const { rows } = await test.hub.db.withoutOrganization((tx) =>
      tx.execute<{ store_id: string; next_run_at: Date }>(sql`
        select store_id, next_run_at from store_directory where organization_id = ${test.organizationId} and active order by next_run_at, store_id`),
    );
    return rows.map((row) => {
      const byItself = row.next_run_at.getTime();
      const wakened = everySeconds === null && world.woken.has(row.store_id) ? 0 : byItself;
      return {
        storeId: row.store_id,
        at: Math.max(opensAt(row.store_id), everySeconds === null ? wakened : Math.max(round, byItself)),
      };
    });
  }
  async function soonest(): Promise<{ storeId: string; at: number } | null> {
    const [first = null] = (await scheduled()).toSorted((a, b) => a.at - b.at);
    return first;
  }

  return {
    turns: 0,
    async due() {
      const first = await soonest();
      return first !== null && first.at <= time.milliseconds() ? first.storeId : null;
    },
    async nextAt() {
      const first = await soonest();
      if (first === null || everySeconds === null || first.at > time.milliseconds()) return first?.at ?? null;
      return first.at;
    },
    arm(storeId, mishap) {
      armed.set(storeId, [...(armed.get(storeId) ?? []), mishap]);
    },
    disarm: () => armed.clear(),
    async turn(storeId) {
      this.turns++;
      world.woken.delete(storeId);
      const [mishap] = armed.get(storeId) ?? [];
      const fate = fateOf(world, storeId, mishap, () => armed.get(storeId)?.shift());
      const worker = guarded(test.hub, fate);
      try {
        const turn = runTurn(worker.hub, test.organizationId, storeId, { signal: new AbortController().signal });
        const end = await time.during(turn);
        if (end === 'busy') notBefore.set(storeId, time.milliseconds() + sweepMs);
        else if (everySeconds !== null && end > time.now()) round = nextRound(round, everySeconds, end.getTime());
      } catch (thrown) {
        if (!(thrown instanceof Accident) && !isLostConnection(thrown)) throw thrown;
        notBefore.set(storeId, time.milliseconds() + sweepMs);
      }
      if (worker.isDead()) diesWithLease(world, storeId);
      time.advance(0.005);
    },
  };
}

const nextRound = (round: number, everySeconds: number, until: number): number => {
  let next = round;
  while (next < until && next - round < everySeconds * 1000) next += everySeconds * 1000;
  return next;
};

/** Nobody gives a dead worker's lease back: it runs out. The database's clock is not the world's, so it is put there by hand. */
function diesWithLease(world: World, storeId: string): void {
  world.time.at(world.time.milliseconds() + leaseSeconds * 1000, () => expireLease(world, storeId));
}

async function expireLease({ test }: World, storeId: string): Promise<void> {
  await test.rows(sql`update store_leases set expires_at = clock_timestamp() - interval '1 second'
    where organization_id = ${test.organizationId} and store_id = ${storeId}`);
}

function fateOf(world: World, storeId: string, mishap: Mishap | undefined, done: () => void): Watch {
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
    if (mishap.kind === 'cut') return await cutConnections(world);
    await expireLease(world, storeId);
    await runTurn(world.test.hub, world.test.organizationId, storeId, { signal: new AbortController().signal });
  };
}

/** As a restart of the database does it: whatever is under way is rolled back. */
async function cutConnections({ test }: World): Promise<void> {
  const client = present(await test.hub.db.pool.connect(), 'a connection');
  try {
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()',
    );
  } finally {
    client.release(true);
  }
}
