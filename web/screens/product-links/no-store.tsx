import { Link } from '@tanstack/react-router';
import { Link2 } from 'lucide-react';
import { Empty } from '~/parts/empty.tsx';
import { PracticeButtons } from '~/screens/integrations/practice-buttons.tsx';

export const NoStore = () => (
  <Empty
    icon={Link2}
    title="No store is connected yet"
    actions={
      <>
        <Link to="/integrations" search={{ connect: '1' }} className="btn btn-primary h-9 min-h-9">
          Connect a store
        </Link>
        <PracticeButtons />
      </>
    }
  >
    Links tie what is on sale in a store to your catalog. They begin with a store.
  </Empty>
);
