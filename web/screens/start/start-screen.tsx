import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Check, Circle, PartyPopper } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { FirstSteps } from '~/api-model/settings.ts';
import { counted } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { Problem } from '~/parts/problem.tsx';
import { remember, remembered } from '~/parts/remembered.ts';
import { useMe, useStores } from '~/parts/session.ts';
import { firstStepsQuery, storesQuery } from '~/queries.ts';
import { PracticeButtons, usePracticeOffers } from '~/screens/integrations/practice-buttons.tsx';
import { dismissedKey } from '~/screens/start/dismissed-key.ts';
import { StoreLines } from '~/screens/start/store-lines.tsx';

/** The first ten minutes as a list to tick off; afterwards the stores at a glance. */
export function StartScreen() {
  const me = useMe();
  const reading = useQuery(storesQuery);
  const { connected, loaded } = useStores();
  const [dismissed, setDismissed] = useState(() => remembered(dismissedKey(me.organization.id)) !== null);
  const dismiss = () => {
    remember(dismissedKey(me.organization.id), 'yes');
    setDismissed(true);
  };
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-3xl space-y-6 px-4 py-8">
        <h1 className="text-3xl font-semibold">{greeting(me.user.name)}</h1>
        {reading.error !== null && <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />}
        {!dismissed && loaded && <Checklist onDismiss={dismiss} />}
        {connected.length > 0 && <StoreLines stores={connected} />}
        {reading.isPending && <div className="skeleton h-72 w-full" role="status" aria-label="Loading" />}
        {dismissed && connected.length === 0 && loaded && (
          <Link to="/integrations" search={{ connect: '1' }} className="btn btn-primary h-9 min-h-9">
            Connect a store
          </Link>
        )}
      </div>
    </div>
  );
}

function greeting(name: string): string {
  const hour = new Date().getHours();
  const first = name.split(' ')[0] ?? '';
  return `Good ${hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening'}${first === '' ? '' : `, ${first}`}`;
}

function Checklist({ onDismiss }: { onDismiss: () => void }) {
  const { data } = useQuery(firstStepsQuery);
  if (data === undefined) return <div className="skeleton h-72 w-full" role="status" aria-label="Loading" />;
  return <Steps reached={data} onDismiss={onDismiss} />;
}

function Steps({ reached, onDismiss }: { reached: FirstSteps; onDismiss: () => void }) {
  const marks = [reached.storeConnected, reached.linkConfirmed, reached.priceChanged];
  const done = marks.filter(Boolean).length;
  const current = marks.indexOf(false);
  const step = (index: number) => ({ done: marks[index] ?? false, current: index === current });
  return (
    <section aria-labelledby="first-steps" className="rounded-box border border-base-300 bg-base-100">
      <header className="flex items-center gap-3 border-b border-base-300 px-5 py-3">
        <h2 id="first-steps" className="flex-1 text-base font-semibold">
          Your first ten minutes
        </h2>
        <span className="text-xs text-muted tabular-nums">
          {done} of {marks.length} done
        </span>
        <button type="button" className="link text-xs text-muted" onClick={onDismiss}>
          {done === marks.length ? 'Put away' : 'Dismiss'}
        </button>
      </header>
      <ol>
        <Step {...step(0)} title="Connect a store">
          <p>Connect one of your own, or take a practice store: a shop with goods in it, where nothing you do reaches a buyer.</p>
          <div className="mt-3 flex flex-wrap gap-2">
            <ConnectLink main />
            <PracticeButtons />
          </div>
        </Step>
        <Step {...step(1)} title="Confirm the links">
          <ConfirmLinks />
        </Step>
        <Step {...step(2)} title="Change a price here and watch">
          <p>Open a product, change its price, and see every store follow within seconds.</p>
          <Link to="/products" className="btn btn-primary mt-3 h-9 min-h-9">
            Open the products
          </Link>
        </Step>
      </ol>
      {done === marks.length && (
        <p className="flex items-center gap-2 border-t border-base-300 px-5 py-3">
          <PartyPopper className="size-4 text-success" aria-hidden />
          All done. From here on, change things in one place.
        </p>
      )}
    </section>
  );
}

/** There is something to confirm once a second store shows what the first one sells. */
function ConfirmLinks() {
  const { connected } = useStores();
  const offers = usePracticeOffers();
  const open = connected.reduce((sum, store) => sum + store.counts.unlinked, 0);
  const reading = connected.some((store) => store.lastPulledAt === null);
  return (
    <>
      <p>
        A link says that a thing on one store is the same as a thing in your catalog.{' '}
        {open > 0
          ? `${counted(open, 'listing')} wait; those with the same SKU are found for you.`
          : reading
            ? 'The goods of a store are being read; what belongs together is found then.'
            : connected.length === 1
              ? 'What your first store sells is your catalog now. Connect a second store, and what both sell is found for you.'
              : 'Nothing waits at the moment.'}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        {open > 0 && (
          <Link to="/product-links" search={{ tab: 'suggestions' }} className="btn btn-primary h-9 min-h-9">
            See the suggestions
          </Link>
        )}
        {(connected.length < 2 || offers.length > 0) && <ConnectLink main={open === 0} />}
        <PracticeButtons />
      </div>
    </>
  );
}

const ConnectLink = ({ main }: { main: boolean }) => (
  <Link
    to="/integrations"
    search={{ connect: '1' }}
    className={classes('btn h-9 min-h-9', main ? 'btn-primary' : 'border-base-300 bg-base-100 hover:bg-base-200')}
  >
    Connect {main ? 'a' : 'another'} store
  </Link>
);

function Step({
  done = false,
  current,
  title,
  children,
}: {
  done?: boolean;
  current: boolean;
  title: string;
  children: ReactNode;
}) {
  const Icon = done ? Check : Circle;
  return (
    <li className="flex gap-3 border-b border-base-300 px-5 py-4 last:border-0" aria-current={current ? 'step' : undefined}>
      <span
        className={classes(
          'mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full',
          done ? 'bg-success text-success-content' : current ? 'text-primary' : 'text-muted',
        )}
      >
        <Icon className={done ? 'size-3.5' : 'size-5'} aria-hidden />
      </span>
      <div className="min-w-0 flex-1">
        <h3 className={classes('font-medium', done && 'text-muted')}>
          {title}
          {done && <span className="sr-only">, done</span>}
        </h3>
        {current && <div className="mt-1 text-muted">{children}</div>}
      </div>
    </li>
  );
}
