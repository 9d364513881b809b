import { Link } from '@tanstack/react-router';
import { Undo2 } from 'lucide-react';
import type { Location, NamedTransaction } from '~/api-model/stock.ts';
import { signed } from '~/parts/amounts.ts';
import { IconButton } from '~/parts/button.tsx';
import type { Column } from '~/parts/data-table/columns.ts';
import { causeWords, lineWords, onHandWords } from '~/parts/ledger-words.ts';
import { Moment } from '~/parts/moment.tsx';
import { TwoLines } from '~/parts/two-lines.tsx';
import { TwoPartName } from '~/parts/two-part-name.tsx';
import { itemName } from '~/screens/inventory/item-name.ts';
import { LineName } from '~/screens/inventory/line-name.tsx';
import { LineOrigin } from '~/screens/inventory/line-origin.tsx';
import { placeName } from '~/screens/inventory/place-name.ts';

const reservedWords = ({ reservedDelta }: NamedTransaction): string => (reservedDelta === 0 ? '' : signed(reservedDelta));

type OnUndo = ((line: NamedTransaction) => void) | null;

export function historyColumns(locations: readonly Location[], onUndo: OnUndo): Column<NamedTransaction>[] {
  return [
    {
      id: 'createdAt',
      header: 'When',
      meta: { width: '7rem', pinned: true, sort: { up: 'createdAt', down: '-createdAt' } },
      cell: ({ row }) => <Moment at={row.original.createdAt} plain />,
    },
    { id: 'what', header: 'What', meta: { width: '20.5rem' }, cell: ({ row }) => <What line={row.original} /> },
    { id: 'product', header: 'Product', cell: ({ row }) => <Product line={row.original} /> },
    { id: 'sku', header: 'SKU', meta: { width: '10rem', hidden: true }, cell: ({ row }) => row.original.sku },
    ...(locations.length > 1 ? [locationColumn(locations)] : []),
    {
      id: 'onHand',
      header: 'On hand',
      meta: { width: '6rem', figures: true },
      cell: ({ row }) => <span className="font-medium">{onHandWords(row.original)}</span>,
    },
    {
      id: 'reserved',
      header: 'Reserved',
      meta: { width: '6rem', figures: true },
      cell: ({ row }) => <span className="text-muted">{reservedWords(row.original)}</span>,
    },
    { id: 'by', header: 'By', meta: { width: '10rem' }, cell: ({ row }) => <By line={row.original} /> },
    ...(onUndo === null ? [] : [undoColumn(onUndo)]),
  ];
}

const locationColumn = (locations: readonly Location[]): Column<NamedTransaction> => ({
  id: 'location',
  header: 'Location',
  meta: { width: '9rem' },
  cell: ({ row }) => placeName(locations, row.original.locationId),
});

const undoColumn = (onUndo: (line: NamedTransaction) => void): Column<NamedTransaction> => ({
  id: 'acts',
  header: () => <span className="sr-only">Take back</span>,
  meta: { width: '3.5rem', figures: true, name: 'Take back' },
  cell: ({ row }) => <TakeBack line={row.original} onUndo={onUndo} />,
});

const TakeBack = ({ line, onUndo }: { line: NamedTransaction; onUndo: OnUndo }) =>
  onUndo !== null &&
  line.document === 'posted' && <IconButton label={`Take back: ${lineWords(line)}`} icon={Undo2} onClick={() => onUndo(line)} />;

/** A store's name may be long. */
const By = ({ line }: { line: NamedTransaction }) => <TwoLines>{causeWords(line)}</TwoLines>;

const What = ({ line }: { line: NamedTransaction }) => (
  <span title={line.note ?? undefined}>
    <LineName line={line} />
    {line.note && <span className="text-muted"> · {line.note}</span>}
  </span>
);

const Product = ({ line }: { line: NamedTransaction }) => (
  <Link
    from="/inventory/history"
    to="/inventory/history"
    search={(before) => ({ ...before, variant: line.variantId })}
    data-row-action
    className="block hover:underline"
  >
    <TwoPartName title={line.productTitle} variant={line.variantTitle} />
  </Link>
);

interface HistoryCardProps {
  line: NamedTransaction;
  locations: readonly Location[];
  onUndo: OnUndo;
}

export function HistoryCard({ line, locations, onUndo }: HistoryCardProps) {
  return (
    <div className="flex items-start gap-3">
      <div className="min-w-0 flex-1">
        <span className="block">
          <LineName line={line} />
        </span>
        <Link
          from="/inventory/history"
          to="/inventory/history"
          search={(before) => ({ ...before, variant: line.variantId })}
          data-row-action
          className="block font-medium wrap-anywhere"
        >
          {itemName(line)}
        </Link>
        {line.note && <span className="block text-xs wrap-anywhere">{line.note}</span>}
        <LineOrigin line={line} locations={locations} />
      </div>
      <span className="text-right tabular-nums">
        <span className="block font-medium">{onHandWords(line)}</span>
        {line.reservedDelta !== 0 && <span className="block text-xs text-muted">{signed(line.reservedDelta)} reserved</span>}
      </span>
      <TakeBack line={line} onUndo={onUndo} />
    </div>
  );
}
