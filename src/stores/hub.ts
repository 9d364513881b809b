/** What every verb needs: made once by main.ts (or a test), handed down. */
import type { Clock } from '#base/clock.ts';
import type { Config } from '#config.ts';
import type { Connector } from '#connectors/connector.ts';
import type { Wire } from '#connectors/transport.ts';
import type { Database } from '#db/transaction.ts';
import type { Sealer } from '#stores/sealing.ts';

export interface Logger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
  debug(details: object, message: string): void;
}

export interface Hub {
  config: Config;
  clock: Clock;
  db: Database;
  log: Logger;
  sealer: Sealer;
  connectors: Readonly<Record<string, Connector>>;
  /** To the platforms. */
  wire: Wire;
  /** Tells the workers that a store has work. Called after the commit. */
  wake(organizationId: string, storeId: string): void;
  /** Tells open pages what changed. Called after the commit. */
  announce(organizationId: string, change: Change): void;
}

/** What an open page may have to show anew. */
export const changeKinds = ['store', 'listing', 'product', 'job', 'log', 'inventory', 'order', 'drift', 'view'] as const;

export interface Change {
  kind: (typeof changeKinds)[number];
  ids: readonly string[];
  storeId?: string;
}
