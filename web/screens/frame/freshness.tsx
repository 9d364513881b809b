import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleAlert, CircleCheck, CircleDashed, CircleX, WifiOff } from 'lucide-react';
import type { Freshness, Store } from '~/api-model.ts';
import { useLive } from '~/live.ts';
import { count, counted } from '~/parts/amounts.ts';
import { Moment } from '~/parts/moment.tsx';
import { Popover } from '~/parts/popover.tsx';
import { duration } from '~/parts/relative-time.ts';
import { useStores } from '~/parts/session.ts';
import { freshnessQuery } from '~/queries.ts';

/** Whether every store says what it should: "All stores true", who is behind by how much, or how many wait for a person. */
export function FreshnessIndicator() {
  const { data } = useQuery(freshnessQuery);
  const { connected } = useStores();
  const live = useLive();
  if (data === undefined || connected.length === 0) return null;
  const stopped = connected.filter((store) => store.status === 'needs_reconnect');
  const behind = data.filter((entry) => entry.behind > 0);
  const apart = connected.reduce((sum, { counts }) => sum + counts.refused + counts.held, 0);
  const sentence = summary(stopped, behind, apart, data, connected);
  const [Icon, tone] = faceOf(live, stopped.length, behind.length, apart);
  return (
    <Popover
      className="btn btn-ghost h-9 min-h-9 px-2 font-normal"
      panelClassName="w-96"
      label={`Freshness: ${live ? sentence : 'this page is not updated at the moment'}`}
      trigger={
        <>
          <Icon className={`size-4 ${tone}`} aria-hidden />
          <span className="max-w-72 truncate max-sm:hidden">{live ? sentence : 'Reconnecting'}</span>
        </>
      }
    >
      {() => <StoreTimes entries={data} stores={connected} live={live} apart={apart} />}
    </Popover>
  );
}

function faceOf(live: boolean, stopped: number, behind: number, apart: number) {
  if (!live) return [WifiOff, 'text-error'] as const;
  if (stopped > 0) return [CircleX, 'text-error'] as const;
  if (behind > 0) return [CircleDashed, 'text-info'] as const;
  return apart > 0 ? ([CircleAlert, 'text-warning'] as const) : ([CircleCheck, 'text-success'] as const);
}

/** `apart`: listings that are held back or refused; they do not become true by themselves. */
function summary(stopped: Store[], behind: Freshness[], apart: number, all: Freshness[], stores: Store[]): string {
  const name = (id: string) => stores.find((store) => store.id === id)?.name ?? 'A store';
  const [first] = stopped;
  if (first !== undefined)
    return stopped.length === 1 ? `${first.name} needs reconnecting` : `${stopped.length} stores need reconnecting`;
  const [late] = behind;
  if (late !== undefined && behind.length === 1) return `${name(late.storeId)} ${count(late.behind)} behind`;
  if (behind.length > 1)
    return `${count(behind.reduce((sum, entry) => sum + entry.behind, 0))} behind on ${behind.length} stores`;
  if (apart > 0) return `All true but ${counted(apart, 'listing')}`;
  const slowest = Math.max(0, ...all.map((entry) => entry.p50Ms ?? 0));
  return slowest > 0 ? `All stores true, within ${duration(slowest)}` : 'All stores true';
}

interface Times {
  entries: Freshness[];
  stores: Store[];
  live: boolean;
  apart: number;
}

function StoreTimes({ entries, stores, live, apart }: Times) {
  return (
    <div className="space-y-2">
      {!live && (
        <p className="text-error">
          This page is not updated at the moment. It reconnects by itself; your stores go on being synced.
        </p>
      )}
      <table className="w-full table-fixed text-xs">
        <caption className="pb-1 text-left text-sm font-medium">From a change to every store</caption>
        <thead>
          <tr className="text-left text-muted">
            <th className="w-2/5 font-normal" scope="col">
              Store
            </th>
            <th className="figures font-normal" scope="col">
              Behind
            </th>
            <th className="figures font-normal" scope="col">
              Usually
            </th>
            <th className="figures font-normal" scope="col">
              Slowest
            </th>
          </tr>
        </thead>
        <tbody>
          {stores.map((store) => {
            const entry = entries.find(({ storeId }) => storeId === store.id);
            return (
              <tr key={store.id}>
                <td className="py-1 pr-2 align-top wrap-anywhere">{store.name}</td>
                <td className="figures py-1 align-top">
                  {entry === undefined ? '' : count(entry.behind)}
                  {entry?.oldestWantedAt != null && (
                    <span className="block text-muted">
                      <Moment at={entry.oldestWantedAt} />
                    </span>
                  )}
                </td>
                <td className="figures py-1 align-top">{entry?.p50Ms == null ? '–' : duration(entry.p50Ms)}</td>
                <td className="figures py-1 align-top">{entry?.p95Ms == null ? '–' : duration(entry.p95Ms)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {apart > 0 && (
        <p className="text-xs">
          {counted(apart, 'listing')} held back or refused.{' '}
          <Link to="/" className="link">
            See what needs you
          </Link>
        </p>
      )}
      <Link to="/activity" className="link text-xs">
        See what is under way
      </Link>
    </div>
  );
}
