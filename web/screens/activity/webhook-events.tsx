import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { RotateCw, Webhook } from 'lucide-react';
import { useMemo } from 'react';
import { toast } from 'sonner';
import { api, type Query } from '~/api.ts';
import type { WebhookEvent, WebhookEventDetail } from '~/api-model/activity.ts';
import { Button } from '~/parts/button.tsx';
import { DataTable } from '~/parts/data-table/data-table.tsx';
import { Empty } from '~/parts/empty.tsx';
import { Moment } from '~/parts/moment.tsx';
import { Problem } from '~/parts/problem.tsx';
import { RawText } from '~/parts/raw-text.tsx';
import { exactTime } from '~/parts/relative-time.ts';
import { useRights, useStores } from '~/parts/session.ts';
import { Sheet } from '~/parts/sheet.tsx';
import { State } from '~/parts/state.tsx';
import { useList } from '~/parts/use-list.ts';
import { eventFace } from '~/screens/activity/event-face.ts';
import { eventColumns } from '~/screens/activity/webhook-event-columns.tsx';
import { topicWords } from '~/screens/activity/webhook-words.ts';
import { NoStore } from '~/screens/integrations/no-store.tsx';

interface WebhookEventsProps {
  filters: Query;
  filtered: boolean;
  openId: string | undefined;
  onOpen: (id: string | undefined) => void;
}

/** What platforms told us, and whether it was worked on. */
export function WebhookEvents({ filters, filtered, openId, onOpen }: WebhookEventsProps) {
  const list = useList<WebhookEvent>('webhook-events', filters);
  const { stores } = useStores();
  const columns = useMemo(() => eventColumns(stores), [stores]);
  const storeName = (event: WebhookEvent) => stores.find(({ id }) => id === event.storeId)?.name ?? '–';
  return (
    <>
      <DataTable
        noun="notification"
        list={list}
        columns={columns}
        rowId={(event) => event.id}
        openId={openId}
        onOpen={(event) => onOpen(event.id)}
        card={(event) => (
          <button type="button" className="w-full space-y-0.5 text-left" onClick={() => onOpen(event.id)}>
            <span className="block font-medium">{topicWords(event.topic)}</span>
            <span className="flex gap-3 text-xs text-muted">
              {storeName(event)} <Moment at={event.createdAt} plain />
            </span>
            <State face={eventFace(event)} className="text-xs" />
          </button>
        )}
        empty={<NoEvents filtered={filtered} />}
      />
      {openId !== undefined && <EventSheet key={openId} id={openId} onClose={() => onOpen(undefined)} />}
    </>
  );
}

function NoEvents({ filtered }: { filtered: boolean }) {
  const { connected, loaded } = useStores();
  const belongs =
    'Platforms notify StoreSync of changes where they can reach it. Without that, stores are asked at intervals and nothing is missed, only later.';
  if (!filtered && loaded && connected.length === 0) return <NoStore>{belongs}</NoStore>;
  return (
    <Empty icon={Webhook} title={filtered ? 'No notification fits' : 'Nothing was received yet'}>
      {filtered ? 'Clear a filter to see more.' : belongs}
    </Empty>
  );
}

function EventSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const rights = useRights();
  const client = useQueryClient();
  const reading = useQuery({
    queryKey: ['webhook-events', 'one', id],
    queryFn: ({ signal }) => api.get<WebhookEventDetail>(`/api/webhook-events/${id}`, {}, signal),
  });
  const replay = useMutation({
    mutationFn: () => api.post(`/api/webhook-events/${id}/replay`),
    onSuccess: () => toast('Worked on again. Nothing is booked twice.'),
    onSettled: () => client.invalidateQueries({ queryKey: ['webhook-events'] }),
  });
  const event = reading.data;
  return (
    <Sheet
      title={event === undefined ? 'Notification' : topicWords(event.topic)}
      onClose={onClose}
      actions={
        rights.write && (
          <Button small icon={RotateCw} busy={replay.isPending} onClick={() => replay.mutate()}>
            Replay
          </Button>
        )
      }
    >
      {reading.error !== null && <Problem thrown={reading.error} reading onRetry={() => void reading.refetch()} />}
      {replay.error !== null && <Problem thrown={replay.error} />}
      {event === undefined ? (
        reading.error === null && <div className="skeleton h-60" role="status" aria-label="Loading" />
      ) : (
        <EventFacts event={event} />
      )}
    </Sheet>
  );
}

function EventFacts({ event }: { event: WebhookEventDetail }) {
  const facts = [
    ['The platform calls it', event.topic],
    ['Happened', event.occurredAt === null ? '–' : exactTime(event.occurredAt)],
    ['Received', exactTime(event.createdAt)],
    ['Processed', event.processedAt === null ? 'not yet' : exactTime(event.processedAt)],
    ['Number of the delivery', event.deliveryId ?? 'the platform gives none'],
    ['Repeats', String(event.duplicates)],
  ] as const;
  return (
    <div className="space-y-4">
      <State face={eventFace(event)} />
      {event.errorMessage !== null && <p>{event.errorMessage}</p>}
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
        {facts.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="break-all tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      <div>
        <h3 className="mb-1 font-semibold">What the platform sent</h3>
        <RawText
          label="What the platform sent"
          text={typeof event.payload === 'string' ? event.payload : JSON.stringify(event.payload ?? null, null, 2)}
        />
      </div>
    </div>
  );
}
