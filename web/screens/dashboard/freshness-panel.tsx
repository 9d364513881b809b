import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Freshness, Store } from '~/api-model.ts';
import { count } from '~/parts/amounts.ts';
import { Hint } from '~/parts/hint.tsx';
import { Moment } from '~/parts/moment.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { duration } from '~/parts/relative-time.ts';
import { useStores } from '~/parts/session.ts';
import { State, storeFaces } from '~/parts/state.tsx';
import { freshnessQuery } from '~/queries.ts';
import { Panel, PanelLink, Quiet, Reading } from '~/screens/dashboard/panel.tsx';
import { saleWords } from '~/screens/dashboard/sale-words.ts';

/** How long a change, or a sale elsewhere, takes to stand on every store, and who is behind; as figures and as bars of one measure. */
export function FreshnessPanel() {
  const reading = useQuery(freshnessQuery);
  const { connected, loaded } = useStores();
  return (
    <Panel title="Freshness" actions={<PanelLink link={{ to: '/activity' }}>What is under way</PanelLink>}>
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
  const longestMs = Math.max(0, ...stores.map(({ id }) => entries.get(id)?.p95Ms ?? 0));
  return (
    <>
      <table className="w-full table-fixed text-xs">
        <caption className="sr-only">From a change to every store, in the last hour</caption>
        <thead>
          <tr className="text-left text-muted">
            <th scope="col" className="py-1.5 pl-4 font-normal">
              Store
            </th>
            <th scope="col" className="figures w-16 font-normal">
              Behind
            </th>
            <th scope="col" className="figures w-17 font-normal">
              <Hint more="Half of all changes are on the store within this time (p50).">Half in</Hint>
            </th>
            <th scope="col" className="figures w-20 pr-4 font-normal">
              <Hint more="95 of 100 changes are on the store within this time (p95).">95 % in</Hint>
            </th>
          </tr>
        </thead>
        <tbody>
          {stores.map((store) => (
            <StoreLine
              key={store.id}
              store={store}
              entry={entries.get(store.id)}
              longestMs={longestMs}
              alone={stores.length === 1}
            />
          ))}
        </tbody>
      </table>
      {longestMs > 0 && <Measure />}
    </>
  );
}

/** What the bars mean. */
const Measure = () => (
  <p className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-base-300 px-4 py-2 text-xs text-muted">
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden className="h-2 w-3 rounded-xs bg-primary" /> half of all changes
    </span>
    <span className="inline-flex items-center gap-1.5">
      <span aria-hidden className="h-2 w-3 rounded-xs border border-primary bg-primary/25" /> 95 of 100
    </span>
    <span className="ml-auto">Last hour</span>
  </p>
);

interface StoreLineProps {
  store: Store;
  entry: Freshness | undefined;
  longestMs: number;
  /** There is no other store that could sell. */
  alone: boolean;
}

function StoreLine({ store, entry, longestMs, alone }: StoreLineProps) {
  const behind = entry?.behind ?? 0;
  return (
    <>
      <tr className="border-t border-base-300 align-top">
        <th scope="row" className="py-2 pr-2 pl-4 text-left text-sm font-normal">
          <span className="flex items-center gap-2">
            <PlatformBadge badge={store.badge} name={store.platformName} />
            <span className="min-w-0 wrap-anywhere">{store.name}</span>
          </span>
          {store.status !== 'active' && <State face={storeFaces[store.status]} className="text-xs" />}
        </th>
        <td className="figures py-2">
          {behind === 0 ? (
            '0'
          ) : (
            <Link to="/product-links" search={{ storeId: store.id, state: 'behind' }} className="link text-info">
              {count(behind)}
            </Link>
          )}
          {entry?.oldestWantedAt != null && (
            <span className="block text-muted">
              <Moment at={entry.oldestWantedAt} />
            </span>
          )}
        </td>
        <td className="figures py-2">{entry?.p50Ms == null ? '–' : duration(entry.p50Ms)}</td>
        <td className="figures py-2 pr-4">{entry?.p95Ms == null ? '–' : duration(entry.p95Ms)}</td>
      </tr>
      {entry?.p50Ms != null && entry.p95Ms != null && (
        <tr aria-hidden>
          <td colSpan={4} className="px-4 pb-2.5">
            <Bar p50={entry.p50Ms / longestMs} p95={entry.p95Ms / longestMs} />
          </td>
        </tr>
      )}
      {entry !== undefined && !alone && (
        <tr>
          <td colSpan={4} className="px-4 pb-2.5 text-muted">
            {entry.saleP50Ms === null ? saleWords(entry) : <Hint more={wholeSeconds}>{saleWords(entry)}</Hint>}
          </td>
        </tr>
      )}
    </>
  );
}

const wholeSeconds = 'Platforms tell of a sale by the whole second, so it may have been up to one second quicker.';

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
