/** Makes the hub out of its parts: the only place where pools, keys, connectors and the clock meet. */
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { messageOf } from '#base/errors.ts';
import { gather } from '#base/gather.ts';
import type { Config } from '#config.ts';
import { registry } from '#connectors/registry.ts';
import { openSockets } from '#connectors/sockets.ts';
import { openPool, type Pool } from '#db/pool.ts';
import { openDatabase } from '#db/transaction.ts';
import type { Hub, Logger } from '#stores/hub.ts';
import { makeSealer, sealingKeys } from '#stores/sealing.ts';
import { wakeChannel } from '#sync/worker.ts';

/** Where the database is. With the embedded one, `stop` ends it. */
export interface DatabaseUrls {
  appUrl: string;
  ownerUrl: string;
  /** For LISTEN: the server itself, not a transaction pooler. */
  directUrl: string;
  stop(): Promise<void>;
}

export interface OpenHub {
  hub: Hub;
  identityPool: Pool;
  close(): Promise<void>;
}

export const changesChannel = 'storesync_changes';

export function makeLogger(config: Config): Logger & { flush(): void } {
  return pino({
    level: config.logLevel,
    redact: {
      paths: [
        '*.access_token',
        '*.refresh_token',
        '*.client_secret',
        '*.secrets',
        'secrets',
        'credentials',
        '*.credentials',
        '*.password',
        'headers.authorization',
        '*.headers.authorization',
      ],
      censor: '[redacted]',
    },
    base: null,
  });
}

export function openHub(config: Config, urls: Pick<DatabaseUrls, 'appUrl'>, log: Logger): OpenHub {
  const onError = (error: Error) => log.warn({ err: error.message }, 'an idle database connection was lost');
  const pool = openPool(urls.appUrl, { size: 20, onError });
  const identityPool = openPool(urls.appUrl, { role: 'storesync_identity', size: 5, onError });
  const notifyPool = openPool(urls.appUrl, { size: 1, onError });
  const notify = gather(async (messages: readonly { channel: string; payload: string }[]) => {
    // Said once: a store that is woken looks for all there is.
    const rows = [...new Map(messages.map((message) => [`${message.channel} ${message.payload}`, message])).values()];
    const text = 'select pg_notify(x.channel, x.payload) from json_to_recordset($1::json) as x(channel text, payload text)';
    await notifyPool.query({ name: 'notify', text, values: [JSON.stringify(rows)] });
    return messages;
  });
  const tell = (channel: string, payload: string): void => {
    notify({ channel, payload }).catch((error: unknown) =>
      log.warn({ err: messageOf(error) }, 'a wake-up was lost; the sweep covers it'),
    );
  };
  const wire = openSockets(config.allowPrivateHosts);
  const hub: Hub = {
    config,
    clock: systemClock,
    db: openDatabase(pool),
    log,
    sealer: makeSealer(sealingKeys(config, (message) => log.warn({}, message))),
    connectors: registry,
    wire,
    wake: (organizationId, storeId) => tell(wakeChannel, `${organizationId}/${storeId}`),
    announce: (organizationId, change) => {
      if (change.ids.length > 0) tell(changesChannel, JSON.stringify({ organizationId, ...change }));
    },
  };
  return {
    hub,
    identityPool,
    async close() {
      await Promise.all([wire.close(), pool.end(), identityPool.end(), notifyPool.end()]);
    },
  };
}
