import { Link } from '@tanstack/react-router';
import { KeyRound, Radio, Timer, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Store } from '~/api-model.ts';
import { count, counted } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { Hint } from '~/parts/hint.tsx';
import { Moment, useNow } from '~/parts/moment.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { slowWords } from '~/parts/reasons.ts';
import { State, storeFaces } from '~/parts/state.tsx';
import { endsSoon, rightWords } from '~/screens/integrations/permission.ts';
import { StoreActs } from '~/screens/integrations/store-acts.tsx';

/** One store: is it well, when was it synced, what is in it. */
export function StoreCard({ store }: { store: Store }) {
  return (
    <article aria-label={store.name} className="rounded-box border border-base-300 bg-base-100">
      <header className="flex items-center gap-3 px-4 pt-4">
        <PlatformBadge badge={store.badge} name={store.platformName} />
        <div className="min-w-0 flex-1">
          <h2 className="flex items-center gap-2">
            <Link
              from="/integrations"
              to="/integrations"
              search={(before) => ({ ...before, settings: store.id })}
              className="min-w-0 text-base font-semibold wrap-anywhere hover:underline"
            >
              {store.name}
            </Link>
          </h2>
          <p className="text-xs wrap-anywhere text-muted">
            {[store.platformName, store.domain ?? store.storeName, store.currency].filter(Boolean).join(' · ')}
          </p>
        </div>
        <State face={storeFaces[store.status]} />
      </header>
      <div className="flex flex-wrap gap-1.5 px-4 pt-2 empty:hidden">
        {store.isSource && <Note more="What is edited on it is taken over; other stores follow.">Owns products and prices</Note>}
        {store.countsLocationIds.length > 0 && (
          <Note more={`What changes there is booked at ${counted(store.countsLocationIds.length, 'location')} of yours.`}>
            Counts stock
          </Note>
        )}
        {store.isPrimary && <Note more="It stands first in lists.">Primary</Note>}
        {store.practice && <Note more="Nothing done here reaches a buyer.">Practice</Note>}
      </div>
      <Warnings store={store} />
      <Figures store={store} />
      <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-base-300 px-4 py-2.5">
        <p className="mr-auto text-xs text-muted">
          Synced <Moment at={store.lastSyncAt} />
          {store.webhooks !== 'on' && (
            <> · {store.webhooks === 'off' ? 'notifications off' : 'asked at intervals, no notifications'}</>
          )}
        </p>
        <StoreActs store={store} />
      </footer>
    </article>
  );
}

const Note = ({ more, children }: { more: string; children: ReactNode }) => (
  <span className="badge badge-sm border-base-300 bg-base-200">
    <Hint more={more}>{children}</Hint>
  </span>
);

function Warnings({ store }: { store: Store }) {
  const now = useNow();
  const expiry = endsSoon(store, now);
  const lines: { key: string; icon: typeof KeyRound; bad: boolean; text: ReactNode }[] = [];
  if (store.statusReason !== null && store.status !== 'active')
    lines.push({ key: 'status', icon: KeyRound, bad: store.status === 'needs_reconnect', text: store.statusReason });
  if (store.scopesMissing.length > 0)
    lines.push({
      key: 'scopes',
      icon: KeyRound,
      bad: true,
      text: <MissingRights store={store} />,
    });
  if (expiry !== null) {
    lines.push({
      key: 'expiry',
      icon: KeyRound,
      bad: false,
      text: (
        <>
          The permission ends <Moment at={expiry} />. Reconnect before then.
        </>
      ),
    });
  }
  if (store.slow !== null && store.status === 'active') {
    const { reason, since } = store.slow;
    lines.push({
      key: 'slow',
      icon: Timer,
      bad: false,
      text: (
        <>
          Takes changes late since <Moment at={since} />: {slowWords(reason)}. A stock rule may keep more back meanwhile.
        </>
      ),
    });
  }
  if (store.lastError !== null && store.status === 'active') {
    lines.push({
      key: 'error',
      icon: Radio,
      bad: true,
      text: (
        <>
          {store.lastError.message}{' '}
          <span className="text-muted">
            (<Moment at={store.lastError.at} />)
          </span>
        </>
      ),
    });
  }
  if (store.settings.closing === true && store.status !== 'disconnected') {
    lines.push({
      key: 'closing',
      icon: Unplug,
      bad: false,
      text: 'Every linked quantity here is being set to 0, to disconnect it. Go on or stop it under Disconnect.',
    });
  }
  if (lines.length === 0) return null;
  return (
    <ul className="space-y-1 px-4 pt-3">
      {lines.map(({ key, icon: Icon, bad, text }) => (
        <li key={key} className="flex gap-2">
          <Icon className={classes('mt-0.5 size-4 shrink-0', bad ? 'text-error' : 'text-warning')} aria-hidden />
          <div className="min-w-0">{text}</div>
        </li>
      ))}
    </ul>
  );
}

