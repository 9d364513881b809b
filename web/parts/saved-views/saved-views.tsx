import { useQuery } from '@tanstack/react-query';
import { Bookmark } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import type { SavedView } from '~/api-model/saved-views.ts';
import { classes } from '~/parts/class-names.ts';
import { Popover } from '~/parts/popover.tsx';
import { DeleteView } from '~/parts/saved-views/delete-view.tsx';
import { NameView } from '~/parts/saved-views/name-view.tsx';
import { isShowing, type Known, namesGone, savedOf, searchOf, type ViewedList } from '~/parts/saved-views/viewed-list.ts';
import { ViewsPanel } from '~/parts/saved-views/views-panel.tsx';
import { savedViewsQuery } from '~/queries.ts';

interface SavedViewsProps<Search extends object> {
  list: ViewedList<Search>;
  search: Search;
  known: Known;
  /** Is given all parameters of the list. */
  onOpen: (search: Search) => void;
}

type Asking = { about: 'save' } | { about: 'rename' | 'delete'; view: SavedView };

/** Filters of this list under names: to be opened, and the present ones to be kept. */
export function SavedViews<Search extends object>({ list, search, known, onOpen }: SavedViewsProps<Search>) {
  const { data: views } = useQuery(savedViewsQuery(list.name));
  const [asking, setAsking] = useState<Asking | null>(null);
  const isShown = (view: SavedView) => isShowing(list, view.search, search, known);
  const shown = views?.find(isShown);
  const present = list.isFiltered(search) ? savedOf(list, search) : null;
  const open = (view: SavedView) => {
    onOpen(searchOf(list, view.search, known));
    if (namesGone(view.search, known)) toast(`${view.name} was narrowed to something that is gone. The rest of it is shown.`);
  };
  const close = () => setAsking(null);
  return (
    <>
      <Popover
        className={classes(
          'btn h-9 min-h-9 max-w-56 border-base-300 bg-base-100 px-3 hover:bg-base-200',
          shown !== undefined && 'border-primary text-primary',
        )}
        panelClassName="w-80 p-1"
        label={shown === undefined ? 'Views' : `Views: ${shown.name}`}
        trigger={
          <>
            <Bookmark className={classes('size-4 shrink-0', shown !== undefined && 'fill-current')} aria-hidden />
            <span dir="auto" className="truncate max-md:sr-only">
              {shown?.name ?? 'Views'}
            </span>
          </>
        }
      >
        {(leave) => (
          <ViewsPanel
            list={list.name}
            isShown={isShown}
            present={present}
            onOpen={(view) => {
              leave();
              open(view);
            }}
            onSave={() => {
              leave();
              setAsking({ about: 'save' });
            }}
            onAsk={(about, view) => {
              leave();
              setAsking({ about, view });
            }}
          />
        )}
      </Popover>
      {asking?.about === 'save' && present !== null && <NameView list={list.name} search={present} onClose={close} />}
      {asking?.about === 'rename' && <NameView view={asking.view} onClose={close} />}
      {asking?.about === 'delete' && <DeleteView view={asking.view} onClose={close} />}
    </>
  );
}
