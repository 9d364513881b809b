import { useVirtualizer } from '@tanstack/react-virtual';
import { ChevronRight, ScrollText } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { Query } from '~/api.ts';
import type { SyncLog } from '~/api-model/activity.ts';
import type { Store } from '~/api-model.ts';
import { counted } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { Foot } from '~/parts/data-table/skeleton.tsx';
import { Empty } from '~/parts/empty.tsx';
import { useNow } from '~/parts/moment.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { Problem } from '~/parts/problem.tsx';
import { exactTime, streamTime } from '~/parts/relative-time.ts';
import { useStores } from '~/parts/session.ts';
import { State } from '~/parts/state.tsx';
import { TwoPartName } from '~/parts/two-part-name.tsx';
import { useList } from '~/parts/use-list.ts';
import { levelFaces } from '~/screens/activity/level.ts';
import { LogDetails } from '~/screens/activity/log-details.tsx';
import { NoStore } from '~/screens/integrations/no-store.tsx';
import { listingName } from '~/screens/product-links/listing-words.ts';

/** One stream, newest first; each line opens to what the platform answered. */
export function Stream({ filters, filtered }: { filters: Query; filtered: boolean }) {
  const list = useList<SyncLog>('sync-logs', filters);
  const { stores } = useStores();
  const byId = useMemo(() => new Map(stores.map((store) => [store.id, store])), [stores]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: list.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 38,
    overscan: 12,
    getItemKey: (index) => list.rows[index]?.id ?? index,
  });
  if (list.problem !== null) {
    return (
      <div className="p-4">
        <Problem thrown={list.problem} reading onRetry={list.retry} />
      </div>
    );
  }
  if (list.loading) return <Waiting />;
  if (list.rows.length === 0) return <NoLines filtered={filtered} />;
  const toggle = (id: string) =>
    setOpen((before) => new Set(before.has(id) ? [...before].filter((each) => each !== id) : [...before, id]));
  return (
    <>
      <div
        ref={scroller}
        className={classes('min-h-0 flex-1 overflow-y-auto', list.stale && 'opacity-60')}
        onScroll={({ currentTarget: at }) =>
          at.scrollHeight - at.scrollTop - at.clientHeight < 900 && list.more && !list.loadingMore && list.loadMore()
        }
      >
        <ul className="relative" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const log = list.rows[item.index];
            if (log === undefined) return null;
            return (
              <li
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Line
                  log={log}
                  store={log.storeId === null ? undefined : byId.get(log.storeId)}
                  open={open.has(log.id)}
                  onToggle={() => toggle(log.id)}
                />
              </li>
            );
          })}
        </ul>
      </div>
      <Foot shown={counted(list.rows.length, 'line')} total={list.total} list={list} />
    </>
  );
}

function Line({ log, store, open, onToggle }: { log: SyncLog; store: Store | undefined; open: boolean; onToggle: () => void }) {
  const face = levelFaces[log.level];
  const now = useNow();
  return (
    <div className="border-b border-base-300 bg-base-100">
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="flex min-h-9 w-full items-start gap-3 px-4 py-2 text-left hover:bg-base-200 md:items-center md:py-1"
      >
        <time dateTime={log.createdAt} title={exactTime(log.createdAt)} className="shrink-0 text-xs text-muted tabular-nums">
          {streamTime(log.createdAt, now)}
        </time>
        <State face={face} quiet />
        {store !== undefined && <PlatformBadge badge={store.badge} name={store.name} />}
        <span className="min-w-0 flex-1 gap-3 md:flex">
          {log.productTitle !== null && (
            <Name productTitle={log.productTitle} variantTitle={log.variantTitle ?? ''} whole={open} />
          )}
          <span className={classes('block min-w-0 flex-1', !open && 'md:truncate', log.level === 'error' && 'text-error')}>
            {log.message}
          </span>
        </span>
        {store !== undefined && <span className="shrink-0 text-xs text-muted max-xl:hidden">{store.name}</span>}
        <ChevronRight className={classes('size-4 shrink-0 text-muted transition-transform', open && 'rotate-90')} aria-hidden />
      </button>
      {open && <LogDetails log={log} />}
    </div>
  );
}

/** In one line on a desk; whole on a phone, and where the line is open. */
function Name({ whole, ...thing }: { productTitle: string; variantTitle: string; whole: boolean }) {
  const room = 'font-medium md:w-64 md:shrink-0 xl:w-80';
  return (
    <>
      <span className={classes('block wrap-anywhere', room, !whole && 'md:hidden')}>{listingName(thing)}</span>
      {!whole && (
        <TwoPartName title={thing.productTitle} variant={thing.variantTitle} className={classes('max-md:hidden', room)} />
      )}
    </>
  );
}

const Waiting = () => (
  <div role="status" aria-label="Loading" className="min-h-0 flex-1 overflow-hidden">
    {Array.from({ length: 14 }, (_, line) => line).map((line) => (
      <div key={line} className="flex h-9 items-center gap-3 border-b border-base-300 px-4">
        <div className="skeleton h-3.5 w-14" />
        <div className="skeleton size-4" />
        <div className="skeleton h-3.5" style={{ width: `${30 + ((line * 17) % 40)}%` }} />
      </div>
    ))}
  </div>
);

function NoLines({ filtered }: { filtered: boolean }) {
  const { connected, loaded } = useStores();
  if (!filtered && loaded && connected.length === 0)
    return <NoStore>What is read from your stores and sent to them stands here line by line, for 90 days.</NoStore>;
  return filtered ? (
    <Empty icon={ScrollText} title="Nothing fits">
      Clear a filter to see more.
    </Empty>
  ) : (
    <Empty icon={ScrollText} title="Nothing has happened yet">
      What is read from your stores and sent to them stands here line by line, for 90 days.
    </Empty>
  );
}
