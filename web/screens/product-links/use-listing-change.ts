import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { Noun } from '~/queries.ts';
import type { ListingPatch } from '~/screens/product-links/listing-form.ts';

/** Everything that shows a link. */
export function refreshListings(client: QueryClient): Promise<unknown> {
  const shown: Noun[] = ['listings', 'listing', 'suggestions', 'stores', 'products', 'product', 'explanation', 'first-steps'];
  return Promise.all(shown.map((noun) => client.invalidateQueries({ queryKey: [noun] })));
}

export function useListingChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, patch }: { id: string; patch: ListingPatch }) => api.patch(`/api/listings/${id}`, patch),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => refreshListings(client),
  });
}

export type ListingAct = 'unlink' | 'ignore' | 'unignore' | 'sync';

export function useListingAct(said: Record<ListingAct, string>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, act }: { id: string; act: ListingAct }) => api.post(`/api/listings/${id}/${act}`),
    onSuccess: (_, { act }) => toast(said[act]),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
    onSettled: () => refreshListings(client),
  });
}
