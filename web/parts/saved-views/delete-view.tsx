import { useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { SavedView } from '~/api-model/saved-views.ts';
import { Confirm } from '~/parts/confirm.tsx';

export function DeleteView({ view, onClose }: { view: SavedView; onClose: () => void }) {
  const client = useQueryClient();
  const run = async () => {
    await api.delete(`/api/saved-views/${view.id}`);
    await client.invalidateQueries({ queryKey: ['saved-views'] });
    toast(`${view.name} is deleted.`);
  };
  return (
    <Confirm title="Delete the view" action="Delete" danger run={run} onClose={onClose}>
      <p className="wrap-anywhere">
        <strong dir="auto">{view.name}</strong> is deleted{view.isShared && ' for everybody here'}
        {!view.isOwn && view.savedBy !== null && `, ${view.savedBy} too`}. What it shows stays as it is.
      </p>
    </Confirm>
  );
}
