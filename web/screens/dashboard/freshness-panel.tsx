import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Freshness, Store } from '~/api-model.ts';
import { count } from '~/parts/amounts.ts';
import { Moment } from '~/parts/moment.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { duration } from '~/parts/relative-time.ts';
import { useStores } from '~/parts/session.ts';
import { State, storeFaces } from '~/parts/state.tsx';
import { freshnessQuery } from '~/queries.ts';
import { Panel, PanelLink, Reading } from '~/screens/dashboard/panel.tsx';

/** How long a change takes to stand on every store, and who is behind. */
export function FreshnessPanel() {
  const reading = useQuery(freshnessQuery);
  const { connected } = useStores();
  return (
    <Panel title="Freshness" actions={<PanelLink link={{ to: '/activity' }}>What is under way</PanelLink>}>
      <Reading reading={reading} lines={3}>
        {(entries) => (
          <table className="w-full table-fixed text-xs">
            <caption className="sr-only">From a change to every store</caption>
            <thead>
              <tr className="text-left text-muted">
                <th scope="col" className="py-1.5 pl-4 font-normal">
                  Store
                </th>
                <th scope="col" className="figures w-16 font-normal">
                  Behind
                </th>
                <th scope="col" className="figures w-17 font-normal" title="Half of all changes are faster (p50)">
                  Usually
                </th>
                <th scope="col" className="figures w-20 pr-4 font-normal" title="95 of 100 changes are faster (p95)">
                  Slowest
                </th>
              </tr>
            </thead>
            <tbody>
              {connected.map((store) => (
                <StoreLine key={store.id} store={store} entry={entries.find(({ storeId }) => storeId === store.id)} />
              ))}
            </tbody>
          </table>
        )}
      </Reading>
    </Panel>
  );
}

function StoreLine({ store, entry }: { store: Store; entry: Freshness | undefined }) {
  const behind = entry?.behind ?? 0;
  return (
    <tr className="border-t border-base-300 align-top">
      <th scope="row" className="py-2 pr-2 pl-4 text-left text-sm font-normal">
        <span className="flex items-center gap-2">
          <PlatformBadge badge={store.badge} name={store.platformName} />
          <span className="truncate" title={store.name}>
            {store.name}
          </span>
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
  );
}
