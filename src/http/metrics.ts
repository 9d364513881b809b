import type { FastifyRequest } from 'fastify';
import ipaddr from 'ipaddr.js';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Hub } from '#stores/hub.ts';

export interface Metrics {
  registry: Registry;
  requestSeconds: Histogram<'method' | 'route' | 'status'>;
  openStreams: Gauge;
  webhooks: Counter<'platform' | 'status'>;
}

/** A registry of its own per server, so that two servers in one process do not meet. No label holds a tenant's data. */
export function makeMetrics(hub: Hub): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'storesync_' });
  new Gauge({
    name: 'storesync_database_retries_total',
    help: 'Transactions tried again after a serialization failure or deadlock',
    registers: [registry],
    collect() {
      this.set(hub.db.retried());
    },
  });
  new Gauge({
    name: 'storesync_database_waiting',
    help: 'Requests waiting for a database connection',
    registers: [registry],
    collect() {
      this.set(hub.db.pool.waitingCount);
    },
  });
  return {
    registry,
    requestSeconds: new Histogram({
      name: 'storesync_http_request_seconds',
      help: 'Time to answer',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
    openStreams: new Gauge({
      name: 'storesync_open_event_streams',
      help: 'Pages that listen for changes',
      registers: [registry],
    }),
    webhooks: new Counter({
      name: 'storesync_webhooks_received_total',
      help: 'Webhook deliveries by platform and answer',
      labelNames: ['platform', 'status'],
      registers: [registry],
    }),
  };
}

/** Figures of the process are for its operator: only the machine itself and private networks may read them. */
export function isNearby(request: FastifyRequest): boolean {
  if (!ipaddr.isValid(request.ip)) return false;
  const range = ipaddr.process(request.ip).range();
  return range === 'loopback' || range === 'private' || range === 'uniqueLocal' || range === 'linkLocal';
}
