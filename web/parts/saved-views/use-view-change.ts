import { useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { SavedSearch, SavedView } from '~/api-model/saved-views.ts';

export interface ViewPatch {
  name?: string;
  search?: SavedSearch;
  isShared?: boolean;
}

export const patchView = (id: string, patch: ViewPatch): Promise<SavedView> => api.patch(`/api/saved-views/${id}`, patch);

/** Changes a view in place; what is done then holds also when its row is gone from the page meanwhile. */
export function useViewChange(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ patch }: { patch: ViewPatch; done: () => void }) => patchView(id, patch),
    onSuccess: (_view, { done }) => done(),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => client.invalidateQueries({ queryKey: ['saved-views'] }),
  });
}
