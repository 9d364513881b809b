import { useQuery } from '@tanstack/react-query';
import { BookmarkPlus, Check } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { ListName, SavedSearch, SavedView } from '~/api-model/saved-views.ts';
import { classes } from '~/parts/class-names.ts';
import { Problem } from '~/parts/problem.tsx';
import { ViewActs } from '~/parts/saved-views/view-acts.tsx';
import { useRights } from '~/parts/session.ts';
import { savedViewsQuery } from '~/queries.ts';

export interface PanelProps {
  list: ListName;
  isShown: (view: SavedView) => boolean;
  /** What would be saved; null while nothing is filtered. */
  present: SavedSearch | null;
  onOpen: (view: SavedView) => void;
  onSave: () => void;
  onAsk: (about: 'rename' | 'delete', view: SavedView) => void;
}

/** One's own views, those that others share, and below them how the present filters are kept. */
export function ViewsPanel(props: PanelProps) {
  const { list, present, onSave } = props;
  const reading = useQuery(savedViewsQuery(list));
  const rights = useRights();
  const panel = useRef<HTMLDivElement>(null);
  const views = reading.data;
  const isRead = views !== undefined;
  // The keys begin at the view that is shown, or at the first.
  useEffect(() => {
    if (!isRead) return;
    const rows = panel.current?.querySelectorAll<HTMLButtonElement>('[data-view]') ?? [];
    ([...rows].find((row) => row.ariaCurrent === 'true') ?? rows[0])?.focus();
  }, [isRead]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: arrow keys are a second way between buttons that Tab reaches
    <div ref={panel} onKeyDown={walk}>
      {views === undefined ? (
        <Unread problem={reading.error} onRetry={() => void reading.refetch()} />
      ) : views.length === 0 ? (
        <p className="px-2.5 py-2">
          No saved views yet.
          <span className="block text-xs text-muted">
            {rights.write ? 'Filter the list, then save it here.' : 'What others share stands here.'}
          </span>
        </p>
      ) : (
        <div className="max-h-[min(60dvh,24rem)] overflow-y-auto">
          <Views {...props} title="Yours" views={views.filter(({ isOwn }) => isOwn)} />
          <Views {...props} title="Shared by others" views={views.filter(({ isOwn }) => !isOwn)} />
        </div>
      )}
      {rights.write && (
        <div className="mt-1 border-t border-base-300 pt-1">
          <button
            type="button"
            data-view-act
            disabled={present === null}
            className="flex min-h-9 w-full items-center gap-2 rounded-field px-2.5 text-left hover:bg-base-200 disabled:opacity-45"
            onClick={onSave}
          >
            <BookmarkPlus className="size-4 shrink-0" aria-hidden />
            Save these filters…
          </button>
          {present === null && views !== undefined && views.length > 0 && (
            <p className="px-2.5 pb-1.5 text-xs text-muted">Filter the list first.</p>
          )}
        </div>
      )}
    </div>
  );
}

function Unread({ problem, onRetry }: { problem: Error | null; onRetry: () => void }) {
  if (problem !== null) return <Problem thrown={problem} reading onRetry={onRetry} />;
  return (
    <div role="status" aria-label="Reading the saved views" className="space-y-2 p-2.5">
      <div className="skeleton h-5 w-40" />
      <div className="skeleton h-5 w-52" />
      <div className="skeleton h-5 w-32" />
    </div>
  );
}

function Views({ title, views, ...props }: PanelProps & { title: string; views: SavedView[] }) {
  if (views.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="px-2.5 pt-2 pb-1 text-xs text-muted">{title}</h2>
      <ul>
        {views.map((view) => (
          <Row key={view.id} view={view} {...props} />
        ))}
      </ul>
    </section>
  );
}

function Row({ view, isShown, present, onOpen, onAsk }: PanelProps & { view: SavedView }) {
  const shown = isShown(view);
  return (
    <li className="flex items-center gap-1">
      <button
        type="button"
        data-view
        aria-current={shown ? 'true' : undefined}
        className="flex min-h-9 min-w-0 flex-1 items-center gap-2 rounded-field px-2.5 py-1 text-left hover:bg-base-200 focus-visible:bg-base-200"
        onClick={() => onOpen(view)}
      >
        <Check className={classes('size-4 shrink-0', shown ? 'text-primary' : 'invisible')} aria-hidden />
        <span className="min-w-0">
          <span dir="auto" className={classes('block wrap-anywhere', shown && 'font-medium')}>
            {view.name}
          </span>
          <span className="block text-xs text-muted empty:hidden">{sharing(view)}</span>
        </span>
      </button>
      {view.canChange && <ViewActs view={view} isShown={shown} present={present} onAsk={(about) => onAsk(about, view)} />}
    </li>
  );
}

const sharing = ({ isOwn, isShared, savedBy }: SavedView): string => {
  if (isOwn) return isShared ? 'Shared with everybody here' : '';
  return `By ${savedBy ?? 'somebody who has left'}`;
};

function walk(event: KeyboardEvent<HTMLDivElement>) {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  // A menu of acts that is open over it walks by itself.
  if (step === 0 || event.defaultPrevented) return;
  event.preventDefault();
  const stops = [...event.currentTarget.querySelectorAll<HTMLButtonElement>(':is([data-view], [data-view-act]):not(:disabled)')];
  const focused = document.activeElement;
  const at = stops.indexOf((focused?.closest('li')?.querySelector('[data-view]') ?? focused) as HTMLButtonElement);
  stops[(at + step + stops.length) % stops.length]?.focus();
}
