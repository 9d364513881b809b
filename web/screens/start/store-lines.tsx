import { Link } from '@tanstack/react-router';
import type { Store } from '~/api-model.ts';
import { count } from '~/parts/amounts.ts';
import { Moment } from '~/parts/moment.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { State, storeFaces } from '~/parts/state.tsx';

/** Is anything wrong? One line per store; what is wrong leads to where it can be mended. */
export function StoreLines({ stores }: { stores: Store[] }) {
  return (
    <section aria-labelledby="stores-now" className="rounded-box border border-base-300 bg-base-100">
      <h2 id="stores-now" className="border-b border-base-300 px-5 py-3 text-base font-semibold">
        Your stores now
      </h2>
      <ul>
        {stores.map((store) => (
          <li
            key={store.id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-base-300 px-5 py-3 last:border-0"
          >
            <PlatformBadge badge={store.badge} name={store.platformName} />
            <Link
              to="/integrations"
              search={{ settings: store.id }}
              className="min-w-0 flex-1 truncate font-medium hover:underline"
            >
              {store.name}
            </Link>
            <Trouble store={store} />
            <State face={storeFaces[store.status]} />
            <span className="text-xs whitespace-nowrap text-muted max-sm:w-full max-sm:pl-11 sm:w-36 sm:text-right">
              Synced <Moment at={store.lastSyncAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Trouble({ store }: { store: Store }) {
  const { refused, held, unlinked, notTracked } = store.counts;
  if (refused > 0) {
    return (
      <Link
        to="/product-links"
        search={{ storeId: store.id, state: 'refused' }}
        className="link text-error"
        title="See why, and what to do"
      >
        {count(refused)} refused
      </Link>
    );
  }
  if (held > 0) {
    return (
      <Link
        to="/product-links"
        search={{ storeId: store.id, state: 'held' }}
        className="link text-warning"
        title="Nothing is sent for these: see why"
      >
        {count(held)} held
      </Link>
    );
  }
  if (unlinked === 0 && notTracked === 0) return null;
  if (unlinked === 0) {
    return (
      <Link to="/product-links" search={{ storeId: store.id, state: 'not_tracked' }} className="link text-muted">
        {count(notTracked)} not tracked
      </Link>
    );
  }
  return (
    <Link to="/product-links" search={{ storeId: store.id, tab: 'unlinked' }} className="link text-muted">
      {count(unlinked)} to link
    </Link>
  );
}
