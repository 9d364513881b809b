/**
 * What is done outside of this program (statements, encryption) is done one at a time, in the order in which it was asked
 * for: so what happens first is decided by the program and not by how fast this machine is just now.
 */
import pg from 'pg';
import type { Pool } from '#db/pool.ts';
import type { Sealer } from '#stores/sealing.ts';
import type { Outside } from '#test/simulation/virtual-time.ts';

/** After so long it is asked whether a statement waits for a lock: its holder may be waiting for the world's clock. */
const suspiciousMs = 10;

/** A statement that waits for a lock. */
interface Stuck {
  /** Whether it waits still. */
  isStuck(): Promise<boolean>;
  ended: boolean;
}

export class OneAtATime implements Outside {
  readonly #waiting: (() => void)[] = [];
  readonly #watching: (() => void)[] = [];
  readonly #aside = new Set<Stuck>();
  #underWay = false;

  isBusy(): boolean {
    return this.#underWay || this.#waiting.length > 0;
  }

  change(): Promise<void> {
    return new Promise((resolve) => this.#watching.push(resolve));
  }

  /** `isStuck` says that the work cannot end before something else has: then that goes on. */
  async through<T>(work: () => Promise<T>, isStuck: () => Promise<boolean> = async () => false): Promise<T> {
    await this.#turn();
    const mine: Stuck = { isStuck, ended: false };
    let timer: NodeJS.Timeout;
    const look = async (): Promise<void> => {
      const stuck = await askedOf(mine);
      if (mine.ended) return;
      if (!stuck) {
        timer = setTimeout(look, suspiciousMs);
        return;
      }
      this.#aside.add(mine);
      this.#next();
    };
    timer = setTimeout(look, suspiciousMs);
    try {
      return await work();
    } finally {
      mine.ended = true;
      clearTimeout(timer);
      if (this.#aside.delete(mine)) await this.#turn();
      await this.#unstuck();
      this.#next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#underWay) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#underWay = true;
  }

  /** Whom the last work has let go on ends before anything else is begun: else the machine would decide what is first. */
  async #unstuck(): Promise<void> {
    for (const one of [...this.#aside])
      while (!one.ended && !(await askedOf(one))) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  #next(): void {
    for (const changed of this.#watching.splice(0)) changed();
    const next = this.#waiting.shift();
    if (next === undefined) this.#underWay = false;
    else next();
  }
}

/** Who cannot be asked is asked again. */
const askedOf = ({ isStuck }: Stuck): Promise<boolean> => isStuck().catch(() => false);

interface BackendClient extends pg.PoolClient {
  processID: number;
}

export interface Statements {
  /** Grows with every statement that may have changed something. */
  writes: number;
  close(): Promise<void>;
}

/** Leads every connection and every statement of the pool through `gate`; `reworded` may change what a statement says. */
export function statementsThrough(gate: OneAtATime, pool: Pool, url: string, reworded: (text: string) => string): Statements {
  const lookout = new Lookout(url);
  const statements: Statements = { writes: 0, close: () => lookout.close() };
  const led = new WeakSet<pg.PoolClient>();
  const lead = (client: pg.PoolClient): pg.PoolClient => {
    if (led.has(client)) return client;
    led.add(client);
    const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
    const { processID } = client as BackendClient;
    const throughGate = (asked: string | { text: string }, ...values: unknown[]) => {
      const text = typeof asked === 'string' ? asked : asked.text;
      if (/^\s*(insert|update|delete|with)\b/i.test(text)) statements.writes++;
      const said = reworded(text);
      return gate.through(
        () => query(typeof asked === 'string' ? said : { ...asked, text: said }, ...values),
        () => lookout.waitsForLock(processID),
      );
    };
    return Object.assign(client, { query: throughGate });
  };
  const connect = pool.connect.bind(pool) as () => Promise<pg.PoolClient>;
  const isFull = () => pool.idleCount === 0 && pool.totalCount >= pool.options.max;
  const connectLed = async () => lead(await (isFull() ? connect() : gate.through(connect)));
  // The pool's own would ask for a connection by a callback.
  const query = async (asked: pg.QueryConfig) => {
    const client = await connectLed();
    try {
      return await client.query(asked);
    } finally {
      client.release();
    }
  };
  Object.assign(pool, { connect: connectLed, query });
  return statements;
}

/** Looks on through one connection of its own, opened when something is asked. */
class Lookout {
  readonly #url: string;
  #client: pg.Client | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.#url = url;
  }

  waitsForLock(processId: number): Promise<boolean> {
    const asked = this.#last.then(async () => {
      this.#client ??= await connected(this.#url);
      // Not pg_stat_activity, which is told when the one that waited has woken: the lock is its own as soon as it is let go.
      const { rows } = await this.#client.query<{ waits: boolean }>({
        name: 'waits',
        text: 'select cardinality(pg_blocking_pids($1)) > 0 as waits',
        values: [processId],
      });
      return rows[0]?.waits === true;
    });
    this.#last = asked.catch(() => undefined);
    return asked;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#client?.end();
  }
}

/** As a restart of the database does it: every connection is lost, and what was under way is rolled back. */
export async function cutConnections(gate: OneAtATime, pool: Pool, url: string): Promise<void> {
  await gate.through(async () => {
    await withOwnConnection(url, (client) =>
      client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and usename = current_user and application_name <> '${ownName}'`,
      ),
    );
    // Until the pool has noticed.
    while (pool.idleCount > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  });
}

/** Connections of the simulation itself, which looks on from outside. */
const ownName = 'simulation';

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: ownName });
  await client.connect();
  return client;
}

async function withOwnConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await connected(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export const sealerThrough = (gate: OneAtATime, sealer: Sealer): Sealer => ({
  ...sealer,
  seal: (rowId, value) => gate.through(() => sealer.seal(rowId, value)),
  open: (rowId, sealed) => gate.through(() => sealer.open(rowId, sealed)),
});
