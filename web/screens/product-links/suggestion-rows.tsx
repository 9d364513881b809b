import { ArrowRight } from 'lucide-react';
import type { LinkPreview } from '~/api-model.ts';
import { PlatformBadge } from '~/parts/platform-badge.tsx';
import { listingName, reasonWords } from '~/screens/product-links/listing-words.ts';

type Item = LinkPreview['items'][number];

interface SuggestionRowsProps {
  items: Item[];
  ticked: (item: Item) => boolean;
  onTick: (listingId: string, on: boolean) => void;
  write: boolean;
}

export function SuggestionRows({ items, ticked, onTick, write }: SuggestionRowsProps) {
  return (
    <ul>
      {items.map((item) => (
        <li key={item.listingId} className="border-b border-base-300 bg-base-100 [content-visibility:auto]">
          <label className="grid cursor-pointer grid-cols-[auto_1fr] items-center gap-x-3 gap-y-1 px-4 py-2 md:grid-cols-[auto_1fr_auto_1fr_10rem]">
            <input
              type="checkbox"
              className="checkbox checkbox-sm row-span-3 self-start md:row-span-1 md:self-center"
              checked={ticked(item)}
              disabled={item.ambiguous || !write}
              aria-label={`Link ${listingName({ productTitle: item.listing.productTitle, variantTitle: item.listing.variantTitle })}`}
              onChange={(event) => onTick(item.listingId, event.target.checked)}
            />
            <span className="flex min-w-0 items-center gap-2">
              <PlatformBadge badge={item.listing.badge} name={item.listing.storeName} />
              <Name title={listingName(item.listing)} sku={item.listing.sku} />
            </span>
            <ArrowRight className="size-4 text-muted max-md:hidden" aria-label="to" />
            {item.variant !== null && (
              <Name
                title={listingName({ productTitle: item.variant.productTitle, variantTitle: item.variant.title })}
                sku={item.variant.sku}
              />
            )}
            <span className="text-xs text-muted md:text-right">
              {item.ambiguous ? `${item.alternatives + 1} fit; link it by hand` : reasonWords(item)}
            </span>
          </label>
        </li>
      ))}
    </ul>
  );
}

const Name = ({ title, sku }: { title: string; sku: string | null }) => (
  <span className="min-w-0 flex-1">
    <span className="block truncate">{title}</span>
    <span className="block truncate text-xs text-muted">{sku || 'No SKU'}</span>
  </span>
);
