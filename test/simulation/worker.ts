/**
 * A worker that can meet with an accident between any two of its steps. A step is the begin or the end of a transaction,
 * the sending of a call or the coming of its answer. A dead worker neither reads, writes nor calls any more.
 */
import type { Connector } from '#connectors/connector.ts';
import type { Database } from '#db/transaction.ts';
import type { Hub } from '#stores/hub.ts';

export class Accident extends Error {
  override readonly name = 'Accident';
}

export interface Step {
  of: 'transaction' | 'call';
  at: 'begin' | 'commit' | 'end';
}

/**
 * Looks at each step of a worker. `kill` ends the worker there; a promise is waited for, and the worker goes on after it.
 */
export type Watch = (step: Step, kill: () => never) => Promise<void> | void;

export interface GuardedWorker {
  hub: Hub;
  isDead(): boolean;
}

export function guarded(hub: Hub, watch: Watch): GuardedWorker {
  let dead = false;
  const die = (): never => {
    throw new Accident('the worker was killed');
  };
  const kill = (): never => {
    dead = true;
    return die();
  };
  const look = async (step: Step): Promise<void> => {
    if (dead) die();
    await watch(step, kill);
    if (dead) die();
  };
  const around = async <T>(of: Step['of'], work: () => Promise<T>): Promise<T> => {
    await look({ of, at: 'begin' });
    const result = await work();
    await look({ of, at: 'end' });
    return result;
  };
  const db: Database = {
    ...hub.db,
    inOrganization: (organizationId, work) =>
      around('transaction', () =>
        hub.db.inOrganization(organizationId, async (tx) => {
          const result = await work(tx);
          await look({ of: 'transaction', at: 'commit' });
          return result;
        }),
      ),
    withoutOrganization: (work) => around('transaction', () => hub.db.withoutOrganization(work)),
  };
  const alive = (log: (details: object, message: string) => void) => (details: object, message: string) => {
    if (!dead) log(details, message);
  };
  const { log } = hub;
  return {
    isDead: () => dead,
    hub: {
      ...hub,
      db,
      connectors: Object.fromEntries(
        Object.entries(hub.connectors).map(([id, connector]) => [id, callsWatched(connector, around)]),
      ),
      log: { debug: alive(log.debug), info: alive(log.info), warn: alive(log.warn), error: alive(log.error) },
      wake: (organizationId, storeId) => {
        if (!dead) hub.wake(organizationId, storeId);
      },
    },
  };
}

/** Only what writes and reads single levels and orders: pages of a pull come one after the other anyway. */
function callsWatched(connector: Connector, around: <T>(of: Step['of'], work: () => Promise<T>) => Promise<T>): Connector {
  const { orders } = connector;
  return {
    ...connector,
    readLevels: (session, refs) => around('call', () => connector.readLevels(session, refs)),
    readPrices: (session, listings) => around('call', () => connector.readPrices(session, listings)),
    pushQuantities: (session, writes) => around('call', () => connector.pushQuantities(session, writes)),
    pushPrices: (session, writes) => around('call', () => connector.pushPrices(session, writes)),
    ...(orders === undefined ? {} : { orders: { ...orders, read: (...asked) => around('call', () => orders.read(...asked)) } }),
  };
}
