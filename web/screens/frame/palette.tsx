import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { BookOpen, Link2, type LucideIcon, Plug, RefreshCw, Search, Tag } from 'lucide-react';
import { useDeferredValue, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { toast } from 'sonner';
import { api, problemFrom } from '~/api.ts';
import { useRights, useStores } from '~/parts/session.ts';
import { productSearchQuery } from '~/queries.ts';
import { places } from '~/screens/frame/places.ts';

interface Entry {
  id: string;
  label: string;
  icon: LucideIcon;
  /** Further words it is found by. */
  keywords?: string[];
  run: () => void;
}

/** Goes anywhere and does the common acts, from the keyboard. */
export function Palette({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  useLayoutEffect(() => {
    if (dialog.current === null || dialog.current.open) return;
    dialog.current.showModal();
    dialog.current.querySelector('input')?.focus();
  }, []);
  const { going, acts, products } = useEntries(useDeferredValue(typed));
  const [marked, setMarked] = useState('');
  const found = products.map(({ id }) => id).join(' ');
  // Products arrive after what is known here, and stand above it: the first of all is marked again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was found is the reason to look
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      setMarked(dialog.current?.querySelector('[cmdk-item]')?.getAttribute('data-value') ?? '');
    });
    return () => cancelAnimationFrame(frame);
  }, [found]);
  const choose = (entry: Entry) => {
    onClose();
    entry.run();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it by the browser
    <dialog
      ref={dialog}
      aria-label="Go anywhere, do anything"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
      className="mx-auto mt-[12dvh] w-[calc(100vw-2rem)] max-w-xl overflow-hidden rounded-box border border-base-300 bg-base-100 p-0 text-base-content shadow-xl"
    >
      <Command label="Go anywhere, do anything" loop value={marked} onValueChange={setMarked}>
        <div className="flex items-center gap-2.5 border-b border-base-300 px-4">
          <Search className="size-4 shrink-0 text-muted" aria-hidden />
          <Command.Input
            value={typed}
            onValueChange={setTyped}
            placeholder="A product, a place, an act"
            className="h-12 flex-1 bg-transparent text-base outline-none placeholder:text-muted"
          />
        </div>
        <Command.List className="max-h-80 overflow-y-auto p-1.5">
          <Command.Empty className="px-3 py-6 text-center text-muted">Nothing is called that.</Command.Empty>
          <Group heading="Products" entries={products} onChoose={choose} />
          <Group heading="Go to" entries={going} onChoose={choose} />
          <Group heading="Do" entries={acts} onChoose={choose} />
        </Command.List>
      </Command>
    </dialog>
  );
}

function Group({ heading, entries, onChoose }: { heading: string; entries: Entry[]; onChoose: (entry: Entry) => void }) {
  if (entries.length === 0) return null;
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted"
    >
      {entries.map((entry) => (
        <Command.Item
          key={entry.id}
          value={`${entry.label} ${entry.id}`}
          keywords={entry.keywords ?? []}
          onSelect={() => onChoose(entry)}
          className="flex h-9 cursor-pointer items-center gap-2.5 rounded-field px-2.5 data-[selected=true]:bg-base-200"
        >
          <entry.icon className="size-4 shrink-0 text-muted" aria-hidden />
          <span className="truncate">{entry.label}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function useEntries(typed: string) {
  const navigate = useNavigate();
  const { connected } = useStores();
  const rights = useRights();
  const found = useQuery(productSearchQuery(typed.trim()));
  const going: Entry[] = places.map(({ to, label, icon }) => ({ id: to, label, icon, run: () => void navigate({ to }) }));
  going.push({
    id: 'docs',
    label: 'API documentation',
    icon: BookOpen,
    run: () => window.open('/api/docs', '_blank', 'noopener'),
  });
  const acts: Entry[] = [];
  if (rights.write) {
    acts.push(
      {
        id: 'connect',
        label: 'Connect a store',
        icon: Plug,
        run: () => void navigate({ to: '/integrations', search: { connect: '1' } }),
      },
      {
        id: 'link',
        label: 'Link products by suggestion',
        icon: Link2,
        run: () => void navigate({ to: '/product-links', search: { tab: 'suggestions' } }),
      },
      ...connected
        .filter((store) => store.status === 'active')
        .map((store) => ({
          id: `sync ${store.id}`,
          label: `Sync ${store.name} now`,
          icon: RefreshCw,
          run: () => void syncNow(store.id, store.name),
        })),
    );
  }
  const products: Entry[] = (found.data ?? []).map((product) => ({
    id: product.id,
    label: product.title,
    // The server may have found it by its SKU, or in spite of a typing error: it stays in sight.
    keywords: [typed],
    icon: Tag,
    run: () => void navigate({ to: '/products', search: { product: product.id } }),
  }));
  return { going, acts, products };
}

async function syncNow(storeId: string, name: string) {
  try {
    await api.post(`/api/stores/${storeId}/sync`);
    toast(`${name} is being synced.`);
  } catch (thrown) {
    toast.error(problemFrom(thrown).message);
  }
}