/** What cannot be done there, each with the name that the platform's consent page shows. */
function MissingRights({ store: { name, platformName, scopesMissing } }: { store: Store }) {
  return (
    <>
      {name} does not let StoreSync do what it needs to:
      <ul className="list-disc pl-5">
        {scopesMissing.map((scope) => (
          <li key={scope}>
            {rightWords(scope)} <code className="text-xs wrap-anywhere text-muted">{scope}</code>
          </li>
        ))}
      </ul>
      Reconnect it and agree to these. If the app is your own, first give it these rights where you made it at {platformName}.
    </>
  );
}

function Figures({ store }: { store: Store }) {
  const { counts } = store;
  const search = { storeId: store.id };
  return (
    <dl className="grid grid-cols-3 gap-x-4 gap-y-3 p-4 sm:auto-cols-auto sm:grid-flow-col sm:grid-cols-none sm:gap-x-2">
      <Figure label="Listings" value={counts.listings} why="Everything that stands on this store." />
      <Figure label="Linked" value={counts.linked} link={{ ...search, tab: 'linked' }} />
      <Figure label="To link" value={counts.unlinked} link={{ ...search, tab: 'unlinked' }} />
      <Figure
        label="Behind"
        why="Changes that are on their way to this store. Press the figure to see which."
        value={counts.behind}
        link={{ ...search, state: 'behind' }}
        tone={counts.behind > 0 ? 'text-info' : ''}
      />
      <Figure
        label="Refused"
        why="The platform did not take the last price or quantity. Press the figure to see why, and what to do."
        value={counts.refused}
        link={{ ...search, state: 'refused' }}
        tone={counts.refused > 0 ? 'text-error' : ''}
      />
      <Figure
        label="Held"
        why="Nothing is sent for these until something is settled. Press the figure to see what, for each."
        value={counts.held}
        link={{ ...search, state: 'held' }}
        tone={counts.held > 0 ? 'text-warning' : ''}
      />
      {counts.notTracked > 0 && (
        <Figure
          label="Not tracked"
          why="Sold without being counted, so no quantity is sent. Press the figure to see why, for each."
          value={counts.notTracked}
          link={{ ...search, state: 'not_tracked' }}
        />
      )}
    </dl>
  );
}

interface FigureProps {
  label: string;
  value: number;
  link?: { storeId: string; tab?: 'linked' | 'unlinked'; state?: 'behind' | 'refused' | 'held' | 'not_tracked' };
  tone?: string;
  /** What the figure means. */
  why?: string;
}

function Figure({ label, value, link, tone = '', why }: FigureProps) {
  const figure = <span className={classes('text-base font-semibold tabular-nums', tone)}>{count(value)}</span>;
  return (
    <div>
      <dt className="text-xs whitespace-nowrap text-muted">{why === undefined ? label : <Hint more={why}>{label}</Hint>}</dt>
      <dd>
        {link === undefined || value === 0 ? (
          figure
        ) : (
          <Link
            to="/product-links"
            search={link}
            className={tone === '' ? 'hover:underline' : 'underline decoration-dotted underline-offset-4'}
          >
            {figure}
          </Link>
        )}
      </dd>
    </div>
  );
}
