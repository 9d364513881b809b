import { Link } from '@tanstack/react-router';
import { Plug } from 'lucide-react';
import type { ReactNode } from 'react';
import { Empty } from '~/parts/empty.tsx';
import { useRights } from '~/parts/session.ts';
import { PracticeButtons } from '~/screens/integrations/practice-buttons.tsx';

/** In place of a list that begins with a store: what will stand here, and the way to the first one. */
export function NoStore({ children }: { children: ReactNode }) {
  const rights = useRights();
  return (
    <Empty
      icon={Plug}
      title="No store is connected yet"
      actions={
        rights.write && (
          <>
            <Link to="/integrations" search={{ connect: '1' }} className="btn btn-primary h-9 min-h-9">
              Connect a store
            </Link>
            <PracticeButtons />
          </>
        )
      }
    >
      {children}
    </Empty>
  );
}
