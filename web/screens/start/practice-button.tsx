import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FlaskConical } from 'lucide-react';
import { useRights, useStores } from '~/parts/session.ts';
import { platformsQuery } from '~/queries.ts';

/** The way to the first practice store that is not connected yet; absent where the server runs none. */
export function PracticeButton() {
  const { data: platforms } = useQuery(platformsQuery);
  const { connected } = useStores();
  const rights = useRights();
  const next = platforms?.find(
    ({ id, practiceBaseUrl }) => practiceBaseUrl !== null && !connected.some((store) => store.platform === id && store.practice),
  );
  if (next === undefined || !rights.write) return null;
  return (
    <Link
      to="/integrations"
      search={{ connect: next.id, practice: 'yes' }}
      className="btn h-9 min-h-9 border-base-300 bg-base-100 px-3.5 hover:bg-base-200"
    >
      <FlaskConical className="size-4" aria-hidden />
      Try with a practice store
    </Link>
  );
}
