import { Link } from '@tanstack/react-router';
import type { WebhookEvent } from '~/api-model/activity.ts';
import type { Store } from '~/api-model.ts';
import type { Column } from '~/parts/data-table/columns.ts';
import { Moment } from '~/parts/moment.tsx';
import { State } from '~/parts/state.tsx';
import { TwoLines } from '~/parts/two-lines.tsx';
import { eventFace } from '~/screens/activity/event-face.ts';
import { topicWords } from '~/screens/activity/webhook-words.ts';

/** What the notification is about opens its sheet. */
const Topic = ({ event }: { event: WebhookEvent }) => (
  <Link
    from="/activity"
    to="/activity"
    search={(before) => ({ ...before, event: event.id })}
    data-row-action
    className="font-medium hover:underline"
    title={`The platform calls it ${event.topic}`}
  >
    {topicWords(event.topic)}
  </Link>
);

export function eventColumns(stores: Store[]): Column<WebhookEvent>[] {
  const nameOf = (storeId: string | null) => stores.find(({ id }) => id === storeId)?.name ?? '–';
  return [
    { id: 'topic', header: 'About', meta: { pinned: true }, cell: ({ row }) => <Topic event={row.original} /> },
    { id: 'store', header: 'Store', meta: { width: '12rem' }, cell: ({ row }) => nameOf(row.original.storeId) },
    { id: 'state', header: 'Status', meta: { width: '10rem' }, cell: ({ row }) => <State face={eventFace(row.original)} /> },
    {
      id: 'error',
      header: 'Said',
      cell: ({ row }) => <TwoLines>{row.original.errorMessage ?? ''}</TwoLines>,
    },
    { id: 'duplicates', header: 'Repeats', meta: { width: '6rem', figures: true }, cell: ({ row }) => row.original.duplicates },
    {
      id: 'received',
      header: 'Received',
      meta: { width: '8rem', figures: true },
      cell: ({ row }) => <Moment at={row.original.createdAt} plain />,
    },
  ];
}
