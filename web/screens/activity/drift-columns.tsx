import { Link } from '@tanstack/react-router';
import type { Drift } from '~/api-model/drifts.ts';
import type { Store } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import type { Column } from '~/parts/data-table/columns.ts';
import { Moment } from '~/parts/moment.tsx';
import { State } from '~/parts/state.tsx';
import { StoreName } from '~/parts/store-name.tsx';
import { Thumbnail } from '~/parts/thumbnail.tsx';
import { TwoPartName } from '~/parts/two-part-name.tsx';
import {
  causeSentence,
  driftCauses,
  driftFaces,
  driftFields,
  figure,
  isOpen,
  nameOf,
  openDecisions,
} from '~/screens/activity/drift-words.ts';

interface Shown {
  stores: readonly Store[];
  /** Names by user id. */
  people: ReadonlyMap<string, string>;
  /** Null for who may only look. */
  onDecide: ((drift: Drift) => void) | null;
}

export function driftColumns({ stores, people, onDecide }: Shown): Column<Drift>[] {
  return [
    { id: 'product', header: 'Product', meta: { pinned: true }, cell: ({ row }) => <Product drift={row.original} /> },
    {
      id: 'store',
      header: 'Store',
      meta: { width: '9rem' },
      cell: ({ row }) => {
        const store = stores.find(({ id }) => id === row.original.storeId);
        return store === undefined ? '–' : <StoreName badge={store.badge} name={store.name} />;
      },
    },
    { id: 'field', header: 'What', meta: { width: '5.5rem' }, cell: ({ row }) => driftFields[row.original.field] },
    {
      id: 'expected',
      header: 'We had',
      meta: { width: '5.75rem', figures: true },
      cell: ({ row }) => figure(row.original, row.original.expected),
    },
    {
      id: 'found',
      header: 'It showed',
      meta: { width: '5.75rem', figures: true },
      cell: ({ row }) => <strong className="font-medium">{figure(row.original, row.original.found)}</strong>,
    },
    { id: 'cause', header: 'Why', meta: { width: '9.5rem' }, cell: ({ row }) => <Cause drift={row.original} /> },
    {
      id: 'state',
      header: 'What became of it',
      meta: { width: '15rem' },
      cell: ({ row }) => <Became drift={row.original} people={people} />,
    },
    {
      id: 'seen',
      header: 'Seen',
      meta: { width: '6.5rem', figures: true, hidden: true },
      cell: ({ row }) => <Moment at={row.original.seenAt} />,
    },
    {
      id: 'acts',
      header: () => <span className="sr-only">Acts</span>,
      meta: { width: '10rem', name: 'Acts', figures: true },
      cell: ({ row }) => <Decide drift={row.original} onDecide={onDecide} />,
    },
  ];
}

function Product({ drift }: { drift: Drift }) {
  return (
    <span className="flex min-w-0 items-center gap-2.5">
      <Thumbnail url={drift.imageUrl} className="size-7" />
      <Link
        to="/product-links"
        search={{ listing: drift.listingId }}
        data-row-action
        className="flex min-w-0 font-medium hover:underline"
        title={[nameOf(drift), drift.sku].filter(Boolean).join(', ')}
      >
        <TwoPartName title={drift.title} variant={drift.variantTitle} stacked />
      </Link>
    </span>
  );
}

const Cause = ({ drift }: { drift: Drift }) => <span className="two-lines">{driftCauses[drift.cause]}</span>;

/** "Taken over · Linh Tran, 2 min ago"; by nobody's name where the store's own setting has done it. */
function Became({ drift, people }: { drift: Drift; people: ReadonlyMap<string, string> }) {
  const { state, seenAt, settledAt, settledBy } = drift;
  const by = settledBy === null ? "by the store's setting" : people.get(settledBy);
  return (
    <span className="block min-w-0 leading-4.5">
      <State face={driftFaces[state]} className="leading-4.5" />
      <span className="block text-xs text-muted md:truncate">
        {settledAt !== null && state !== 'explained' && by !== undefined && `${by}, `}
        <Moment at={settledAt ?? seenAt} />
      </span>
    </span>
  );
}

function Decide({ drift, onDecide }: { drift: Drift; onDecide: Shown['onDecide'] }) {
  if (onDecide === null || openDecisions(drift).length === 0) return null;
  const words = isOpen(drift) ? 'Decide' : 'Decide otherwise';
  return (
    <Button
      small
      look={isOpen(drift) ? 'main' : 'quiet'}
      onClick={() => onDecide(drift)}
      aria-label={`${words}: ${nameOf(drift)}`}
    >
      {words}
    </Button>
  );
}

export function DriftCard({ drift, stores, people, onDecide }: Shown & { drift: Drift }) {
  const store = stores.find(({ id }) => id === drift.storeId);
  return (
    <div className="space-y-1.5">
      <Product drift={drift} />
      <p className="text-xs">
        {driftFields[drift.field]}: we had <strong>{figure(drift, drift.expected)}</strong>, {store?.name ?? 'the store'} showed{' '}
        <strong>{figure(drift, drift.found)}</strong>
      </p>
      <p className="text-xs text-muted">
        {causeSentence(drift)}, seen <Moment at={drift.seenAt} />
        {drift.sku !== '' && `, SKU ${drift.sku}`}
      </p>
      <div className="flex flex-wrap items-center gap-2">
        <span className="mr-auto">
          <Became drift={drift} people={people} />
        </span>
        <Decide drift={drift} onDecide={onDecide} />
      </div>
    </div>
  );
}
