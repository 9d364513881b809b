import { ArrowRight, Link2 } from 'lucide-react';
import type { LinkPreview, Store } from '~/api-model.ts';
import { Button } from '~/parts/button.tsx';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { listingName, reasonWords } from '~/screens/product-links/listing-words.ts';

export type SuggestedLink = LinkPreview['items'][number];

interface SuggestionRowsProps {
  items: SuggestedLink[];
  stores: Store[];
  ticked: (item: SuggestedLink) => boolean;
  onTick: (listingId: string, on: boolean) => void;
  /** Null where the person may not link. */
  onChoose: ((item: SuggestedLink) => void) | null;
}

export function SuggestionRows({ items, stores, ...rest }: SuggestionRowsProps) {
  return (
    <ul>
      {items.map((item) => (
        <SuggestionRow key={item.listingId} item={item} store={stores.find(({ id }) => id === item.storeId)} {...rest} />
      ))}
    </ul>
  );
}

type SuggestionRowProps = Omit<SuggestionRowsProps, 'items' | 'stores'> & { item: SuggestedLink; store: Store | undefined };

/** What certainly or probably belongs together can be ticked; where several fit, a person chooses. */
function SuggestionRow({ item, store, ticked, onTick, onChoose }: SuggestionRowProps) {
  const name = listingName(item.listing);
  return (
    <li className="border-b border-base-300 bg-base-100 [content-visibility:auto]">
      <div className="grid min-h-13 grid-cols-[1.25rem_1fr] items-center gap-x-3 gap-y-1 px-4 py-2 md:grid-cols-[1.25rem_1fr_auto_1fr_11rem]">
        {item.ambiguous ? (
          <span className="max-md:row-span-3" />
        ) : (
          <input
            type="checkbox"
            className="checkbox checkbox-sm self-start md:self-center max-md:row-span-3"
            checked={ticked(item)}
            disabled={onChoose === null}
            aria-label={`Link ${name}`}
            onChange={(event) => onTick(item.listingId, event.target.checked)}
          />
        )}
        <span className="flex min-w-0 items-center gap-2">
          {store !== undefined && <PlatformBadge badge={store.badge} name={store.name} />}
          <Name title={name} sku={item.listing.sku} />
        </span>
        <ArrowRight className="size-4 text-muted max-md:hidden" aria-label="to" />
        <Name
          title={listingName({ productTitle: item.variant.productTitle, variantTitle: item.variant.title })}
          sku={item.variant.sku}
        />
        <span className="flex items-center gap-2 text-xs text-muted md:justify-end">
          {item.ambiguous && item.alternatives > 0
            ? `${item.alternatives + 1} fit`
            : item.ambiguous
              ? 'not sure'
              : reasonWords(item)}
          {item.ambiguous && onChoose !== null && (
            <Button small icon={Link2} onClick={() => onChoose(item)} aria-label={`Choose what ${name} is`}>
              Choose
            </Button>
          )}
        </span>
      </div>
    </li>
  );
}

const Name = ({ title, sku }: { title: string; sku: string }) => (
  <span className="min-w-0 flex-1">
    <span className="block wrap-anywhere">{title}</span>
    <span className="block text-xs wrap-anywhere text-muted">{sku || 'No SKU'}</span>
  </span>
);
