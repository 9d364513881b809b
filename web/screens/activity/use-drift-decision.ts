import { useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import { api } from '~/api.ts';
import type { Decided, Drift, DriftDecision } from '~/api-model/drifts.ts';
import { counted } from '~/parts/amounts.ts';
import type { Noun } from '~/queries.ts';

/** The server takes so many at once. */
const decidedAtOnce = 200;

const changed: readonly Noun[] = ['drifts', 'listings', 'listing', 'products', 'product', 'inventory', 'stores', 'explanation'];

/** Decides many; what failed is told with its reason, the rest stands. */
export function useDriftDecision(): (drifts: readonly Drift[], decision: DriftDecision) => Promise<void> {
  const client = useQueryClient();
  return async (drifts, decision) => {
    const answer: Decided = { decided: 0, failed: [] };
    try {
      for (let begin = 0; begin < drifts.length; begin += decidedAtOnce) {
        const ids = drifts.slice(begin, begin + decidedAtOnce).map(({ id }) => id);
        const part = await api.post<Decided>('/api/drifts/decide', { ids, decision });
        answer.decided += part.decided;
        answer.failed.push(...part.failed);
      }
    } finally {
      await Promise.all(changed.map((noun) => client.invalidateQueries({ queryKey: [noun] })));
    }
    const [first] = answer.failed;
    if (answer.decided > 0)
      toast.success(
        `${counted(answer.decided, 'difference')} ${decision === 'put_back' ? 'put back' : 'taken over'}. You can decide otherwise later.`,
      );
    if (first !== undefined) toast.error(`${counted(answer.failed.length, 'difference')} not decided: ${first.problem}`);
  };
}
