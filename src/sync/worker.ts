/**
 * A worker process: it is woken by NOTIFY, and each second it looks for stores that are due, in case a wake-up was lost.
 * It works on several stores at a time; as many workers as wished may run, for leases keep them apart.
 */
import { sql } from 'drizzle-orm';
import pg from 'pg';
import { messageOf } from '#base/errors.ts';
import type { Hub } from '#stores/hub.ts';
import { runTurn } from '#sync/run-turn.ts';

export const wakeChannel = 'storesync_wake';

export interface Worker {
  /** Resolves when no turn is under way: in-flight answers are waited for. */
  stop(): Promise<void>;
}

interface Slot {
  again: boolean;
  wake: (() => void)[];
}

const sweepMs = 1000;
const dueAtMost = 100;

export function startWorker(hub: Hub, listenUrl: string): Worker {
  const stopping = new AbortController();
  const running = new Map<string, Slot>();
  const waiting = new Set<string>();
  const turns = new Set<Promise<void>>();

  function offer(key: string): void {
    if (stopping.signal.aborted) return;
    const slot = running.get(key);
    if (slot !== undefined) {
      slot.again = true;
      for (const wake of slot.wake.splice(0)) wake();
    } else if (running.size >= hub.config.workerTurns) waiting.add(key);
    else begin(key);
  }

  function begin(key: string): void {
    const slot: Slot = { again: false, wake: [] };
    running.set(key, slot);
    const [organizationId = '', storeId = ''] = key.split('/');
    const turn = runTurn(hub, organizationId, storeId, {
      signal: stopping.signal,
      wakeUps: {
        heard() {
          slot.again = false;
        },
        next: () => (slot.again ? Promise.resolve() : new Promise((resolve) => slot.wake.push(resolve))),
      },
    })
      .then((end) => {
        if (end !== 'busy' && end.getTime() <= hub.clock.now().getTime()) slot.again = true;
      })
      .catch((error: unknown) =>
        hub.log.error({ err: error, storeId }, 'a turn failed; the store comes back with the next sweep'),
      )
      .finally(() => {
        running.delete(key);
        turns.delete(turn);
        const [next] = waiting;
        if (next !== undefined && waiting.delete(next)) begin(next);
        if (slot.again) offer(key);
      });
    turns.add(turn);
  }

  async function sweep(): Promise<void> {
    const due = await hub.db.read<{ organization_id: string; store_id: string }>(sql`
      select organization_id, store_id from store_directory where active and next_run_at <= ${hub.clock.now()} order by next_run_at limit ${dueAtMost}`);
    for (const row of due) {
      const key = `${row.organization_id}/${row.store_id}`;
      if (!running.has(key)) offer(key);
    }
  }

  const listener = listen(hub, listenUrl, offer, stopping.signal);
  const sweeping = setInterval(() => {
    sweep().catch((error: unknown) =>
      hub.log.warn({ err: messageOf(error) }, 'the sweep failed; the next one follows in a second'),
    );
  }, sweepMs);

  return {
    async stop() {
      clearInterval(sweeping);
      stopping.abort();
      await listener;
      while (turns.size > 0) await Promise.allSettled(turns);
    },
  };
}

/** Keeps one connection listening; after it is lost, another is made, and the sweep covers the gap. */
async function listen(hub: Hub, url: string, onWake: (key: string) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const client = new pg.Client({ connectionString: url, application_name: 'storesync-listen', keepAlive: true });
    try {
      const lost = new Promise<void>((resolve) => {
        client.on('error', () => resolve());
        client.on('end', () => resolve());
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      await client.connect();
      client.on('notification', (message) => message.payload !== undefined && onWake(message.payload));
      await client.query(`listen ${wakeChannel}`);
      await lost;
    } catch (error) {
      hub.log.warn({ err: messageOf(error) }, 'not listening for wake-ups; trying again in a second');
    }
    await client.end().catch((error: unknown) => hub.log.debug({ err: messageOf(error) }, 'closing a lost connection'));
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, sweepMs));
  }
}
