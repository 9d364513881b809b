import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';

/** Stands alone, without the frame: nobody knows whether whoever came here is signed in. */
export const NotFound = () => (
  <main className="mx-auto flex min-h-dvh max-w-md flex-col items-center justify-center gap-2 px-4 py-14 text-center">
    <Compass className="size-7 text-muted" aria-hidden />
    <h1 className="text-base font-semibold">There is nothing at this address</h1>
    <p className="text-muted">The link may be old, or what it showed may be gone.</p>
    <Link to="/" className="btn btn-primary mt-2 h-9 min-h-9">
      Go to the start page
    </Link>
  </main>
);
