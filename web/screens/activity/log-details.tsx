import { Link } from '@tanstack/react-router';
import type { SyncLog } from '~/api-model/activity.ts';
import { RawText } from '~/parts/raw-text.tsx';
import { exactTime } from '~/parts/relative-time.ts';

/** The whole of a line: when exactly, what belongs to it, and what the platform answered, unabridged. */
export function LogDetails({ log }: { log: SyncLog }) {
  const details = log.details === null || Object.keys(log.details).length === 0 ? null : JSON.stringify(log.details, null, 2);
  return (
    <div className="space-y-2 bg-base-200 px-4 py-3 md:pl-24">
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        <span>{exactTime(log.createdAt)}</span>
        <span>{log.event.replaceAll('_', ' ')}</span>
        {log.syncJobId !== null && (
          <Link to="/activity" search={{ jobId: log.syncJobId }} className="link">
            All lines of this job
          </Link>
        )}
        {log.listingId !== null && (
          <>
            <Link to="/activity" search={{ listingId: log.listingId }} className="link">
              All lines of this listing
            </Link>
            {log.productTitle !== null && (
              <Link to="/product-links" search={{ listing: log.listingId }} className="link">
                Settings of this link
              </Link>
            )}
          </>
        )}
      </p>
      {details === null ? (
        <p className="text-xs text-muted">There is nothing more to this line.</p>
      ) : (
        <RawText text={details} label="Details" />
      )}
    </div>
  );
}
