import { BookmarkCheck, Ellipsis, Pencil, Trash2, UserRound, UsersRound } from 'lucide-react';
import { toast } from 'sonner';
import type { SavedSearch, SavedView } from '~/api-model/saved-views.ts';
import { Menu } from '~/parts/menu.tsx';
import { useViewChange } from '~/parts/saved-views/use-view-change.ts';

interface ViewActsProps {
  view: SavedView;
  /** The list shows just what it would. */
  isShown: boolean;
  present: SavedSearch | null;
  onAsk: (about: 'rename' | 'delete') => void;
}

/** What can be done with a view beside opening it. */
export function ViewActs({ view, isShown, present, onAsk }: ViewActsProps) {
  const change = useViewChange(view.id);
  const putBack = { patch: { search: view.search }, done: () => toast(`${view.name} is as it was.`) };
  const replace = (search: SavedSearch) => {
    const action = { label: 'Undo', onClick: () => change.mutate(putBack) };
    change.mutate({ patch: { search }, done: () => toast(`${view.name} keeps these filters now.`, { action }) });
  };
  const share = () => {
    const said = view.isShared ? `Others see ${view.name} no more.` : `Everybody here sees ${view.name} now.`;
    change.mutate({ patch: { isShared: !view.isShared }, done: () => toast(said) });
  };
  return (
    <Menu
      label={`Change ${view.name}`}
      trigger={<Ellipsis className="size-4" aria-hidden />}
      items={[
        {
          label: 'Replace with these filters',
          icon: BookmarkCheck,
          disabled: present === null || isShown,
          onSelect: () => present !== null && replace(present),
        },
        { label: 'Rename…', icon: Pencil, onSelect: () => onAsk('rename') },
        view.isShared
          ? { label: 'Share no more', icon: UserRound, onSelect: share }
          : { label: 'Share with everybody here', icon: UsersRound, onSelect: share },
        { label: 'Delete…', icon: Trash2, danger: true, onSelect: () => onAsk('delete') },
      ]}
    />
  );
}
