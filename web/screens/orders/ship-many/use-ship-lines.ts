import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api, problemFrom } from '~/api.ts';
import type { Order } from '~/api-model/orders.ts';
import type { Page } from '~/api-model.ts';
import { carriersQuery, isTracked } from '~/screens/orders/carriers.ts';
import { isSettled, shipmentReports } from '~/screens/orders/report-shipment.ts';
import { openLine, readLines, type ShipLine, whyNotHere, withCarriers } from '~/screens/orders/ship-many/ship-lines.ts';
import { orderQuery, refreshOrders } from '~/screens/orders/use-order-change.ts';
import { actOnEach } from '~/screens/product-links/act-on-each.ts';

export interface Progress {
  done: number;
  all: number;
  stopping: boolean;
}

export interface ShipLines {
  lines: readonly ShipLine[];
  change: (id: string, part: Partial<ShipLine>) => void;
  /** Reads them again: those that could not be read. */
  read: (ids: readonly string[]) => void;
  /** Reports these, and no others; false when a line still breaks a rule, and nothing was sent. */
  report: (chosen: readonly ShipLine[], notifyBuyer: boolean) => boolean;
  /** Null when nothing is being sent. */
  progress: Progress | null;
  /** Sends none of those that wait. */
  stop: () => void;
}

type Change = (id: string, to: (line: ShipLine) => ShipLine) => void;

/**
 * The lines of a dialog that ships several orders. Each order is read once as it opens and not with every piece of news:
 * forty orders would be read anew with each shipment. What has changed meanwhile is said by the refusal of its shipment.
 */
export function useShipLines(orders: readonly Order[]): ShipLines {
  const [lines, setLines] = useState<readonly ShipLine[]>(() => orders.map(openLine));
  const alter = useCallback<Change>(
    (id, to) => setLines((before) => before.map((line) => (line.order.id === id ? to(line) : line))),
    [],
  );
  const read = useReading(alter);
  const [first] = useState(() => orders.map(({ id }) => id));
  useEffect(() => void read(first), [read, first]);
  const change = useCallback((id: string, part: Partial<ShipLine>) => alter(id, (line) => ({ ...line, ...part })), [alter]);
  return { lines, change, read, ...useSending(alter, read) };
}

type Read = (ids: readonly string[]) => Promise<void>;

/** All orders first, then the carriers of those that have a list: a platform is slower to answer. */
function useReading(alter: Change): Read {
  const client = useQueryClient();
  return useCallback(
    async (ids) => {
      const asking: string[] = [];
      await actOnEach(ids, async (id) => {
        alter(id, (line) => ({ ...line, unread: null, carriersUnread: null }));
        try {
          const detail = await client.fetchQuery({ ...orderQuery(id), staleTime: 0 });
          alter(id, (line) => ({ ...line, detail }));
          if (isTracked(detail) && whyNotHere(detail) === null) asking.push(id);
        } catch (thrown) {
          alter(id, (line) => ({ ...line, unread: problemFrom(thrown).message }));
        }
      });
      await actOnEach(asking, async (id) => {
        try {
          const carriers = await client.fetchQuery(carriersQuery(id));
          alter(id, (line) => withCarriers(line, carriers));
        } catch (thrown) {
          alter(id, (line) => ({ ...line, carriersUnread: problemFrom(thrown).message }));
        }
      });
    },
    [client, alter],
  );
}

function useSending(alter: Change, read: Read): Pick<ShipLines, 'report' | 'progress' | 'stop'> {
  const client = useQueryClient();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [send] = useState(() => shipmentReports());
  const stopping = useRef<AbortController | null>(null);
  // What is closed sends no more.
  useEffect(() => () => stopping.current?.abort(), []);
  const report: ShipLines['report'] = (chosen, notifyBuyer) => {
    const inputs = readLines(chosen, notifyBuyer);
    if (inputs === null) return false;
    const stop = new AbortController();
    stopping.current = stop;
    const ids = [...inputs.keys()];
    setProgress({ done: 0, all: ids.length, stopping: false });
    for (const id of ids) alter(id, (line) => ({ ...line, stage: 'waiting' }));
    const sendOne = async (id: string) => {
      const input = inputs.get(id);
      if (input === undefined) return;
      alter(id, (line) => ({ ...line, stage: 'under_way', failure: null }));
      try {
        await send(id, input);
        alter(id, (line) => ({ ...line, stage: 'reported' }));
      } catch (thrown) {
        alter(id, (line) => ({ ...line, stage: 'typed', failure: problemFrom(thrown) }));
        // It is not what it was: the next try goes by what is left of it.
        if (isSettled(thrown)) await read([id]);
      }
      setProgress((before) => (before === null ? null : { ...before, done: before.done + 1 }));
    };
    void actOnEach(ids, sendOne, stop.signal).then(async () => {
      for (const id of ids) alter(id, (line) => (line.stage === 'waiting' ? { ...line, stage: 'typed' } : line));
      setProgress(null);
      await refreshOrders(client);
    });
    return true;
  };
  const stop = () => {
    stopping.current?.abort();
    setProgress((before) => (before === null ? null : { ...before, stopping: true }));
  };
  return { report, progress, stop };
}

/** Of the orders that were reported, those whose store refused the shipment since: heard of with the news, in one reading. */
export function useRefusedSince(lines: readonly ShipLine[], sending: boolean): ReadonlySet<string> {
  const ids = lines.filter(({ stage }) => stage === 'reported').map(({ order }) => order.id);
  const { data } = useQuery({
    queryKey: ['orders', 'reported', ids],
    queryFn: ({ signal }) => api.get<Page<Order>>('/api/orders', { ids: ids.join(','), limit: 200 }, signal),
    enabled: ids.length > 0 && !sending,
  });
  return useMemo(() => new Set(data?.items.filter(({ shipmentRefused }) => shipmentRefused).map(({ id }) => id)), [data]);
}
