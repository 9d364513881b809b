import { useMutation, useQuery } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { toast } from 'sonner';
import { problemFrom } from '~/api.ts';
import type { Platform } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { useRights, useStores } from '~/parts/session.ts';
import { platformsQuery } from '~/queries.ts';
import { beginConsent } from '~/screens/integrations/begin-consent.ts';

/** The practice stores of this server that are not connected: one click leads to each one's consent page. */
export function usePracticeOffers(): Platform[] {
  const { data: platforms = [] } = useQuery(platformsQuery);
  const { connected, loaded } = useStores();
  const rights = useRights();
  if (!loaded || !rights.write) return [];
  return platforms.filter(
    ({ id, practiceBaseUrl }) => practiceBaseUrl !== null && !connected.some((store) => store.platform === id && store.practice),
  );
}

export function PracticeButtons() {
  const offers = usePracticeOffers();
  const begin = useMutation({
    mutationFn: ({ id, practiceFields, practiceBaseUrl }: Platform) =>
      beginConsent({ platform: id, fields: practiceFields ?? {}, baseUrl: practiceBaseUrl }),
    onError: (thrown) => toast.error(problemFrom(thrown).message),
  });
  return offers.map((platform) => (
    <Button
      key={platform.id}
      icon={FlaskConical}
      // Also after success: the browser is on its way to the consent page.
      busy={(begin.isPending || begin.isSuccess) && begin.variables.id === platform.id}
      onClick={() => begin.mutate(platform)}
    >
      Connect practice {platform.name}
    </Button>
  ));
}
