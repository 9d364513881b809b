import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Freshness, Store } from '~/api-model.ts';
import { count } from '~/parts/amounts.ts';
import { Hint } from '~/parts/hint.tsx';
import { Moment } from '~/parts/moment.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { duration } from '~/parts/relative-time.ts';
import { useStores } from '~/parts/session.ts';
import { State, storeFaces } from '~/parts/state.tsx';
import { Tabs } from '~/parts/toolbar.tsx';
import { freshnessOf } from '~/queries.ts';
import { freshnessWindows, type readDashboardSearch } from '~/screens/dashboard/dashboard-search.ts';
import { Panel, PanelLink, Quiet, Reading } from '~/screens/dashboard/panel.tsx';
import { saleWords, soldWords } from '~/screens/dashboard/sale-words.ts';

type Search = ReturnType<typeof readDashboardSearch>;

const windowNames = { hour: '1 hour', day: '1 day', week: '7 days' } as const;

/** How long a sale takes to stand on every other store, and any change on its own; who is behind; as figures and as bars of one measure. */
export function FreshnessPanel({ search, onChange }: { search: Search; onChange: (part: Search) => void }) {
  const window = search.fresh ?? 'hour';
  const reading = useQuery(freshnessOf(window));
  const { connected, loaded } = useStores();
  return (
    <Panel title="Freshness" actions={<PanelLink link={{ to: '/activity' }}>What is under way</PanelLink>}>
      <div className="border-b border-base-300 px-4 py-2">
        <Tabs
          label="How far back"
          value={window}
          tabs={freshnessWindows.map((value) => ({ value, label: windowNames[value] }))}
          onChange={(value) => onChange({ fresh: value === 'hour' ? undefined : value })}
        />
      </div>
      <Reading reading={loaded ? reading : { ...reading, data: undefined }} lines={3}>
        {(entries) =>
          connected.length === 0 ? (
            <Quiet>No store is connected.</Quiet>
          ) : (
            <Figures stores={connected} entries={new Map(entries.map((entry) => [entry.storeId, entry]))} />
          )
        }
      </Reading>
    </Panel>
  );
}

function Figures({ stores, entries }: { stores: Store[]; entries: ReadonlyMap<string, Freshness> }) {
  const longestMs = Math.max(0, ...stores.flatMap(({ id }) => [entries.get(id)?.soldP95Ms ?? 0, entries.get(id)?.p95Ms ?? 0]));
  return (
    <>
      <table className="w-full table-fixed text-xs">
        <caption className="sr-only">From a sale to every other store, and from any change to its store</caption>
        <thead>
          <tr className="text-left text-muted">
            <th scope="col" className="py-1.5 pl-4 font-normal">
              Store
            </th>
            <th scope="col" className="figures w-17 font-normal">
              <Hint more="Half of them have arrived within this time (p50).">Half in</Hint>
            </th>
            <th scope="col" className="figures w-20 pr-4 font-normal">
              <Hint more="95 of 100 have arrived within this time (p95).">95 % in</Hint>
            </th>
          </tr>
        </thead>
        {stores.map((store) => (
          <StoreLines
            key={store.id}
            store={store}
            entry={entries.get(store.id)}
            longestMs={longestMs}
            alone={stores.length === 1}
          />
        ))}
      </table>
      {longestMs > 0 && <Measure />}
    </>
  );
}

/** What the bars mean. */
const Measure = () => (
  <p className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-base-300 px-4 py-2 text-xs text-muted">
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden className="h-2 w-3 rounded-xs bg-primary" /> half of them
    </span>
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden className="h-2 w-3 rounded-xs border border-primary bg-primary/25" /> 95 of 100
    </span>
  </p>
);

interface StoreLinesProps {
  store: Store;
  entry: Freshness | undefined;
  longestMs: number;
  /** There is no other store that could sell, or follow. */
  alone: boolean;
}

function StoreLines({ store, entry, longestMs, alone }: StoreLinesProps) {
  return (
    <tbody className="border-t border-base-300">
      <tr>
        <th scope="rowgroup" colSpan={3} className="px-4 pt-2 pb-1 text-left text-sm font-normal">
          <span className="flex items-center gap-2">
            <PlatformBadge badge={store.badge} name={store.platformName} />
            <span className="min-w-0 wrap-anywhere">{store.name}</span>
          </span>
          {store.status !== 'active' && <State face={storeFaces[store.status]} className="text-xs" />}
          <Behind storeId={store.id} entry={entry} />
        </th>
      </tr>
      {entry !== undefined && !alone && (
        <>
          <Times
            what={entry.soldCount === 0 ? soldWords(entry) : <Hint more={clocks}>{soldWords(entry)}</Hint>}
            p50={entry.soldP50Ms}
            p95={entry.soldP95Ms}
            longestMs={longestMs}
          />
          <tr>
            <td colSpan={3} className="px-4 pb-1.5 text-muted">
              {entry.saleP50Ms === null ? saleWords(entry) : <Hint more={clocks}>{saleWords(entry)}</Hint>}
            </td>
          </tr>
        </>
      )}
      <Times what="Any change, to this store" p50={entry?.p50Ms} p95={entry?.p95Ms} longestMs={longestMs} />
    </tbody>
  );
}

function Behind({ storeId, entry }: { storeId: string; entry: Freshness | undefined }) {
  if (entry === undefined || entry.behind === 0) return null;
  return (
    <span className="block text-xs text-muted">
      <Link to="/product-links" search={{ storeId, state: 'behind' }} className="link text-info">
        {count(entry.behind)} behind
      </Link>
      {entry.oldestWantedAt !== null && (
        <>
          , since <Moment at={entry.oldestWantedAt} />
        </>
      )}
    </span>
  );
}

interface TimesProps {
  what: ReactNode;
  p50: number | null | undefined;
  p95: number | null | undefined;
  longestMs: number;
}

/** Two figures, and below them the same as bars. */
function Times({ what, p50 = null, p95 = null, longestMs }: TimesProps) {
  return (
    <>
      <tr className="align-top">
        <th scope="row" className="py-1 pr-2 pl-4 text-left font-normal text-muted">
          {what}
        </th>
        <td className="figures py-1">{p50 === null ? '–' : duration(p50)}</td>
        <td className="figures py-1 pr-4">{p95 === null ? '–' : duration(p95)}</td>
      </tr>
      {p50 !== null && p95 !== null && (
        <tr aria-hidden>
          <td colSpan={3} className="px-4 pb-2">
            <Bar p50={p50 / longestMs} p95={p95 / longestMs} />
          </td>
        </tr>
      )}
    </>
  );
}

const clocks =
  'From the moment at which the platform says that it was sold, most by the whole second: it may have been up to one second quicker.';

/** Parts of the longest; what is very short is still seen. */
function Bar({ p50, p95 }: { p50: number; p95: number }) {
  const wide = (part: number) => `max(3px, ${Math.min(1, part) * 100}%)`;
  return (
    <div className="relative h-2">
      <div className="absolute inset-y-0 left-0 rounded-xs border border-primary bg-primary/25" style={{ width: wide(p95) }} />
      <div className="absolute inset-y-0 left-0 rounded-xs bg-primary" style={{ width: wide(p50) }} />
    </div>
  );
}
