import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { Empty } from '~/parts/empty.tsx';

export const NotFound = () => (
  <Empty
    icon={Compass}
    title="There is nothing at this address"
    actions={
      <Link to="/products" className="btn btn-primary h-9 min-h-9">
        Go to products
      </Link>
    }
  >
    The link may be old, or what it showed may be gone.
  </Empty>
);
