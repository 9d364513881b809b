import { useQueries, useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import { api } from '~/api.ts';
import type { InventoryItem } from '~/api-model/stock.ts';
import type { Page } from '~/api-model.ts';
import { count } from '~/parts/amounts.ts';
import { classes } from '~/parts/class-names.ts';
import { Problem } from '~/parts/problem.tsx';
import { productQuery, productSearchQuery } from '~/queries.ts';
import { itemName, variantName } from '~/screens/inventory/item-name.ts';
import type { Choice } from '~/screens/inventory/stock-lines.ts';

interface VariantSearchProps {
  /** Only what is counted at this location, with how many there are; null: anything of the catalog. */
  locationId: string | null;
  /** Ids that stand in the list already. */
  chosen: ReadonlySet<string>;
  onChoose: (choice: Choice) => void;
  /** Of the catalog's things, says how many are available. */
  withAvailable?: boolean;
  /** An id that is not to be found. */
  except?: string;
}

/** Finds things to put on a document: arrow keys walk through what is found, Enter takes it, a scanner's code and Enter too. */
export function VariantSearch({ locationId, chosen, onChoose, withAvailable = false, except }: VariantSearchProps) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const { choices: found, loading, problem, retry } = useChoices(useDeferredValue(typed.trim()), locationId, withAvailable);
  const choices = found.filter(({ variantId }) => variantId !== except);
  const marked = Math.min(at, choices.length - 1);
  const take = (choice: Choice | undefined) => {
    if (choice === undefined) return;
    onChoose(choice);
    setTyped('');
    setAt(0);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter') take(choices[marked]);
    else if (event.key === 'ArrowDown') setAt(Math.min(marked + 1, choices.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(marked - 1, 0));
    else if (event.key === 'Escape' && typed !== '') setTyped('');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const open = typed.trim() !== '';
  return (
    <div>
      <div className="relative">
        <Search className="pointer-events-none absolute top-1/2 left-2.5 z-[1] size-4 -translate-y-1/2 text-muted" aria-hidden />
        <input
          type="search"
          role="combobox"
          aria-label="Add a product by title, SKU or barcode"
          aria-expanded={open}
          aria-controls={listId}
          aria-activedescendant={open && choices.length > 0 ? `${listId}-${marked}` : undefined}
          placeholder="Add a product: title, SKU or barcode"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKey}
          className="input h-9 pl-8"
        />
      </div>
      {problem !== null && <Problem thrown={problem} reading onRetry={retry} />}
      <div role="listbox" id={listId} aria-label="Found" className={classes('mt-1 max-h-56 overflow-y-auto', !open && 'hidden')}>
        {choices.map((choice, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the input
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input takes the keys
          <div
            key={choice.variantId}
            role="option"
            id={`${listId}-${index}`}
            aria-selected={index === marked}
            onClick={() => take(choice)}
            className={classes(
              'flex min-h-9 cursor-pointer items-center gap-3 rounded px-2 py-1 hover:bg-base-200',
              index === marked && 'bg-base-200',
            )}
          >
            <span className="min-w-0 flex-1 wrap-anywhere">{choice.name}</span>
            <span className="max-w-32 text-xs wrap-anywhere text-muted">{choice.sku || 'No SKU'}</span>
            {choice.onHand !== null && <span className="text-xs text-muted tabular-nums">{count(choice.onHand)} there</span>}
            {chosen.has(choice.variantId) && <span className="text-xs text-muted">in the list</span>}
          </div>
        ))}
      </div>
      {open && choices.length === 0 && problem === null && (
        <p className="px-2 py-2 text-muted" role="status">
          {loading
            ? 'Searching'
            : locationId === null
              ? 'Nothing fits. Try fewer words of the title.'
              : 'Nothing like this is counted here.'}
        </p>
      )}
    </div>
  );
}

interface Choices {
  choices: Choice[];
  loading: boolean;
  problem: Error | null;
  retry: () => void;
}

function useChoices(q: string, locationId: string | null, withAvailable: boolean): Choices {
  const atLocation = useQuery({
    queryKey: ['inventory', 'search', locationId, q],
    queryFn: async ({ signal }) =>
      (await api.get<Page<InventoryItem>>('/api/inventory', { q, locationId, limit: 20 }, signal)).items,
    enabled: locationId !== null && q !== '',
  });
  const products = useQuery({ ...productSearchQuery(q), enabled: locationId === null && q !== '' });
  const details = useQueries({
    queries: (locationId === null ? (products.data ?? []) : []).map(({ id }) => ({ ...productQuery(id), staleTime: 60_000 })),
  });
  if (locationId !== null) {
    const choices = (atLocation.data ?? []).map((item) => ({
      variantId: item.variantId,
      name: itemName(item),
      sku: item.sku,
      onHand: item.onHand,
    }));
    return { choices, loading: atLocation.isFetching, problem: atLocation.error, retry: () => void atLocation.refetch() };
  }
  const choices = details.flatMap(({ data }) =>
    (data?.variants ?? [])
      // A bundle has no stock of its own, and is no part of another.
      .filter(({ isBundle }) => !isBundle)
      .map(({ id, title, sku, tracked, available }) => ({
        variantId: id,
        name: variantName(data?.title ?? '', title),
        sku,
        onHand: withAvailable && tracked ? available : null,
      })),
  );
  const loading = products.isFetching || details.some((one) => one.isFetching);
  return { choices: exactFirst(choices, q), loading, problem: products.error, retry: () => void products.refetch() };
}

/** Who types or scans a whole SKU means that one. */
function exactFirst(choices: Choice[], q: string): Choice[] {
  const wanted = q.toLowerCase();
  return choices.toSorted((a, b) => Number(b.sku.toLowerCase() === wanted) - Number(a.sku.toLowerCase() === wanted));
}
