import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { toast } from 'sonner';
import type { Platform, Store } from '~/api-model.ts';
import { counted } from '~/parts/amounts.ts';
import { Button } from '~/parts/button.tsx';
import { Problem } from '~/parts/problem.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { platformsQuery } from '~/queries.ts';
import { connectPractice } from '~/screens/start/practice.ts';

/** Connects every practice store that is not connected yet; absent where the server offers none. */
export function PracticeButton() {
  const { data: platforms } = useQuery(platformsQuery);
  const { connected } = useStores();
  const rights = useRights();
  const client = useQueryClient();
  const open = (platforms ?? []).filter(
    (platform) =>
      platform.practiceBaseUrl !== null && !connected.some((store) => store.platform === platform.id && store.practice),
  );
  const connect = useMutation({
    mutationFn: connectAll,
    onSuccess: (stores) => toast(`${counted(stores.length, 'practice store')} connected. Their goods are being read.`),
    onSettled: () => client.invalidateQueries(),
  });
  if (open.length === 0 || !rights.write) return null;
  return (
    <>
      <Button icon={FlaskConical} busy={connect.isPending} onClick={() => connect.mutate(open)}>
        Try with practice stores
      </Button>
      {connect.error !== null && (
        <div className="w-full">
          <Problem thrown={connect.error} />
        </div>
      )}
    </>
  );
}

/** One after the other: the first store connected owns price and stock. */
async function connectAll(platforms: Platform[]): Promise<Store[]> {
  const stores: Store[] = [];
  for (const platform of platforms) stores.push(await connectPractice(platform));
  return stores;
}
