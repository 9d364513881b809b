/** One worker's stay with one store: what every part of the turn works with. */
import type { Connector, Session } from '#connectors/connector.ts';
import type { Hub } from '#stores/hub.ts';
import type { Lease } from '#stores/lease.ts';
import type { StoreRow } from '#stores/stores-store.ts';

export interface Turn {
  hub: Hub;
  lease: Lease;
  store: StoreRow;
  isSource: boolean;
  connector: Connector;
  session: Session;
  /** The same, for readings of everything: their calls let those that somebody waits for go first. */
  patient: Session;
  signal: AbortSignal;
  /** Set when the platform asked us to slow down or does not answer: the turn ends, and comes back then. */
  pauseUntil: Date | null;
  /** The platform refuses to show its orders: nothing waits for them. */
  ordersUnreadable: boolean;
}
