import { Link } from '@tanstack/react-router';
import type { Listing } from '~/api-model.ts';
import { Popover } from '~/parts/popover.tsx';
import { heldReason } from '~/parts/reasons.ts';
import { State, syncFace } from '~/parts/state.tsx';
import { NotTracked } from '~/screens/product-links/tracking.tsx';

/** The reason of whichever of the two makes the state. */
function stateReason({ state, price, quantity }: Listing): string | null {
  const cause = [price, quantity].find((figure) => figure.state === state && figure.reason !== null);
  return heldReason(cause?.reason);
}

/** How far a link is true; a refusal tells the reason and what the platform answered. */
export function ListingState({ listing }: { listing: Listing }) {
  const face = syncFace(listing.state);
  const reason = stateReason(listing);
  if (listing.refusal === null && reason === null) return <State face={face} />;
  return (
    <Popover
      className="-mx-1 rounded px-1 py-1 underline decoration-dotted underline-offset-4 hover:bg-base-300/50"
      panelClassName="w-80"
      trigger={<State face={face} />}
      label={`${face.word}: why?`}
    >
      {() => (
        <div className="space-y-2 whitespace-normal">
          {listing.state === 'not_tracked' ? <NotTracked listing={listing} /> : <p>{listing.refusal?.sentence ?? reason}</p>}
          {listing.refusal?.platformMessage != null && (
            <details>
              <summary className="cursor-pointer text-xs text-muted">What the platform answered</summary>
              <pre className="mt-1 max-h-40 overflow-auto rounded bg-base-200 p-2 text-xs whitespace-pre-wrap">
                {listing.refusal.platformMessage}
              </pre>
            </details>
          )}

          <Link to="/activity" search={{ listingId: listing.id }} className="link block text-xs">
            See what happened
          </Link>
        </div>
      )}
    </Popover>
  );
}
