import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight, CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react';
import { useNow } from '~/parts/moment.tsx';
import { useStores } from '~/parts/session.ts';
import { orderCountsQuery, pendingChangesQuery, waitingDriftsQuery } from '~/queries.ts';
import { type Need, needsOf } from '~/screens/dashboard/needs.ts';
import { Panel, Quiet, Reading } from '~/screens/dashboard/panel.tsx';

/** Everything that waits for a person, whatever room it belongs to. */
export function NeedsYou() {
  const { stores, loaded } = useStores();
  const now = useNow();
  const counts = useQuery(orderCountsQuery);
  const changes = useQuery(pendingChangesQuery);
  const drifts = useQuery(waitingDriftsQuery);
  const readings = [counts, changes, drifts];
  const reading = {
    data:
      loaded && counts.data !== undefined && changes.data !== undefined && drifts.data !== undefined
        ? needsOf({
            ...{ stores, ...counts.data, refusedShipments: counts.data.refused },
            ...{ differences: drifts.data, changeSets: changes.data.items, now },
          })
        : undefined,
    error: readings.find(({ error }) => error !== null)?.error ?? null,
    refetch: () => readings.filter(({ error }) => error !== null).map(({ refetch }) => refetch()),
  };
  return (
    <Panel title="Needs you">
      <Reading reading={reading} lines={3}>
        {(needs) => (needs.length === 0 ? <AllWell /> : <Needs needs={needs} />)}
      </Reading>
    </Panel>
  );
}

const AllWell = () => (
  <Quiet>
    <span className="flex items-center gap-2">
      <CircleCheck className="size-4 shrink-0 text-success" aria-hidden />
      Nothing needs you at the moment.
    </span>
  </Quiet>
);

const shownAtMost = 12;

function Needs({ needs }: { needs: Need[] }) {
  return (
    <ul>
      {needs.slice(0, shownAtMost).map(({ id, tone, text, step, link }) => {
        const Icon = tone === 'bad' ? TriangleAlert : CircleAlert;
        return (
          <li key={id} className="border-b border-base-300 last:border-0">
            <Link {...link} className="flex min-h-11 items-center gap-3 px-4 py-2 -outline-offset-2 hover:bg-base-200">
              <Icon className={tone === 'bad' ? 'size-4 shrink-0 text-error' : 'size-4 shrink-0 text-warning'} aria-hidden />
              <span className="min-w-0 flex-1">
                <span className="sr-only">{tone === 'bad' ? 'Urgent: ' : ''}</span>
                {text}
              </span>
              <span className="shrink-0 text-xs text-muted max-sm:sr-only">{step}</span>
              <ChevronRight className="size-4 shrink-0 text-muted" aria-hidden />
            </Link>
          </li>
        );
      })}
      {needs.length > shownAtMost && <li className="px-4 py-2 text-xs text-muted">and {needs.length - shownAtMost} more</li>}
    </ul>
  );
}
