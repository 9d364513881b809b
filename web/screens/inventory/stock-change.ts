/** What every act on stock has in common: what is read again after it, and taking it back for as long as nothing else did. */
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import type { PostedStock } from '~/api-model/stock.ts';
import type { Noun } from '~/queries.ts';

const touched: readonly Noun[] = [
  ...(['inventory', 'inventory-transactions', 'stock-claims', 'location-figures'] as const),
  ...(['product', 'products', 'bundle', 'bundles-of', 'explanation'] as const),
];

export function refreshStock(client: QueryClient): void {
  for (const noun of touched) void client.invalidateQueries({ queryKey: [noun] });
}

/** Says what was posted, and offers to take it back. */
export function sayPosted(client: QueryClient, sentence: string, { documentId }: PostedStock): void {
  refreshStock(client);
  if (documentId === null) {
    toast(sentence);
    return;
  }
  toast(sentence, { duration: 10_000, action: { label: 'Undo', onClick: () => void undo(client, documentId) } });
}

async function undo(client: QueryClient, documentId: string): Promise<void> {
  try {
    await api.post(`/api/inventory/documents/${documentId}/undo`);
    toast('Taken back. The reverse stands in the stock history.');
  } catch (thrown) {
    toast.error(problemFrom(thrown).message);
  }
  refreshStock(client);
}

export function useUndo(documentId: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.post<PostedStock>(`/api/inventory/documents/${documentId}/undo`),
    onSuccess: () => {
      toast('Taken back. The reverse stands in the stock history.');
      onDone();
    },
    onSettled: () => refreshStock(client),
  });
}
